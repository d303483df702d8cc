import Text

/// How fast a figure grows or shrinks, per minute, over the last two minutes.
package struct Pace: Hashable, Sendable {
    private struct Point: Hashable, Sendable {
        var seconds: Double
        var value: Double
    }

    private static let span = 120.0
    private static let spacing = 10.0
    private var points: [Point] = []

    package init() {}

    package mutating func add(_ value: Double, at now: Timestamp) {
        let point = Point(seconds: now.boot.inSeconds, value: value)
        // The newest point moves along until it is far enough from the one before it.
        if points.count > 1, point.seconds - points[points.count - 2].seconds < Self.spacing {
            points[points.count - 1] = point
        } else {
            points.append(point)
        }
        while let first = points.first, first.seconds < point.seconds - Self.span { points.removeFirst() }
    }

    /// Nil until a minute has been seen.
    package var perMinute: Double? {
        guard let first = points.first, let last = points.last, last.seconds - first.seconds >= 60 else {
            return nil
        }
        return (last.value - first.value) / (last.seconds - first.seconds) * 60
    }

    /// What the newest values do is no longer what all of them did: a queue that drains since half a minute is not
    /// said to grow.
    private var hasTurned: Bool {
        guard let pace = perMinute, let last = points.last,
            let before = points.last(where: { $0.seconds <= last.seconds - Self.newest })
        else { return false }
        // Both as seen in the direction of the whole.
        let expected = abs(pace) * (last.seconds - before.seconds) / 60
        let change = (last.value - before.value) * (pace < 0 ? -1 : 1)
        // A few more or less are the pulse of a queue, not its way.
        return change < expected / 4 && expected - change >= Self.few
    }

    private static let newest = 15.0
    private static let few = 10.0

    /// `31 more each minute`, `2.4 fewer each minute`; nil when it stands still, has turned or is not known.
    package var text: String? {
        guard let pace = perMinute, abs(pace) >= 0.1, !hasTurned else { return nil }
        let size = Figures.fixed(abs(pace), decimals: abs(pace) >= 10 ? 0 : 1)
        return "\(size) \(pace < 0 ? "fewer" : "more") each minute"
    }
}
