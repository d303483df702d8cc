import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// The way of a change: asked, its intent durable, sent, read back.
extension LocalEngine {
    /// Backends have deadlines of their own; this one is for one that forgets its.
    private static let longestApply: Duration = .seconds(180)

    func submit(_ change: FlagChange, by person: Operator) async -> Reply {
        let key = change.key
        let now = time.now
        let seen = state.flags.book.known[key]?.reading
        let actions: [LedgerAction]
        do throws(ChangeRefusal) {
            switch state.gate(key, seen, at: now) {
            case .shut(let refusal): throw refusal
            case .open(let next):
                guard let seen, change.to == next else {
                    throw ChangeRefusal(
                        .stale, "it has changed since it was shown: only \(next.text) can be asked for")
                }
                actions = try state.flags.ledger.ask(change, seen: seen)
            }
        } catch {
            return .refused(Refusal(error))
        }
        state.flags.people[key] = person
        publish()
        let reply = await carryOut(actions) ?? .refused(Refusal(.storageFailed, "nothing was sent"))
        // Whoever hears how it ended sees the flag so.
        publish()
        return reply
    }

    /// Does what the ledger wants, and what follows from it; the reply to who asked.
    @discardableResult
    func carryOut(_ actions: [LedgerAction]) async -> Reply? {
        var reply: Reply?
        var waiting = actions
        while !waiting.isEmpty {
            switch waiting.removeFirst() {
            case .recordIntent(let change):
                do throws(StorageFailure) {
                    try await record(entry(.intent, change, ""))
                    waiting.append(contentsOf: state.flags.ledger.intentRecorded(change, at: time.now))
                } catch {
                    state.flags.ledger.intentFailed(change)
                    failed(.audit, error)
                    changed()
                    return .refused(
                        Refusal(
                            .auditUnwritable,
                            "nothing was sent, because \(error.message)"))
                }
            case .send(let change):
                state.flags.book.changeBegan(change)
                let outcome = await send(change)
                state.changeEnded(change, outcome, at: time.now)
                waiting.append(contentsOf: state.flags.ledger.answered(change, outcome, at: time.now))
                reply = .changed(outcome)
            case .recordOutcome(let change, let outcome):
                let person = state.flags.people[change.key]
                let end = entry(outcome.phase, change, outcome.words)
                state.tell(change, outcome, at: time.now)
                changed()
                await keep(end)
                switch outcome {
                case .unknown: await readSoon(change.backend)
                case .confirmed, .saved: followUp(change, of: person)
                case .refused, .conflict, .crossed: break
                }
            }
        }
        return reply
    }

    private func send(_ change: FlagChange) async -> ChangeOutcome {
        guard let backend = setup.backends.first(where: { $0.name == change.backend }) else {
            return .refused("there is no flag backend \(change.backend)")
        }
        let answer = OneShot<ChangeOutcome>()
        let record = ChangeRecorder { [weak self] writer in
            guard let self else { return "the console has ended" }
            return await writerBegins(writer, change)
        }
        // Not a child: a change that is under way is not cancelled with the console, and one that never
        // returns must not hold the engine. One per flag at most, by the ledger.
        Task { answer.set(await backend.apply(change, record)) }
        let lateness = time.call(at: time.now.boot + Self.longestApply) { [weak self] in
            Task { await self?.giveUp(on: change, answer) }
        }
        defer { lateness.cancel() }
        return await answer.value()
    }

    /// It has happened; that it is not on record is shown, and it is tried again.
    func keep(_ end: AuditEntry) async {
        do throws(StorageFailure) {
            try await record(end)
        } catch {
            unrecorded.append(end)
            failed(.audit, error)
        }
    }

    /// What comes to light after its end goes on record as well: the last word counts.
    private func followUp(_ change: FlagChange, of person: Operator?) {
        guard let backend = setup.backends.first(where: { $0.name == change.backend }) else { return }
        Task { [weak self] in
            guard let outcome = await backend.aftermath(of: change) else { return }
            await self?.addWord(outcome, to: change, of: person)
        }
    }

