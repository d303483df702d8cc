import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// Flags: what each backend says, and the changes under way.
struct FlagPart: Sendable {
    var ledger = ChangeLedger()
    var book = FlagBook()
    /// The probe of each backend.
    var probes: [String: String] = [:]
    /// The last change of each that was seen.
    var changes: [FlagKey: EngineState.KeptFlagChange] = [:]
    /// What another process has under way, which keeps this environment.
    var underWay: [FlagKey: FlagRow.Progress] = [:]
    /// Turned by the process that keeps this environment since they were read here: what is known of them is older.
    var turnedSince: Set<FlagKey> = []
    /// Who asked for the change that is under way.
    var people: [FlagKey: Operator] = [:]
    /// Why the end of a change was not seen.
    var unseenEnds: [FlagKey: String] = [:]
    /// Saved, and something of it perhaps not done: told until it is, or until the flag is changed again.
    var halfDone: [FlagKey: EngineState.KeptHalfDone] = [:]
    /// What can be done about it, by backend; and of which change it is being done, by its id.
    var finishingSteps: [String: FinishingStep] = [:]
    var finishing: [FlagKey: String] = [:]
    /// What another program did to the place of a change of ours meanwhile. Stands until the flag is changed again:
    /// whoever comes back to the screen sees it.
    var crossings: [FlagKey: String] = [:]
    /// The newest change of ours that `changes` knows of, by its id.
    var heard: [FlagKey: String] = [:]
    /// What was kept by an older version, that did not say which, knows what ended before.
    var heardBefore: WallTime?
    /// Gone from their backend while they were not well: told until they are back.
    var vanished: [FlagKey: Vanished] = [:]
    /// Of every flag that is shown.
    var judgements: [FlagKey: Judgement] = [:]

    struct Vanished: Sendable {
        var reading: FlagReading
        var status: Status
        var readAt: Timestamp
        var since: WallTime
    }
}

extension StoreState {
    mutating func receive(
        _ sample: FlagSample, from schedule: ProbeSchedule, began: Timestamp, at now: Timestamp
    ) -> [LedgerAction] {
        let backend = schedule.source
        flags.probes[backend] = schedule.id
        let theirs = flags.turnedSince
        flags.turnedSince = flags.turnedSince.filter { key in
            key.backend != backend || flags.changes[key].map { began.wall < $0.at } ?? false
        }
        let known = flags.book.known
        let taken = flags.book.take(sample.flags, of: backend, began: began, at: now)
        for news in taken.news {
            switch news {
            case .turned(let reading, let before, let isSeen):
                // What is being turned from here is told when it ends.
                guard flags.ledger.entries[reading.key] == nil else { continue }
                // Whose it was is known already.
                if theirs.contains(reading.key), !(flags.changes[reading.key]?.by ?? "").isEmpty { continue }
                // When it was turned while nobody watched is known where the backend tells.
                let changed = reading.changedAt ?? sample.changedAt ?? (isSeen ? now.wall : nil)
                flags.changes[reading.key] = changed.map {
                    // A file's time is of another clock: no change is yet to come.
                    EngineState.KeptFlagChange(by: reading.changedBy ?? "", at: min($0, now.wall))
                }
                unsaved = .urgent
                tellForeignChange(reading, before: before, at: now)
            case .gone(let reading): vanish(reading, readAt: known[reading.key]?.readAt ?? now, at: now)
            }
        }
        let actions = taken.counted.flatMap { flags.ledger.observed($0, began: began) }
        // What is decided now is told by whoever carries it out, and settled then.
        let decided = Set(actions.compactMap(\.key))
        for key in flags.book.keys(of: backend) where !decided.contains(key) { settleFlag(key, at: now) }
        return actions
    }

    /// Before it is told: what came back with an answer is newer than a reading that began before.
    mutating func changeEnded(_ change: FlagChange, _ outcome: ChangeOutcome, at now: Timestamp) {
        switch outcome {
        case .confirmed(let reading), .saved(let reading, _), .conflict(let reading),
            .crossed(let reading, _):
            flags.book.changeEnded(change, reading: reading, at: now)
        case .refused: flags.book.changeEnded(change, reading: nil, at: now)
        case .unknown(let why):
            flags.book.changeEnded(change, reading: nil, at: now)
            flags.unseenEnds[change.key] = Sanitizer.line(why, maxBytes: 300)
        }
    }

