/// What is remembered of one cron job between reads; its rules are beside it (magento.md 3.4).
package struct CronJobWatch: Sendable {
    package private(set) var memory: CronMemory
    /// The newest reading; nil when the table no longer has the job, or not yet.
    package private(set) var last: CronJobReading?
    /// A run whose lock nobody held, and the first read that saw so. Reading the row and asking for the lock are
    /// two steps, so a job that just ends looks dead once; dead is who looks so twice.
    private var lockless: (start: WallTime, at: WallTime)?
    /// The run of which that is so.
    package private(set) var deadRun: WallTime?

    package init(_ memory: CronMemory = CronMemory()) { self.memory = memory }

    /// Its present row's process is dead.
    package var isDead: Bool { deadRun != nil && deadRun == last?.runningSince }

    /// Takes one reading, of `now` by the server's clock; nil: the table has no row of it.
    package mutating func observe(_ reading: CronJobReading?, at now: WallTime) {
        let isOld = CronReading.isLate(now, after: memory.readAt)
        guard let reading else {
            memory.note(readAt: now)
            if !isOld { last = nil }
            return
        }
        memory.take(reading, at: now)
        // What it says of runs that ended stays true; what it says of now does not.
        if isOld { return }
        memory.take(plansOf: reading)
        last = reading
        look(at: reading, now)
    }

    private mutating func look(at reading: CronJobReading, _ now: WallTime) {
        guard let start = reading.runningSince, reading.lock == .free else {
            lockless = nil
            deadRun = nil
            return
        }
        guard let seen = lockless, seen.start == start else {
            lockless = (start, now)
            deadRun = nil
            return
        }
        guard now > seen.at else { return }
        deadRun = start
        // Should the row go before it is an error, the job has failed all the same.
        memory.take(
            failure: CronRun(.killed, id: reading.runningID ?? 0, due: reading.runningDue, started: start))
    }

    /// Seconds after which a job that nothing plans is held for no longer there; by what is known of its pace.
    private var unplannedLimit: (from: WallTime, seconds: Double)? {
        let day: Double = 25 * 3600
        if let taken = memory.takenBackAt, memory.isEachMinute != true {
            return (taken, memory.longestGap.map { $0 + 1800 } ?? day)
        }
        guard let planned = memory.newestPlanned ?? memory.newest else { return nil }
        return (planned, memory.longestGap.map { max(day, 2 * $0) } ?? 8 * 86_400)
    }

    /// Since when nothing has planned the job; nil while something does or may yet, as of the last read.
    package func unplannedSince(_ pulse: CronPulse) -> WallTime? {
        guard let (from, seconds) = unplannedLimit, isWithoutPlan, let readAt = memory.readAt,
            let end = pulse.known(until: readAt)
        else { return nil }
        let start = max(from, pulse.aliveSince ?? from)
        return end.seconds(since: start) > seconds ? from : nil
    }

    /// Since when a planned run waits: what was planned at the last read may be due since.
    package func overdueSince(at now: WallTime) -> WallTime? {
        last?.overdueSince ?? last?.nextDue.flatMap { $0 <= now ? $0 : nil }
    }

    /// Nothing runs and nothing is planned for now or later, as of the last read.
    package var isWithoutPlan: Bool {
        guard let last else { return true }
        guard last.runningSince == nil, last.nextDue == nil else { return false }
        // A row that cron passes by is no plan.
        guard let due = last.overdueSince, let readAt = memory.readAt else { return true }
        return readAt.seconds(since: due) > 86_400
    }
}
