import Glibc
import Monitoring

/// The shape of a simulated store, drawn at random: how many flows at what rates over three decades, who moves with
/// whom, its zone, its habits.
struct Store {
    var flows: [Flow]
    let isRough: Bool
    let offset: Double
    let wander: Double
    let jobs: [StoreShape.Job]
    /// The long one: its usual seconds, and how much ln of it varies.
    let importing: (seconds: Double, deviation: Double, at: Double)
    let indexers: [(name: String, rate: Double)]
    let leftOut: Double
    let standing: Double
    let letters: Double
    let clearedAt: Double

    init(isRough: Bool, _ dice: inout Dice) {
        self.isRough = isRough
        offset = dice.pick([-5.0, 0, 1, 2, 5.5, 9]) * 3600
        wander = isRough ? dice.uniform(0.1, 0.2) : dice.uniform(0.04, 0.12)
        let shop = Flow.day(depth: dice.uniform(0.05, 0.4), peak: dice.uniform(10, 15), &dice)
        let (selling, feeding) = (dice.whole(3, 7), dice.whole(1, 5))
        flows = []
        for number in 0..<selling + feeding {
            flows.append(Flow.random(number, sells: number < selling, shop: shop, isRough: isRough, &dice))
        }
        flows[0].tier = 1
        flows[0].rate = dice.spread(2, 20)
        flows[0].isChecked = true
        flows[0].queue = "q.\(flows[0].name)"
        flows[0].retried = max(flows[0].retried, 0.01)
        importing = (dice.spread(900, 5400), dice.uniform(0.04, 0.2), dice.uniform(0, 5).rounded() * 3600)
        var jobs = [
            StoreShape.Job(name: "indexer_update_all_views", group: "index", every: 60, at: 0),
            StoreShape.Job(name: "indexer_reindex_all_invalid", group: "index", every: 60, at: 0),
            StoreShape.Job(name: "consumers_runner", group: "consumers", every: 60, at: 0),
            StoreShape.Job(name: "send_emails", group: "default", every: 60, at: 0),
            StoreShape.Job(name: "import", group: "own", every: 86_400, at: importing.at),
        ]
        for number in 0..<dice.whole(1, 4) {
            jobs.append(
                StoreShape.Job(name: "job-\(number)", group: "own", every: dice.pick([300, 600, 900]), at: 0))
        }
        self.jobs = jobs
        indexers = (0..<dice.whole(2, 6)).map { ("index-\($0)", dice.spread(0.5, 20)) }
        leftOut = dice.uniform(0, 0.0012)
        standing = dice.uniform(0.5, 4)
        letters = dice.pick([0, 40, 300])
        clearedAt = dice.uniform(6, 20).rounded() * 3600
    }

    var shape: StoreShape {
        var shape = StoreShape()
        shape.name = "drawn"
        shape.sources = [
            ("rabbit", "rabbitmq", 10.0), ("db", "mysql", 10), ("log", "log", 10),
            ("recon", "reconciliation", 60),
        ]
        .map { StoreShape.Source(name: $0.0, type: $0.1, interval: $0.2) }
        shape.flows = flows.map { flow in
            var known = StoreShape.Flow(flow.name)
            known.tier = flow.tier
            known.isInSafeZone = flow.tier == 1
            known.system = flow.system
            known.queues = flow.queue.map { [$0] } ?? []
            known.checks = flow.isChecked ? ["orders"] : []
            return known
        }
        shape.queuesWithoutConsumer = flows.compactMap(\.queue).prefix(1).flatMap {
            ["\($0).retry", "\($0).failed"]
        }
        shape.jobs = jobs
        return shape
    }

    var clock: StoreClock { StoreClock(zone: "drawn", offsetSeconds: Int(offset), changes: []) }

    /// Three weeks before `start`, in half hours.
    func past(before start: Double, _ dice: inout Dice) -> [PastSeries] {
        let (from, count) = (start - 1008 * 1800, 1008)
        var all: [PastSeries] = []
        func add(_ entity: EntityID, _ measure: PastSeries.Measure, _ values: [Double]) {
            all.append(PastSeries(entity: entity, measure: measure, from: from, step: 1800, values: values))
        }
        var common = Wanderer(deviation: wander, memory: 7200, &dice)
        var levels: [Double] = []
        for _ in 0..<count {
            common.step(1800, &dice)
            levels.append(common.value + (dice.chance(0.01) ? log(2.5) : 0))
        }
        for flow in flows {
            let entity = EntityID(.integration, flow.name)
            var own = Wanderer(deviation: flow.wander, memory: 7200, &dice)
            var series: [PastSeries.Measure: [Double]] = [:]
            for half in 0..<count {
                own.step(1800, &dice)
                let local = from + Double(half) * 1800 + 900 + offset
                let level = exp((flow.sells ? levels[half] : 0) + own.value)
                let tried = dice.poisson(flow.usual(at: local) * level * 30)
                let clusters = flow.clustered > 0 ? dice.poisson(1800 / flow.betweenClusters) : 0
                let share = flow.failing * (1 - flow.clustered) + clusters * Flow.inCluster * 40 / 1800
                let failed = dice.binomial(tried, min(share, 0.9))
                series[.successes, default: []].append((tried - failed) / 30)
                series[.failures, default: []].append(failed / 30)
                if flow.retried > 0 {
                    series[.retries, default: []].append(dice.binomial(tried, flow.retried) / 30)
                }
                let calls = (0..<min(Int(tried), 120)).map { _ in flow.latency(1, &dice) }.sorted()
                series[.p50, default: []].append(calls.count >= 5 ? calls[calls.count / 2] : .nan)
                series[.p95, default: []].append(calls.count >= 20 ? calls[calls.count * 95 / 100] : .nan)
                series[.p99, default: []].append(calls.count >= 60 ? calls[calls.count * 99 / 100] : .nan)
            }
            for (measure, values) in series { add(entity, measure, values) }
        }
        for queue in flows.compactMap(\.queue).prefix(1) {
            add(
                EntityID(.queue, "\(queue).retry"), .depth,
                (0..<count).map { _ in max(0, letters + (letters > 0 ? dice.normal().rounded() : 0)) })
            var pile = 5.0
            add(
                EntityID(.queue, "\(queue).failed"), .depth,
                (0..<count).map { half in
                    let local = from + Double(half) * 1800 + offset
                    if abs(local - (local / 86_400).rounded(.down) * 86_400 - clearedAt) < 900 { pile = 0 }
                    pile += dice.poisson(flows[0].usual(at: local) * 30 * 0.002)
                    return pile
                })
        }
        for job in jobs {
            let daily = job.every >= 86_400
            add(
                EntityID(.cron, job.name), .duration,
                (0..<count).map { half in
                    let local = from + Double(half) * 1800 + offset
                    let seconds = local - (local / 86_400).rounded(.down) * 86_400
                    if daily, abs(seconds - importing.at) >= 900 { return .nan }
                    return daily
                        ? importing.seconds * exp(importing.deviation * dice.normal()) : dice.uniform(5, 25)
                })
        }
        for indexer in indexers {
            add(
                EntityID(.indexer, indexer.name), .backlog,
                (0..<count).map { _ in dice.poisson(indexer.rate) })
        }
        add(EntityID(.recon, "stock"), .mismatches, (0..<count).map { _ in dice.poisson(standing) })
        return all
    }
}
