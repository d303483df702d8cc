/// Whether a queue is served, told by what leaves it: never by who is seen there.
///
/// Remembers how long the queue usually waits between two departures while it holds work, so that a consumer
/// that is slow, or that cron starts each minute, is measured by its own pace.
package struct Departures: Hashable, Sendable {
    private static let kept = 9
    /// Lengths of the last waits that ended with a departure, seconds, oldest first.
    private var waits: [Double] = []
    /// The last departure, or when there first was work after none.
    package private(set) var quietSince: Timestamp?

    /// `usualWait` is what an earlier run had learned.
    package init(usualWait: Double? = nil) {
        if let usualWait, usualWait.isFinite, usualWait > 0 { waits = [usualWait, usualWait] }
    }

    /// The second longest of the last waits: one outage is not a habit. Nil until two were seen, and where
    /// nothing waits.
    package var usualWait: Double? {
        guard waits.count >= 2 else { return nil }
        let wait = waits.sorted()[waits.count - 2]
        return wait > 0 ? wait : nil
    }

    /// Takes what one reading says: whether there is work, and whether anything has left since the one before
    /// (nil: nothing tells).
    package mutating func note(hasWork: Bool, hasLeft: Bool?, at now: Timestamp) {
        if hasLeft == true {
            // What never waits at a read leaves as it comes: that is a pace too, and what makes old outages
            // forgotten where it is the habit.
            waits.append(quietSince.map { max(0, now.seconds(since: $0)) } ?? 0)
            if waits.count > Self.kept { waits.removeFirst() }
            quietSince = hasWork ? now : nil
        } else if !hasWork {
            quietSince = nil
        } else if quietSince == nil {
            quietSince = now
        }
    }
}
