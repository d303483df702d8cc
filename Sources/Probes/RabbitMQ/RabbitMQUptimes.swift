import Monitoring

/// Whether a broker repeats itself: how long its nodes have been up moves with each statistics interval (5 s unless it
/// is told otherwise), on the quietest night too. Where no node tells it nothing is known.
struct RabbitMQUptimes: Sendable {
    /// Seconds that all of them may stand; a broker that gathers rarely is given three of its own longest stretches.
    private static let most = 60.0
    /// Looks that have seen them stand.
    private static let looks = 4

    private var last: [String: Int] = [:]
    private var since: Timestamp?
    private var longest = 0.0
    private var repeated = 0
    private var lastLook: Timestamp?
    private(set) var isRepeated = false

    mutating func take(_ uptimes: [String: Int], at now: Timestamp) {
        defer { lastLook = now }
        guard !uptimes.isEmpty, uptimes == last, let since else {
            // A stretch that was told teaches nothing, nor does a time in which nobody looked.
            if let since, let lastLook, !uptimes.isEmpty, !isRepeated, repeated > 0 {
                let end = now.seconds(since: lastLook) <= Self.most ? now : lastLook
                longest = max(longest, end.seconds(since: since))
            }
            (last, self.since, repeated, isRepeated) = (uptimes, now, 0, false)
            return
        }
        repeated += 1
        let limit = max(Self.most, 3 * longest)
        isRepeated = isRepeated || (repeated >= Self.looks && now.seconds(since: since) >= limit)
    }

    /// Seconds for which they have stood.
    func standing(at now: Timestamp) -> Double? { since.map { now.seconds(since: $0) } }
}
