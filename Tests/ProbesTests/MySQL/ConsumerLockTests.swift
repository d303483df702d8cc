import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct ConsumerLockTests {
    private func read(_ source: MySQLSource) async throws -> (
        queues: [String: QueueReading], locks: [ExactName: ConsumerLock.State]
    ) {
        let sample = try await MySQLStore(source).sample(QueueReader(source))
        let queues = try sample.queueReadings().map { ($0.name, $0) }
        return (Dictionary(uniqueKeysWithValues: queues), sample.locks())
    }

    @Test func `a lock of another shop on the same server is not our consumer`() async throws {
        let store = try await StoreServer()
        try await store.run(
            "CREATE DATABASE shop2; INSERT INTO queue (name) VALUES ('export'),('codegenerator'),"
                + "('inventory.mass.update')")
        let holder = try await store.holder([
            "SELECT GET_LOCK(CONCAT('shop2|',MD5('exportProcessor')),0)",
            "SELECT GET_LOCK(MD5('codegeneratorProcessor'),0)",
            "SELECT GET_LOCK(CONCAT('magento|',MD5('inventory.mass.update')),0)",
        ])
        var source = store.source()
        func held() async throws -> [String] {
            try await read(source).queues.filter { $0.value.consumers == .lockHeld }.map(\.key)
        }
        #expect(try await held() == ["inventory.mass.update"])
        source.locks = .database(prefix: "shop2")
        #expect(try await held() == ["export"])
        source.locks = .database(prefix: "")
        #expect(try await held() == ["codegenerator"])
        withExtendedLifetime(holder) {}
    }

    @Test func `consumers of queues in a broker are asked for too`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) VALUES ('export')")
        let holder = try await store.holder([
            "SELECT GET_LOCK(CONCAT('magento|',MD5('async.operations.all')),0)",
            "SELECT GET_LOCK(CONCAT('magento|',MD5('erpOrders-1')),0)",
            "SELECT GET_LOCK(CONCAT('magento|',MD5('vendor.held')),0)",
        ])
        var source = store.source()
        source.consumers = ["erp.orders": ["erpOrders"], "erp.stock": ["erpStock"]]
        let broker = BrokerQueues()
        broker.list(["vendor.held", "vendor.free", "export"], of: "rabbit")
        source.brokerQueues = broker
        let locks = try await read(source).locks
        #expect(locks["async.operations.all"] == .held && locks["erp.orders"] == .held)
        #expect(locks["erp.stock"] == .free && locks["product_alert.queue"] == .free)
        // The consumer of an unknown module may have another name: free says nothing.
        #expect(locks["vendor.held"] == .held && locks["vendor.free"] == .unknown)
        // The database's own queue says it itself.
        #expect(locks["export"] == nil)
        source.locks = .elsewhere
        #expect(try await read(source).locks.values.allSatisfy { $0 == .unknown })
        withExtendedLifetime(holder) {}
    }

    @Test func `a consumer without a lock shows by what it completes`() async throws {
        let store = try await StoreServer()
        try await store.run(
            """
            SET time_zone='+00:00';
            INSERT INTO queue (name) VALUES ('export');
            INSERT INTO queue_message (topic_name) SELECT 't' FROM seq_1_to_20;
            INSERT INTO queue_message_status (queue_id,message_id,status,updated_at)
              SELECT 1,seq,IF(seq=1,3,2),UTC_TIMESTAMP()-INTERVAL 5 HOUR FROM seq_1_to_20;
            """)
        let probe = MySQLProbe(QueueReader(store.source()), of: MySQLStore(store.source()))
        _ = try await probe.read()
        for done in 1...3 {
            try await store.run(
                "UPDATE queue_message_status SET status=3 WHERE status=2 LIMIT 1; "
                    + "UPDATE queue_message_status SET status=4 WHERE status=3 AND message_id>1")
            let queue = try #require(try await probe.read().queueReadings().first)
            #expect(queue.consumers == .nobody && queue.leftCounter == UInt64(done))
            #expect(queue.completedLastMinute == Count(done))
            #expect(
                queue.inProgress == Count(1) && queue.oldestInProgressSeconds.map { $0 >= 18_000 } == true)
        }
    }
}
