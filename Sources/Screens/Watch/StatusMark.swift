package import Display
package import Monitoring

/// Sign, word and colour of a status: everywhere the same three.
extension Status {
    package var glyph: String {
        switch self {
        case .critical: "✘"
        case .unknown: "?"
        case .warning: "▲"
        case .stale: "◌"
        case .ok: "●"
        case .off: "○"
        }
    }

    package var role: Role {
        switch self {
        case .critical: .critical
        case .unknown: .unknown
        case .warning: .warning
        case .stale: .stale
        case .ok: .ok
        case .off: .off
        }
    }

    package var word: String { rawValue }

    /// Where every cell counts.
    package var shortWord: String {
        switch self {
        case .critical: "crit"
        case .unknown: "unkn"
        case .warning: "warn"
        case .stale: "stale"
        case .ok: "ok"
        case .off: "off"
        }
    }

    /// Anything a person should look at.
    package var isTrouble: Bool { self < .ok }
}
