import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import Text

/// A small store for the scripts of `update`: production, a critical queue, a silent flow, three flags.
enum ConsoleStore {
    /// 2025-11-25 02:14:37 UTC.
    static let wall = WallTime(seconds: 1_764_036_877)

    static func at(_ seconds: Double) -> Timestamp {
        Timestamp(boot: .seconds(1000 + seconds), wall: wall.advanced(bySeconds: seconds), bootID: "test")
    }

    static func snapshot(
        at seconds: Double = 0, access: EnvironmentFacts.Access = .operate, production: Bool = true
    ) -> Snapshot {
        let now = at(seconds)
        var snapshot = Snapshot(
            at: now,
            environment: EnvironmentFacts(name: "eu-shop", isProduction: production, access: access))
        snapshot.queues = [
            queue("async.operations.all", .ok, depth: 14), queue("export", .ok, depth: 0),
            queue(
                "erp.order.export", .critical, ["nobody takes messages since 01:47", "841 wait"], depth: 841),
        ]
        snapshot.integrations = [
            flow("orders-erp", "orders", "ERP", .critical, ["silent since 01:47"]),
            flow("stock-erp", "stock", "ERP", .warning, ["slow since 01:49"]),
            flow("orders-bi", "orders", "BI", .ok),
        ]
        snapshot.cron.jobs = [
            CronRow(code: "indexer_reindex_all_invalid", judgement: .ok, sources: ["magento-db"]),
            CronRow(
                code: "acme_erp_reconcile", judgement: Judgement(.warning, ["running 24 min (usual 15 s)"]),
                sources: ["magento-db"]),
        ]
        snapshot.indexers = [
            IndexerRow(
                id: EntityID(.indexer, "catalog_product_price"), mode: .schedule, judgement: .ok,
                sources: ["magento-db"])
        ]
        snapshot.flags = [
            flag("cart.new", .variant("b"), next: nil, refusal: "it has no ON and OFF"),
            flag("erp.v2", .on, next: .off), flag("wms.returns", .off, next: .on),
        ]
        snapshot.sources = [source("magento-db", "mysql"), source("rabbitmq", "rabbitmq")]
        for index in snapshot.queues.indices { snapshot.queues[index].readAt = now }
        for index in snapshot.flags.indices { snapshot.flags[index].readAt = now }
        if let why = snapshot.environment.whyReadOnly { snapshot.shutFlags(why) }
        for index in snapshot.sources.indices { snapshot.sources[index].readAt = now }
        snapshot.events = [
            Event(
                at: wall.advanced(bySeconds: -1800), status: nil, entity: EntityID(.flag, "erp.v2"),
                subject: "flag", text: "deniz turns erp.v2 ON")
        ]
        return snapshot
    }

    /// The same with figures in it, for looking at.
    /// Put an hour forward until October, then back.
    static let berlin = StoreClock(
        zone: "Europe/Berlin", offsetSeconds: 7200,
        changes: [.init(at: WallTime(seconds: 1_761_440_400), offsetSeconds: 3600)])

    static func whole() -> Snapshot {
        var snapshot = snapshot()
        snapshot.queues[2].judgement.since = wall.advanced(bySeconds: -1637)
        snapshot.queues[2].ready = Count(800)
        snapshot.queues[2].inProgress = Count(41)
        snapshot.queues[2].inRate = 0.52
        snapshot.queues[2].outRate = 0
        snapshot.queues[2].oldestSeconds = 1637
        snapshot.queues[2].consumers = .nobody
        snapshot.integrations[0].judgement.since = wall.advanced(bySeconds: -1637)
        snapshot.integrations[0].integration.owner = "mira"
        snapshot.integrations[0].integration.runbook = "RB-12"
        snapshot.integrations[0].integration.ties.queues = [NamePattern("erp.*")]
        snapshot.integrations[0].integration.ties.jobs = [NamePattern("acme_erp_*")]
        snapshot.integrations[0].integration.flags = ["erp.v2"]
        snapshot.integrations[0].integration.isSafeZone = true
        snapshot.integrations[0].successes = 0
        snapshot.integrations[0].failures = 0.4
        snapshot.integrations[0].fiveMinutes = FailureShare(failed: 4, finished: 9)
        snapshot.integrations[0].isFewFiveMinutes = true
        snapshot.integrations[0].hour = FailureShare(
            failed: 26, finished: 310, coverage: Coverage(seconds: 1440))
        snapshot.integrations[0].p95 = 4.84
        snapshot.integrations[0].lastSuccess = wall.advanced(bySeconds: -1637)
        snapshot.integrations[0].lastError = "HTTP 401 from erp\u{1B}[31m"
        snapshot.cron.jobs[1].group = "acme"
        snapshot.cron.jobs[1].lastSuccess = wall.advanced(bySeconds: -2040)
        snapshot.cron.jobs[1].runningSince = wall.advanced(bySeconds: -1440)
        snapshot.cron.jobs[1].lock = .held
        snapshot.cron.jobs[1].missedLastHour = 0
        snapshot.cron.jobs[1].errorsLastHour = 0
        snapshot.cron.jobs[1].usualSeconds = 15
        snapshot.sources[0].probes = [probe("cron", .ok), probe("queues", .critical)]
        return snapshot
    }