    /// What an earlier run did not see the end of is open until a read decides it.
    /// Or until its writer has ended, when that may run still. False when it is not taken up.
    mutating func resume(
        _ open: UnfinishedChange, writer: ProcessMark?, isReachable: Bool, at now: Timestamp
    ) -> Bool {
        let change = open.change
        guard flags.ledger.resume(change, writer: writer, since: open.since, at: now) else { return false }
        let name = Sanitizer.line(change.flag, maxBytes: 128)
        flags.people[change.key] = open.by
        let why = open.why.map { Sanitizer.line($0, maxBytes: 300) } ?? ""
        flags.unseenEnds[change.key] = why.isEmpty ? "it was under way when the console ended" : why
        let next =
            if !isReachable {
                "how it ended cannot be seen: \(Sanitizer.line(change.backend, maxBytes: 128)) is not in the config"
            } else {
                writer == nil ? "it is looked at again" : "its program is waited for"
            }
        note(
            .unknown, change.key.id,
            "turning \(name) \(Self.word(change.to)) was under way when the console ended; \(next)",
            at: now.wall)
        // One that was read here already, as by a console that watched, is judged by it at once.
        settleFlag(change.key, at: now)
        return true
    }

    /// What another process has under way now; true when that is news.
    mutating func see(underWay: [FlagKey: FlagRow.Progress], at now: Timestamp) -> Bool {
        guard flags.underWay != underWay else { return false }
        let keys = Set(flags.underWay.keys).union(underWay.keys)
        flags.underWay = underWay
        for key in keys { settleFlag(key, at: now) }
        return true
    }

    /// What the process that keeps this environment knows and no reading tells: what people there have set aside
    /// and turned. The backends to be read again, as what was read here is older than that.
    mutating func follow(_ state: EngineState, at now: WallTime) -> Set<String> {
        takeAsides(of: state, at: now)
        detecting.ended.take(state.ended)
        takeSilences(of: state)
        for change in state.changes where changes.book.add(change) { changes.followed.append(change) }
        if environment.watchesOnly != nil { notices.follow(state.notices) }
        flags.heard.merge(Self.flagEnds(state)) { mine, _ in mine }
        let values = Self.flagValues(state.flagValues)
        for (key, change) in Self.flagChanges(state.flagChanges) {
            if let mine = flags.changes[key], mine.at > change.at {
                // What was only seen here is theirs, when they left it as it is.
                guard mine.by.isEmpty, values[key] == flags.book.known[key]?.reading.value else { continue }
            }
            flags.changes[key] = change
            if let known = flags.book.known[key], known.readAt.wall < change.at {
                flags.turnedSince.insert(key)
            }
        }
        return Set(flags.turnedSince.map(\.backend))
    }

    mutating func tell(_ change: FlagChange, _ outcome: ChangeOutcome, at now: Timestamp) {
        let id = change.key.id
        let name = Sanitizer.line(change.flag, maxBytes: 128)
        let to = Self.word(change.to)
        switch outcome {
        case .confirmed(let reading):
            tellTurned(reading, change, at: now)
        case .saved(let reading, let why):
            tellTurned(reading, change, but: Sanitizer.line(why, maxBytes: 300), at: now)
        case .refused(let why):
            let reason = Sanitizer.line(why, maxBytes: 300)
            note(.warning, id, "\(name) not turned \(to): \(reason)", at: now.wall)
        case .conflict(let reading):
            if reading.value.isKnown, reading.value != change.from {
                // Whoever turned it last before is not who turned it so.
                flags.changes[change.key] = EngineState.KeptFlagChange(
                    by: reading.changedBy ?? "", at: min(reading.changedAt ?? now.wall, now.wall))
                unsaved = .urgent
            }
            note(
                .warning, id,
                "\(name) not turned \(to): somebody else changed it, it is \(Self.words(reading))",
                at: now.wall)
        case .crossed(let reading, let why):
            flags.crossings[change.key] = Sanitizer.line(why, maxBytes: 600)
            let who = who(changed: change.key)
            if reading.value == change.to {
                flags.changes[change.key] = EngineState.KeptFlagChange(by: who, at: now.wall)
                flags.heard[change.key] = change.opID
            }
            unsaved = .urgent
            note(
                .warning, id,
                "conflict: \(name) is \(Self.words(reading)) after \(who) turned it \(to); "
                    + Sanitizer.line(why, maxBytes: 600),
                at: now.wall)
        case .unknown:
            // Told by its assessment, as everything that is so until it ends.
            break
        }
        if flags.ledger.entries[change.key] == nil {
            flags.unseenEnds[change.key] = nil
            flags.people[change.key] = nil
        }
        settleFlag(change.key, at: now)
    }

    /// An older log may not say who asked.
    private func who(changed key: FlagKey) -> String {
        Self.words(of: flags.people[key])
    }

