/// When cron, a group or a job is in trouble (magento.md 3.4 and 8).
package struct CronLimits: Hashable, Sendable, Codable {
    /// Age of the newest executed row, and of a group's newest success, from which cron counts as stopped.
    package var heartbeat: Duration = .seconds(3 * 60)
    /// Missed runs among runs that ended, 0...1, over 1 h (magento.md 8, rule 5).
    package var missedShare = Threshold<Double>(warning: 0.2)
    /// Errors of one job in 1 h.
    package var errors = Threshold<Int>(warning: 1, critical: 10)
    /// How long one run may take, or `usualFactor` times the usual time where that is longer.
    package var running = Threshold<Duration>(warning: .seconds(15 * 60), critical: .seconds(2 * 3600))
    package var usualFactor = 3.0
    /// How long a planned run may be due while cron itself is alive.
    package var overdue: Duration = .seconds(5 * 60)

    package init() {}
}
