import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// A person ends the program of a change: nothing else does.
extension LocalEngine {
    func endProgram(of flag: EntityID, _ opID: String, by person: Operator) async -> Reply {
        guard let key = FlagKey(flag), let entry = state.flags.ledger.entries[key], entry.change.opID == opID,
            let writing = entry.writing, let backend = setup.backends.first(where: { $0.name == key.backend })
        else { return .refused(Refusal(.stale, "its program has ended by itself")) }
        if let why = state.environment.whyReadOnly { return .refused(Refusal(.readOnly, why)) }
        if let why = state.storage.veto { return .refused(Refusal(.auditUnwritable, why)) }
        do throws(StorageFailure) {
            try await setup.stores.audit.append(
                self.entry(.ending, entry.change, writing.program.text, by: person))
            works(.audit)
        } catch {
            failed(.audit, error)
            return .refused(Refusal(.auditUnwritable, "it was not ended, because \(error.message)"))
        }
        let name = Sanitizer.line(entry.change.flag, maxBytes: 128)
        if let why = await backend.end(writing.program) { return .refused(Refusal(.notToggleable, why)) }
        let who = Sanitizer.line(person.name, maxBytes: 64)
        state.note(
            .warning, flag,
            "\(who) ended the program that turned \(name) \(StoreState.word(entry.change.to)): what it did is read back",
            at: time.now.wall)
        changed()
        return .done
    }
}
