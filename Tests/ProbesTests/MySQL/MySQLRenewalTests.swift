import Glibc
import Monitoring
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Probes

/// Passwords, certificates and schemas change while a console watches.
@Suite(.timeLimit(.minutes(3))) struct MySQLRenewalTests {
    /// What the config's file or command gives at this moment.
    private final class Place: Sendable {
        private let text = Mutex("se'cret\\")
        var password: String { text.withLock(\.self) }
        func put(_ new: String) { text.withLock { $0 = new } }
    }

    private func refusals(_ store: StoreServer) throws -> Int {
        let log = try Files.read(store.server.generalLog, limit: 1 << 22)
        return String(decoding: log, as: UTF8.self).split(separator: "\n")
            .count { $0.contains("Access denied") }
    }

    @Test
    func `a rotated password is taken at the next connection, and one that was refused is not tried twice`()
        async throws
    {
        let store = try await StoreServer(.init(generalLog: true))
        let place = Place()
        var source = store.source()
        source.password = { place.password }
        let mysql = MySQLStore(source)
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        func rotate(_ password: String) async throws {
            try await store.run("ALTER USER hypercare@'%' IDENTIFIED BY '\(password)'")
            try await store.server.stop()
            try await store.server.start()
        }
        // Rotated in both places: nothing is noticed.
        try await rotate("second")
        place.put("second")
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        #expect(try refusals(store) == 0)
        // Rotated on the server first.
        try await rotate("third")
        for _ in 0..<3 {
            #expect(await failure { _ = try await mysql.ask("SELECT 1") }?.kind == .loginRefused)
        }
        #expect(try refusals(store) == 1)
        place.put("third")
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        #expect(try refusals(store) == 1)
    }

    @Test func `a renewed authority is taken from its file at the next connection`() async throws {
        let store = try await StoreServer(.init(tls: true))
        let mysql = MySQLStore(store.source(tls: .verified(caFile: store.server.caFile)))
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        let renewed = try TemporaryFolder("renewed")
        try await makeCertificates(in: renewed)
        let place = store.server.caFile.split(separator: "/").dropLast().joined(separator: "/")
        try await shell(
            "cp \(renewed.path)/ca.pem \(renewed.path)/server.pem \(renewed.path)/server.key /\(place)/")
        try await store.server.stop()
        try await store.server.start()
        #expect(try await mysql.ask("SELECT 1") == ["1"])
    }

    @Test func `a server that dies under a TLS connection is gone`() async throws {
        let store = try await StoreServer(.init(tls: true))
        var source = store.source(tls: .verified(caFile: store.server.caFile))
        source.statementLimit = .seconds(60)
        let mysql = MySQLStore(source)
        let running =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%1_to_9999999999%' "
            + "AND user='hypercare'"
        try await withThrowingTaskGroup(of: ReadFailure?.self) { group in
            group.addTask {
                await failure {
                    _ = try await mysql.ask(
                        "SELECT COUNT(*) FROM seq_1_to_9999999999 WHERE seq MOD 7=3", within: .seconds(50))
                }
            }
            try await eventually("it runs") { try await store.truth(running) == [["1"]] }
            try await store.server.stop(SIGKILL)
            let gone = try await group.next() ?? nil
            #expect(gone?.kind == .unreachable, "\(gone as Any)")
        }
    }

    @Test func `a key that an upgrade replaces is found again within one read`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) VALUES ('a')")
        let probe = MySQLProbe(QueueReader(store.source()), of: MySQLStore(store.source()))
        _ = try await probe.read()
        try await store.run(
            "ALTER TABLE queue_message_status DROP KEY QUEUE_MESSAGE_STATUS_STATUS_UPDATED_AT, "
                + "ADD KEY OTHER_NAME (status,updated_at)")
        #expect(try await probe.read().queueReadings().count == 1)
    }

    @Test func `a table that comes is seen within the time the catalogue is believed`() async throws {
        let store = try await StoreServer()
        try await store.run("RENAME TABLE queue TO a, queue_message_status TO b")
        var source = store.source()
        source.catalogAge = .zero
        let probe = MySQLProbe(QueueReader(source), of: MySQLStore(source))
        #expect(try await probe.read().queueReadings().isEmpty)
        try await store.run(
            "RENAME TABLE a TO queue, b TO queue_message_status; INSERT INTO queue (name) VALUES ('a')")
        #expect(try await probe.read().queueReadings().map(\.name) == ["a"])
    }

    @Test func `counts the bytes that go over the wire`() async throws {
        let store = try await StoreServer()
        try await store.run("INSERT INTO queue (name) SELECT CONCAT('queue.',seq) FROM seq_1_to_40")
        let source = store.source()
        let (ours, theirs) = try await MySQLStore(source).read(within: .seconds(10)) {
            session throws(ReadFailure) in
            func status() throws(ReadFailure) -> Int {
                let rows = try session.rows(
                    "SHOW SESSION STATUS WHERE Variable_name IN ('Bytes_sent','Bytes_received')")
                return try rows.count(0, 1) + rows.count(1, 1)
            }
            let zero = try status()
            let before = try status()
            _ = session.takeCost()
            for _ in 0..<3 {
                var queues = QueueReader(source)
                _ = try queues.read(session, at: session.serverTime ?? .init(milliseconds: 0))
                var indexers = IndexerReader(source)
                _ = try indexers.read(session, at: session.serverTime ?? .init(milliseconds: 0))
            }
            let cost = session.takeCost()
            // Its own answer and statement are between the two looks.
            return (cost.bytes, try status() - before - (before - zero))
        }.answer
        #expect(ours > 20_000)
        #expect(abs(Double(ours - theirs)) <= 0.05 * Double(theirs), "\(ours) told, \(theirs) by the server")
    }

    @Test func `what cannot be a number is no figure and no 0`() throws {
        var rows = MySQLRows(columns: 1)
        for text in ["-4", "1,234", "", "nan", "18446744073709551616"] {
            unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe rows.append($0) }
        }
        unsafe rows.append(nil)
        for row in 0..<rows.count {
            #expect(throws: ReadFailure.self) { try rows.count(row, 0) }
        }
        #expect(throws: ReadFailure.self) { try rows.count(9, 0) }
    }
}
