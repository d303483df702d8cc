import Glibc
import Monitoring
import Synchronization
import TestSupport
import Testing
import Text

@testable import Probes

/// Replicas and Galera nodes of Debian's own packages.
@Suite(.timeLimit(.minutes(4))) struct ServerKindTests {
    private func source(_ server: MariaDBServer) -> MySQLSource {
        MySQLSource(
            name: "db", address: .tcp(host: "127.0.0.1", port: UInt16(server.port)), user: "hypercare",
            password: { "se'cret\\" }, database: "magento", tls: .off)
    }

    private func serverStep(_ source: MySQLSource) async -> DoctorStep? {
        await MySQLStore(source).diagnose(within: .seconds(6)).first { $0.name == "server" }
    }

    private func consumers(_ source: MySQLSource) async throws -> (
        [String: QueueReading.Consumers], notices: [SourceNotice]
    ) {
        let sample = try await MySQLStore(source).sample(QueueReader(source))
        return (
            Dictionary(uniqueKeysWithValues: try sample.queueReadings().map { ($0.name, $0.consumers) }),
            sample.notices
        )
    }

    @Test func `on a replica a free lock proves nothing, and it is said once`() async throws {
        let store = try await StoreServer(
            .init(arguments: ["--log-bin=binlog", "--server-id=1", "--binlog-format=MIXED"]))
        let replica = try await MariaDBServer(.init(arguments: ["--server-id=2"]))
        try await store.run(
            "INSERT INTO queue (name) VALUES ('export'); CREATE USER repl@'%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE ON *.* TO repl@'%'"
        )
        try await replica.query(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=\(store.server.port), "
                + "MASTER_USER='repl', MASTER_PASSWORD='r'; START SLAVE")
        try await eventually("the replica has the store") {
            (try? await replica.query("SELECT COUNT(*) FROM magento.queue")) == [["1"]]
        }
        #expect(await serverStep(store.source())?.text.hasSuffix(", primary") == true)
        #expect(try await consumers(store.source()).0 == ["export": .nobody])

        let step = await serverStep(source(replica))
        #expect(step?.outcome == .ok && step?.text.contains(", replica; locks are seen on a replica") == true)
        let (blind, notices) = try await consumers(source(replica))
        #expect(blind == ["export": .unreadable])
        #expect(
            notices == [SourceNotice(.ok, "locks are seen on a replica: who holds none is not known")])

        // It becomes the primary while we watch.
        var watched = source(replica)
        watched.catalogAge = .zero
        let probe = MySQLProbe(QueueReader(watched), of: MySQLStore(watched))
        #expect(try await probe.read().queueReadings().first?.consumers == .unreadable)
        try await replica.query("STOP SLAVE; RESET SLAVE ALL")
        #expect(try await probe.read().queueReadings().first?.consumers == .nobody)
    }

    /// A node of a cluster. One that is brought no state joins for ever, and does not serve.
    private func node(
        _ port: Int, joining other: Int? = nil, takesState: Bool = true
    ) async throws -> MariaDBServer {
        try await MariaDBServer(
            .init(
                takesState: takesState && other != nil,
                arguments: [
                    "--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
                    "--wsrep-cluster-address=gcomm://\(other.map { "127.0.0.1:\($0)" } ?? "")",
                    "--wsrep-sst-method=\(takesState ? "rsync" : "skip")",
                    "--wsrep-sst-receive-address=127.0.0.1:\(try freePort())",
                    "--wsrep-node-address=127.0.0.1:\(port)",
                    "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--default-storage-engine=InnoDB",
                    "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:\(port);"
                        + "ist.recv_addr=127.0.0.1:\(try freePort());"
                        + "evs.keepalive_period=PT0.3S;evs.suspect_timeout=PT1S;evs.inactive_timeout=PT2S;"
                        + "evs.inactive_check_period=PT0.3S;evs.install_timeout=PT2S;gcache.size=4M",
                ]))
    }

    private let account =
        "CREATE USER hypercare@'%' IDENTIFIED BY 'se''cret\\\\'; GRANT SELECT ON magento.* TO hypercare@'%'"

    private func firstNode(_ port: Int) async throws -> MariaDBServer {
        let first = try await node(port)
        try await first.query("CREATE DATABASE magento")
        _ = try await first.run(try StoreServer.schema(), database: "magento")
        try await first.query(
            "INSERT INTO magento.queue (name) VALUES ('export'),('codegenerator'); \(account)")
        return first
    }

    private func status(_ server: MariaDBServer, _ name: String) async throws -> String? {
        try await server.query("SHOW GLOBAL STATUS LIKE 'wsrep_\(name)'").first?.last
    }

    @Test func `a Galera node that joins does not serve, and says so`() async throws {
        let port = try freePort()
        let first = try await firstNode(port)
        let second = try await node(try freePort(), joining: port, takesState: false)
        try await eventually("there are two nodes") { try await status(first, "cluster_size") == "2" }
        try await second.query("SET SESSION wsrep_on=OFF; CREATE DATABASE magento; \(account)")
        let joining = await MySQLStore(source(second)).diagnose(within: .seconds(6))
        let why = joining.first { $0.outcome == .failed }
        #expect(why?.name == "server" && why?.text.contains("does not serve") == true, "\(joining)")
    }

    @Test func `one of two Galera nodes knows nothing of the other's locks, and does not serve alone`()
        async throws
    {
        let port = try freePort()
        let first = try await firstNode(port)
        let second = try await node(try freePort(), joining: port)
        for server in [first, second] {
            try await eventually("both are in step") {
                let size = try await status(server, "cluster_size")
                return try await status(server, "local_state_comment") == "Synced" && size == "2"
            }
            #expect(
                await serverStep(source(server))?.text.hasSuffix(
                    "Galera node of 2, Synced; locks are seen on one Galera node of 2: who holds none is not known"
                ) == true)
        }
        let holder = try await onThread {
            let session = try MySQLSession(
                MySQLSource(
                    name: "root", address: .socket(first.socket), user: "root", password: { nil },
                    database: "magento", tls: .off), password: nil, patience: .seconds(60))
            _ = try session.rows("SELECT GET_LOCK(CONCAT('magento|',MD5('exportProcessor')),0)")
            return session
        }
        // One that is held is held, wherever it is seen; one that is free there may be held here.
        let blindness = [
            SourceNotice(.ok, "locks are seen on one Galera node of 2: who holds none is not known")
        ]
        let (here, said) = try await consumers(source(first))
        #expect(here == ["export": .lockHeld, "codegenerator": .unreadable] && said == blindness)
        let (there, saidThere) = try await consumers(source(second))
        #expect(there == ["export": .unreadable, "codegenerator": .unreadable] && saidThere == blindness)
        // What is written on one is read on the other.
        try await second.query("INSERT INTO magento.queue (name) VALUES ('late')")
        try await eventually("it is read") { try await consumers(source(first)).0["late"] == .unreadable }

        let probe = MySQLProbe(QueueReader(source(first)), of: MySQLStore(source(first)))
        _ = try await probe.read()
        try await second.stop(SIGKILL)
        let last = Mutex<ReadFailure?>(nil)
        try await eventually("it has lost its cluster", within: .seconds(60)) {
            let refused = await failure { _ = try await probe.read() }
            last.withLock { $0 = refused }
            return refused != nil
        }
        let refused = last.withLock(\.self)
        #expect(refused?.kind == .unreachable)
        #expect(refused?.message.contains("WSREP has not yet prepared node") == true, "\(refused as Any)")
        #expect(refused?.advice.contains("Galera node does not serve") == true)
        let steps = await MySQLStore(source(first)).diagnose(within: .seconds(6))
        let told = steps.first { $0.outcome == .failed }
        #expect(
            told?.text.contains("does not serve") == true || told?.advice.contains("does not serve") == true,
            "\(steps)")
        // A person makes it a cluster of its own: it serves, and its locks are all there are.
        try await first.query("SET GLOBAL wsrep_provider_options='pc.bootstrap=1'")
        var watched = source(first)
        watched.catalogAge = .zero
        let alone = MySQLProbe(QueueReader(watched), of: MySQLStore(watched))
        try await eventually("it serves again") { (try? await alone.read()) != nil }
        let sample = try await alone.read()
        #expect(try sample.queueReadings().allSatisfy { $0.consumers != .unreadable || $0.name == "late" })
        #expect(sample.notices == [])
        withExtendedLifetime(holder) {}
    }

    @Test func `takes the guards that take where the version is made up`() async throws {
        let store = try await StoreServer(.init(arguments: ["--version=8.0.30"]))
        #expect(
            try await MySQLStore(store.source()).ask("SELECT @@version", "SELECT @@max_statement_time")
                == ["8.0.30", "1.000000"])
    }
}