    static func words(of person: Operator?) -> String {
        Sanitizer.line(person?.name ?? "somebody", maxBytes: 64)
    }

    private mutating func tellTurned(
        _ reading: FlagReading, _ change: FlagChange, but doubt: String? = nil, at now: Timestamp
    ) {
        let who = who(changed: change.key)
        flags.crossings[change.key] = nil
        flags.halfDone[change.key] = doubt.map {
            EngineState.KeptHalfDone(change: change, why: $0, at: now.wall)
        }
        flags.changes[change.key] = EngineState.KeptFlagChange(by: who, at: now.wall)
        flags.heard[change.key] = change.opID
        unsaved = .urgent
        let still = reading.differing.words.map { "still \(Sanitizer.line($0, maxBytes: 200))" }
        let words = [turned(change, by: who), still].compactMap { $0 }.joined(separator: ", ")
        // A doubt is told by its assessment.
        note(still == nil ? nil : .warning, change.key.id, words, at: now.wall)
        keepTurn(of: change.key, words, at: now.wall, by: who)
    }

    func turned(_ change: FlagChange, by who: String) -> String {
        let name = Sanitizer.line(change.flag, maxBytes: 128)
        return "\(who) turned \(name) \(Self.word(change.to)) in \(store), was \(Self.word(change.from))"
    }

    private mutating func tellForeignChange(_ reading: FlagReading, before: FlagValue, at now: Timestamp) {
        let name = Sanitizer.line(reading.name, maxBytes: 128)
        let (was, value) = (Self.word(before), Self.words(reading))
        let text =
            if let who = reading.changedBy {
                "\(Sanitizer.line(who, maxBytes: 64)) turned \(name) \(value) in \(store), was \(was)"
            } else if flags.underWay[reading.key]?.wanted == reading.value {
                "\(name) was turned \(value) by the console that keeps this environment, was \(was)"
            } else {
                "\(name) was turned \(value) elsewhere, was \(was)"
            }
        note(nil, reading.id, text, at: now.wall)
        let known = flags.changes[reading.key]
        keepTurn(of: reading.key, text, at: known?.at ?? now.wall, by: known?.by)
    }

    /// Gone is not well again: what was told of it stays until it is back.
    private mutating func vanish(_ reading: FlagReading, readAt: Timestamp, at now: Timestamp) {
        let key = reading.key
        let (name, place) = (Sanitizer.line(reading.name, maxBytes: 128), key.backend)
        let status = flags.judgements[key]?.status ?? .ok
        if status < .ok, flags.vanished.count < Self.mostGone {
            flags.vanished[key] = FlagPart.Vanished(
                reading: reading, status: status, readAt: readAt, since: now.wall)
            settleFlag(key, at: now)
        } else {
            flags.judgements[key] = nil
            assessments[key.id] = nil
            since.forget(key.id)
        }
        note(.warning, key.id, "\(name) is no longer in \(place)", at: now.wall)
    }

    /// Where a change takes effect.
    private var store: String {
        environment.isProduction ? "PRODUCTION" : Sanitizer.line(environment.name, maxBytes: 64)
    }

    /// A value as it may be shown.
    static func word(_ value: FlagValue) -> String {
        value.isKnown ? Sanitizer.line(value.text, maxBytes: 64) : "not known"
    }

    /// The same with what narrower scopes say otherwise: `OFF, but ON in 2 store views`.
    static func words(_ reading: FlagReading) -> String { Sanitizer.line(reading.sentence, maxBytes: 300) }

    static func flagValues(_ kept: [String: FlagValue]) -> [FlagKey: FlagValue] {
        var values: [FlagKey: FlagValue] = [:]
        for (text, value) in kept {
            if let key = EntityID(text).flatMap({ FlagKey($0) }) { values[key] = value }
        }
        return values
    }

    /// `name@backend` was the key of the first version.
    static func flagChanges(
        _ kept: [String: EngineState.KeptFlagChange]
    ) -> [FlagKey: EngineState.KeptFlagChange] {
        var changes: [FlagKey: EngineState.KeptFlagChange] = [:]
        for (text, change) in kept {
            if text.hasPrefix("flag@"), let key = EntityID(text).flatMap({ FlagKey($0) }) {
                changes[key] = change
            } else if let at = text.lastIndex(of: "@") {
                let (name, backend) = (text[..<at], text[text.index(after: at)...])
                changes[FlagKey(backend: String(backend), name: String(name))] = change
            }
        }
        return changes
    }
}

extension LedgerAction {
    fileprivate var key: FlagKey? {
        if case .recordOutcome(let change, _) = self { change.key } else { nil }
    }
}
