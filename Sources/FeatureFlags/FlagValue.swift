/// The state of a flag in words an operator knows.
package enum FlagValue: Sendable, Codable {
    case on
    case off
    /// Another variant by name.
    case variant(String)
    /// A share of the traffic, per cent.
    case rollout(Double)
    /// The application's own default decides (flagd: DISABLED or no default variant). Not the same as off.
    case codeDefault
    /// A rule decides anew for each request.
    case byRule
    /// What it is could not be told, and why, as a clause. Never the same as off.
    case unknown(String)

    package var isKnown: Bool {
        if case .unknown = self { false } else { true }
    }

    /// `ON`, `OFF`, `25 %`, `os2`, `code default`, `by rule`, `?`; a name from outside is not yet sanitised here.
    package var text: String {
        switch self {
        case .on: "ON"
        case .off: "OFF"
        case .variant(let name): name
        case .rollout(let share):
            "\(share == share.rounded() ? String(Int(exactly: share) ?? 0) : String(share)) %"
        case .codeDefault: "code default"
        case .byRule: "by rule"
        case .unknown: "?"
        }
    }
}

extension FlagValue: Hashable {
    // Names of variants come from outside: bytes, not Unicode's idea of them.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.on, .on), (.off, .off), (.codeDefault, .codeDefault), (.byRule, .byRule): true
        case (.rollout(let one), .rollout(let other)): one == other
        case (.variant(let one), .variant(let other)), (.unknown(let one), .unknown(let other)):
            one.utf8.elementsEqual(other.utf8)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .on: hasher.combine(0)
        case .off: hasher.combine(1)
        case .codeDefault: hasher.combine(2)
        case .byRule: hasher.combine(3)
        case .rollout(let share): hasher.combine(share)
        case .variant(let text), .unknown(let text): for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
