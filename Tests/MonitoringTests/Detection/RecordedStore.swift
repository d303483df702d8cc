import Monitoring
import TestSupport

/// A small store for the detectors, poll by poll, ten seconds each; Wednesday 2026-11-18, 10:00 UTC on.
struct RecordedStore {
    static let start = 1_794_996_000.0

    private(set) var detection: Detection
    var now = start
    private(set) var told: [AlertChange] = []
    private var random = SeededGenerator(seed: 5)
    var queue = Observation.BrokerQueue("erp.order")
    var job = Observation.CronJob("import")
    var indexer = Observation.Indexer("stock")
    /// Attempts a poll, of each flow.
    var rates: [String: Double] = ["orders": 2, "payments": 2, "tax": 3, "mail": 4]
    /// Failed of a hundred attempts.
    var failing: [String: Int] = [:]
    var beats = true
    /// The broker counts what goes through it.
    var moves: Bool?
    var fails: Set<String> = []

    init(cold: Bool = false, factor: Double = 1) {
        var shape = StoreShape()
        shape.sources = ["broker", "db", "log"].map { StoreShape.Source(name: $0, type: $0, interval: 10) }
        for name in ["orders", "payments", "tax", "mail"] {
            var flow = StoreShape.Flow(name)
            flow.tier = name == "orders" ? 1 : 2
            if name == "orders" {
                flow.queues = ["erp.order"]
                flow.system = "ERP"
            }
            shape.flows.append(flow)
        }
        shape.jobs = [StoreShape.Job(name: "import", group: "acme", every: 600, at: 0)]
        let clock = StoreClock(zone: "UTC", offsetSeconds: 0, changes: [])
        detection = Detection(
            shape, past: cold ? [] : Self.past(shape), clock: clock, tuning: Tuning(factor: factor))
        queue.consumers = 2
        job.group = "acme"
        job.isLocked = false
        indexer.triggers = 3
        indexer.version = 100
        indexer.newest = 100
    }

    /// Three weeks in which all flows move together by the hour of the day.
    private static func past(_ shape: StoreShape) -> [PastSeries] {
        var random = SeededGenerator(seed: 9)
        let common = (0..<1008).map { _ in Double.random(in: 0.7...1.3, using: &random) }
        let depth = PastSeries(
            entity: EntityID(.queue, "erp.order"), measure: .depth, from: start - 1008 * 1800, step: 1800,
            values: common)
        return [depth]
            + shape.flows.flatMap { flow -> [PastSeries] in
                let rates: [String: Double] = ["tax": 18, "mail": 24]
                let rate = rates[flow.name] ?? 12
                let values = common.map { $0 * rate * Double.random(in: 0.97...1.03, using: &random) }
                let entity = EntityID(.integration, flow.name)
                let from = start - 1008 * 1800
                return [
                    PastSeries(entity: entity, measure: .successes, from: from, step: 1800, values: values),
                    PastSeries(
                        entity: entity, measure: .failures, from: from, step: 1800,
                        values: values.map { $0 * 0.005 }),
                ]
            }
    }

    mutating func run(seconds: Double) {
        let end = now + seconds
        while now < end {
            now += 10
            if moves == true { queue.arriving = Double.random(in: 0.1...0.9, using: &random) }
            poll("broker", .brokerQueues([queue]))
            poll("db", .cron([job], heartbeat: beats ? (now / 60).rounded(.down) * 60 : nil))
            poll("db", .indexers([indexer]))
            poll("log", .outcomes(outcomes()))
            told += detection.judge(at: now)
        }
    }

    private mutating func poll(_ source: String, _ fact: Observation.Fact) {
        let fact = fails.contains(source) ? .failed(kind: "timed_out", message: "no answer within 5 s") : fact
        detection.take(Observation(at: now, source: source, fact: fact))
    }

    private mutating func outcomes() -> [Observation.Outcomes] {
        rates.keys.sorted().compactMap { name in
            // Even enough to be a healthy day, uneven enough to be one.
            let rate = rates[name] ?? 0
            let count = Int(rate) + (rate > 0 ? Int.random(in: -1...1, using: &random) : 0)
            guard count > 0 else { return nil }
            var row = Observation.Outcomes(name)
            for _ in 0..<count {
                if Int.random(in: 0..<1000, using: &random) < 10 * (failing[name] ?? 0) + 5 {
                    row.failed += 1
                } else {
                    row.succeeded += 1
                }
            }
            return row
        }
    }

    mutating func note(_ kind: StoreEvent.Kind, _ text: String) {
        detection.take(StoreEvent(at: now, kind: kind, text: text))
    }

    /// `queue:erp.order no consumer`, as they opened.
    var opened: [String] {
        told.filter { $0.what == .opened }.map { "\($0.alert.key.entity) \($0.alert.key.kind.rawValue)" }
    }
}

extension RecordedStore {
    /// Time in which nobody looked.
    mutating func skip(seconds: Double) { now += seconds }
}