    private static func probe(_ subject: String, _ status: Status) -> ProbeRow {
        var row = ProbeRow(
            schedule: ProbeSchedule(
                id: "magento-db/\(subject)", source: "magento-db", kind: "mysql", subject: subject,
                interval: .seconds(5), deadline: .seconds(2)),
            judgement: Judgement(status))
        row.readAt = at(status == .ok ? -2 : -71)
        row.latency = status == .ok ? 0.0042 : 2.0
        row.costPerMinute = ReadCost(queries: 24, bytes: 12_300, milliseconds: 41)
        row.reads = 1200
        row.nextTry = at(status == .ok ? 3 : 9)
        if status != .ok {
            row.failures = 7
            row.skippedTicks = 4
            row.lastError = "connect to db1:3306 timed out after 2 s"
        }
        return row
    }

    static func model(
        _ snapshot: Snapshot = snapshot(), size: Size = Size(rows: 40, columns: 120)
    ) -> Model {
        var model = Model(now: at(0), size: size, themes: ["dark", "light"], seed: (1, 2))
        _ = update(&model, .snapshot(snapshot))
        return model
    }

    private static func queue(
        _ name: String, _ status: Status, _ reason: [String] = [], depth: Int
    ) -> QueueRow {
        var row = QueueRow(
            id: EntityID(.queue, name), transport: .amqp, judgement: Judgement(status, reason),
            sources: ["rabbitmq"])
        row.depth = Count(depth)
        return row
    }

    private static func flow(
        _ name: String, _ thing: String, _ system: String, _ status: Status, _ reason: [String] = []
    ) -> IntegrationRow {
        IntegrationRow(
            integration: Integration(name: name, thing: thing, direction: .out, system: system),
            judgement: Judgement(status, reason), sources: ["magento-db"])
    }

    private static func flag(
        _ name: String, _ value: FlagValue, next: FlagValue?, refusal: String? = nil
    ) -> FlagRow {
        var reading = FlagReading(
            name: name, backend: "flagd", value: value, variants: ["on", "off"], revision: "41")
        reading.changedBy = "deniz"
        reading.changedAt = wall.advanced(bySeconds: -1837)
        var row = FlagRow(
            flag: reading, place: "flagd file", judgement: value == .off ? Judgement(.off) : .ok)
        row.next = next
        row.refusal = refusal
        return row
    }

    private static func source(_ name: String, _ kind: String) -> SourceRow {
        SourceRow(name: name, kind: kind, judgement: .ok)
    }
}

extension Model {
    /// Types, one key after the other, at the same moment.
    @discardableResult
    mutating func type(_ text: String) -> [Effect] {
        text.unicodeScalars.flatMap { update(&self, .key(.character($0))) }
    }

    @discardableResult
    mutating func press(_ keys: Key...) -> [Effect] { keys.flatMap { update(&self, .key($0)) } }

    /// Moves the clock and tells the model.
    mutating func wait(until seconds: Double) { _ = update(&self, .tick(ConsoleStore.at(seconds))) }
}

extension Snapshot {
    /// As the engine says it of each flag.
    mutating func shutFlags(_ why: String) {
        for index in flags.indices {
            flags[index].next = nil
            flags[index].refusal = why
        }
    }
}
