/// Whether cron, or one group of it, lives: what its jobs' lateness is judged by.
package struct CronPulse: Hashable, Sendable {
    package var isAlive = true
    /// Its newest sign of life; nil when it never gave one.
    package var beat: WallTime?
    /// When it came back, and its last sign before: nil when it was not seen to stop.
    package var aliveSince: WallTime?
    package var stoppedAt: WallTime?
    /// Silence of so many seconds is death.
    package var patience: Double = 180

    package init() {}

    /// The last moment up to which it is known to have lived, `now` at most.
    package func known(until now: WallTime) -> WallTime? {
        isAlive ? now : beat.map { min(now, $0.advanced(bySeconds: patience)) }
    }

    /// How long a run that was due at `due` has been late by its own fault: while cron stands, and just after it
    /// came back, only what was late before is late. Nil when cron's fault is all there is.
    package func lateness(of due: WallTime, limit: Double, at now: WallTime) -> Double? {
        let late = max(0, now.seconds(since: due))
        guard isAlive else {
            guard let beat else { return nil }
            let known = beat.advanced(bySeconds: patience).seconds(since: due)
            return known >= limit ? late : nil
        }
        guard let aliveSince, due < aliveSince, let stoppedAt else { return late }
        if stoppedAt.advanced(bySeconds: patience).seconds(since: due) >= limit { return late }
        return max(0, now.seconds(since: aliveSince))
    }
}
