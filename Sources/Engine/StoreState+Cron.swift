import EngineAPI
import Monitoring
import Text

/// Cron, by the source it is read from: two databases have two.
struct CronPart: Sendable {
    var sources: [String: CronSource] = [:]

    /// In the order of the sources' names.
    var rows: CronRows {
        var rows = CronRows()
        for (_, source) in sources.sorted(by: { $0.key < $1.key }) {
            rows.heartbeats.append(source.heartbeat)
            rows.jobs += source.rows
        }
        // The worst first: there is room for one.
        rows.heartbeats.sort { ($0.judgement.status, $0.id) < ($1.judgement.status, $1.id) }
        if sources.count > 1 { rows.jobs.sort { $0.id < $1.id } }
        return rows
    }
}

/// The cron of one source: the whole and its jobs.
struct CronSource: Sendable {
    let schedule: ProbeSchedule
    var watch = CronWatch()
    var jobs: [ExactName: CronJobWatch] = [:]
    var reading: CronReading?
    var readAt: Timestamp?
    var heartbeat: CronHeartbeat
    /// By code.
    var rows: [CronRow] = []

    init(_ schedule: ProbeSchedule) {
        self.schedule = schedule
        heartbeat = CronHeartbeat(in: schedule.source)
    }
}

extension StoreState {
    /// A job of which nothing is known for so long is forgotten.
    private static let memorySeconds: Double = 8 * 86_400

    mutating func receive(_ reading: CronReading, from schedule: ProbeSchedule, at now: Timestamp) {
        let name = schedule.source
        let moment = moment(of: name, at: now)
        let readAt = reading.readAt ?? moment.wall
        var source = cron.sources[name] ?? CronSource(schedule)
        // Taken out while it is changed, so that it is not copied.
        cron.sources[name] = nil
        if source.reading == nil { source.jobs = keptJobs(of: name) }
        // Of an older answer only what it says of ended runs is news.
        if !CronReading.isLate(readAt, after: source.reading?.readAt) {
            source.reading = reading
            source.readAt = now
        }
        observe(reading, in: &source, at: readAt)
        let members = source.jobs.map { code, watch in
            CronWatch.Member(
                code: code.text, group: watch.last?.group,
                newest: [
                    watch.memory.success?.happened, watch.memory.failure?.started, watch.last?.runningSince,
                ].compactMap { $0 }.max(),
                isEachMinute: watch.memory.isEachMinute == true && !watch.isWithoutPlan,
                isBusy: watch.last?.runningSince != nil && !watch.isDead && watch.last?.lock != .free)
        }
        source.watch.observe(reading, members, limits: limits.cron, at: readAt)
        cron.sources[name] = source
        assess(name, at: now)
        series.add(
            source.watch.age(at: moment.wall), CronHeartbeat.id(in: name), .heartbeat, at: now,
            interval: schedule.interval)
    }

    /// Time has passed: what runs runs longer, what was due is late. Of a source that is not read any more
    /// nothing is known, so nothing is said.
    mutating func reassessCron(at now: Timestamp) {
        for (name, source) in cron.sources where source.reading != nil {
            if probes[source.schedule.id]?.blindJudgement(limits.freshness, at: now) == nil {
                assess(name, at: now)
            }
        }
    }

    private mutating func observe(
        _ reading: CronReading, in source: inout CronSource, at readAt: WallTime
    ) {
        var named: Set<ExactName> = []
        for job in reading.jobs {
            let code = ExactName(job.code)
            named.insert(code)
            var watch = source.jobs.removeValue(forKey: code) ?? CronJobWatch()
            let before = watch.memory.failure
            watch.observe(job, at: readAt)
            if watch.memory.failure != before { unsaved = .urgent }
            source.jobs[code] = watch
        }
        for code in source.jobs.keys where !named.contains(code) {
            // Magento deletes the row of a success after 60 minutes: no row is no news.
            source.jobs[code]?.observe(nil, at: readAt)
            let newest = source.jobs[code]?.memory.newest
            let isOver = newest.map { readAt.seconds(since: $0) >= Self.memorySeconds } ?? true
            guard isOver else { continue }
            let id = CronRow.id(code.text, in: source.schedule.source)
            if assessments[id]?.contains(where: { $0.status < .ok }) == true { continue }
            source.jobs[code] = nil
            assessments[id] = nil
            since.forget(id)
            kept.cronJobs?[id.key] = nil
        }
    }

