import Glibc
import Monitoring

/// A stretch of a store's life, poll by poll: what a console would have read of it.
struct Day {
    let store: Store
    let incident: Incident?
    private(set) var now: Double
    private var dice: Dice
    private var common: Wanderer
    private var own: [Wanderer]
    private var clusters: [Double]
    private var held: [Double]
    private var nextBatch: [Double]
    private var calls: [[Double]] = []
    private var queues: [QueueState]
    private var retrying: Double
    private var failedLetters = 5.0
    private var campaign: ClosedRange<Double>?
    private(set) var deploy: Double?
    private var hiccup: Double
    private var versions: [(version: Double, newest: Double)]
    private var runs: [JobState]
    private var records = RecordState()
    private var databaseReady = 0.0
    private var databaseDone: [Double] = []

    struct QueueState {
        var ready = 0.0
        var arriving = 0.0
        var leaving = 0.0
    }

    struct JobState {
        var since: Double?
        var until = 0.0
        var success: Double?
        var overdue: Double?
    }

    struct RecordState {
        var count = 0.0
        var number = 1000
        var waiting: [(at: Double, id: String, fate: Fate)] = []
        var missing: [(id: String, until: Double)] = []
        var extra: [(id: String, until: Double)] = []
        var different: [(id: String, until: Double)] = []
        var wrong: Set<String> = []
    }

    enum Fate { case fine, leftOut, late, missing, extra }

    init(
        _ store: Store, from: Double, seconds: Double, incident: Incident?, hasEvents: Bool,
        _ dice: inout Dice
    ) {
        self.store = store
        self.incident = incident
        now = from
        common = Wanderer(deviation: store.wander, memory: dice.spread(1800, 10_800), &dice)
        own = store.flows.map { Wanderer(deviation: $0.wander, memory: dice.spread(1800, 10_800), &dice) }
        clusters = store.flows.map { _ in 0 }
        held = store.flows.map { _ in 0 }
        nextBatch = store.flows.map { _ in from + dice.uniform(0, 600) }
        queues = store.flows.map { _ in QueueState() }
        retrying = store.letters
        if hasEvents {
            if dice.chance(0.3) {
                let begins = from + dice.uniform(0.1, 0.7) * seconds
                campaign = begins...begins + dice.uniform(2400, 7200)
            }
            if dice.chance(0.4) { deploy = from + dice.uniform(0.1, 0.9) * seconds }
        }
        hiccup = from + dice.uniform(0, 1) * seconds
        versions = store.indexers.map { _ in (5000, 5000) }
        runs = store.jobs.map { _ in JobState(success: from - 30) }
        self.dice = dice
    }

    var local: Double { now + store.offset }
    private var isDeploying: Bool { deploy.map { now >= $0 && now < $0 + 90 } ?? false }
    private func trouble(_ kind: Incident.Kind) -> Incident? {
        incident.flatMap { $0.kind == kind && $0.holds(at: now) ? $0 : nil }
    }

    /// Ten seconds on: all that is read then.
    mutating func step() -> [Observation] {
        now += 10
        common.step(10, &dice)
        for index in own.indices { own[index].step(10, &dice) }
        let isLost = trouble(.source) != nil
        var all = [poll("log", .outcomes(flows()))]
        all.append(
            isLost
                ? poll("rabbit", .failed(kind: "timed_out", message: "no answer within 5 s"))
                : poll("rabbit", broker()))
        all.append(poll("db", .databaseQueues([database()])))
        all.append(poll("db", cron()))
        all.append(poll("db", .indexers(indexers())))
        if now.truncatingRemainder(dividingBy: 60) == 0 { all.append(poll("recon", checks())) }
        if abs(now - hiccup) < 5 { all[0].fact = .failed(kind: "timed_out", message: "no answer within 5 s") }
        return all
    }

    private func poll(_ source: String, _ fact: Observation.Fact) -> Observation {
        Observation(at: now, source: source, fact: fact)
    }

    // MARK: Flows and their queues

    private mutating func flows() -> [Observation.Outcomes] {
        var rows: [Observation.Outcomes] = []
        for index in store.flows.indices {
            let flow = store.flows[index]
            let isMine = incident?.flow == index
            var level = own[index].value + (flow.sells ? common.value : 0)
            if flow.sells, let campaign, campaign.contains(now) { level += log(2.5) }
            var mean = flow.usual(at: local - 5) * exp(level) / 6
            if isMine, let silent = trouble(.silent) { mean *= silent.size }
            if isMine, let burst = trouble(.burst) { mean *= burst.size }
            if flow.sells, let shop = trouble(.shop) { mean *= shop.size }
            var count = dice.poisson(mean)
            count = released(index, count, flow)
            count = queued(index, count, flow, isMine: isMine)
            guard count > 0 else { continue }
            var row = Observation.Outcomes(flow.name)
            row.failed = dice.binomial(count, failing(index, flow, isMine: isMine))
            row.succeeded = count - row.failed
            let retried = isMine ? trouble(.retries)?.size ?? flow.retried : flow.retried
            row.retried = dice.binomial(count, retried)
            if row.failed > 0 { row.lastError = "HTTP 503" }
            let slow = isMine ? trouble(.slow)?.size ?? 1 : 1
            row.latencies = (0..<min(Int(count), 16)).map { _ in flow.latency(slow, &dice) }
            rows.append(row)
            if index == 0 { record(row.succeeded) }
        }
        return rows
    }

