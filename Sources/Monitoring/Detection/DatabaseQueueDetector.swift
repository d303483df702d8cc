/// One queue in the store's database, whose consumers cron starts.
///
/// Stuck: its lock is held for longer than 240 s and four times the longest that healed, and nothing was completed for
/// 180 s while something waits. Not taken: something has waited for longer than 300 s and four times the longest wait
/// that healed, nothing was completed, and no lock was held.
struct DatabaseQueueDetector: Sendable {
    let name: String
    private var row: Observation.DatabaseQueue
    private var locked = Hold()
    private var longestLock = 0.0
    private var idle = Hold()
    private var free = Hold()
    private var longestFree = 0.0
    private(set) var findings: [Finding] = []

    init(_ name: String) {
        self.name = name
        row = Observation.DatabaseQueue(name)
    }

    /// Whether anything of it has changed.
    mutating func take(_ row: Observation.DatabaseQueue) -> Bool {
        defer { self.row = row }
        return row != self.row
    }

    mutating func restart(at now: Double) {
        locked.restart(at: now)
        idle.restart(at: now)
        free.restart(at: now)
    }

    mutating func judge(_ now: Circumstances) {
        findings = []
        let entity = EntityID(.queue, name)
        let waiting = row.ready + row.inProgress
        if !row.isLocked, let since = locked.since {
            longestLock = max(longestLock, min(now.at - since, 3600))
        }
        let lockAge = locked.age(row.isLocked, at: now.at)
        let idleAge = idle.age(waiting > 0 && row.completedLastMinute <= 0, at: now.at)
        let isFree = waiting > 0 && !row.isLocked && row.completedLastMinute <= 0
        if !isFree, let since = free.since { longestFree = max(longestFree, min(now.at - since, 1800)) }
        let freeAge = free.age(isFree, at: now.at)
        if let lockAge, let idleAge, lockAge >= max(now.tuning.seconds(240), min(4 * longestLock, 3600)),
            idleAge >= now.tuning.seconds(180)
        {
            findings.append(
                Finding(
                    entity, .stuck, .warning, since: now.at - min(lockAge, idleAge + 60),
                    "a consumer has held the lock of \(name) for \(Words.age(lockAge)) and completed nothing: \(Words.figure(waiting)) messages wait"
                ))
        } else if let freeAge,
            freeAge >= max(now.tuning.seconds(now.isAfterDeploy(within: 600) ? 600 : 300), 4 * longestFree)
        {
            findings.append(
                Finding(
                    entity, .noConsumer, .warning, since: now.at - freeAge,
                    "nobody has taken from \(name) for \(Words.age(freeAge)): \(Words.figure(waiting)) messages wait"
                ))
        }
    }
}
