import Glibc

/// The slope of a short series that bursts and gaps do not move: the median of the slopes between all pairs (Theil
/// 1950, Sen 1968), with the sign test of Mann (1945) and Kendall, its variance corrected for neighbours that resemble
/// each other (Hamed and Rao 1998, first lag alone).
package struct Trend: Sendable, Hashable {
    /// Change of the value per unit of time.
    package var slope: Double
    /// The middle half of the pairs' slopes.
    package var slopes: ClosedRange<Double>
    /// Standard normal when there is no trend.
    package var score: Double

    /// Nil for fewer than six points or when all are at one moment. At most 72 points, as the pairs are their square.
    package init?(times: [Double], values: [Double]) {
        guard times.count == values.count, (6...72).contains(values.count) else { return nil }
        var pairs: [Double] = []
        pairs.reserveCapacity(values.count * (values.count - 1) / 2)
        var sum = 0.0
        for later in 1..<values.count {
            for earlier in 0..<later {
                let run = times[later] - times[earlier]
                guard run > 0 else { continue }
                let rise = values[later] - values[earlier]
                pairs.append(rise / run)
                sum += rise > 0 ? 1 : rise < 0 ? -1 : 0
            }
        }
        guard pairs.count > 4 else { return nil }
        pairs.sort()
        slope = pairs[pairs.count / 2]
        slopes = pairs[pairs.count / 4]...pairs[pairs.count * 3 / 4]
        let n = Double(values.count)
        let likeness = Self.likeness(times, values, slope)
        let inflation = (1 + likeness) / (1 - likeness)
        let spread = (n * (n - 1) * (2 * n + 5) / 18 * inflation).squareRoot()
        score = (sum - (sum > 0 ? 1 : sum < 0 ? -1 : 0)) / spread
    }

    /// How much neighbours resemble each other once the slope is taken away; 0 to 0.9.
    private static func likeness(_ times: [Double], _ values: [Double], _ slope: Double) -> Double {
        let rest = zip(times, values).map { $1 - slope * ($0 - times[0]) }
        let mean = rest.reduce(0, +) / Double(rest.count)
        var (square, lag) = (0.0, 0.0)
        for index in rest.indices {
            square += (rest[index] - mean) * (rest[index] - mean)
            if index > 0 { lag += (rest[index] - mean) * (rest[index - 1] - mean) }
        }
        return square > 0 ? min(max(lag / square, 0), 0.9) : 0
    }
}
