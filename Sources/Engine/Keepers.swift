package import Monitoring

/// Who keeps an environment's state, journal and audit log: one process at a time does, and only that one changes
/// anything.
package protocol Keepers: Sendable {
    /// Whether what they keep is what this process would: then it writes nothing while another one keeps.
    var keepOurs: Bool { get }
    /// Who keeps it now. Where nobody does this process becomes the keeper and is it to its end, unless it only looks.
    @concurrent func keeper() async -> Keeper
    /// Differs from an earlier answer once what is kept does.
    @concurrent func mark() async -> KeptMark
    /// Whether that very process still runs, or may.
    @concurrent func isRunning(_ program: ProcessMark) async -> Bool
}

package enum Keeper: Hashable, Sendable {
    case us
    /// Another one, and in words why this one changes nothing.
    case another(String)
    /// Nobody, and this process only looks.
    case nobody
}

/// Which contents what is kept has; nil where there is none.
package struct KeptMark: Hashable, Sendable {
    package var state: String?
    package var audit: String?

    package init(state: String? = nil, audit: String? = nil) {
        self.state = state
        self.audit = audit
    }
}
