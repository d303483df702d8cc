import Monitoring

/// A question takes keys once a quiet has passed: what still comes was meant for the screen before, be it typed
/// ahead or pasted by a terminal that does not say so.
struct Arming: Hashable, Sendable {
    /// Seconds without a key.
    static let quiet = 0.3

    private var quietSince: Timestamp
    private var isArmed = false
    /// Keys came that did not count, and none since that did.
    private(set) var hasDropped = false

    init(at now: Timestamp) { quietSince = now }

    /// Whether a key that comes now counts.
    mutating func counts(at now: Timestamp) -> Bool {
        if !isArmed { isArmed = now.seconds(since: quietSince) >= Self.quiet }
        quietSince = now
        hasDropped = !isArmed
        return isArmed
    }
}
