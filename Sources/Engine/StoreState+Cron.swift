import EngineAPI
import Monitoring
import Text

/// Cron: the whole and its jobs.
struct CronPart: Sendable {
    var watch = CronWatch()
    var jobs: [String: CronJobWatch] = [:]
    var rows = CronRows()
    var probe: String?
}

extension StoreState {
    static let heartbeat = CronHeartbeat.id
    /// A job that left the table is listed by its last success for so long.
    private static let memorySeconds: Double = 8 * 86_400

    mutating func receive(_ reading: CronReading, from schedule: ProbeSchedule, at now: Timestamp) {
        cron.probe = schedule.id
        let readings = withForgotten(reading.jobs, at: now)
        var successes: [String: WallTime] = [:]
        for job in readings {
            var watch =
                cron.jobs[job.code]
                ?? CronJobWatch(lastSuccess: kept.lastSuccesses[EntityID(.cron, job.code).key])
            let before = watch.lastSuccess
            watch.note(job)
            if watch.lastSuccess != before { unsaved = max(unsaved, .routine) }
            cron.jobs[job.code] = watch
            successes[job.code] = watch.lastSuccess
        }
        let findings = cron.watch.read(
            reading, lastSuccess: successes, limits: limits.cron, at: now)
        var rows = CronRows()
        rows.judgement = settle(
            findings.map { $0.assessment(of: Self.heartbeat) }, of: Self.heartbeat, at: Moment(now),
            now: now.wall)
        rows.readAt = now
        rows.sources = [schedule.source]
        rows.lastBeat = cron.watch.lastBeat
        rows.missedLastHour = reading.jobs.reduce(0) { $0 &+ $1.missedLastHour }
        rows.errorsLastHour = reading.jobs.reduce(0) { $0 &+ $1.errorsLastHour }
        rows.aliveGroups = cron.watch.aliveGroups
        rows.silentGroups = cron.watch.silentGroups
        let isAlive = !findings.contains { $0.status == .critical }
        rows.jobs = readings.map { row(for: $0, isCronAlive: isAlive, from: schedule, at: now) }
        cron.rows = rows
        let beat = rows.lastBeat.map { max(0, now.wall.seconds(since: $0)) }
        series.add(beat, Self.heartbeat, .heartbeat, at: now, interval: schedule.interval)
    }

    private mutating func row(
        for reading: CronJobReading, isCronAlive: Bool, from schedule: ProbeSchedule, at now: Timestamp
    ) -> CronRow {
        let id = EntityID(.cron, reading.code)
        var watch = cron.jobs[reading.code] ?? CronJobWatch()
        let findings = watch.read(
            reading, limits: limits.cronJob(reading.code), isCronAlive: isCronAlive, at: now.wall)
        cron.jobs[reading.code] = watch
        var row = CronRow(
            code: reading.code,
            judgement: settle(
                findings.map { $0.assessment(of: id) }, of: id, at: Moment(now), now: now.wall),
            sources: [schedule.source])
        row.readAt = now
        row.group = reading.group
        row.lastSuccess = watch.lastSuccess
        row.runningSince = reading.runningSince
        row.lock = reading.lock
        row.missedLastHour = reading.missedLastHour
        row.errorsLastHour = reading.errorsLastHour
        row.lastError = reading.lastError.map { Sanitizer.line($0, maxBytes: 300) }
        row.nextDue = reading.nextDue
        row.overdueSince = reading.overdueSince
        row.usualSeconds = reading.usualSeconds
        return row
    }

    /// Jobs of the table, and those that succeeded once and have no row any more: Magento deletes the row of
    /// a success after 60 minutes.
    private mutating func withForgotten(_ jobs: [CronJobReading], at now: Timestamp) -> [CronJobReading] {
        var all: [String: CronJobReading] = [:]
        for job in jobs { all[job.code] = job }
        for (text, success) in kept.lastSuccesses {
            guard let id = EntityID(text), id.kind == .cron, cron.jobs[id.name] == nil,
                now.wall.seconds(since: success) < Self.memorySeconds
            else { continue }
            cron.jobs[id.name] = CronJobWatch(lastSuccess: success)
        }
        for (code, watch) in cron.jobs where all[code] == nil {
            if let success = watch.lastSuccess, now.wall.seconds(since: success) < Self.memorySeconds {
                all[code] = CronJobReading(code: code)
            } else {
                cron.jobs[code] = nil
                since.forget(EntityID(.cron, code))
            }
        }
        return all.values.sorted { $0.code < $1.code }
    }
}

extension CronReading {
    /// The same with its times moved into another clock.
    func shifted(bySeconds shift: Double) -> CronReading {
        guard shift != 0 else { return self }
        var copy = self
        copy.newestExecuted = newestExecuted?.advanced(bySeconds: shift)
        copy.newestScheduled = newestScheduled?.advanced(bySeconds: shift)
        copy.jobs = jobs.map { job in
            var job = job
            job.lastSuccess = job.lastSuccess?.advanced(bySeconds: shift)
            job.runningSince = job.runningSince?.advanced(bySeconds: shift)
            job.nextDue = job.nextDue?.advanced(bySeconds: shift)
            job.overdueSince = job.overdueSince?.advanced(bySeconds: shift)
            return job
        }
        return copy
    }
}

extension Finding {
    fileprivate func assessment(of id: EntityID) -> Assessment {
        var said = Assessment(
            .jobFailed, of: id, status, what, since: since, detail: detail, parts, figure: figure)
        said.isExact = isExact
        return said
    }
}
