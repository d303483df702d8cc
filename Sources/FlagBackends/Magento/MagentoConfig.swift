package import FeatureFlags
package import Monitoring
import Platform
import Text

/// Flags in Magento's own configuration, read and changed by its own program.
///
/// Every value comes from the command. Where a database is named, its table is looked at first: the command is asked
/// when a row of these paths has changed, and every five minutes, as files go before the table and are not in it.
/// The table also knows narrower scopes.
package actor MagentoConfig: FlagBackend {
    package nonisolated let name: String
    package nonisolated let place = "magento config"
    package nonisolated let schedule: ProbeSchedule
    package nonisolated let manner: String

    private let command: MagentoCommand
    private let flags: [MagentoFlag]
    private let table: (any SettingsTable)?
    private let time: any TimeSource
    private var clock = ServerClock()
    /// What the command said last, and of which rows; nil when it must be asked.
    private var last: (readings: [FlagReading], rows: [StoredSettings.Row], at: Timestamp)?
    private var refusedGroups: Set<ExactName> = []
    private var reads = 0
    /// Grows with every change: what was asked before one is not kept after it.
    private var changes = 0

    private static let trustSeconds = 300.0
    /// What is not known is asked for again sooner.
    private static let doubtSeconds = 60.0
    /// Values of narrower scopes asked for a flag; each costs a call.
    private static let mostOverrides = 20

    package init(
        name: String, command: MagentoCommand, flags: [MagentoFlag], table: (any SettingsTable)? = nil,
        interval: Duration, time: any TimeSource
    ) {
        self.name = name
        self.command = command
        self.flags = flags
        self.table = table
        self.time = time
        schedule = ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: interval,
            deadline: interval)
        manner =
            table.map {
                "the tables of \($0.source) at each look; config:show when a row has changed, and every 5 min"
            } ?? "config:show at each look; narrower scopes are not read without a database"
    }

    package func read() async throws(ReadFailure) -> FlagSample {
        let changesBefore = changes
        let (rows, why) = await stored()
        if let rows, let kept = kept(for: rows) { return FlagSample(kept, cost: rows.cost) }
        // A group that is refused today may be shown after an upgrade.
        reads += 1
        if reads % 60 == 0 { refusedGroups = [] }
        var look = SettingsLook(command, refusedGroups: refusedGroups)
        let began = time.now
        let readings = try await read(flags, &look, rows, why)
        refusedGroups = look.refusedGroups
        // Nothing at all could be had: that is no matter of one flag.
        if look.answers == 0, let failure = look.firstCommandFailure {
            throw ReadFailure(.malformed, failure)
        }
        last = changes == changesBefore ? rows.map { (readings, $0.rows, began) } : nil
        var cost = look.cost
        if let rows { cost.add(rows.cost) }
        return FlagSample(readings, cost: cost)
    }

    package func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome {
        guard let flag = flags.first(where: { ExactName.same($0.name, change.flag) }) else {
            return .refused("no configuration path is known for it")
        }
        let value: String
        switch change.to {
        case .on: value = "1"
        case .off: value = "0"
        default: return .refused("only ON and OFF can be set here")
        }
        do throws(ReadFailure) {
            let before = try await read(flag)
            if case .unknown(let why) = before.value {
                return .refused("it could not be read before the change: \(why)")
            }
            guard before.revision == change.expectedRevision else { return .conflict(before) }
            if let reason = before.fixedReason { return .refused(reason) }
        } catch {
            return .refused("it could not be read before the change: \(error.message)")
        }
        defer {
            changes += 1
            last = nil
        }
        let end = await command.set(flag.path, in: flag.scope, to: value, as: change.opID, record)
        return await readBack(flag, change, after: end)
    }

    package func takeUp(_ change: FlagChange, of writer: ProcessMark) async -> ChangeOutcome {
        guard let flag = flags.first(where: { ExactName.same($0.name, change.flag) }) else {
            return .unknown("no configuration path is known for it any more")
        }
        defer {
            changes += 1
            last = nil
        }
        return await readBack(flag, change, after: await command.takeUp(change.opID, of: writer))
    }

    @concurrent package func end(_ writer: ProcessMark) async -> String? {
        do throws(SystemError) {
            try await DetachedProgram.end(writer)
            return nil
        } catch {
            return Sanitizer.line("\(error)")
        }
    }

    package nonisolated var finishing: FinishingStep? {
        FinishingStep(
            command: command.cleaning, title: "Clean the config cache",
            effect: "The shop reads all its settings anew, which costs it a moment.")
    }

    @concurrent package func finish() async -> String? { await command.cleanConfigCache() }

    @concurrent package func tidy(keeping opIDs: Set<String>) async { command.tidy(keeping: opIDs) }

    /// What came of it is what reads: a command that failed may have saved, one that said yes may not have.
    private func readBack(
        _ flag: MagentoFlag, _ change: FlagChange, after end: MagentoCommand.SetEnd
    ) async -> ChangeOutcome {
        let (words, isOver): (String?, Bool)
        switch end {
        case .notStarted(let why): return .refused(why)
        case .well: (words, isOver) = (nil, true)
        case .otherwise(let said, let hasEnded): (words, isOver) = (said, hasEnded)
        }
        let ended = words ?? "config:set said yes"
        let after: FlagReading
        do throws(ReadFailure) {
            after = try await read(flag)
        } catch {
            return .unknown("\(ended), and it could not be read back: \(error.message)")
        }
        if case .unknown(let why) = after.value {
            return .unknown("\(ended), and it could not be read back: \(why)")
        }
        if after.value == change.to {
            guard let words else { return .confirmed(after) }
            return .saved(
                after, "the config cache is perhaps not cleaned: \(words)")
        }
        // Nothing has changed, and nothing of it is at work any more.
        if let words, isOver, after.revision == change.expectedRevision { return .refused(words) }
        return .unknown("\(ended), and config:show reads \(Sanitizer.line(after.value.text, maxBytes: 64))")
    }

    /// One flag as it is now, asked for and not remembered.
    private func read(_ flag: MagentoFlag) async throws(ReadFailure) -> FlagReading {
        let (rows, why) = await stored()
        var look = SettingsLook(command, refusedGroups: refusedGroups)
        let readings = try await read([flag], &look, rows, why)
        guard let reading = readings.first else { throw ReadFailure(.malformed, "nothing was read") }
        return reading
    }

    private func read(
        _ flags: [MagentoFlag], _ look: inout SettingsLook, _ rows: StoredSettings?, _ why: String
    ) async throws(ReadFailure) -> [FlagReading] {
        for scope in Set(flags.map(\.scope)) {
            try await look.prepare(flags.filter { $0.scope == scope }.map(\.path), in: scope)
        }
        var readings: [FlagReading] = []
        for flag in flags {
            let (shown, from) = try await flag.value(&look, rows)
            var reading = try flag.reading(shown, backend: name)
            if flag.scope.level != .storeView {
                reading.unseen = why.isEmpty ? nil : why
                if let rows { try await addOverrides(of: flag, to: &reading, &look, rows) }
            }
            if let rows, let changed = flag.changed(rows, from: from, shown) {
                reading.changedAt = changed.advanced(bySeconds: clock.shift)
            }
            readings.append(reading)
        }
        return readings
    }

    private func addOverrides(
        of flag: MagentoFlag, to reading: inout FlagReading, _ look: inout SettingsLook,
        _ rows: StoredSettings
    ) async throws(ReadFailure) {
        let narrower = flag.narrower(rows)
        for (scope, row) in narrower.prefix(Self.mostOverrides) {
            switch try await look.value(of: flag.path, in: scope) {
            // The row is there: an empty line is its value, and means no.
            case .empty:
                if (row.value ?? "").isEmpty { reading.overrides.append(FlagOverride(scope, .off)) }
            case let shown: reading.overrides.append(FlagOverride(scope, MagentoFlag.value(shown)))
            }
        }
        let left = narrower.count - Self.mostOverrides
        if left > 0 { reading.unseen = "\(left) more values of narrower scopes were not asked for" }
    }

    /// The rows of all paths, or why there are none.
    private func stored() async -> (StoredSettings?, String) {
        guard let table else { return (nil, "narrower scopes are not read: no database is named") }
        do throws(ReadFailure) {
            let rows = try await table.settings(flags.map(\.path))
            if let serverTime = rows.serverTime { clock.read(serverTime, at: time.now) }
            return (rows, "")
        } catch {
            return (nil, "narrower scopes could not be read: \(Sanitizer.line(error.message, maxBytes: 200))")
        }
    }

    /// What was read last, while the rows are as they were then.
    private func kept(for rows: StoredSettings) -> [FlagReading]? {
        guard let last, last.rows == rows.rows else { return nil }
        let trust = last.readings.allSatisfy(\.value.isKnown) ? Self.trustSeconds : Self.doubtSeconds
        return time.now.seconds(since: last.at) < trust ? last.readings : nil
    }
}

extension ReadCost {
    fileprivate mutating func add(_ other: ReadCost) {
        queries += other.queries
        bytes += other.bytes
        milliseconds += other.milliseconds
    }
}
