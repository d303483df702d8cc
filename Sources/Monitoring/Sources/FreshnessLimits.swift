/// How old a figure may be, in intervals of its probe, and when a source is slow.
package struct FreshnessLimits: Hashable, Sendable, Codable {
    /// Older than so many intervals: stale.
    package var staleIntervals = 2.0
    /// Older than so many intervals: unknown.
    package var unknownIntervals = 3.0
    /// A read that takes this share of its deadline makes its source a warning.
    package var slowShare = 0.8

    package init() {}
}
