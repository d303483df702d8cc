import Statistics
import Text

/// Cron: its heartbeat, its groups, its jobs. Deadlines, all learned where there is something to learn from.
///
/// - heartbeat older than 170 s (420 after a deploy);
/// - a job that is overdue by 120 s, told of its group where no job of it has run since, and only while the heartbeat is
///   fresh;
/// - a job that runs while its group's lock is free, for 40 s: its process is gone;
/// - a job that runs longer than 120 s, e^(mean + 2.6 sd) of ln of its usual longest runs, and 1.15 times the worst;
/// - errors: of a job that runs once an hour or less at once, of others at the third without a success between.
struct CronDetector: Sendable {
    private var jobs: [ExactName: JobDetector] = [:]
    private var order: [ExactName] = []
    private var heartbeat: Double?
    private var readAt: Double?
    private(set) var findings: [Finding] = []
    private let planned: [ExactName: StoreShape.Job]
    private let past: [ExactName: PastSeries]

    init(_ shape: StoreShape, past: [PastSeries]) {
        planned = Dictionary(
            shape.jobs.map { (ExactName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        self.past = Dictionary(
            past.filter { $0.entity.kind == .cron && $0.measure == .duration }.map {
                (ExactName($0.entity.name), $0)
            }, uniquingKeysWith: { first, _ in first })
    }

    var isStopped: Bool { findings.contains { $0.kind == .stopped && $0.entity.name == "heartbeat" } }

    /// Whether anything has changed.
    mutating func take(_ rows: [Observation.CronJob], heartbeat: Double?, at now: Double) -> Bool {
        var hasChanged = heartbeat != nil && heartbeat != self.heartbeat
        if let heartbeat { self.heartbeat = heartbeat }
        readAt = now
        for row in rows {
            let name = ExactName(row.job)
            if row.isGone {
                jobs[name] = nil
                order.removeAll { $0 == name }
                continue
            }
            if jobs[name] == nil {
                order.append(name)
                jobs[name] = JobDetector(row.job, planned: planned[name], past: past[name])
            }
            if jobs[name]?.row != row { hasChanged = true }
            jobs[name]?.take(row, at: now)
        }
        return hasChanged
    }

    mutating func restart(at now: Double) {
        for name in order { jobs[name]?.restart(at: now) }
    }

    mutating func judge(_ now: Circumstances) {
        findings = []
        let limit = now.tuning.seconds(now.isAfterDeploy(within: 600) ? 420 : 170)
        var isFresh = true
        if let heartbeat, now.at - heartbeat >= limit {
            findings.append(
                Finding(
                    EntityID(.cron, "heartbeat"), .stopped, .critical, since: heartbeat + 60,
                    "cron has not run for \(Words.age(now.at - heartbeat)): its last heartbeat was then"))
        }
        if let heartbeat, now.at - heartbeat >= 100 { isFresh = false }
        var overdue: [(group: String, job: ExactName, since: Double)] = []
        for name in order {
            jobs[name]?.judge(now)
            guard let job = jobs[name] else { continue }
            findings += job.findings
            guard isFresh, let since = job.row.overdueSince else { continue }
            let grace = now.isAfterDeploy(within: 600) ? 420 : 120.0
            if now.at - since >= now.tuning.seconds(grace) { overdue.append((job.row.group, name, since)) }
        }
        judgeOverdue(overdue, now)
    }

    private mutating func judgeOverdue(
        _ overdue: [(group: String, job: ExactName, since: Double)], _ now: Circumstances
    ) {
        var groups: [String] = []
        for late in overdue where !groups.contains(where: { ExactName.same($0, late.group) }) {
            groups.append(late.group)
        }
        for group in groups {
            let late = overdue.filter { ExactName.same($0.group, group) }
            guard let since = late.map(\.since).min() else { continue }
            let members = order.compactMap { jobs[$0] }.filter { ExactName.same($0.row.group, group) }
            let alive = members.contains { job in
                (job.row.lastSuccess ?? -.infinity) > since + 5
                    || (job.row.runningSince ?? -.infinity) > since + 5
            }
            // A job of the group that runs on holds up the others; that is its own finding.
            if members.contains(where: { !$0.findings.isEmpty }) { continue }
            if !alive, members.count > 1 || !group.isEmpty {
                findings.append(
                    Finding(
                        EntityID(.cron, "group/\(group)"), .stopped, .critical, since: since,
                        "no job of the cron group \(group) has run for \(Words.age(now.at - since)): \(late.count) of \(members.count) are overdue"
                    ))
                continue
            }
            for job in late {
                findings.append(
                    Finding(
                        EntityID(.cron, job.job.text), .overdue, .warning, since: job.since,
                        "\(job.job.text) is overdue by \(Words.age(now.at - job.since)) while other jobs of its group run"
                    ))
            }
        }
    }
}

/// One job of cron.
struct JobDetector: Sendable {
    let name: String
    private(set) var row: Observation.CronJob
    private let every: Double
    private let longest: Double
    private var worst: Double
    private let hasPast: Bool
    /// Runs that ended well while watching.
    private var seen = (runs: 0, longest: 0.0)
    private var unlocked = Hold()
    private var errors = 0.0
    private var errorSince: Double?
    private var lastErrors: Double?
    private var errorsFrom: Double?
    private(set) var findings: [Finding] = []

    init(_ name: String, planned: StoreShape.Job?, past: PastSeries?) {
        self.name = name
        row = Observation.CronJob(name)
        every = planned?.every ?? 0
        let runs = (past?.values ?? []).filter { $0.isFinite && $0 > 0 }.map { LogMoments.logarithm($0) }
        let moments = LogMoments(runs)
        hasPast = runs.count >= 3
        longest = runs.count >= 3 ? LogMoments.exponential(moments.mean + 2.6 * moments.deviation) : 0
        worst = runs.count >= 3 ? (runs.max().map { LogMoments.exponential($0) } ?? 0) : max(1200, 2 * every)
    }

    mutating func take(_ new: Observation.CronJob, at now: Double) {
        // A run that ended well shows how long runs may be.
        if let began = row.runningSince, new.runningSince != began, let success = new.lastSuccess,
            success >= began, findings.isEmpty
        {
            seen = (seen.runs + 1, max(seen.longest, success - began))
            if hasPast { worst = max(worst, min(success - began, 6 * 3600)) }
        }
        if let success = new.lastSuccess, success > (row.lastSuccess ?? -.infinity) {
            errors = 0
            errorSince = nil
        }
        if let before = lastErrors, new.errorsLastHour > before {
            errors += new.errorsLastHour - before
            errorSince = errorSince ?? now
        }
        lastErrors = new.errorsLastHour
        row = new
    }

    mutating func restart(at now: Double) { unlocked.restart(at: now) }

    mutating func judge(_ now: Circumstances) {
        findings = []
        let entity = EntityID(.cron, name)
        let isUnlocked = row.runningSince != nil && row.isLocked == false
        if let since = row.runningSince, let age = unlocked.age(isUnlocked, at: now.at),
            age >= now.tuning.seconds(30), now.at - since >= now.tuning.seconds(40)
        {
            findings.append(
                Finding(
                    entity, .died, .warning, since: max(since, now.at - age),
                    "\(name) is marked as running since \(Words.age(now.at - since)) ago and nobody holds its lock: its process is gone"
                ))
        } else if let since = row.runningSince {
            // Without a past, five times the longest of a few runs.
            let usual = hasPast || seen.runs < 3 ? 1.15 * worst : max(180, 5 * seen.longest)
            let limit = now.tuning.factor * max(120, longest, usual)
            if now.at - since >= limit {
                findings.append(
                    Finding(
                        entity, .running, .warning, since: since + max(longest, 60),
                        "\(name) has been running for \(Words.age(now.at - since)); it usually takes at most \(Words.age(max(longest, hasPast ? worst : seen.longest)))"
                    ))
            }
        }
        if let errorSince, errors >= (every >= 3600 ? 1 : 3) {
            let why = row.lastError.map { ": \($0)" } ?? ""
            findings.append(
                Finding(
                    entity, .errors, .warning, since: errorSince,
                    "\(name) ended with an error \(Words.figure(errors)) times and has not succeeded since\(why)"
                ))
        }
    }
}
