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
    /// For which part of the store it holds; nil where there are no parts.
    package var scope: FlagScope?
    /// What narrower scopes say themselves, each by its own word; where they differ the flag is not one thing.
    package var overrides: [FlagOverride] = []
    /// What of narrower scopes could not be seen, as a clause; nil when all was, or there are none.
    package var unseen: String?
    package var acceptance = Acceptance.notAsked

    /// Whether the application that reads the flags would take what stands there.
    package enum Acceptance: Hashable, Sendable, Codable {
        /// There is nothing to be checked here.
        case notAsked
        case accepted
        /// Refused, with all that stands beside it; `isOwnFault` when the mistake is in this flag.
        case refused(String, isOwnFault: Bool)
    }

    package init(name: String, backend: String, value: FlagValue, variants: [String], revision: String) {
        self.name = name
        self.backend = backend
        self.value = value
        self.variants = variants
        self.revision = revision
    }

    package var key: FlagKey { FlagKey(backend: backend, name: name) }
    package var id: EntityID { key.id }

    /// What narrower scopes say otherwise than the flag itself.
    package var differing: [FlagOverride] { overrides.filter { $0.value != value } }

    package var isRefused: Bool {
        if case .refused = acceptance { true } else { false }
    }

    /// The value in a cell: `OFF, 2 ON` where two narrower scopes say otherwise.
    package var summary: String {
        let words = [FlagValue.on, .off].compactMap { value in
            let count = differing.count { $0.value == value }
            return count > 0 ? ", \(count) \(value.text)" : nil
        }
        return value.text + (words.isEmpty && !differing.isEmpty ? ", \(differing.count) ?" : words.joined())
    }

    /// The value in a sentence: `OFF, but ON in 2 store views`; what comes from outside is not sanitised here.
    package var sentence: String {
        (value.isKnown ? value.text : "not known") + (differing.words.map { ", but \($0)" } ?? "")
    }

    /// OFF and nowhere said otherwise.
    package var isOff: Bool { value == .off && differing.isEmpty }
}
