/// What is known of a job beyond the table of the moment, kept over restarts, by the server's clock.
///
/// Whatever readings bring is joined by taking the later: the order in which they come, and how often, changes
/// nothing.
package struct CronMemory: Hashable, Sendable, Codable {
    /// Success rows live so long (magento.md 3.2).
    private static let successLife: Double = 3600

    /// The job's code where it is kept.
    package var code: String?
    package var success: CronRun?
    package var failure: CronRun?
    /// When the first failure was that no success has followed.
    package var failingSince: WallTime?
    /// Every success since then has been seen; nil before the first read.
    package var wholeSince: WallTime?
    package var readAt: WallTime?
    package var newestPlanned: WallTime?
    package var takenBackAt: WallTime?
    package var longestGap: Double?
    /// It is, or was, planned for each minute.
    package var isEachMinute: Bool?

    package init(success: CronRun? = nil) { self.success = success }

    /// The newest ended run when it was none that succeeded.
    package var failing: CronRun? {
        guard let failure, failure.follows(success) else { return nil }
        return failure
    }

    /// No success can have followed the failure unseen.
    package var isCertain: Bool {
        guard let failure, let happened = failure.happened, let wholeSince else { return false }
        return happened >= wholeSince
    }

    /// The newest thing known of it.
    package var newest: WallTime? {
        [success?.happened, failure?.happened, newestPlanned].compactMap { $0 }.max()
    }

    /// Takes what a reading of `now` says of runs that ended.
    mutating func take(_ reading: CronJobReading, at now: WallTime) {
        note(readAt: now)
        take(success: reading.success)
        if let failure = reading.failure { take(failure: failure, since: reading.failingSince) }
        newestPlanned = [newestPlanned, reading.newestPlanned].compactMap { $0 }.max()
        longestGap = [longestGap, reading.longestGap].compactMap { $0 }.max()
    }

    /// Takes what the newest reading says of plans.
    mutating func take(plansOf reading: CronJobReading) {
        if let gap = reading.usualGap {
            isEachMinute = gap <= 90
        } else if (reading.successesLastHour ?? 0) >= 40 {
            isEachMinute = true
        }
        let isPlanned = reading.nextDue != nil || reading.overdueSince != nil || reading.runningSince != nil
        takenBackAt = isPlanned ? nil : reading.takenBackAt ?? takenBackAt
    }

    /// The table was read at `now`, whatever it said of this job.
    mutating func note(readAt now: WallTime) {
        let reach = now.advanced(bySeconds: -Self.successLife)
        guard let last = readAt else {
            readAt = now
            wholeSince = reach
            return
        }
        // Not read for so long that successes may have come and gone, or the server's clock was set back.
        if abs(now.seconds(since: last)) > Self.successLife {
            readAt = now
            wholeSince = reach
            return
        }
        readAt = CronReading.isLate(now, after: last) ? last : now
        wholeSince = min(wholeSince ?? reach, reach)
    }

    mutating func take(success run: CronRun?) {
        success = CronRun.later(success, run)
        guard let failing else {
            failingSince = nil
            return
        }
        if let ok = success?.happened, let since = failingSince, since <= ok {
            failingSince = failing.happened
        }
    }

    mutating func take(failure run: CronRun, since: WallTime? = nil) {
        let wasFailing = failing != nil
        failure = CronRun.later(failure, run)
        guard let failing else {
            failingSince = nil
            return
        }
        var began = [failing.happened, wasFailing ? failingSince : nil]
        if CronRun.isSame(failing, run) { began.append(since) }
        failingSince = began.compactMap { $0 }.min()
    }
}
