package import Monitoring

/// A switch somewhere outside: in a flagd file, in Magento's configuration.
package struct FlagReading: Hashable, Sendable, Codable {
    /// Unique in an environment together with `backend`; compared as bytes.
    package var name: String
    /// The backend that holds it, as the config names it.
    package var backend: String
    /// What it is now.
    package var value: FlagValue
    /// The variants it can take, in the backend's order; empty when the backend cannot tell.
    package var variants: [String]
    /// Opaque; a change is sent only while the backend still has this revision.
    package var revision: String
    /// When and by whom it last changed, where the backend or the audit log can tell.
    package var changedAt: WallTime?
    package var changedBy: String?
    /// Why it cannot be toggled (no ON/OFF pair of variants, a targeting rule); nil when it can.
    package var fixedReason: String?

    package init(name: String, backend: String, value: FlagValue, variants: [String], revision: String) {
        self.name = name
        self.backend = backend
        self.value = value
        self.variants = variants
        self.revision = revision
    }

    package var id: EntityID { FlagKey(backend: backend, name: name).id }
}

/// The state of a flag in words an operator knows.
package enum FlagValue: Hashable, Sendable, Codable {
    case on
    case off
    /// Another variant by name.
    case variant(String)
    /// A share of the traffic, per cent.
    case rollout(Double)
    /// The application's own default decides (flagd: DISABLED or no default variant). Not the same as off.
    case codeDefault

    /// `ON`, `OFF`, `25 %`, `os2`, `code default`; a name from outside is not yet sanitised here.
    package var text: String {
        switch self {
        case .on: "ON"
        case .off: "OFF"
        case .variant(let name): name
        case .rollout(let share):
            "\(share == share.rounded() ? String(Int(exactly: share) ?? 0) : String(share)) %"
        case .codeDefault: "code default"
        }
    }
}

/// A change of one flag, as the operator saw and confirmed it.
package struct FlagChange: Hashable, Sendable, Codable {
    /// Version 4 UUID; the same change is never applied twice.
    package var opID: String
    package var flag: String
    package var backend: String
    package var from: FlagValue
    package var to: FlagValue
    /// The revision on the screen when it was confirmed.
    package var expectedRevision: String
    /// Why, in the operator's words; may be empty.
    package var reason: String

    package init(
        opID: String, flag: String, backend: String, from: FlagValue, to: FlagValue, expectedRevision: String,
        reason: String = ""
    ) {
        self.opID = opID
        self.flag = flag
        self.backend = backend
        self.from = from
        self.to = to
        self.expectedRevision = expectedRevision
        self.reason = reason
    }
}

/// How a change ended. Four words, never blurred.
package enum ChangeOutcome: Hashable, Sendable, Codable {
    /// Sent and read back as asked; the flag as it is now.
    case confirmed(FlagReading)
    /// The backend or a rule of ours said no; nothing changed.
    case refused(String)
    /// Somebody else changed it since it was shown; nothing was sent. The flag as it is now.
    case conflict(FlagReading)
    /// Sent, and whether it took could not be seen.
    case unknown(String)
}

/// The only port that changes production.
package protocol FlagBackend: Sendable {
    /// As the config names it.
    var name: String { get }
    /// `flagd file`, `magento config`.
    var place: String { get }
    var schedule: ProbeSchedule { get }
    @concurrent func read() async throws(ReadFailure) -> (flags: [FlagReading], cost: ReadCost)
    /// Compares, sets and reads back. Called once per `change.opID`, after the intent is durable in the
    /// audit log.
    @concurrent func apply(_ change: FlagChange) async -> ChangeOutcome
}
