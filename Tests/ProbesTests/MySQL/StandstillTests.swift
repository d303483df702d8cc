import Monitoring
import TestSupport
import Testing

@testable import Probes

/// A copy of the store's database that is not kept up is no stopped cron: it says nothing of now.
@Suite(.timeLimit(.minutes(3))) struct StandstillTests {
    private func source(_ server: MariaDBServer) -> MySQLSource {
        var source = MySQLSource(
            name: "db", address: .tcp(host: "127.0.0.1", port: UInt16(server.port)), user: "hypercare",
            password: { "se'cret\\" }, database: "magento", tls: .off)
        source.catalogAge = .zero
        return source
    }

    private func failure(_ probe: any Probe) async -> ReadFailure? {
        do throws(ReadFailure) {
            _ = try await probe.read()
            return nil
        } catch {
            return error
        }
    }

    /// A run of cron that began so many seconds ago.
    private static func run(_ age: Int) -> String {
        "SET time_zone='+00:00'; INSERT INTO magento.cron_schedule (job_code,status,created_at,scheduled_at,"
            + "executed_at,finished_at) SELECT 'a_job','success',t,t,t,t FROM (SELECT UTC_TIMESTAMP()-INTERVAL "
            + "\(age) SECOND t) x"
    }

    private func newest(_ server: MariaDBServer) async throws -> Double {
        let text = try await server.query(
            "SET time_zone='+00:00'; SELECT UNIX_TIMESTAMP(MAX(executed_at)) FROM magento.cron_schedule")
        return Double(text.first?.first ?? "") ?? 0
    }

    @Test
    func `a replica that applies nothing is one failure of its source, with since when, until it moves`()
        async throws
    {
        let store = try await StoreServer(
            .init(arguments: ["--log-bin=binlog", "--server-id=1", "--binlog-format=MIXED"]))
        let replica = try await MariaDBServer(.init(arguments: ["--server-id=2", "--read-only=1"]))
        try await store.run(
            "CREATE USER repl@'%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE ON *.* TO repl@'%'; "
                + Self.run(90))
        try await replica.query(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=\(store.server.port), "
                + "MASTER_USER='repl', MASTER_PASSWORD='r'; START SLAVE")
        try await eventually("the replica has the run") {
            (try? await replica.query("SELECT COUNT(*) FROM magento.cron_schedule")) == [["1"]]
        }
        // The primary itself is believed, whatever its cron does.
        let own = source(store.server)
        #expect(await failure(MySQLProbe(CronReader(own), of: MySQLStore(own))) == nil)

        let watched = source(replica)
        let copy = MySQLStore(watched)
        let probes: [any Probe] = [
            MySQLProbe(CronReader(watched), of: copy), MySQLProbe(QueueReader(watched), of: copy),
            MySQLProbe(IndexerReader(watched), of: copy),
        ]
        // Its newest run is a minute and a half old: not yet a reason.
        for probe in probes { #expect(await failure(probe) == nil) }

        // It may not be asked, and stands still: known by the age of all it has.
        try await replica.query("STOP SLAVE SQL_THREAD")
        try await store.run(Self.run(0))
        try await replica.query(
            "SET sql_log_bin=0; UPDATE magento.cron_schedule SET executed_at=executed_at-INTERVAL 60 SECOND")
        let fresh = MySQLStore(watched)
        let first = try #require(await failure(MySQLProbe(CronReader(watched), of: fresh)))
        #expect(first.kind == .standing && first.message.contains("no job, no message and no changelog"))
        #expect(first.since.map { Double($0.milliseconds) / 1000 } == (try await newest(replica)))

        // It may be asked: its own word is enough, for all that is read of it.
        try await replica.query(
            "SET sql_log_bin=0; GRANT SLAVE MONITOR ON *.* TO hypercare@'%'; "
                + "UPDATE magento.cron_schedule SET executed_at=executed_at+INTERVAL 60 SECOND")
        let granted = MySQLStore(watched)
        for probe in [
            MySQLProbe(CronReader(watched), of: granted), MySQLProbe(QueueReader(watched), of: granted),
            MySQLProbe(IndexerReader(watched), of: granted),
        ] as [any Probe] {
            let failure = try #require(await failure(probe))
            #expect(failure.kind == .standing, "\(failure)")
            #expect(
                failure.message
                    == "127.0.0.1:\(replica.port) is a replica, and its SQL thread is stopped")
        }

        // It goes on.
        try await replica.query("START SLAVE SQL_THREAD")
        try await eventually("the replica has the newest run") {
            (try? await replica.query("SELECT COUNT(*) FROM magento.cron_schedule")) == [["2"]]
        }
        for store in [fresh, granted] {
            let probe = MySQLProbe(CronReader(watched), of: store)
            // The reads of one second see the same.
            try await eventually("it is read again") { await self.failure(probe) == nil }
        }
        // Whole, and its primary rests: that is the primary's matter.
        try await replica.query(
            "SET sql_log_bin=0; UPDATE magento.cron_schedule SET executed_at=executed_at-INTERVAL 600 SECOND")
        let whole = MySQLStore(watched)
        #expect(await failure(MySQLProbe(CronReader(watched), of: whole)) == nil)
    }
}
