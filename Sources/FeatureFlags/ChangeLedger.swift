package import Monitoring

/// The changes under way and the rules they pass: what may be asked, and what follows what.
///
/// A value that decides; the engine around it acts. The order is fixed: the intent is durable before
/// anything is sent, one change per flag at a time, and a change whose end was not seen stays open as
/// unknown until a later read decides it (`safety.md` 5). Whether a flag may be switched at all is
/// `FlagGate`'s to say.
package struct ChangeLedger: Sendable {
    package enum Phase: Hashable, Sendable {
        /// Confirmed by the operator, the intent not yet durable.
        case asked
        case sent
        /// Sent at some time, no answer seen.
        case unknown(since: Timestamp)
    }

    package struct Entry: Hashable, Sendable {
        package var change: FlagChange
        package var phase: Phase
        /// When it was handed to the backend; nil before.
        package var sentAt: Timestamp?
        /// The program that carries it out, and since when: only its end decides.
        package var writing: Writing?
    }

    package struct Writing: Hashable, Sendable {
        package var program: ProcessMark
        /// When it stood on record; of an earlier run, when it began, as far as that is known.
        package var since: Timestamp
        /// What is known of its end, when whether it took could not be read then.
        package var end: String?
    }

    /// From when on a flag that looks unchanged proves that a change did not take; nil when its end was seen, or is
    /// waited for.
    package func settles(_ key: FlagKey, at now: Timestamp) -> WallTime? {
        guard case .unknown(let since)? = entries[key]?.phase else { return nil }
        return now.wall.advanced(bySeconds: Self.settleSeconds - now.seconds(since: since))
    }

    /// How long an unseen change may still land after all: until then a flag that looks unchanged proves
    /// nothing (a late request can still arrive).
    package static let settleSeconds: Double = 120

    /// Changes under way, by flag.
    package private(set) var entries: [FlagKey: Entry] = [:]
    private var finished: [String] = []

    package init() {}

    /// Takes a change that may be made (`FlagGate`), or says why not. `seen` is the flag as last read.
    package mutating func ask(
        _ change: FlagChange, seen: FlagReading
    ) throws(ChangeRefusal) -> [LedgerAction] {
        guard !finished.contains(change.opID) else {
            throw ChangeRefusal(.alreadyChanging, "this change was carried out before")
        }
        if let entry = entries[change.key] {
            throw ChangeRefusal(.alreadyChanging, "it is being turned \(entry.change.to.text)")
        }
        guard seen.revision == change.expectedRevision else {
            throw ChangeRefusal(.stale, "it has changed since it was shown: it is \(seen.value.text) now")
        }
        entries[change.key] = Entry(change: change, phase: .asked)
        return [.recordIntent(change)]
    }

    /// Takes up a change of an earlier run whose end nobody saw; false when another one is under way. One whose
    /// writer stands on record is decided by that one's end. `since`: when its end was put on record as not seen, by
    /// the clock of then; nil when it never was.
    package mutating func resume(
        _ change: FlagChange, writer: ProcessMark? = nil, since: WallTime? = nil, at now: Timestamp
    ) -> Bool {
        guard entries[change.key] == nil, !finished.contains(change.opID) else { return false }
        let age = since.map { max(0, now.wall.seconds(since: $0)) } ?? 0
        entries[change.key] = Entry(
            change: change, phase: writer == nil ? .unknown(since: now.earlier(bySeconds: age)) : .sent,
            sentAt: now,
            writing: writer.map { Writing(program: $0, since: $0.began(asOf: now) ?? now) })
        return true
    }

    /// The program that carries it out stands on record and begins.
    package mutating func began(_ change: FlagChange, _ writer: ProcessMark, at now: Timestamp) {
        guard entries[change.key]?.change.opID == change.opID else { return }
        entries[change.key]?.writing = Writing(program: writer, since: now)
    }

    /// The audit log holds the intent: it may be sent.
    package mutating func intentRecorded(_ change: FlagChange, at now: Timestamp) -> [LedgerAction] {
        guard entries[change.key]?.change.opID == change.opID, entries[change.key]?.phase == .asked else {
            return []
        }
        entries[change.key]?.phase = .sent
        entries[change.key]?.sentAt = now
        return [.send(change)]
    }

    /// The audit log could not take the intent: nothing is sent.
    package mutating func intentFailed(_ change: FlagChange) {
        guard entries[change.key]?.change.opID == change.opID, entries[change.key]?.phase == .asked else {
            return
        }
        close(change)
    }

    /// The backend answered, or gave up.
    package mutating func answered(
        _ change: FlagChange, _ outcome: ChangeOutcome, at now: Timestamp
    ) -> [LedgerAction] {
        guard entries[change.key]?.change.opID == change.opID, entries[change.key]?.phase == .sent else {
            return []
        }
        if case .unknown(let why) = outcome {
            entries[change.key]?.phase = .unknown(since: now)
            entries[change.key]?.writing?.end = why
        } else {
            close(change)
        }
        return [.recordOutcome(change, outcome)]
    }

    /// A later read of the flag: decides a change whose end was not seen. One that began before the change was
    /// sent, or that could not tell the value, decides nothing.
    package mutating func observed(_ flag: FlagReading, began: Timestamp) -> [LedgerAction] {
        guard let entry = entries[flag.key], case .unknown(let since) = entry.phase, flag.value.isKnown,
            entry.sentAt.map({ began.seconds(since: $0) > 0 }) ?? true
        else { return [] }
        if flag.value == entry.change.to {
            close(entry.change)
            let end = entry.writing?.end.map { "it took; of its end is known: \($0)" }
            return [.recordOutcome(entry.change, end.map { .saved(flag, $0) } ?? .confirmed(flag))]
        }
        if flag.value != entry.change.from {
            close(entry.change)
            return [.recordOutcome(entry.change, .conflict(flag))]
        }
        guard began.seconds(since: since) >= Self.settleSeconds else { return [] }
        close(entry.change)
        let text = "did not take: still \(flag.value.text) two minutes later"
        return [.recordOutcome(entry.change, .refused(text))]
    }

    /// Another process goes on with what is open, from what is on record.
    package mutating func letGo() { entries = [:] }

    private mutating func close(_ change: FlagChange) {
        entries[change.key] = nil
        finished.append(change.opID)
        if finished.count > 256 { finished.removeFirst(finished.count - 256) }
    }
}

/// What the ledger wants done.
package enum LedgerAction: Hashable, Sendable {
    /// Make the intent durable, then call `intentRecorded` or `intentFailed`.
    case recordIntent(FlagChange)
    /// Hand it to its backend, then call `answered`.
    case send(FlagChange)
    /// Tell the audit log and the journal.
    case recordOutcome(FlagChange, ChangeOutcome)
}
