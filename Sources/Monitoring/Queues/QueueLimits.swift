/// When a queue is in trouble. Defaults suit a store of some thousand orders a day.
package struct QueueLimits: Hashable, Sendable, Codable {
    /// Messages ready, in progress and to be retried.
    package var backlog = Threshold<Int>(warning: 500, critical: 2000)
    /// How long the oldest message has waited.
    package var oldest = Threshold<Duration>(warning: .seconds(10 * 60), critical: .seconds(30 * 60))
    /// How long messages may wait with nobody to take them; a consumer restarts within a minute.
    package var noConsumerHold: Duration = .seconds(2 * 60)
    /// How long a consumer may hold its lock and take nothing while messages wait (magento.md 8, rule 23).
    package var nothingTakenHold: Duration = .seconds(10 * 60)
    /// Messages given up within one hour.
    package var failedLastHour = Threshold<Int>(warning: 1)

    package init() {}
}
