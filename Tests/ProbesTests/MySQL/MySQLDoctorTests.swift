import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct MySQLDoctorTests {
    private func steps(_ source: MySQLSource) async -> [String: DoctorStep] {
        let steps = await MySQLStore(source).diagnose(within: .seconds(6))
        #expect(
            steps.map(\.name) == [
                "name", "connect", "TLS", "login", "server", "privileges", "changes", "guards", "probe",
            ]
                || steps.count == 1)
        return Dictionary(uniqueKeysWithValues: steps.map { ($0.name, $0) })
    }

    @Test func `tests a source step by step and stops where it fails`() async throws {
        let store = try await StoreServer(.init(tls: true))
        let good = await steps(store.source(tls: .verified(caFile: store.server.caFile)))
        #expect(good.values.allSatisfy { $0.outcome == .ok })
        #expect(good["server"]?.text.hasPrefix("MariaDB ") == true)
        #expect(good["server"]?.text.hasSuffix(", primary") == true)
        #expect(good["probe"]?.text.contains("queries") == true)

        let password = await steps(store.source(password: "no", tls: .encrypted))
        #expect(password["login"]?.outcome == .failed && password["login"]?.advice.isEmpty == false)
        #expect(password["connect"]?.outcome == .ok && password["guards"]?.outcome == .skipped)

        let certificate = await steps(store.source(tls: .verified(caFile: nil)))
        #expect(certificate["TLS"]?.outcome == .failed && certificate["login"]?.outcome == .skipped)

        let name = await steps(store.source(host: "no-such-host.invalid", tls: .off))
        #expect(name["name"]?.outcome == .failed && name["connect"]?.outcome == .skipped)

        var prefix = store.source(tls: .encrypted)
        prefix.tablePrefix = "other_"
        let tables = await steps(prefix)
        #expect(tables["guards"]?.outcome == .ok && tables["privileges"]?.outcome == .failed)
        #expect(tables["privileges"]?.advice.contains("prefix") == true)

        // A table that an upgrade has yet to bring is a step that fails where something is measured by it.
        try await store.run("DROP TABLE magento_operation")
        var outcomes = store.source(tls: .encrypted)
        let without = await steps(outcomes)
        #expect(without["privileges"]?.outcome == .ok)
        #expect(without["privileges"]?.text.contains("without magento_operation") == true)
        outcomes.topics = ["orders": [NamePattern("async.*")]]
        let unread = await steps(outcomes)
        #expect(unread["privileges"]?.outcome == .failed && unread["probe"]?.outcome == .skipped)

        store.server.freeze()
        let frozen = await steps(store.source(tls: .off))
        #expect(frozen["connect"]?.outcome == .failed)
        store.server.thaw()
        try await store.server.stop()
        let gone = await steps(store.source(tls: .off))
        #expect(gone["name"]?.outcome == .ok && gone["connect"]?.outcome == .failed)
    }

    @Test func `asks for nothing dear and writes nothing, by the server's own log`() async throws {
        let store = try await StoreServer(.init(generalLog: true))
        try await store.run("INSERT INTO queue (name) VALUES ('export'),('erp')")
        var source = store.source()
        source.topics = ["a": [NamePattern("b")]]
        source.usesApplicationLock = true
        let log = try await logged(store) {
            let mysql = MySQLStore(source)
            let probes = mysql.probes()
            #expect(probes.map(\.schedule.subject) == ["queues", "cron", "indexers", "outcomes", "changes"])
            for _ in 0..<2 { for probe in probes { _ = try await probe.read() } }
            _ = await mysql.diagnose()
        }
        #expect(log.count > 30)
        for query in log {
            let isReading = ["SELECT ", "select @@version_comment ", "SHOW "].contains(where: query.hasPrefix)
            #expect(isReading || query.hasPrefix("SET "), "\(query)")
            for word in ForbiddenSQL.words { #expect(!query.contains(word), "\(query)") }
        }
        // Statements of the session itself, nothing else is set.
        #expect(
            log.filter { $0.hasPrefix("SET ") }.allSatisfy {
                $0.hasPrefix("SET NAMES") || $0.hasPrefix("SET SESSION")
            })
    }

    /// The statements the account sent meanwhile.
    private func logged(_ store: StoreServer, _ body: () async throws -> Void) async throws -> [String] {
        func text() throws -> String {
            String(decoding: try Files.read(store.server.generalLog, limit: 1 << 24), as: UTF8.self)
        }
        let before = try text().utf8.count
        try await body()
        return try String(decoding: text().utf8.dropFirst(before), as: UTF8.self).split(separator: "\n")
            .compactMap { line in line.firstRange(of: "Query\t").map { String(line[$0.upperBound...]) } }
    }
}
