package import EngineAPI
package import FeatureFlags
package import Monitoring

/// One phase of one change. Who, where and when in the chain is added by the log.
package struct AuditEntry: Sendable, Codable, Hashable {
    package enum Phase: String, Sendable, Codable {
        case intent
        /// Its program is about to begin: the result says which, `ProcessMark.text`.
        case started
        /// A person has it ended: the result says which, `ProcessMark.text`.
        case ending
        case confirmed, saved, refused, conflict, unknown
        /// What a saved change may have left undone is about to be done: the result says how.
        case finishing
        case finished, notFinished
        /// A person's own command is about to begin, and how it ended: the result says so.
        case runs, ran

        /// How it ended is not on record.
        package var isOpen: Bool {
            self == .intent || self == .started || self == .ending || self == .unknown
        }
    }

    package var phase: Phase
    package var at: Timestamp
    package var environment: String
    /// Of a run it has no more than the number.
    package var change: FlagChange
    /// What is run; nil where it is about a flag.
    package var run: OwnRun?
    /// Who asked for it; nil where the record of an earlier run did not say.
    package var by: Operator?
    /// The backend's answer in words; empty for an intent.
    package var result: String

    package init(
        phase: Phase, at: Timestamp, environment: String, change: FlagChange, by person: Operator? = nil,
        result: String = ""
    ) {
        by = person
        self.phase = phase
        self.at = at
        self.environment = environment
        self.change = change
        self.result = result
    }

    /// One phase of a person's own command.
    init(
        phase: Phase, of run: OwnRun, in environment: String, at now: Timestamp, by person: Operator,
        result: String = ""
    ) {
        let none = FlagChange(
            opID: run.opID, flag: "", backend: "", from: .codeDefault, to: .codeDefault, expectedRevision: "",
            reason: run.reason)
        self.init(
            phase: phase, at: now, environment: environment, change: none, by: person, result: result)
        self.run = run
    }
}

extension AuditEntry {
    /// The results of changes that were read back: `reads OFF`, `reads ON, changed by somebody else`,
    /// `reads ON; another program wrote flags.json right after`.
    static let reads = "reads "
    static let byAnother = ", changed by somebody else"
    static let behindReading = "; "
}