    /// Flows in batches let go of all they hold at once.
    private mutating func released(_ index: Int, _ count: Double, _ flow: Flow) -> Double {
        switch flow.rhythm {
        case .even: return count
        case .batches(let every):
            held[index] += count
            guard now >= nextBatch[index] else { return 0 }
            nextBatch[index] += every
        case .bursts(let every):
            held[index] += count
            guard now >= nextBatch[index] else { return 0 }
            nextBatch[index] = now + every * dice.uniform(0.5, 1.5)
        }
        if let silent = trouble(.silent), incident?.flow == index, silent.size == 0 { held[index] = 0 }
        defer { held[index] = 0 }
        return held[index]
    }

    private mutating func failing(_ index: Int, _ flow: Flow, isMine: Bool) -> Double {
        if isMine, let failing = trouble(.failing) { return failing.size }
        guard flow.clustered > 0 else { return flow.failing }
        if clusters[index] > 0 {
            clusters[index] -= 10
        } else if dice.chance(10 / flow.betweenClusters) {
            clusters[index] = dice.uniform(20, 60)
        }
        return clusters[index] > 0 ? Flow.inCluster : flow.failing * (1 - flow.clustered)
    }

    /// What comes out of the flow's queue when `count` goes in.
    private mutating func queued(_ index: Int, _ count: Double, _ flow: Flow, isMine: Bool) -> Double {
        guard flow.queue != nil else { return count }
        let isHeld = isDeploying || (isMine && (trouble(.noConsumer) != nil || trouble(.stuck) != nil))
        queues[index].arriving = 0.85 * queues[index].arriving + 0.15 * count / 10
        queues[index].ready += count
        let most = max(20, flow.rate)
        let out = isHeld ? 0 : min(queues[index].ready, most)
        queues[index].ready -= out
        queues[index].leaving = 0.85 * queues[index].leaving + 0.15 * out / 10
        return out
    }

    private mutating func broker() -> Observation.Fact {
        var rows: [Observation.BrokerQueue] = []
        for index in store.flows.indices {
            guard let name = store.flows[index].queue else { continue }
            var row = Observation.BrokerQueue(name)
            let isMine = incident?.flow == index
            row.ready = queues[index].ready
            row.consumers = isDeploying || (isMine && trouble(.noConsumer) != nil) ? 0 : 2
            let isStuck = isMine && trouble(.stuck) != nil
            row.unacknowledged = isStuck || queues[index].leaving > 0.02 && dice.chance(0.3) ? 1 : 0
            if isStuck, row.ready > 0 { row.ready -= 1 }
            row.arriving = (queues[index].arriving * 100).rounded() / 100
            row.leaving = (queues[index].leaving * 100).rounded() / 100
            rows.append(row)
        }
        if let queue = store.flows[0].queue {
            if let letters = trouble(.letters) { retrying += dice.poisson(letters.size / 360) }
            failedLetters += dice.poisson(store.flows[0].usual(at: local) / 6 * 0.002)
            let seconds = local - (local / 86_400).rounded(.down) * 86_400
            if abs(seconds - store.clearedAt) < 6 { failedLetters = 0 }
            for (kind, ready) in [("retry", retrying), ("failed", failedLetters)] {
                var row = Observation.BrokerQueue("\(queue).\(kind)")
                row.ready = ready
                rows.append(row)
            }
        }
        return .brokerQueues(rows)
    }

    private mutating func database() -> Observation.DatabaseQueue {
        var row = Observation.DatabaseQueue("product_alert")
        let second = now.truncatingRemainder(dividingBy: 60)
        let isStuck = trouble(.databaseStuck) != nil || trouble(.cron) != nil
        databaseReady += dice.poisson(0.3)
        if second < 30, !isStuck, !isDeploying {
            if databaseReady > 0 { databaseDone += [Double](repeating: now, count: Int(databaseReady)) }
            databaseReady = 0
            row.isLocked = true
        }
        if trouble(.databaseStuck) != nil { row.isLocked = true }
        databaseDone.removeAll { now - $0 > 60 }
        row.ready = databaseReady
        row.completedLastMinute = Double(databaseDone.count)
        return row
    }

    // MARK: Cron and indexers

    private mutating func cron() -> Observation.Fact {
        let isPaused = trouble(.cron) != nil || (deploy.map { now >= $0 && now < $0 + 120 } ?? false)
        if !isPaused { lastBeat = (now / 60).rounded(.down) * 60 }
        let rows = store.jobs.indices.map { job(store.jobs[$0], $0, isPaused: isPaused) }
        return .cron(rows, heartbeat: lastBeat)
    }