    private func addWord(_ outcome: ChangeOutcome, to change: FlagChange, of person: Operator?) async {
        // The next change of it may be under way, of somebody else.
        let next = state.flags.ledger.entries[change.key] == nil ? nil : state.flags.people[change.key]
        state.flags.people[change.key] = person
        let end = entry(outcome.phase, change, outcome.words)
        state.tell(change, outcome, at: time.now)
        state.flags.people[change.key] = next
        changed()
        await keep(end)
        await readSoon(change.backend)
    }

    /// A change of an earlier run whose end is not on record. One whose program may run still is decided by that
    /// program's end, any other by a read.
    func takeUp(_ open: UnfinishedChange, at now: Timestamp) async {
        let backend = setup.backends.first { $0.name == open.change.backend }
        let writer = backend == nil ? nil : open.writer
        guard state.resume(open, writer: writer, isReachable: backend != nil, at: now)
        else { return }
        guard let backend, let writer else {
            // Whoever looks at the log beside us must not take it for one that is on its way here.
            if open.writer == nil, open.phase != .unknown, state.environment.mayChange {
                await keep(entry(.unknown, open.change, state.flags.unseenEnds[open.change.key] ?? ""))
            }
            return
        }
        state.flags.book.changeGoesOn(open.change)
        Task { [weak self] in
            let outcome = await backend.takeUp(open.change, of: writer)
            await self?.ended(open.change, outcome)
        }
    }

    private func ended(_ change: FlagChange, _ outcome: ChangeOutcome) async {
        state.changeEnded(change, outcome, at: time.now)
        await carryOut(state.flags.ledger.answered(change, outcome, at: time.now))
    }

    /// Nil once it stands on record; it may begin then.
    private func writerBegins(_ writer: ProcessMark, _ change: FlagChange) async -> String? {
        do throws(StorageFailure) {
            try await record(entry(.started, change, writer.text))
        } catch {
            failed(.audit, error)
            return "nothing was sent, because \(error.message)"
        }
        state.flags.ledger.began(change, writer, at: time.now)
        changed()
        return nil
    }

    /// A writer is waited for as long as it runs: its end decides, and nothing else.
    private func giveUp(on change: FlagChange, _ answer: OneShot<ChangeOutcome>) {
        guard state.flags.ledger.entries[change.key]?.writing == nil else { return }
        answer.set(.unknown("no answer within \(Int(Self.longestApply.inSeconds)) s"))
    }

    func record(_ entry: AuditEntry) async throws(StorageFailure) {
        try await setup.stores.audit.append(entry)
        works(.audit)
    }

    private func entry(_ phase: AuditEntry.Phase, _ change: FlagChange, _ result: String) -> AuditEntry {
        entry(phase, change, result, by: state.flags.people[change.key])
    }

    func entry(
        _ phase: AuditEntry.Phase, _ change: FlagChange, _ result: String, by person: Operator?
    ) -> AuditEntry {
        AuditEntry(
            phase: phase, at: time.now, environment: setup.environment.name, change: change, by: person,
            result: result)
    }
}

extension ChangeOutcome {
    fileprivate var phase: AuditEntry.Phase {
        switch self {
        case .confirmed: .confirmed
        case .saved: .saved
        case .refused: .refused
        case .conflict, .crossed: .conflict
        case .unknown: .unknown
        }
    }

    fileprivate var words: String {
        switch self {
        case .confirmed(let reading): AuditEntry.reads + StoreState.words(reading)
        case .saved(let reading, let why), .crossed(let reading, let why):
            AuditEntry.reads + StoreState.words(reading) + AuditEntry.behindReading + why
        case .conflict(let reading): AuditEntry.reads + StoreState.words(reading) + AuditEntry.byAnother
        case .refused(let why), .unknown(let why): why
        }
    }
}

extension Refusal {
    fileprivate init(_ refusal: ChangeRefusal) {
        let code: Code =
            switch refusal.code {
            case .readOnly: .readOnly
            case .notOnRecord: .auditUnwritable
            case .unknownFlag: .unknownFlag
            case .notToggleable: .notToggleable
            case .alreadyChanging: .alreadyChanging
            case .stale: .stale
            }
        self.init(code, Sanitizer.line(refusal.message, maxBytes: 300))
    }
}
