/// One queue of a broker that somebody is to consume. Deadlines and evidence, no statistics:
///
/// - no consumer for 20 s with messages, 60 s without, 240 s after a deploy, and no less than 1.5 times its longest
///   absence that healed (consumers that cron starts come and go);
/// - stuck: consumers, something waits, and nothing left for 50 s (180 s after a deploy), and no
///   less than 1.5 times the longest pause that ended;
/// - unacknowledged: the lowest of ten minutes is 3 above the lowest ever;
/// - backlog: what waits takes longer than 20 min at the rate it leaves, for 5 min;
/// - level: the lowest of 20 min is half again as high as any half hour of the past was, and 10 more, and it grows; what
///   was put there at once and gets less is worked off.
struct BrokerQueueDetector: Sendable {
    let name: String
    private var row: Observation.BrokerQueue
    private var hadConsumers = false
    private var absent = Hold()
    private var longestAbsence = 0.0
    private var still = Hold()
    private var longestStill = 0.0
    private var lastReady: Double?
    private var backlog = Hold()
    private var unacknowledged = SlidingLow(seconds: 600)
    private var leastUnacknowledged = Double.infinity
    private var unacknowledgedSince: Double?
    private var seen = 0
    private(set) var findings: [Finding] = []

    private let most: Double?
    private var level = SlidingLow(seconds: 1200)
    private var highSince: Double?
    private var slope = SlopeWatch()

    init(_ name: String, past: PastSeries?) {
        self.name = name
        row = Observation.BrokerQueue(name)
        let levels = past?.values.filter(\.isFinite) ?? []
        most = levels.count >= 48 ? levels.max() : nil
    }

    var isTroubled: Bool { findings.contains { $0.kind != .growing } }
    /// Something waits here, so a silence behind it is this queue's matter.
    var holdsMessages: Bool { row.ready >= 3 || absent.since != nil || !findings.isEmpty }

    /// Whether anything of it has changed.
    mutating func take(_ row: Observation.BrokerQueue) -> Bool {
        defer { self.row = row }
        return row != self.row
    }

    mutating func restart(at now: Double) {
        absent.restart(at: now)
        still.restart(at: now)
        backlog.restart(at: now)
        unacknowledged.reset()
        level.reset()
    }

    /// To be asked once a poll that answered.
    mutating func judge(_ now: Circumstances, belongsToFlow: Bool) {
        findings = []
        seen += 1
        let entity = EntityID(.queue, name)
        judgeConsumers(now, entity, belongsToFlow)
        judgeProgress(now, entity)
        judgeUnacknowledged(now, entity)
        judgeLevel(now, entity)
        lastReady = row.ready
    }

    private mutating func judgeConsumers(_ now: Circumstances, _ entity: EntityID, _ belongsToFlow: Bool) {
        if row.consumers > 0 {
            if let since = absent.since, hadConsumers, !now.isAfterDeploy(within: 600) {
                longestAbsence = max(longestAbsence, min(now.at - since, 3600))
            }
            hadConsumers = true
        }
        guard let age = absent.age(row.consumers <= 0, at: now.at) else { return }
        // One that nobody was ever seen at may be one that nobody is to be at.
        guard hadConsumers || (belongsToFlow && row.ready > 0 && age >= 60) else { return }
        let base = now.isAfterDeploy(within: 600) ? 240 : row.ready > 0 ? 20.0 : 60
        guard age >= max(now.tuning.seconds(base), 1.5 * longestAbsence) else { return }
        let waiting = row.ready > 0 ? ", \(Words.figure(row.ready)) messages wait" : ""
        findings.append(
            Finding(
                entity, .noConsumer, .critical, since: now.at - age,
                "\(name) has had no consumer for \(Words.age(age))\(waiting)"))
    }

    private mutating func judgeProgress(_ now: Circumstances, _ entity: EntityID) {
        let waiting = row.ready + row.unacknowledged
        // Where the broker tells no rate, a queue that gets shorter is one that is taken from.
        let isLeaving = row.leaving.map { $0 > 0.012 } ?? (lastReady.map { row.ready < $0 } ?? true)
        let isStill = row.consumers > 0 && waiting > 0 && !isLeaving
        if !isStill, let since = still.since, !now.isAfterDeploy(within: 600) {
            longestStill = max(longestStill, min(now.at - since, 1800))
        }
        let limit = now.isAfterDeploy(within: 300) ? 180.0 : 50
        if let age = still.age(isStill, at: now.at),
            age >= max(now.tuning.seconds(limit), 1.5 * longestStill),
            row.ready > 0 || age > 110
        {
            findings.append(
                Finding(
                    entity, .stuck, .critical, since: now.at - age,
                    "nothing has left \(name) for \(Words.age(age)): \(Words.figure(row.consumers)) consumers, \(Words.figure(waiting)) messages wait"
                ))
        }
        let leaving = max(row.leaving ?? 0, 1e-3)
        let isBehind = row.consumers > 0 && row.ready >= 20 && row.ready / leaving > now.tuning.seconds(1200)
        if let age = backlog.age(isBehind, at: now.at), age >= now.tuning.seconds(300),
            !findings.contains(where: { $0.kind == .stuck })
        {
            findings.append(
                Finding(
                    entity, .growing, .warning, since: now.at - age,
                    "\(Words.figure(row.ready)) messages wait, which takes \(Words.age(row.ready / leaving)) at the rate they leave"
                ))
        }
    }

    private mutating func judgeLevel(_ now: Circumstances, _ entity: EntityID) {
        level.add(row.ready, at: now.at)
        slope.add(row.ready, at: now.at)
        guard let most, let lowest = level.lowest(at: now.at), row.consumers > 0 else { return }
        guard lowest >= most + now.tuning.excess(0.5 * most + 10) else {
            highSince = nil
            return
        }
        let since = highSince ?? now.at - 1200
        highSince = since
        guard findings.isEmpty, slope.growth() != nil else { return }
        findings.append(
            Finding(
                entity, .growing, .warning, since: since,
                "\(Words.figure(row.ready)) messages wait, where at most \(Words.figure(most)) were before\(slope.outlook(from: row.ready, to: 2 * row.ready))"
            ))
    }

    private mutating func judgeUnacknowledged(_ now: Circumstances, _ entity: EntityID) {
        unacknowledged.add(row.unacknowledged, at: now.at)
        guard let lowest = unacknowledged.lowest(at: now.at) else { return }
        leastUnacknowledged = min(leastUnacknowledged, lowest)
        guard lowest >= leastUnacknowledged + max(3, now.tuning.excess(3).rounded(.up)) else {
            unacknowledgedSince = nil
            return
        }
        let since = unacknowledgedSince ?? now.at - 600
        unacknowledgedSince = since
        guard !findings.contains(where: { $0.kind == .stuck }) else { return }
        findings.append(
            Finding(
                entity, .stuck, .warning, since: since,
                "\(Words.figure(lowest)) messages of \(name) have been taken and not acknowledged for 10 min")
        )
    }
}