    private var lastBeat: Double?

    private mutating func job(_ job: StoreShape.Job, _ index: Int, isPaused: Bool) -> Observation.CronJob {
        var row = Observation.CronJob(job.name)
        row.group = job.group
        let phase = (local - job.at).truncatingRemainder(dividingBy: job.every)
        let isDue = phase < 10
        let isOff = isPaused || (trouble(.group) != nil && job.group == "index")
        let isMine = incident?.roots.contains(EntityID(.cron, job.name)) == true
        let isGone = isMine && trouble(.died) != nil
        if let since = runs[index].since, now >= runs[index].until, !isGone,
            !(isMine && trouble(.running) != nil)
        {
            runs[index].since = nil
            runs[index].success = max(runs[index].until, since + 1)
        }
        // What was due in a pause runs after it.
        if isDue || (runs[index].overdue != nil && !isOff), runs[index].since == nil {
            if isOff {
                runs[index].overdue = runs[index].overdue ?? now - phase
            } else {
                let daily = job.every >= 86_400
                runs[index].since = isDue ? now - phase + 2 : now - 8
                runs[index].until =
                    now
                    + (daily
                        ? store.importing.seconds * exp(store.importing.deviation * dice.normal())
                        : job.every <= 60 ? 8 : dice.uniform(5, 25))
                runs[index].overdue = nil
            }
        }
        row.runningSince = runs[index].since
        row.isLocked = runs[index].since != nil && !isGone
        row.lastSuccess = runs[index].success
        row.overdueSince = runs[index].overdue
        return row
    }

    private mutating func indexers() -> [Observation.Indexer] {
        let isPaused = trouble(.cron) != nil || trouble(.group) != nil || isDeploying
        return store.indexers.indices.map { index in
            let isMine = incident?.flow == index
            let isBlind = isMine && trouble(.blind) != nil
            if !isBlind { versions[index].newest += dice.poisson(store.indexers[index].rate / 6) }
            let stands = isMine && trouble(.behind) != nil
            if now.truncatingRemainder(dividingBy: 60) < 10, !isPaused, !stands {
                versions[index].version = versions[index].newest
            }
            var row = Observation.Indexer(store.indexers[index].name)
            row.status = "idle"
            row.version = versions[index].version
            row.newest = versions[index].newest
            row.triggers = isBlind ? 0 : 3
            return row
        }
    }

    // MARK: Records

    private mutating func record(_ count: Double) {
        for _ in 0..<Int(count) {
            records.number += 1
            let fate: Fate
            if let missing = trouble(.missing), dice.chance(missing.size) {
                fate = .missing
            } else if let extra = trouble(.extra), dice.chance(extra.size) {
                fate = .extra
            } else if dice.chance(store.leftOut) {
                fate = .leftOut
            } else {
                fate = dice.chance(0.002) ? .late : .fine
            }
            records.waiting.append((now + 600, "\(records.number)", fate))
        }
    }

    private mutating func checks() -> Observation.Fact {
        while let first = records.waiting.first, first.at <= now {
            records.waiting.removeFirst()
            records.count += 1
            switch first.fate {
            case .fine: break
            case .late: records.missing.append((first.id, now + 50))
            case .leftOut: records.missing.append((first.id, .infinity))
            case .missing:
                records.missing.append((first.id, .infinity))
                records.wrong.insert(first.id)
            case .extra:
                records.extra.append((first.id, .infinity))
                records.wrong.insert(first.id)
            }
        }
        let seconds = local - (local / 86_400).rounded(.down) * 86_400
        if seconds < 60 {
            records.count = 0
            records.missing = []
            records.extra = []
        }
        for _ in 0..<Int(dice.poisson(store.standing / 5)) {
            records.different.append(
                ("s\(dice.whole(1000, 999_999))", now + 300 * -log(dice.uniform(0.01, 1))))
        }
        if let drift = trouble(.drift) {
            for _ in 0..<Int(dice.poisson(drift.size / 10)) {
                let id = "s\(dice.whole(1000, 999_999))"
                records.different.append((id, drift.stop))
                records.wrong.insert(id)
            }
        }
        let moment = now
        records.missing.removeAll { $0.until <= moment }
        records.different.removeAll { $0.until <= moment }
        var orders = Observation.Check("orders")
        orders.left = Observation.Side(count: records.count, sum: 0)
        orders.missing = records.missing.suffix(20).map(\.id)
        orders.extra = records.extra.suffix(20).map(\.id)
        orders.more = Double(max(0, records.missing.count - 20) + max(0, records.extra.count - 20))
        var stock = Observation.Check("stock")
        stock.left = Observation.Side(count: 5000, sum: 0)
        stock.different = records.different.suffix(20).map(\.id)
        stock.more = Double(max(0, records.different.count - 20))
        return .checks([orders, stock], settledTo: now - 600)
    }

    /// Ids that are truly wrong.
    var wrong: Set<String> { records.wrong }
}
