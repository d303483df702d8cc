/// `cron_schedule` as seen at one moment, by the clock of its server (shared facts: `magento.md` 3).
package struct CronReading: Hashable, Sendable, Codable {
    /// An answer so much older than another came late; one that is older still is of a clock that was set back.
    private static let lateSeconds: Double = 60

    /// What was read at `time` says nothing of now, because something newer has come before it.
    package static func isLate(_ time: WallTime, after newest: WallTime?) -> Bool {
        guard let newest, time < newest else { return false }
        return newest.seconds(since: time) < lateSeconds
    }

    package var jobs: [CronJobReading]
    /// The newest time at which any run began or ended: the heartbeat.
    package var newestRun: WallTime?
    /// Newest `scheduled_at` over all rows; in the past when nothing is planned any more.
    package var newestScheduled: WallTime?
    /// The maintenance flag or `cron/enabled` = 0, where it can be seen; nil when it cannot.
    package var isRefusing: Bool?
    /// When it was read; nil for just now.
    package var readAt: WallTime?
    /// There are more job codes than are read.
    package var isCut = false

    package init(jobs: [CronJobReading], newestRun: WallTime?, newestScheduled: WallTime?) {
        self.jobs = jobs
        self.newestRun = newestRun
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

    /// Byte for byte as the table has it.
    package var code: String
    /// From the built-in table of Magento's own modules or the config; nil is `?`.
    package var group: String?
    /// The newest success (Magento forgets them after 60 minutes), and the newest run that did not end so.
    package var success: CronRun?
    package var failure: CronRun?
    /// When the first failure was that no success has followed, as far as the table goes.
    package var failingSince: WallTime?
    /// The row that runs: its id and `executed_at`.
    package var runningID: UInt64?
    package var runningSince: WallTime?
    /// `scheduled_at` of that row.
    package var runningDue: WallTime?
    package var lock: Lock
    /// Of the last hour: a miss counts from its declaration where that was seen, else from when it was due.
    package var missedLastHour: Int
    package var errorsLastHour: Int
    package var successesLastHour: Int?
    /// True: the three are bounds.
    package var isHourBound = false
    /// `messages` of the newest error, one sanitised line; nil when there is none, empty when the process died.
    package var lastError: String?
    /// The newest runs that ended in an error, the oldest first.
    package var errors: [CronRun] = []
    /// Next pending `scheduled_at` in the future.
    package var nextDue: WallTime?
    /// Oldest pending `scheduled_at` in the past: overdue since then.
    package var overdueSince: WallTime?
    /// Newest `scheduled_at` of any row that still stands or ran.
    package var newestPlanned: WallTime?
    /// When rows planned for the future were seen to be gone unrun, while those of other jobs stayed; nil
    /// when it is planned again.
    package var takenBackAt: WallTime?
    /// Seconds between two plans: the usual, and the most that was seen.
    package var usualGap: Double?
    package var longestGap: Double?
    /// Typical run time in seconds, median of recent successes.
    package var usualSeconds: Double?

    package init(code: String) {
        self.code = code
        lock = .unknown
        missedLastHour = 0
        errorsLastHour = 0
    }

    package var lastSuccess: WallTime? { success?.happened }

    /// The newest run that began: when, and how late.
    package var newestStart: (at: WallTime, late: Double)? {
        var newest: (at: WallTime, late: Double)?
        for (start, due) in [
            (runningSince, runningDue), (success?.started, success?.due), (failure?.started, failure?.due),
        ] {
            guard let start, let due, newest.map({ $0.at < start }) ?? true else { continue }
            newest = (start, max(0, start.seconds(since: due)))
        }
        return newest
    }
}
