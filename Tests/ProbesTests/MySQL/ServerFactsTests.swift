import Monitoring
import Testing

@testable import Probes

/// What servers say of themselves: MariaDB as the tests' own server answers, the others as recorded in their
/// manuals and sources.
struct ServerFactsTests {
    private func facts(
        _ greeting: String, _ version: String, _ comment: String, readOnly: String = "0",
        innodbReadOnly: String = "0", special: String? = nil, status: [String: String] = [:],
        replica: Bool? = nil, galera: String? = nil
    ) -> ServerFacts {
        ServerFacts(
            ServerFacts.Answers(
                greeting: greeting, variables: [version, comment, readOnly, innodbReadOnly],
                comment: special ?? comment, isGalera: galera, status: status, hasReplicaStatus: replica))
    }

    @Test func `a primary is believed when it says that a lock is free`() {
        let none = ["wsrep_ready": "OFF", "wsrep_cluster_size": "0", "wsrep_local_state_comment": "Disabled"]
        let mariaDB = facts(
            "10.11.19-MariaDB-0+deb12u1", "10.11.19-MariaDB-0+deb12u1", "Debian 12",
            status: none.merging(["slave_running": "OFF", "slaves_running": "0"]) { $1 }, galera: "0")
        #expect(mariaDB.text == "MariaDB 10.11.19-MariaDB-0+deb12u1, primary")
        #expect(mariaDB.locksAreOurs && mariaDB.lockNotice == nil && mariaDB.galera == nil)
        let mySQL = facts("8.0.40", "8.0.40", "MySQL Community Server - GPL", replica: false)
        #expect(mySQL.text == "MySQL 8.0.40, primary" && mySQL.locksAreOurs)
        let percona = facts("8.0.39-30", "8.0.39-30", "Percona Server (GPL), Release 30, Revision 41ebc5d9")
        #expect(percona.text == "Percona Server 8.0.39-30, primary" && percona.locksAreOurs)
    }

    @Test func `a replica, a reader and a proxy are not`() {
        let replica = facts("8.0.40", "8.0.40", "MySQL Community Server - GPL", readOnly: "1", replica: true)
        #expect(replica.text == "MySQL 8.0.40, replica" && !replica.locksAreOurs)
        #expect(replica.lockNotice == "locks are seen on a replica: who holds none is not known")
        let open = facts(
            "10.6.18-MariaDB", "10.6.18-MariaDB", "mariadb.org binary distribution",
            status: ["slave_running": "OFF", "slaves_running": "1"])
        #expect(open.role == .replica)
        // A reader of Amazon's Aurora replicates by its storage.
        let reader = facts("8.0.28", "8.0.28", "Source distribution", innodbReadOnly: "1", replica: false)
        #expect(reader.role == .readOnly && !reader.locksAreOurs)
        // ProxySQL greets with a version of its config and answers one statement itself.
        let proxied = facts(
            "8.0.30", "10.11.19-MariaDB-log", "mariadb.org binary distribution", special: "(ProxySQL)")
        #expect(proxied.text == "MariaDB 10.11.19-MariaDB-log, primary, behind ProxySQL")
        #expect(!proxied.locksAreOurs && proxied.lockNotice?.contains("behind ProxySQL") == true)
        #expect(facts("5.7.1", "8.0.40", "MySQL Community Server - GPL").proxy == "a proxy")
    }

    @Test func `a Galera node says whether it serves, and its locks are those of one node`() {
        var status = [
            "wsrep_ready": "ON", "wsrep_local_state_comment": "Synced", "wsrep_cluster_status": "Primary",
            "wsrep_cluster_size": "3",
        ]
        func node() -> ServerFacts {
            facts("10.11.19-MariaDB", "10.11.19-MariaDB", "Debian 12", status: status, galera: "1")
        }
        #expect(node().text == "MariaDB 10.11.19-MariaDB, primary, Galera node of 3, Synced")
        #expect(!node().locksAreOurs && node().lockNotice?.contains("one Galera node of 3") == true)
        status["wsrep_cluster_size"] = "1"
        #expect(node().locksAreOurs)
        status["wsrep_ready"] = "OFF"
        status["wsrep_local_state_comment"] = "Initialized"
        status["wsrep_cluster_status"] = "non-Primary"
        #expect(node().galera?.isReady == false && node().text.hasSuffix("Initialized, does not serve"))
    }

    @Test(arguments: [
        ("TLS/SSL error: unexpected eof while reading", ReadFailure.Kind.unreachable),
        ("TLS/SSL error: SSL SYSCALL error", .unreachable),
        ("TLS/SSL error: Connection reset by peer", .unreachable),
        ("TLS/SSL error: certificate verify failed", .insecure),
        ("TLS/SSL error: Validation of SSL server certificate failed", .insecure),
        ("SSL connection error: TLS is required, but the server does not offer it", .insecure),
    ])
    func `a server that dies while hands are shaken is gone, not unsafe`(
        _ text: String, _ kind: ReadFailure.Kind
    ) {
        #expect(ReadFailure.mysql(2026, text, doing: "connect").kind == kind)
        // Once the connection stands it can only break.
        #expect(ReadFailure.mysql(2026, text, doing: "read", isEstablished: true).kind == .unreachable)
    }
}
