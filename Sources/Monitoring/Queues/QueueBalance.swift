/// What came into a queue beyond what left it and what it grew by, per second over the last minute: lost. The
/// three are of the same stretch, or a queue that was drained and filled again would seem to lose.
struct QueueBalance: Hashable, Sendable {
    private struct Point: Hashable, Sendable {
        var seconds: Double
        var arrived: UInt64
        var left: UInt64
        var depth: Int
    }

    private static let span = 60.0
    private var points: [Point] = []

    /// Nil until a minute has been seen, or where a figure is not told.
    mutating func lost(_ reading: QueueReading, at now: Timestamp) -> Double? {
        guard let arrived = reading.arrivedCounter, let left = reading.leftCounter,
            let depth = reading.depth, !depth.isBound
        else {
            points = []
            return nil
        }
        let new = Point(seconds: now.boot.inSeconds, arrived: arrived, left: left, depth: depth.value)
        if let last = points.last,
            arrived < last.arrived || left < last.left || new.seconds - last.seconds > Self.span
        {
            points = []
        }
        points.append(new)
        while points.count > 2, points[1].seconds <= new.seconds - Self.span { points.removeFirst() }
        guard let first = points.first, new.seconds - first.seconds >= Self.span else { return nil }
        let come = Double(arrived - first.arrived) - Double(left - first.left)
        return (come - Double(depth.value - first.depth)) / (new.seconds - first.seconds)
    }
}
