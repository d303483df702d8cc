import Monitoring
import TestSupport
import Text

@testable import Probes

/// A subject of the store's database on a real MariaDB, over a line that can be cut.
final class StoreWorld: ProbeWorld {
    enum Subject: String, CaseIterable {
        case queues, cron, indexers, outcomes, changes
    }

    let hasClock = true
    let isDistant = true
    let probe: any Probe
    private let subject: Subject
    private let store: StoreServer
    private let relay: Relay

    init(_ subject: Subject) async throws {
        self.subject = subject
        store = try await StoreServer()
        relay = try Relay(to: store.server.port)
        var source = store.source()
        source.address = .tcp(host: "127.0.0.1", port: UInt16(relay.port))
        source.topics = ["erp": [NamePattern("async.*")]]
        source.interval = .seconds(1)
        source.deadline = .seconds(1)
        let probes = MySQLStore(source).probes()
        guard let probe = probes.first(where: { $0.schedule.subject == subject.rawValue }) else {
            throw OtherFacts()
        }
        self.probe = probe
        try await store.run(
            """
            SET time_zone='+00:00';
            INSERT INTO queue (id,name) VALUES (1,'erp');
            INSERT INTO magento_bulk (uuid,operation_count) VALUES ('b',1);
            INSERT INTO mview_state (view_id,mode,status,version_id)
              VALUES ('catalog_product_price','enabled','idle',0);
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
              SELECT 'erp','success',UTC_TIMESTAMP(),UTC_TIMESTAMP(),UTC_TIMESTAMP();
            """)
    }

    func figure(_ sample: Sample) -> Int? {
        for fact in sample.facts {
            switch fact {
            case .queues(let queues): return queues.first?.leftCounter.map { Int(clamping: $0) }
            case .cron(let cron): return cron.jobs.first?.successesLastHour
            case .indexers(let indexers): return indexers.first?.backlog
            case .outcomes(let outcomes): return outcomes.first?.ledger.total.successes
            case .changes(let changes): return changes.patches?.count
            default: continue
            }
        }
        return nil
    }

    func happen(_ times: Int) async throws -> Int {
        let rows = "FROM seq_1_to_\(times)"
        let sql =
            switch subject {
            // It comes and is completed between two looks, or under one.
            case .queues:
                """
                INSERT INTO queue_message (topic_name) SELECT 't' \(rows);
                SELECT LAST_INSERT_ID()-1 INTO @top;
                INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
                  SELECT 1,@top+seq,UTC_TIMESTAMP(),2 \(rows);
                UPDATE queue_message_status SET status=4 WHERE status=2;
                """
            case .cron:
                """
                INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
                  SELECT 'erp','success',UTC_TIMESTAMP(),UTC_TIMESTAMP(),UTC_TIMESTAMP() \(rows);
                """
            // Versions are given out one by one.
            case .indexers:
                "INSERT INTO catalog_product_price_cl (entity_id) VALUES "
                    + (1...times).map { "(\($0))" }.joined(separator: ",")
            case .outcomes:
                """
                INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at)
                  SELECT 'b','async.orders',1,UTC_TIMESTAMP() \(rows);
                """
            case .changes: "INSERT INTO patch_list (patch_name) SELECT 'p' \(rows);"
            }
        try await store.run("SET time_zone='+00:00';\n" + sql)
        return times
    }

    func hold(_ isHeld: Bool) { if isHeld { store.server.freeze() } else { store.server.thaw() } }
    func cut(after bytes: Int?) { relay.cut(after: bytes) }

    func withhold() async throws {
        let table =
            switch subject {
            case .queues: "queue_message_status"
            case .cron: "cron_schedule"
            case .indexers: "catalog_product_price_cl"
            case .outcomes: "magento_operation"
            case .changes: "patch_list"
            }
        try await store.run("RENAME TABLE \(table) TO away")
    }

    /// By the server's own account, and by the line's.
    func open() async throws -> [String] {
        let sessions = try await store.server.query(
            "SELECT id FROM information_schema.processlist WHERE user='hypercare'")
        return sessions.map { "session \($0[0])" } + (relay.open > 0 ? ["\(relay.open) connections"] : [])
    }
}
