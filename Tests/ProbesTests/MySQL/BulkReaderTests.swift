import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct BulkReaderTests {
    private func add(_ store: StoreServer, _ topic: String, _ status: Int, _ count: Int, age: Int)
        async throws
    {
        try await store.run(
            """
            SET time_zone='+00:00';
            INSERT IGNORE INTO magento_bulk (uuid,operation_count) VALUES ('b',1);
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,result_message,started_at)
              SELECT 'b','\(topic)',\(status),CONCAT('said ',seq,x'0a1b','[0m'),
                UTC_TIMESTAMP()-INTERVAL \(age) SECOND FROM seq_1_to_\(count);
            """)
    }

    /// Successes, failures, retries of an integration's topics in the last seconds, as SQL counts them.
    private func truth(_ store: StoreServer, _ topics: [String], _ seconds: Int) async throws -> [Int] {
        try await store.truth(
            """
            SELECT COALESCE(SUM(status=1),0),COALESCE(SUM(status IN (3,5)),0),COALESCE(SUM(status=2),0)
            FROM magento_operation WHERE topic_name IN ('\(topics.joined(separator: "','"))')
              AND started_at>=UTC_TIMESTAMP()-INTERVAL \(seconds) SECOND
            """)[0].compactMap { Int($0) }
    }

    @Test(arguments: [1, 400]) func `outcomes of the hour equal what SQL says`(_ times: Int) async throws {
        let store = try await StoreServer()
        for (topic, status, count, age) in [
            ("async.orders", 1, 20, 20), ("async.orders", 3, 5, 120), ("async.orders", 1, 7, 1800),
            ("async.stock", 1, 2 * times, 10), ("async.prices", 2, 3, 30), ("async.prices", 5, 1, 200),
            ("async.other", 1, 9, 10), ("async.orders", 4, 50, 5), ("async.prices", 3, 2 * times, 700),
        ] { try await add(store, topic, status, count, age: age) }
        var source = store.source()
        let topics = ["orders-erp": ["async.orders"], "catalog": ["async.stock", "async.prices"]]
        source.topics = topics.mapValues { $0.map { NamePattern($0) } }
        let reader = try #require(BulkReader(source))
        let sample = try await MySQLStore(source).sample(reader)
        let found = try sample.ledgers()
        #expect(Set(found.keys) == ["orders-erp", "catalog"])
        for (name, topics) in topics {
            let ledger = try #require(found[name])
            let hour = ledger.sum(last: 3600)
            #expect(
                [hour.successes, hour.failures, hour.retries] == (try await truth(store, topics, 3600)),
                "\(name)")
            #expect(!hour.isBound && ledger.covered(last: 3600) >= 3599, "\(ledger.covered(last: 3600))")
        }
        #expect(found["catalog"]?.lastError?.hasPrefix("said ") == true)
        #expect(found["catalog"]?.lastError?.unicodeScalars.contains { $0.value < 32 } == false)
        let newest = try await store.truth(
            "SELECT UNIX_TIMESTAMP(MAX(started_at)) FROM magento_operation WHERE status=1 "
                + "AND topic_name='async.stock'")[0][0]
        #expect(seconds(found["catalog"]?.lastSuccess) == newest)
    }

    @Test func `an import is counted whole, however its reads come`() async throws {
        let store = try await StoreServer()
        var source = store.source()
        source.topics = ["stock": [NamePattern("async.stock")]]
        let probe = MySQLProbe(try #require(BulkReader(source)), of: MySQLStore(source))
        _ = try await probe.read()
        // 2,000 operations, of which 20 % fail; they end in bursts, one of them before the connection breaks.
        for _ in 0..<4 {
            try await add(store, "async.stock", 1, 400, age: 1)
            try await add(store, "async.stock", 3, 100, age: 1)
            let ledger = try #require(try await probe.read().ledgers()["stock"])
            #expect(!ledger.sum(last: 3600).isBound)
        }
        try await store.server.stop(9)
        #expect(await failure { _ = try await probe.read() } != nil)
        try await store.server.start()
        try await add(store, "async.stock", 1, 3000, age: 1)
        var ledger = try #require(try await probe.read().ledgers()["stock"])
        for _ in 0..<5 { ledger = try #require(try await probe.read().ledgers()["stock"]) }
        #expect(ledger.sum(last: 3600).successes == 4600 && ledger.sum(last: 3600).failures == 400)
        #expect(ledger.total.finished == 5000 && ledger.reads == 11)
    }

    @Test func `an operation that took minutes counts when it has ended`() async throws {
        let store = try await StoreServer()
        try await add(store, "async.stock", 4, 2, age: 300)
        var source = store.source()
        source.topics = ["stock": [NamePattern("async.stock")]]
        let probe = MySQLProbe(try #require(BulkReader(source)), of: MySQLStore(source))
        #expect(try await probe.read().ledgers()["stock"]?.total.finished == 0)
        try await store.run("UPDATE magento_operation SET status=1 WHERE id=1")
        for _ in 0..<2 { #expect(try await probe.read().ledgers()["stock"]?.total.successes == 1) }
        try await store.run("UPDATE magento_operation SET status=3,result_message='no such sku' WHERE id=2")
        let ledger = try #require(try await probe.read().ledgers()["stock"])
        #expect(ledger.sum(last: 600).failures == 1 && ledger.lastError == "no such sku")
    }

    @Test func `outcomes are read when an upgrade brings their table`() async throws {
        let store = try await StoreServer()
        try await store.run("RENAME TABLE magento_operation TO away")
        var source = store.source()
        source.topics = ["stock": [NamePattern("async.stock")]]
        let probe = MySQLProbe(try #require(BulkReader(source)), of: MySQLStore(source))
        #expect(await failure { _ = try await probe.read() }?.kind == .unusable)
        try await store.run("RENAME TABLE away TO magento_operation")
        try await add(store, "async.stock", 1, 7, age: 60)
        #expect(try await probe.read().ledgers()["stock"]?.total.successes == 7)
    }

    @Test func `a flood of one topic does not make the others look ill`() async throws {
        let store = try await StoreServer()
        // 25 of 100 orders fail, over the whole hour; the stock import drowns the orders that succeed.
        for age in stride(from: 30, to: 3030, by: 30) {
            try await add(store, "async.orders", age % 120 == 30 ? 3 : 1, 1, age: age)
        }
        for age in 0..<6 { try await add(store, "async.stock", 1, 50, age: age * 100) }
        var source = store.source()
        source.topics = ["orders-erp": [NamePattern("async.orders")]]
        let reader = try #require(BulkReader(source))
        let ledger = try #require(try await MySQLStore(source).sample(reader).ledgers()["orders-erp"])
        let hour = ledger.sum(last: 3600)
        #expect(hour.successes == 75 && hour.failures == 25 && !hour.isBound)
    }

    @Test func `operations are counted wherever their ids lie, and by all bytes of their topics`()
        async throws
    {
        let store = try await StoreServer()
        // Told apart only beyond 255 bytes.
        let long = "async." + String(repeating: "\u{E9}", count: 200)
        var source = store.source()
        source.topics = [
            "near": [NamePattern("async.near")], "far": [NamePattern("async.far")],
            "a": [NamePattern(long + "a")], "b": [NamePattern(long + "b")],
        ]
        let probe = MySQLProbe(try #require(BulkReader(source)), of: MySQLStore(source))
        _ = try await probe.read()
        var expected = ["near": 0, "far": 0, "a": 0, "b": 0]
        for round in 0..<3 {
            let age = 20 - 5 * round
            // An import of neighbours, with rows of others between; strays 100,000 ids away, of the same seconds.
            try await add(store, "async.near", 1, 180, age: age)
            try await add(store, "async.other", 1, 100, age: age)
            try await add(store, "async.near", 3, 80, age: age)
            try await store.run(
                """
                SET time_zone='+00:00';
                INSERT INTO magento_operation (id,bulk_uuid,topic_name,status,started_at)
                  SELECT 100000*(seq+\(100 * round)),'b','async.far',1,UTC_TIMESTAMP()-INTERVAL \(age) SECOND
                  FROM seq_1_to_60;
                """)
            try await add(store, long + "a", 1, 2, age: age)
            try await add(store, long + "b", 1, 3, age: age)
            for (name, count) in [("near", 260), ("far", 60), ("a", 2), ("b", 3)] {
                expected[name, default: 0] += count
            }
            let found = try await probe.read().ledgers()
            #expect(found.mapValues(\.total.finished) == expected)
            #expect(found["near"]?.total.failures == 80 * (round + 1))
        }
    }

    @Test func `an old store without the key is told so`() async throws {
        let store = try await StoreServer()
        try await store.run("ALTER TABLE magento_operation DROP KEY MAGENTO_OPERATION_STATUS_STARTED_AT")
        var source = store.source()
        source.topics = ["a": [NamePattern("b")]]
        let reader = try #require(BulkReader(source))
        #expect(await failure { _ = try await MySQLStore(source).sample(reader) }?.kind == .unusable)
        source.topics = [:]
        #expect(BulkReader(source) == nil)
    }
}
