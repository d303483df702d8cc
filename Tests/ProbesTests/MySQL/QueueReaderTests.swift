import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct QueueReaderTests {
    private func queues(_ sample: Sample) throws -> [String: QueueReading] {
        let readings = try sample.queueReadings()
        #expect(Set(readings.map { ExactName($0.name) }).count == readings.count)
        return Dictionary(readings.map { ($0.name, $0) }) { first, _ in first }
    }

    private static let queues = """
        INSERT INTO queue (name) VALUES ('async.operations.all'),('export'),('erp.orders'),('empty'),
          ('product_alert.queue'),('quiet');
        """

    /// Messages of one status in one queue, one a second back from `age` seconds ago.
    private func add(_ store: StoreServer, _ queue: Int, _ status: Int, _ count: Int, age: Int = 100)
        async throws
    {
        try await store.run(
            """
            SET time_zone='+00:00';
            SELECT COALESCE(MAX(id),0) INTO @top FROM queue_message;
            INSERT INTO queue_message (id,topic_name,body) SELECT @top+seq,'t','{}' FROM seq_1_to_\(count);
            INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
              SELECT \(queue),@top+seq,UTC_TIMESTAMP()-INTERVAL \(age)+\(count)-seq SECOND,\(status)
              FROM seq_1_to_\(count);
            """)
    }

    /// Ready, in progress, retry, error, errors of the last hour, completions of the last minute, oldest age.
    private static let truth = """
        SELECT q.name,COALESCE(SUM(status=2),0),COALESCE(SUM(status=3),0),COALESCE(SUM(status=5),0),
          COALESCE(SUM(status=6),0),
          COALESCE(SUM(status=6 AND updated_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),0),
          COALESCE(SUM(status=4 AND updated_at>=UTC_TIMESTAMP()-INTERVAL 1 MINUTE),0),
          COALESCE(UNIX_TIMESTAMP()-UNIX_TIMESTAMP(MIN(IF(status IN (2,5),updated_at,NULL))),-1)
        FROM queue q LEFT JOIN queue_message_status s ON s.queue_id=q.id GROUP BY q.id
        """

    /// Reads, and compares with what SQL says before and after it: rows leave the last minute and the last hour
    /// as time goes on, so each figure lies between the two, which are equal where nothing moves.
    private func checked(_ store: StoreServer, isExact: Bool) async throws -> [String: QueueReading] {
        let before = try await store.truths(Self.truth)
        let found = try queues(try await MySQLStore(store.source()).sample(QueueReader(store.source())))
        let after = try await store.truths(Self.truth)
        #expect(Set(found.keys) == Set(before.keys))
        for (name, reading) in found {
            let figures = zip(before[name] ?? [], after[name] ?? []).map { (Int($0) ?? -9, Int($1) ?? -9) }
            let real = figures.map { min($0, $1)...max($0, $1) }
            try #require(real.count == 7)
            let counts = [
                reading.ready, reading.inProgress, reading.retry, reading.error, reading.recentErrors,
                reading.completedLastMinute,
            ]
            for (index, count) in counts.enumerated() {
                guard let count else {
                    Issue.record("\(name) lacks figure \(index)")
                    continue
                }
                #expect(
                    count.isBound
                        ? count.value <= real[index].upperBound : real[index].contains(count.value),
                    "\(name) \(index) \(count) \(real[index])")
                if isExact { #expect(!count.isBound, "\(name) \(index)") }
            }
            if let age = reading.oldestSeconds {
                // Ages are told in whole seconds.
                #expect(
                    age >= Double(real[6].lowerBound - 1) && age <= Double(real[6].upperBound + 1),
                    "\(name): \(age) \(real[6])")
            } else if isExact {
                #expect(real[6] == -1...(-1))
            }
        }
        return found
    }

    @Test func `every figure of a small store equals what SQL says`() async throws {
        let store = try await StoreServer()
        try await store.run(Self.queues)
        for (queue, status, count, age) in [
            (1, 2, 700, 300), (1, 3, 4, 20), (1, 4, 30, 10), (1, 6, 12, 100), (2, 5, 9, 5000), (3, 2, 41, 20),
            (3, 6, 7, 4000), (3, 4, 900, 100), (5, 3, 2, 90_000), (6, 4, 20, 15),
        ] { try await add(store, queue, status, count, age: age) }
        let found = try await checked(store, isExact: true)
        #expect(found["async.operations.all"]?.ready == Count(700))
        #expect(found["empty"]?.oldestSeconds == nil)
        #expect(found["product_alert.queue"]?.oldestInProgressSeconds.map { $0 >= 90_000 } == true)
        #expect(found.values.allSatisfy { $0.transport == .db })
    }

    @Test func `above the caps every figure is a bound that is true`() async throws {
        let store = try await StoreServer()
        try await store.run(Self.queues)
        for (queue, status, count, age) in [
            (1, 4, 9000, 2000), (1, 2, 8000, 3000), (2, 2, 60, 100), (2, 4, 6000, 2), (3, 6, 5000, 60),
            (3, 5, 7000, 500), (5, 3, 50, 90_000), (6, 4, 10, 100), (6, 2, 3, 5),
        ] { try await add(store, queue, status, count, age: age) }
        let found = try await checked(store, isExact: false)
        #expect(found["async.operations.all"]?.ready == Count(2000, isBound: true))
        #expect(found["export"]?.ready == Count(0, isBound: true))
        // All that the queue holds was looked at.
        #expect(found["quiet"]?.ready == Count(3))
        #expect(found["erp.orders"]?.retry == Count(2000, isBound: true))
        #expect(found["erp.orders"]?.error == Count(2000, isBound: true))
        // The hour reaches beyond what was looked at.
        #expect(found["erp.orders"]?.recentErrors == Count(2000, isBound: true))
        #expect(found["product_alert.queue"]?.inProgress == Count(50))
        #expect(found["async.operations.all"]?.oldestSeconds.map { $0 > 10_000 } == true)
    }

    @Test func `counts the arrivals of each queue for itself`() async throws {
        let store = try await StoreServer()
        try await store.run(Self.queues)
        try await add(store, 1, 4, 10)
        let probe = MySQLProbe(QueueReader(store.source()), of: MySQLStore(store.source()))
        #expect(try queues(try await probe.read())["export"]?.arrivedCounter == 0)
        try await add(store, 1, 2, 7)
        try await add(store, 2, 2, 3)
        try await add(store, 1, 3, 2)
        let second = try queues(try await probe.read())
        #expect(second["async.operations.all"]?.arrivedCounter == 9)
        #expect(second["export"]?.arrivedCounter == 3)
        #expect(second["quiet"]?.arrivedCounter == 0)
        try await add(store, 2, 2, 6000)
        #expect(try queues(try await probe.read())["export"]?.arrivedCounter == 6003)
        try await add(store, 2, 2, 60_005)
        // More than is counted at one look: the next one goes on, nothing is lost.
        #expect(try queues(try await probe.read())["export"]?.arrivedCounter.map { $0 < 66_008 } == true)
        for _ in 0..<2 { _ = try await probe.read() }
        #expect(try queues(try await probe.read())["export"]?.arrivedCounter == 66_008)
    }

    @Test func `tells by its lock whether a consumer lives`() async throws {
        let store = try await StoreServer()
        try await store.run(Self.queues + "INSERT INTO queue (name) VALUES ('vendor.a'),('vendor.b');")
        var source = store.source()
        source.consumers = ["erp.orders": ["erpOrders"]]
        source.queuesWithoutConsumer = [NamePattern("qui*")]
        let holder = try await store.holder([
            "SELECT GET_LOCK(CONCAT('magento|',MD5('async.operations.all-1')),0)",
            "SELECT GET_LOCK(CONCAT('magento|',MD5('erpOrders')),0)",
            "SELECT GET_LOCK(CONCAT('magento|',MD5('vendor.a')),0)",
        ])
        let found = try queues(try await MySQLStore(source).sample(QueueReader(source)))
        #expect(found["async.operations.all"]?.consumers == .lockHeld)
        #expect(found["export"]?.consumers == .nobody)
        #expect(found["erp.orders"]?.consumers == .lockHeld)
        #expect(found["vendor.a"]?.consumers == .lockHeld)
        #expect(found["vendor.b"]?.consumers == .unreadable)
        #expect(found["quiet"]?.isWithoutConsumer == true && found["export"]?.isWithoutConsumer == false)
        source.locks = .elsewhere
        let blind = try queues(try await MySQLStore(source).sample(QueueReader(source)))
        #expect(blind.values.allSatisfy { $0.consumers == .unreadable })
        withExtendedLifetime(holder) {}
    }

    @Test func `a hostile name of a queue acts on no query and comes as it is`() async throws {
        let store = try await StoreServer()
        // ESC ] 0 ; x BEL, a quote, a backslash, a backtick, right-to-left override, a byte that is no UTF-8.
        try await store.run(
            "ALTER TABLE queue MODIFY name VARBINARY(255); "
                + "INSERT INTO queue (name) VALUES (x'1b5d303b7807275c60e280aeff'),(NULL),('')")
        let mysql = MySQLStore(store.source())
        let found = try queues(try await mysql.sample(QueueReader(store.source())))
        #expect(found.count == 3)
        #expect(found["#2"] != nil && found["#3"] != nil)
        #expect(found.keys.contains { $0 == "\u{1B}]0;x\u{7}'\\`\\xe2\\x80\\xae\\xff" })
    }

    @Test func `a store without the tables has no queues there`() async throws {
        let store = try await StoreServer()
        try await store.run("SET FOREIGN_KEY_CHECKS=0; DROP TABLE queue_message_status, queue_message, queue")
        #expect(try queues(try await MySQLStore(store.source()).sample(QueueReader(store.source()))).isEmpty)
    }
}
