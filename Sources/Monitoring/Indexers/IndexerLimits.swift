/// When an indexer is in trouble (magento.md 4.4).
package struct IndexerLimits: Hashable, Sendable, Codable {
    /// Time since the view last moved while events waited.
    package var lag = Threshold<Duration>(warning: .seconds(10 * 60), critical: .seconds(30 * 60))
    /// So many minutes in a row with a larger backlog than the one before: it falls behind.
    package var growingPolls = 5
    /// Working with no progress and no lock for so long: stuck.
    package var stuck: Duration = .seconds(30 * 60)
    /// Idle, events waiting, no progress while it keeps trying for so long: failing.
    package var failing: Duration = .seconds(3 * 60)
    /// How long `invalid`, or suspended by nobody, may stand before it is a warning.
    package var invalidHold: Duration = .seconds(10 * 60)

    package init() {}
}