    // MARK: What the rules say

    private mutating func assess(_ name: String, at now: Timestamp) {
        guard var source = cron.sources[name], let reading = source.reading else { return }
        cron.sources[name] = nil
        let moment = moment(of: name, at: now)
        let id = CronHeartbeat.id(in: name)
        var beat = CronHeartbeat(in: name)
        beat.judgement = settle(
            source.watch.assess(of: id, limits: limits.cron, at: moment), of: id, at: moment, now: now.wall)
        beat.readAt = source.readAt
        beat.lastBeat = source.watch.lastBeat.map(moment.shown)
        beat.missedLastHour = reading.jobs.reduce(0) { $0 &+ $1.missedLastHour }
        beat.errorsLastHour = reading.jobs.reduce(0) { $0 &+ $1.errorsLastHour }
        (beat.aliveGroups, beat.silentGroups) = source.watch.weighed(limits.cron, at: moment.wall)
        source.heartbeat = beat
        let pulse = source.watch.pulse(of: nil, limits: limits.cron, at: moment.wall)
        var rows: [CronRow] = []
        rows.reserveCapacity(source.jobs.count)
        for (code, watch) in source.jobs.sorted(by: { $0.key < $1.key }) {
            let group = source.watch.pulse(of: watch.last?.group, limits: limits.cron, at: moment.wall)
            let id = CronRow.id(code.text, in: name)
            let assessed = watch.assess(
                of: id, limits: limits.cronJob(code.text), cron: pulse, group: group, at: moment)
            let judgement = settle(assessed, of: id, at: moment, now: now.wall)
            rows.append(row(of: watch, code.text, judgement, in: source, moment))
        }
        source.rows = rows
        cron.sources[name] = source
    }

    /// Its times are moved into our clock, to be shown.
    private func row(
        of watch: CronJobWatch, _ code: String, _ judgement: Judgement, in source: CronSource,
        _ moment: Moment
    ) -> CronRow {
        let name = source.schedule.source
        var row = CronRow(code: code, judgement: judgement, sources: [name], in: name)
        row.readAt = source.readAt
        row.lastSuccess = watch.memory.success?.happened.map(moment.shown)
        row.missedLastHour = watch.last?.missedLastHour ?? 0
        row.errorsLastHour = watch.last?.errorsLastHour ?? 0
        guard let last = watch.last else { return row }
        row.group = last.group
        row.runningSince = last.runningSince.map(moment.shown)
        row.lock = last.lock
        row.lastError = last.lastError.map { Sanitizer.line($0, maxBytes: 300) }
        // Between two reads what was planned falls due.
        let next = last.nextDue.flatMap { $0 > moment.wall ? $0 : nil }
        row.nextDue = next.map(moment.shown)
        row.overdueSince = watch.overdueSince(at: moment.wall).map(moment.shown)
        row.usualSeconds = last.usualSeconds
        return row
    }

    // MARK: What survives

    /// Jobs an earlier run knew.
    private func keptJobs(of source: String) -> [ExactName: CronJobWatch] {
        var jobs: [ExactName: CronJobWatch] = [:]
        // Before format 1 knew whole runs: the last success alone, of a store with one cron.
        for (text, time) in kept.lastSuccesses {
            guard let id = EntityID(text), id.kind == .cron else { continue }
            let run = CronRun(.success, ended: time)
            jobs[ExactName(id.name)] = CronJobWatch(CronMemory(success: run))
        }
        for (text, memory) in kept.cronJobs ?? [:] {
            guard let id = EntityID(text), id.kind == .cron, ExactName.same(id.source, source) else {
                continue
            }
            jobs[ExactName(memory.code ?? id.name)] = CronJobWatch(memory)
        }
        return jobs
    }

    /// What must survive of cron; that of sources that have not been read yet stays.
    func keepCron(in state: inout EngineState, at now: WallTime) {
        for (name, source) in cron.sources where source.reading != nil {
            for (code, watch) in source.jobs {
                var memory = watch.memory
                memory.code = code.text
                state.cronJobs = state.cronJobs ?? [:]
                state.cronJobs?[CronRow.id(code.text, in: name).key] = memory
            }
            state.lastSuccesses = state.lastSuccesses.filter { EntityID($0.key)?.kind != .cron }
        }
        state.cronJobs = state.cronJobs?.filter { entry in
            entry.value.newest.map { now.seconds(since: $0) < 90 * 86_400 } ?? false
        }
    }
}
