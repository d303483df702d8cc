import Glibc

/// Turns a latency into a normal score through what is known of its healthy spread: straight lines in ln x through
/// the quantiles p50, p95 and p99, so that a heavy tail is no news.
///
/// A lognormal through two quantiles tells 16 false alarms in two days of a store where one call in a hundred takes
/// six times as long; with the third quantile none.
package struct QuantileScore: Sendable, Hashable {
    /// Of the standard normal, at 0.5, 0.95 and 0.99.
    private static let scores = (0.0, 1.644_853_627, 2.326_347_874)
    /// A score counts no more than this: one frozen call is not a slow service.
    package static let most = 3.5

    private let median: Double
    private let body: Double
    private let tail: Double

    /// Seconds; nil unless 0 < p50 < p95. Without a p99 the tail is twice as long as the body says.
    package init?(p50: Double, p95: Double, p99: Double?) {
        guard p50 > 0, p95 > p50, p95.isFinite else { return nil }
        median = log(p50)
        body = (log(p95) - median) / Self.scores.1
        let step = Self.scores.2 - Self.scores.1
        let known = p99.flatMap { $0 > p95 && $0.isFinite ? (log($0) - log(p95)) / step : nil }
        // A tail estimated from few calls is not steeper than half the body.
        tail = max(known ?? 2 * body, body / 2)
    }

    /// The usual median, in seconds.
    package var usual: Double { exp(median) }

    /// How many standard deviations `factor` times as long is.
    package func shift(_ factor: Double) -> Double { factor > 0 ? log(factor) / body : 0 }

    /// The score of `seconds`; negative below the median, never above `most` nor below its negative.
    package func score(_ seconds: Double) -> Double {
        guard seconds > 0, body > 0 else { return -Self.most }
        let place = (log(seconds) - median) / body
        guard place > Self.scores.1 else { return max(place, -Self.most) }
        return min(Self.scores.1 + (place - Self.scores.1) * body / tail, Self.most)
    }
}
