/// `cron_schedule` as seen at one moment (shared facts: `magento.md` 3).
package struct CronReading: Hashable, Sendable, Codable {
    package var jobs: [CronJobReading]
    /// Newest `executed_at` over all rows: the heartbeat.
    package var newestExecuted: WallTime?
    /// Newest `scheduled_at` over all rows; in the past when nothing is planned any more.
    package var newestScheduled: WallTime?
    /// The maintenance flag or `cron/enabled` = 0, where it can be seen; nil when it cannot.
    package var isRefusing: Bool?

    package init(jobs: [CronJobReading], newestExecuted: WallTime?, newestScheduled: WallTime?) {
        self.jobs = jobs
        self.newestExecuted = newestExecuted
        self.newestScheduled = newestScheduled
    }
}

/// One job code.
package struct CronJobReading: Hashable, Sendable, Codable {
    package enum Lock: String, Sendable, Codable {
        case held
        /// The row says running and nobody holds the lock: the process died.
        case free
        /// Not asked, or the lock provider is not the database.
        case unknown
    }

    package var code: String
    /// From the built-in table of Magento's own modules or the config; nil is `?`.
    package var group: String?
    /// Newest success still in the table (Magento forgets them after 60 minutes).
    package var lastSuccess: WallTime?
    /// `executed_at` of the running row.
    package var runningSince: WallTime?
    package var lock: Lock
    package var missedLastHour: Int
    package var errorsLastHour: Int
    /// Successes of the last hour, as far as they are counted.
    package var successesLastHour: Int?
    /// `messages` of the newest error; nil when there is none, empty when the process died.
    package var lastError: String?
    /// Next pending `scheduled_at` in the future.
    package var nextDue: WallTime?
    /// Oldest pending `scheduled_at` in the past: overdue since then.
    package var overdueSince: WallTime?
    /// Typical run time in seconds, median of recent successes.
    package var usualSeconds: Double?

    package init(code: String) {
        self.code = code
        lock = .unknown
        missedLastHour = 0
        errorsLastHour = 0
    }
}
