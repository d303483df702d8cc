import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// Flags: what each backend says, and the changes under way.
struct FlagPart: Sendable {
    var ledger = ChangeLedger()
    var readings: [FlagKey: FlagReading] = [:]
    var readAt: [String: Timestamp] = [:]
    /// Names of each backend in its own order.
    var names: [String: [String]] = [:]
    /// The probe of each backend.
    var probes: [String: String] = [:]
    /// By the name of its id.
    var changes: [String: EngineState.KeptFlagChange] = [:]
}

extension StoreState {
    mutating func receive(
        _ readings: [FlagReading], from schedule: ProbeSchedule, at now: Timestamp
    ) -> [LedgerAction] {
        let backend = schedule.source
        var actions: [LedgerAction] = []
        let isFirst = flags.readAt[backend] == nil
        for reading in readings {
            let key = FlagKey(backend: backend, name: reading.name)
            if !isFirst, let before = flags.readings[key], before.value != reading.value,
                flags.ledger.entries[key] == nil
            {
                tellForeignChange(reading, before: before.value, at: now)
            }
            actions.append(contentsOf: flags.ledger.observed(reading, at: now))
            flags.readings[key] = reading
        }
        let names = readings.map(\.name)
        for gone in Set(flags.names[backend] ?? []).subtracting(names) {
            flags.readings[FlagKey(backend: backend, name: gone)] = nil
            let name = Sanitizer.line(gone, maxBytes: 128)
            note(
                .warning, FlagKey(backend: backend, name: gone).id, "\(name) is no longer in \(backend)",
                at: now.wall)
        }
        flags.names[backend] = names
        flags.readAt[backend] = now
        flags.probes[backend] = schedule.id
        return actions
    }

    /// The reading that came back with an answer is newer than the last poll.
    mutating func observe(_ reading: FlagReading, at now: Timestamp) {
        flags.readings[FlagKey(backend: reading.backend, name: reading.name)] = reading
    }

    /// What an earlier run did not see the end of is open until a read decides it.
    mutating func resume(_ change: FlagChange, at now: Timestamp) {
        guard flags.ledger.resume(change, at: now) else { return }
        let name = Sanitizer.line(change.flag, maxBytes: 128)
        note(
            .unknown, change.key.id,
            "turning \(name) \(Self.word(change.to)) was under way when the console ended; it is looked at again",
            at: now.wall)
    }

    mutating func tell(_ change: FlagChange, _ outcome: ChangeOutcome, at now: Timestamp) {
        let id = change.key.id
        let name = Sanitizer.line(change.flag, maxBytes: 128)
        let (from, to) = (Self.word(change.from), Self.word(change.to))
        switch outcome {
        case .confirmed(let reading):
            observe(reading, at: now)
            flags.changes[id.name] = EngineState.KeptFlagChange(by: operatorName, at: now.wall)
            unsaved = .urgent
            note(nil, id, "\(operatorName) turned \(name) \(to) in \(store), was \(from)", at: now.wall)
        case .refused(let why):
            let reason = Sanitizer.line(why, maxBytes: 300)
            note(.warning, id, "\(name) not turned \(to): \(reason)", at: now.wall)
        case .conflict(let reading):
            observe(reading, at: now)
            note(
                .warning, id,
                "\(name) not turned \(to): somebody else changed it, it is \(Self.word(reading.value))",
                at: now.wall)
        case .unknown(let why):
            let reason = Sanitizer.line(why, maxBytes: 300)
            note(.unknown, id, "turning \(name) \(to): not known whether it took: \(reason)", at: now.wall)
        }
    }

    func flagRows(at now: Timestamp) -> [FlagRow] {
        var rows: [FlagRow] = []
        for (backend, names) in flags.names {
            for name in names {
                let key = FlagKey(backend: backend, name: name)
                guard let reading = flags.readings[key] else { continue }
                rows.append(row(for: reading, key: key, at: now))
            }
        }
        return rows.sorted { ($0.flag.name, $0.flag.backend) < ($1.flag.name, $1.flag.backend) }
    }

    private func row(for reading: FlagReading, key: FlagKey, at now: Timestamp) -> FlagRow {
        var reading = reading
        if let change = flags.changes[reading.id.name],
            change.at > (reading.changedAt ?? change.at) || reading.changedAt == nil
        {
            reading.changedAt = change.at
            reading.changedBy = change.by
        }
        var row = FlagRow(
            flag: reading, place: places[key.backend] ?? key.backend,
            judgement: Judgement(reading.value == .off ? .off : .ok))
        row.readAt = flags.readAt[key.backend]
        switch reading.value {
        case .on: row.next = .off
        case .off: row.next = .on
        case .variant, .rollout, .codeDefault: break
        }
        if let reason = environment.whyReadOnly {
            row.refusal = reason
        } else if let reason = reading.fixedReason {
            row.refusal = Sanitizer.line(reason, maxBytes: 200)
        } else if !FlagNames.isActionable(reading.name) {
            row.refusal = "its name holds characters that are not switched by"
        } else if row.next == nil {
            row.refusal = "it is \(Self.word(reading.value)), not plain ON or OFF"
        }
        if row.refusal != nil { row.next = nil }
        if let entry = flags.ledger.entries[key] {
            let change = entry.change
            if case .unknown(let since) = entry.phase {
                row.progress = .unknown(to: change.to, opID: change.opID)
                row.judgement = Judgement(
                    .unknown, ["turning \(Self.word(change.to)), not known whether it took"],
                    since: since.wall, figure: .value)
            } else {
                row.progress = .asked(to: change.to, opID: change.opID)
            }
            row.next = nil
            row.refusal = "it is being turned \(Self.word(change.to))"
        }
        return row
    }

    private mutating func tellForeignChange(_ reading: FlagReading, before: FlagValue, at now: Timestamp) {
        let name = Sanitizer.line(reading.name, maxBytes: 128)
        let (was, value) = (Self.word(before), Self.word(reading.value))
        let text =
            if let who = reading.changedBy {
                "\(Sanitizer.line(who, maxBytes: 64)) turned \(name) \(value) in \(store), was \(was)"
            } else {
                "\(name) was turned \(value) elsewhere, was \(was)"
            }
        note(nil, reading.id, text, at: now.wall)
    }

    /// Where a change takes effect.
    private var store: String {
        environment.isProduction ? "PRODUCTION" : Sanitizer.line(environment.name, maxBytes: 64)
    }

    /// A value as it may be shown.
    static func word(_ value: FlagValue) -> String { Sanitizer.line(value.text, maxBytes: 64) }
}
