/// The state of anything, worst first. Unknown is never drawn as ok, and no data is never success.
package enum Status: String, Sendable, Codable, CaseIterable {
    case critical
    /// Not known: never read, or older than three intervals.
    case unknown
    case warning
    /// Older than two intervals: the last value stands, with its age.
    case stale
    case ok
    /// Switched off on purpose.
    case off
}

extension Status: Comparable {
    /// The worse status is the smaller one, so that sorting puts trouble first.
    package static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }

    /// Its place among all of them, the worst first.
    package var rank: Int {
        switch self {
        case .critical: 0
        case .unknown: 1
        case .warning: 2
        case .stale: 3
        case .ok: 4
        case .off: 5
        }
    }
}
