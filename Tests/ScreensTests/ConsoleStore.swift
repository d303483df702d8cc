import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens

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
                "erp.order.export", .critical, ["no consumer since 01:47", "841 wait"], depth: 841),
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
                name: "catalog_product_price", mode: .schedule, judgement: .ok, sources: ["magento-db"])
        ]
        snapshot.flags = [
            flag("cart.new", .variant("b"), next: nil, refusal: "it has no ON and OFF"),
            flag("erp.v2", .on, next: .off), flag("wms.returns", .off, next: .on),
        ]
        snapshot.sources = [source("magento-db", "mysql"), source("rabbitmq", "rabbitmq")]
        for index in snapshot.queues.indices { snapshot.queues[index].readAt = now }
        for index in snapshot.flags.indices { snapshot.flags[index].readAt = now }
        for index in snapshot.sources.indices { snapshot.sources[index].readAt = now }
        snapshot.events = [
            Event(
                at: wall.advanced(bySeconds: -1800), status: nil, entity: EntityID(.flag, "erp.v2"),
                subject: "flag", text: "deniz turns erp.v2 ON")
        ]
        return snapshot
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
