import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

/// What came and what left is counted once each, however reads fail, come late or see half of it.
@Suite(.timeLimit(.minutes(3))) struct QueueIncrementTests {
    /// A store with one consumer-less queue `a`, one `b`, and a probe that has looked once.
    private struct Watched {
        let store: StoreServer
        let probe: MySQLProbe<QueueReader>

        init() async throws {
            store = try await StoreServer()
            try await store.run("INSERT INTO queue (name) VALUES ('a'),('b')")
            probe = MySQLProbe(QueueReader(store.source()), of: MySQLStore(store.source()))
        }

        func read() async throws -> [String: QueueReading] {
            Dictionary(uniqueKeysWithValues: try await probe.read().queueReadings().map { ($0.name, $0) })
        }

        /// New messages of queue 1.
        func publish(_ count: Int, queue: Int = 1, status: Int = 2, at: String = "UTC_TIMESTAMP()")
            async throws
        {
            try await store.run(
                """
                SET time_zone='+00:00';
                INSERT INTO queue_message (topic_name) SELECT 't' FROM seq_1_to_\(count);
                SELECT LAST_INSERT_ID()-1 INTO @top;
                INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
                  SELECT \(queue),@top+seq,\(at),\(status) FROM seq_1_to_\(count);
                """)
        }

        /// What a consumer does with the oldest `count`: takes each and ends it with a status.
        func consume(_ count: Int, _ status: Int = 4) async throws {
            let chosen = "WHERE queue_id=1 AND status IN (2,5) ORDER BY updated_at,id LIMIT \(count)"
            try await store.run(
                """
                SET time_zone='+00:00';
                UPDATE queue_message_status SET status=3 \(chosen);
                UPDATE queue_message_status SET status=\(status) WHERE queue_id=1 AND status=3;
                """)
        }
    }

    @Test func `messages that were open and of which there is no row any more are not known, until the next`()
        async throws
    {
        let watched = try await Watched()
        try await watched.publish(5)
        #expect(try await watched.read()["a"]?.ready?.value == 5)
        try await watched.store.run(
            "SET foreign_key_checks=0; TRUNCATE queue_message_status; TRUNCATE queue_message")
        for _ in 0..<2 {
            await #expect {
                _ = try await watched.read()
            } throws: { error in
                let failure = error as? ReadFailure
                return failure?.kind == .malformed
                    && failure?.message.contains("is empty, it had 5 open messages") == true
            }
        }
        // The store goes on: what waits now is known.
        try await watched.publish(2)
        #expect(try await watched.read()["a"]?.ready?.value == 2)
    }

    @Test func `a store that has done all may have no row of it`() async throws {
        let watched = try await Watched()
        try await watched.publish(5)
        _ = try await watched.read()
        try await watched.consume(5)
        #expect(try await watched.read()["a"]?.ready?.value == 0)
        try await watched.store.run("DELETE FROM queue_message_status")
        #expect(try await watched.read()["a"]?.ready?.value == 0)
    }

    @Test func `counts what left and what came, once each`() async throws {
        let watched = try await Watched()
        try await watched.publish(50)
        #expect(try await watched.read()["a"]?.leftCounter == 0)
        try await watched.consume(7)
        try await watched.consume(2, 6)
        try await watched.publish(5)
        for _ in 0..<3 {
            let a = try #require(try await watched.read()["a"])
            #expect(a.leftCounter == 9 && a.arrivedCounter == 5)
            #expect(a.ready == Count(46) && a.error == Count(2) && a.completedLastMinute == Count(7))
        }
        // Cleaned up: that is no second end.
        try await watched.store.run("UPDATE queue_message_status SET status=7 WHERE status=4")
        #expect(try await watched.read()["a"]?.leftCounter == 9)
        // Deleted unread, and put back by a person: the recount sees both.
        try await watched.store.run("DELETE FROM queue_message_status WHERE status=2 ORDER BY id LIMIT 10")
        #expect(try await watched.read()["a"]?.leftCounter == 19)
        try await watched.store.run("UPDATE queue_message_status SET status=2 WHERE status=6")
        let back = try #require(try await watched.read()["a"])
        #expect(back.arrivedCounter == 7 && back.ready == Count(38) && back.leftCounter == 19)
        try await watched.consume(2)
        #expect(try await watched.read()["a"]?.leftCounter == 21)
    }

    @Test func `a row that is committed late still counts`() async throws {
        let watched = try await Watched()
        try await watched.publish(10)
        _ = try await watched.read()
        let open = try await watched.store.holder([
            "SET time_zone='+00:00'", "SET autocommit=0",
            "UPDATE queue_message_status SET status=4 WHERE id<=3",
            "INSERT INTO queue_message (topic_name) VALUES ('t')",
            "INSERT INTO queue_message_status (queue_id,message_id,status) VALUES (1,LAST_INSERT_ID(),2)",
        ])
        let before = try await watched.store.truth("SELECT NOW()")
        try await eventually("the second has passed") {
            try await watched.store.truth("SELECT NOW()") != before
        }
        try await watched.publish(4)
        try await watched.store.run("UPDATE queue_message_status SET status=4 WHERE id=8")
        let first = try #require(try await watched.read()["a"])
        #expect(first.leftCounter == 1 && first.arrivedCounter == 4)
        _ = try await onThread { try open.rows("COMMIT") }
        let second = try #require(try await watched.read()["a"])
        #expect(second.leftCounter == 4 && second.arrivedCounter == 5 && second.ready == Count(11))
    }

    @Test func `a server that dies during a read loses no count, nor does a late answer`() async throws {
        let watched = try await Watched()
        try await watched.publish(40)
        _ = try await watched.read()
        try await watched.consume(5)
        watched.store.server.freeze()
        #expect(await failure { _ = try await watched.probe.read() }?.kind == .timedOut)
        watched.store.server.thaw()
        try await eventually("it is read again") { (try? await watched.probe.read()) != nil }
        // An answer nobody waited for moved the reader on; what it counted stands in the next one.
        #expect(try await watched.read()["a"]?.leftCounter == 5)
        try await watched.consume(6)
        try await watched.publish(3)
        try await watched.store.server.stop(9)
        #expect(await failure { _ = try await watched.probe.read() }?.kind == .unreachable)
        try await watched.store.server.start()
        let after = try #require(try await watched.read()["a"])
        #expect(after.leftCounter == 11 && after.arrivedCounter == 3 && after.ready == Count(32))
    }

    @Test func `a large store is carried on between its recounts`() async throws {
        let watched = try await Watched()
        try await watched.publish(3000, at: "UTC_TIMESTAMP()-INTERVAL 1 HOUR")
        try await watched.publish(20, queue: 2, status: 5, at: "UTC_TIMESTAMP()-INTERVAL 2 HOUR")
        try await watched.publish(30, queue: 2, status: 3, at: "UTC_TIMESTAMP()-INTERVAL 3 HOUR")
        let first = try await watched.read()
        #expect(first["a"]?.ready == Count(3000) && first["b"]?.retry == Count(20))
        try await watched.consume(100)
        try await watched.publish(11, queue: 2)
        try await watched.store.run(
            "UPDATE queue_message_status SET status=3 WHERE queue_id=1 AND status=2 LIMIT 2")
        let second = try await watched.read()
        #expect(second["a"]?.ready == Count(2898) && second["a"]?.inProgress == Count(2))
        #expect(second["a"]?.leftCounter == 100 && second["b"]?.ready == Count(11))
        #expect(second["b"]?.inProgress == Count(30) && second["b"]?.retry == Count(20))
        #expect(second["a"]?.oldestSeconds.map { $0 >= 3600 } == true)
    }

    @Test func `one statement that ends very many rows is counted to the last`() async throws {
        let watched = try await Watched()
        try await watched.publish(40_000)
        _ = try await watched.read()
        try await watched.store.run("UPDATE queue_message_status SET status=4")
        var reads = 0
        while try await watched.read()["a"]?.leftCounter != 40_000, reads < 8 { reads += 1 }
        for _ in 0..<2 {
            let a = try await watched.read()["a"]
            #expect(a?.leftCounter == 40_000 && a?.ready == Count(0) && a?.arrivedCounter == 0)
        }
    }

    @Test func `names that a collation or Unicode takes for one stay two queues`() async throws {
        let watched = try await Watched()
        // Kelvin sign, variation selector, composed and decomposed.
        let names = [
            "ERP.STOCK", "ERP.STOC\u{212A}", "erp_push", "erp_push\u{FE0F}", "caf\u{E9}", "cafe\u{301}",
        ]
        try await watched.store.run(
            "ALTER TABLE queue DROP KEY QUEUE_NAME; INSERT INTO queue (id,name) VALUES "
                + names.enumerated().map { "(\($0.offset + 10),'\($0.element)')" }.joined(separator: ","))
        for place in names.indices { try await watched.publish(place + 1, queue: place + 10) }
        let found = try await watched.probe.read().queueReadings()
        let ready = Dictionary(uniqueKeysWithValues: found.map { (ExactName($0.name), $0.ready) })
        for (place, name) in names.enumerated() {
            #expect(ready[ExactName(name)] == Count(place + 1), "\(name.unicodeScalars.map(\.value))")
        }
        #expect(ready.count == 8)
    }

    @Test func `tables that go under a running console are no empty store`() async throws {
        let watched = try await Watched()
        try await watched.publish(3)
        _ = try await watched.read()
        try await watched.store.run(
            "SET FOREIGN_KEY_CHECKS=0; DROP TABLE queue_message_status, queue_message, queue")
        for _ in 0..<2 {
            let gone = await failure { _ = try await watched.probe.read() }
            #expect(gone?.kind == .unusable && gone?.message.contains("are gone") == true)
        }
        _ = try await watched.store.server.run("DROP DATABASE magento")
        let database = await failure { _ = try await watched.probe.read() }
        #expect(database?.kind == .unusable && database?.message.contains("no database magento") == true)
    }

    @Test func `more queues than are read is said`() async throws {
        let watched = try await Watched()
        try await watched.store.run("INSERT INTO queue (name) SELECT CONCAT('q',seq) FROM seq_1_to_1000")
        let sample = try await watched.probe.read()
        #expect(try sample.queueReadings().count == 1000)
        #expect(
            sample.notices.contains { $0.status == .warning && $0.text.hasPrefix("more than ") },
            "\(sample.notices)")
    }
}
