import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct BulkReaderTests {
    private func outcomes(_ sample: Sample) throws -> [String: OutcomeReading] {
        guard case .outcomes(let found) = sample.facts.first else { throw OtherFacts() }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.integration, $0) })
    }

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

    @Test(arguments: [1, 400]) func `outcomes equal what SQL says, or are true bounds`(_ times: Int)
        async throws
    {
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
        let found = try outcomes(try await MySQLStore(source).sample(reader))
        #expect(Set(found.keys) == ["orders-erp", "catalog"])
        for (name, topics) in topics {
            guard case .windows(let minute, let fiveMinutes, let hour) = found[name]?.span else {
                Issue.record("no windows")
                continue
            }
            for (counts, seconds) in [(minute, 60), (fiveMinutes, 300), (hour ?? OutcomeCounts(), 3600)] {
                let real = try await truth(store, topics, seconds)
                let values = [counts.successes, counts.failures, counts.retries]
                if counts.isBound {
                    #expect(
                        zip(values, real).allSatisfy { $0 <= $1 }, "\(name) \(seconds): \(values) \(real)")
                } else {
                    #expect(values == real, "\(name) \(seconds)")
                }
                if times == 1 { #expect(!counts.isBound) }
            }
        }
        if times > 1, case .windows(let minute, let fiveMinutes, let hour) = found["catalog"]?.span {
            #expect(minute.isBound && fiveMinutes.isBound && hour?.isBound == true)
        }
        #expect(found["catalog"]?.lastError?.hasPrefix("said ") == true)
        #expect(found["catalog"]?.lastError?.unicodeScalars.contains { $0.value < 32 } == false)
        let newest = try await store.truth(
            "SELECT UNIX_TIMESTAMP(MAX(started_at)) FROM magento_operation WHERE status=1 "
                + "AND topic_name='async.stock'")[0][0]
        #expect(seconds(found["catalog"]?.lastSuccess) == newest)
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
        guard
            case .windows(_, _, let hour?) = try outcomes(try await MySQLStore(source).sample(reader))[
                "orders-erp"]?.span
        else {
            Issue.record("no windows")
            return
        }
        #expect(hour.isBound && hour.finished >= 16)
        #expect(Double(hour.failures) / Double(hour.finished) <= 0.3, "\(hour)")
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
