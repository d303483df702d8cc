import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// A person has done what a saved change may have left undone: on record first, as a change is.
extension LocalEngine {
    func finish(_ flag: EntityID, _ opID: String, by person: Operator) async -> Reply {
        guard let key = FlagKey(flag), let undone = state.flags.halfDone[key], undone.change.opID == opID,
            let backend = setup.backends.first(where: { $0.name == key.backend }),
            let step = backend.finishing
        else { return .refused(Refusal(.stale, "nothing of that change is left to do")) }
        if let why = state.environment.whyReadOnly { return .refused(Refusal(.readOnly, why)) }
        if let why = state.storage.veto { return .refused(Refusal(.auditUnwritable, why)) }
        guard state.flags.ledger.entries[key] == nil, state.flags.finishing[key] == nil else {
            return .refused(Refusal(.alreadyChanging, "something is being done about it already"))
        }
        state.flags.finishing[key] = opID
        defer {
            state.flags.finishing[key] = nil
            changed()
        }
        do throws(StorageFailure) {
            try await record(entry(.finishing, undone.change, step.command, by: person))
        } catch {
            failed(.audit, error)
            return .refused(Refusal(.auditUnwritable, "it was not done, because \(error.message)"))
        }
        changed()
        let failure = await backend.finish().map { Sanitizer.line($0, maxBytes: 300) }
        let end: AuditEntry.Phase = failure == nil ? .finished : .notFinished
        await keep(entry(end, undone.change, failure ?? step.command, by: person))
        let name = Sanitizer.line(undone.change.flag, maxBytes: 128)
        let who = Sanitizer.line(person.name, maxBytes: 64)
        if let failure {
            state.note(
                .warning, flag, "\(name): \(step.command), asked for by \(who): \(failure)", at: time.now.wall
            )
            return .refused(Refusal(.notFinished, failure))
        }
        // The next change of it may have left something of its own.
        if state.flags.halfDone[key]?.change.opID == opID { state.flags.halfDone[key] = nil }
        state.unsaved = .urgent
        state.note(nil, flag, "\(name): \(who) ran \(step.command)", at: time.now.wall)
        state.settleFlag(key, at: time.now)
        return .done
    }
}
