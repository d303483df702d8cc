import Display
package import EngineAPI
import Monitoring
import Text

/// The question before a person's own command runs: the whole line with the row's values, Cancel first, and in
/// production its name typed, as a flag's is.
package struct CommandQuestion: Hashable, Sendable {
    package let run: OwnRun
    /// As people call the row.
    let label: String
    let environment: EnvironmentFacts
    let openedAt: Timestamp
    package var form: SignedForm

    init(_ run: OwnRun, of row: any Row, environment: EnvironmentFacts, at now: Timestamp) {
        self.run = run
        self.environment = environment
        label = "\(row.id.kind.rawValue) \(row.label)"
        openedAt = now
        form = SignedForm(
            word: environment.isProduction ? run.command.name : nil, of: "the command", at: now)
    }

    var name: String { run.command.name }
    var verb: String { "Run \(name)" }

    /// Why the question no longer stands, as a sentence; nil while it does. `arguments` are those that the row gives
    /// now, nil where it gives none any more.
    func ended(_ snapshot: Snapshot?, arguments: [String]?, at now: Timestamp) -> String? {
        if now.seconds(since: openedAt) >= FlagDialog.lifetime {
            return "no answer for 60 s: \(name) was not run"
        }
        if let why = snapshot?.silence(at: now) { return "\(name) was not run: \(why)" }
        if let why = snapshot?.environment.whyReadOnly { return "\(name) was not run: \(why)" }
        return arguments == run.arguments
            ? nil : "\(name) was not run: what it would be run with is no longer so"
    }
}

extension Snapshot {
    /// Why nothing on the screen is taken for true; nil while it is.
    func silence(at now: Timestamp) -> String? {
        let silent = now.seconds(since: at)
        return silent >= FlagDialog.silence ? "nothing was heard for \(Age.text(seconds: silent))" : nil
    }
}
