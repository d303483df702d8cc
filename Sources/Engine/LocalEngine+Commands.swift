import EngineAPI
import Monitoring
import Text

/// A person's own command is on record before it begins, and how it ended after; the console runs it.
extension LocalEngine {
    func beginRun(_ run: OwnRun, by person: Operator) async -> Reply {
        if let why = state.environment.whyReadOnly { return .refused(Refusal(.readOnly, why)) }
        if let why = state.storage.veto { return .refused(Refusal(.auditUnwritable, why)) }
        guard state.environment.commands.contains(run.command) else {
            return .refused(Refusal(.stale, "the config has no such command"))
        }
        do throws(StorageFailure) {
            try await record(
                AuditEntry(phase: .runs, of: run, in: setup.environment.name, at: time.now, by: person))
        } catch {
            failed(.audit, error)
            return .refused(Refusal(.auditUnwritable, "it was not run, because \(error.message)"))
        }
        note(nil, run, "\(Self.name(person)) runs \(run.command.name): \(run.line)")
        return .done
    }

    func endRun(_ run: OwnRun, _ end: RunEnd, by person: Operator) async -> Reply {
        await keep(
            AuditEntry(
                phase: .ran, of: run, in: setup.environment.name, at: time.now, by: person, result: end.words)
        )
        note(
            end.isGood ? nil : .warning, run, "\(run.command.name), run by \(Self.name(person)): \(end.words)"
        )
        return .done
    }

    private func note(_ status: Status?, _ run: OwnRun, _ text: String) {
        state.note(status, run.entity, Sanitizer.line(text, maxBytes: 300), at: time.now.wall)
        changed()
    }

    private static func name(_ person: Operator) -> String { Sanitizer.line(person.name, maxBytes: 64) }
}
