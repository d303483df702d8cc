/// Events per second from a counter that only grows, over the last minute.
///
/// The first reading gives no rate. After a reset (the counter is smaller than before) nothing is known of
/// what came before it, so counting starts anew, as it does after a gap of more than a minute: a mean over that is no
/// rate of now. Time is measured, not the nominal interval. What a server itself gathers now and then may be as old
/// as `lag` seconds at each end, and a read that took long counted at some time within it: a rate is told once that
/// makes a fifth at most.
package struct CounterRate: Hashable, Sendable {
    private struct Point: Hashable, Sendable {
        var seconds: Double
        var value: UInt64
        /// It was counted within so many seconds before.
        var took: Double
    }

    private static let span = 60.0
    private static let leastLags = 5.0
    private var points: [Point] = []

    package init() {}

    /// Takes a reading and gives the rate, nil while there is none. A reading less than 0.2 intervals after
    /// the one before is left out: a rate over so short a time is noise. `took` is how long the read took that ended
    /// `now`, seconds.
    package mutating func add(
        _ value: UInt64, at now: Timestamp, interval: Duration, lag: Double = 0, took: Double = 0
    ) -> Double? {
        let seconds = now.boot.inSeconds
        if let last = points.last {
            let gap = seconds - last.seconds
            if value < last.value || gap > max(Self.span, 3 * interval.inSeconds) {
                points.removeAll(keepingCapacity: true)
            } else if gap < 0.2 * interval.inSeconds {
                return rate(lag)
            }
        }
        points.append(Point(seconds: seconds, value: value, took: took))
        while points.count > 2, points[1].seconds <= seconds - Self.span { points.removeFirst() }
        return rate(lag)
    }

    private func rate(_ lag: Double) -> Double? {
        guard let first = points.first, let last = points.last, last.seconds > first.seconds,
            last.seconds - first.seconds
                >= Self.leastLags * (lag + max(first.took, last.took))
        else { return nil }
        return Double(last.value - first.value) / (last.seconds - first.seconds)
    }
}
