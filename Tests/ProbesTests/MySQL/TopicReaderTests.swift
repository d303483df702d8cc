import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

/// Whose messages wait longest, from real tables.
@Suite(.timeLimit(.minutes(3))) struct TopicReaderTests {
    private func add(
        _ store: StoreServer, _ queue: Int, _ status: Int, _ topic: String, _ count: Int, age: Int
    ) async throws {
        try await store.run(
            """
            SET time_zone='+00:00';
            SELECT COALESCE(MAX(id),0) INTO @top FROM queue_message;
            INSERT INTO queue_message (id,topic_name,body) SELECT @top+seq,'\(topic)',REPEAT('x',3000)
              FROM seq_1_to_\(count);
            INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
              SELECT \(queue),@top+seq,UTC_TIMESTAMP()-INTERVAL \(age)+\(count)-seq SECOND,\(status)
              FROM seq_1_to_\(count);
            """)
    }

    /// What a fresh reader finds, and what that cost.
    private func read(_ store: StoreServer) async throws -> (reader: TopicReader, milliseconds: Double) {
        let mysql = MySQLStore(store.source())
        defer { Task { await mysql.close() } }
        return try await mysql.read(within: .seconds(4)) { session throws(ReadFailure) in
            var reader = TopicReader()
            let queries = QueueQueries(try session.catalog())
            guard let queries, let now = session.serverTime else { throw ReadFailure(.unusable, "no queues") }
            let begun = ContinuousClock.now
            try reader.read(session, queries, isWaiting: true, at: now)
            return (reader: reader, milliseconds: (ContinuousClock.now - begun) / .milliseconds(1))
        }.answer
    }

    @Test func `tells the oldest age by topic, as SQL does`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) VALUES ('async.operations.all'),('export'),('idle')")
        for (queue, status, topic, count, age) in [
            (1, 2, "async.orders", 30, 500), (1, 2, "async.stock", 5, 900), (1, 5, "async.stock", 2, 4000),
            (2, 2, "export", 7, 60), (1, 4, "async.done", 50, 9000), (1, 3, "async.taken", 3, 9000),
        ] { try await add(store, queue, status, topic, count, age: age) }
        let reader = try await read(store).reader
        let found = try #require(reader.topics(of: 1))
        #expect(found.topics.map(\.name) == ["async.stock", "async.orders"])
        #expect(found.topics.map(\.count) == [7, 30])
        #expect(!found.isPart && found.looked == 44)
        let truth = try await store.truths(
            """
            SELECT topic_name,UNIX_TIMESTAMP(MIN(updated_at)) FROM queue_message_status s
            JOIN queue_message m ON m.id=s.message_id WHERE status IN (2,5) GROUP BY 1
            """)
        for topic in found.topics { #expect(seconds(topic.oldest) == truth[topic.name]?[0]) }
        #expect(reader.topics(of: 2)?.topics.map(\.name) == ["export"])
        #expect(reader.topics(of: 3)?.topics.isEmpty == true)
    }

    @Test func `of a hundred thousand it looks at two hundred, and says so`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) VALUES ('big'),('quiet')")
        try await add(store, 1, 2, "big.old", 150, age: 500_000)
        try await add(store, 1, 2, "big.new", 100_000, age: 1000)
        try await add(store, 2, 2, "quiet", 3, age: 5)
        let (reader, milliseconds) = try await read(store)
        let big = try #require(reader.topics(of: 1))
        #expect(big.isPart && big.looked == TopicReader.cap)
        #expect(big.topics.map(\.name) == ["big.old", "big.new"] && big.topics.map(\.count) == [150, 50])
        // Nothing is claimed of a queue whose messages are younger.
        #expect(reader.topics(of: 2)?.topics.isEmpty == true && reader.topics(of: 2)?.isPart == true)
        #expect(milliseconds < 100, "a few look-ups, however many wait: \(milliseconds) ms")
        print("topics of the oldest 200 of 100 153: \(milliseconds) ms")
    }

    @Test func `an account that may not read the messages misses nothing but their topics`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) VALUES ('export')")
        try await add(store, 1, 2, "export", 3, age: 60)
        try await store.run(
            """
            CREATE USER few@'%' IDENTIFIED BY 'x';
            GRANT SELECT ON magento.queue TO few@'%'; GRANT SELECT ON magento.queue_message_status TO few@'%';
            """)
        let source = store.source(user: "few", password: "x")
        let sample = try await MySQLStore(source).sample(QueueReader(source))
        let reading = try #require(try sample.queueReadings().first)
        #expect(reading.ready == Count(3) && reading.topics == nil)
    }
}
