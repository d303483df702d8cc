import Monitoring
import Platform
import TestSupport
import Testing

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct MySQLConnectionTests {
    @Test func `sets its guards, reads them back and cannot write, wait for a lock or run long`() async throws
    {
        let store = try await StoreServer()
        try await store.run("GRANT ALL ON magento.* TO hypercare@'%'")
        let mysql = MySQLStore(store.source())
        #expect(
            try await mysql.ask(
                "SELECT @@time_zone", "SELECT @@tx_read_only", "SELECT @@lock_wait_timeout",
                "SELECT @@innodb_lock_wait_timeout", "SELECT @@max_statement_time", "SELECT @@autocommit")
                == ["+00:00", "1", "1", "1", "1.000000", "1"])

        let write = await failure { _ = try await mysql.ask("INSERT INTO queue (name) VALUES ('x')") }
        #expect(write?.message.contains("READ ONLY") == true)

        let long = await failure {
            _ = try await mysql.ask("SELECT COUNT(*) FROM seq_1_to_1000000000 WHERE seq MOD 7=3")
        }
        #expect(long?.kind == .timedOut)
        #expect(long?.message.contains("max_statement_time") == true)
        // The connection lives on.
        #expect(try await mysql.ask("SELECT 1") == ["1"])

        let lock = try await store.holder(["LOCK TABLES cron_schedule WRITE"])
        let waited = await failure { _ = try await mysql.ask("SELECT COUNT(*) FROM cron_schedule") }
        #expect(waited?.kind == .timedOut)
        #expect(
            waited?.advice.contains("setup:upgrade") == true
                || waited?.message.contains("max_statement") == true)
        withExtendedLifetime(lock) {}

        #expect(try await store.truth("SELECT COUNT(*) FROM information_schema.innodb_trx") == [["0"]])
    }

    @Test(arguments: [
        ["+02:00", "1", "1", "1", "1", "1.000000"], ["+00:00", "0", "1", "1", "1", "1.000000"],
        ["+00:00", "1", "86400", "1", "1", "1.000000"], ["+00:00", "1", "1", "50", "1", "1.000000"],
        ["+00:00", "1", "1", "1", "0", "1.000000"], ["+00:00", "1", "1", "1", "1", "0.000000"],
        ["+00:00", "1", "1", "1", "1", "60.000000"],
    ])
    func `objects to each guard that did not take`(_ values: [String]) {
        var rows = MySQLRows(columns: 6)
        for value in values { append(value, to: &rows) }
        #expect(MySQLGuards(isMariaDB: true, limit: .seconds(1)).objections(to: rows).count == 1)
    }

    @Test func `is not polled when the server keeps a session from its guards`() async throws {
        let store = try await StoreServer()
        var source = store.source()
        source.statementLimit = .zero
        let refused = await failure { _ = try await MySQLStore(source).ask("SELECT 1") }
        #expect(refused?.kind == .unguarded)
        #expect(refused?.message.contains("max_statement_time is 0") == true)
    }

    @Test func `encrypts and checks whose certificate it is, unless told otherwise`() async throws {
        let store = try await StoreServer(.init(tls: true, arguments: ["--bind-address=0.0.0.0"]))
        let ca = store.server.caFile
        let cipher = "SHOW STATUS LIKE 'Ssl_cipher'"
        func cipherName(_ source: MySQLSource) async throws -> String? {
            try await MySQLStore(source).read(within: .seconds(4)) { session throws(ReadFailure) in
                try session.rows(cipher).text(0, 1)
            }.answer
        }
        #expect(try await cipherName(store.source(tls: .verified(caFile: ca)))?.isEmpty == false)
        #expect(try await cipherName(store.source(tls: .encrypted))?.isEmpty == false)
        #expect(try await cipherName(store.source(tls: .off)) == "")
        let versions = try await MySQLStore(store.source(tls: .verified(caFile: ca))).read(
            within: .seconds(4)
        ) {
            session throws(ReadFailure) in try session.rows("SHOW STATUS LIKE 'Ssl_version'").text(0, 1)
        }.answer
        #expect(versions == "TLSv1.3" || versions == "TLSv1.2")

        let unknown = await failure {
            _ = try await MySQLStore(store.source(tls: .verified(caFile: nil))).ask("SELECT 1")
        }
        #expect(unknown?.kind == .insecure)
        let otherName = await failure {
            _ = try await MySQLStore(store.source(host: "127.0.0.2", tls: .verified(caFile: ca))).ask(
                "SELECT 1")
        }
        #expect(otherName?.kind == .insecure)
        let folder = try TemporaryFolder("ca")
        try await makeCertificates(in: folder)
        let otherCA = await failure {
            _ = try await MySQLStore(store.source(tls: .verified(caFile: folder.path("ca.pem")))).ask(
                "SELECT 1")
        }
        #expect(otherCA?.kind == .insecure)
        #expect(otherCA?.message.contains("127.0.0.1:\(store.server.port)") == true)
    }

    @Test func `does not speak to a server without TLS when TLS is asked for`() async throws {
        let store = try await StoreServer()
        let refused = await failure {
            _ = try await MySQLStore(store.source(tls: .encrypted)).ask("SELECT 1")
        }
        #expect(refused?.kind == .insecure)
        // A socket file needs none.
        var local = store.source(tls: .verified(caFile: nil))
        local.address = .socket(store.server.socket)
        #expect(try await MySQLStore(local).ask("SELECT 1") == ["1"])
    }

    @Test func `tells a refused login from a missing right, and asks once for all probes`() async throws {
        let store = try await StoreServer(.init(generalLog: true))
        let mysql = MySQLStore(store.source(password: "wrong"))
        for probe in mysql.probes() {
            let refused = await failure { _ = try await probe.read() }
            #expect(refused?.kind == .loginRefused)
            #expect(refused?.message.contains("wrong") == false)
        }
        let log = String(decoding: try Files.read(store.server.generalLog, limit: 1 << 22), as: UTF8.self)
        #expect(log.split(separator: "\n").filter { $0.contains("Access denied") }.count == 1)

        let denied = await failure {
            _ = try await MySQLStore(store.source(user: "nobody", password: "x")).ask("SELECT 1")
        }
        #expect(denied?.kind == .denied)
        try await store.run("CREATE TABLE t (i INT); GRANT SELECT ON magento.t TO nobody@'%'")
        let blind = MySQLStore(store.source(user: "nobody", password: "x"))
        let cron = await failure {
            _ = try await blind.probes().first { $0.schedule.subject == "cron" }?.read()
        }
        #expect(cron?.kind == .unusable)
        #expect(cron?.message.contains("cron_schedule") == true)
        #expect(await failure { _ = try await blind.ask("SELECT * FROM cron_schedule") }?.kind == .denied)
        var lost = store.source()
        lost.database = "other"
        #expect(await failure { _ = try await MySQLStore(lost).ask("SELECT 1") }?.kind == .denied)
    }

    @Test func `never sends a password in clear`() async throws {
        let store = try await StoreServer()
        try await store.run(
            "INSTALL SONAME 'auth_pam'; CREATE USER pam@'%' IDENTIFIED VIA pam")
        let refused = await failure {
            _ = try await MySQLStore(store.source(user: "pam", password: "secret")).ask("SELECT 1")
        }
        #expect(refused?.kind == .insecure)
    }

    @Test func `gives a frozen server up at the deadline and reads again when it is back`() async throws {
        let store = try await StoreServer()
        let mysql = MySQLStore(store.source())
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        store.server.freeze()
        var late: ReadFailure?
        let first = await measured {
            late = await failure { _ = try await mysql.ask("SELECT 1", within: .milliseconds(700)) }
        }
        #expect(late?.kind == .timedOut)
        #expect(first >= .milliseconds(690) && first < .seconds(4))
        for _ in 0..<3 {
            let next = await measured {
                late = await failure { _ = try await mysql.ask("SELECT 1", within: .milliseconds(700)) }
            }
            #expect(late?.kind == .timedOut)
            #expect(next < .seconds(4))
            #expect(mysql.liveThreads <= 2)
        }
        store.server.thaw()
        try await eventually("it is read again") {
            (try? await mysql.ask("SELECT 1", within: .seconds(2))) == ["1"]
        }
        try await eventually("no connection is left but one") {
            try await store.truth(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user='hypercare'") == [["1"]]
        }
        try await eventually("no thread is left") { mysql.liveThreads == 0 }
    }

    @Test func `says at once that the server is gone, and recovers by itself`() async throws {
        let store = try await StoreServer()
        let mysql = MySQLStore(store.source())
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        try await store.server.stop(9)
        let gone = await failure { _ = try await mysql.ask("SELECT 1") }
        #expect(gone?.kind == .unreachable)
        #expect(gone?.message.contains(":\(store.server.port)") == true)
        try await store.server.start()
        #expect(try await mysql.ask("SELECT 1") == ["1"])
        // A restart between two reads costs none.
        try await store.server.stop()
        try await store.server.start()
        #expect(try await mysql.ask("SELECT 1") == ["1"])
    }

    @Test func `ends a cancelled statement on the server too`() async throws {
        let store = try await StoreServer()
        var source = store.source()
        source.statementLimit = .seconds(60)
        let mysql = MySQLStore(source)
        let running =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%1_to_9999999999%' "
            + "AND user='hypercare'"
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let cancelled = await failure {
                    _ = try await mysql.ask(
                        "SELECT COUNT(*) FROM seq_1_to_9999999999 WHERE seq MOD 7=3", within: .seconds(50))
                }
                #expect(cancelled?.kind == .cancelled)
            }
            try? await eventually("it runs") { try await store.truth(running) == [["1"]] }
            group.cancelAll()
        }
        try await eventually("it has ended") { try await store.truth(running) == [["0"]] }
        #expect(try await mysql.ask("SELECT 7") == ["7"])
    }

    @Test func `of two dear reads that are due in one round one waits for the next`() async throws {
        let store = try await StoreServer()
        let now = WallTime(milliseconds: 1_000_000)
        let turns = try await MySQLStore(store.source()).read(within: .seconds(4)) {
            session throws(ReadFailure) in
            [
                session.takesTurn("a", at: now), session.takesTurn("b", at: now.advanced(bySeconds: 1)),
                session.takesTurn("a", at: now.advanced(bySeconds: 1)),
                session.takesTurn("b", at: now.advanced(bySeconds: 5)),
                session.takesTurn("a", at: now.advanced(bySeconds: 5)),
                // A clock that was set back keeps nobody waiting.
                session.takesTurn("a", at: now),
            ]
        }.answer
        #expect(turns == [true, false, true, true, false, true])
    }

    @Test func `gives up a connection that sends more than was asked for`() async throws {
        let store = try await StoreServer()
        let mysql = MySQLStore(store.source())
        for query in ["SELECT seq FROM seq_1_to_100000", "SELECT REPEAT('x', 3000000)"] {
            let cut = await failure { _ = try await mysql.ask(query) }
            #expect(cut?.kind == .malformed)
        }
        #expect(try await mysql.ask("SELECT 1") == ["1"])
    }

    @Test func `refuses files the server asks for`() async throws {
        let store = try await StoreServer(.init(arguments: ["--local-infile=1"]))
        try await store.run("GRANT ALL ON magento.* TO hypercare@'%'")
        let refused = await failure {
            _ = try await MySQLStore(store.source()).ask(
                "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE queue (name)")
        }
        #expect(refused != nil)
        #expect(try await store.truth("SELECT COUNT(*) FROM queue") == [["0"]])
    }

    private func append(_ text: String, to rows: inout MySQLRows) {
        unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe rows.append($0) }
    }
}
