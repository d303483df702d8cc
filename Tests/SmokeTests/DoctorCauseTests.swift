import Documents
import Platform
import TestSupport
import Testing

/// `doctor` beside real servers: it names the cause, and what it says to write is taken by the config reader.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DoctorCauseTests {
    /// A MariaDB with TLS and without a store where it is looked for, and a broker that speaks http and https.
    private struct Servers {
        let database: MariaDBServer
        let broker: RabbitMQServer
        let tlsPort: Int
        let redirect: HTTPResponder
        let folder: TemporaryFolder

        init() async throws {
            let folder = try TemporaryFolder("causes")
            try await makeCertificates(in: folder)
            let tlsPort = try freePort()
            async let mariadb = MariaDBServer(.init(tls: true))
            async let rabbitmq = RabbitMQServer(
                config: """
                    management.ssl.ip = 127.0.0.1
                    management.ssl.port = \(tlsPort)
                    management.ssl.cacertfile = \(folder.path("ca.pem"))
                    management.ssl.certfile = \(folder.path("server.pem"))
                    management.ssl.keyfile = \(folder.path("server.key"))
                    """)
            (database, broker) = try await (mariadb, rabbitmq)
            (self.folder, self.tlsPort) = (folder, tlsPort)
            redirect = try HTTPResponder(
                status: "301 Moved Permanently",
                headers: "Location: https://mq.example/rabbit/api/overview\r\n", body: "moved")
            try folder.write("x y", to: "password")
            try folder.write("guest", to: "guest")
            try folder.write("#!/bin/sh\necho OK\n", to: "check", mode: 0o644)
            _ = try await database.run(
                """
                CREATE DATABASE magento; CREATE TABLE magento.cron_schedule (a INT);
                CREATE DATABASE `eu-shop`; CREATE TABLE `eu-shop`.m2_cron_schedule (a INT);
                CREATE DATABASE empty;
                CREATE USER plain@'%' IDENTIFIED BY 'x y'; GRANT SELECT ON *.* TO plain@'%';
                CREATE USER secure@'%' IDENTIFIED BY 'x y' REQUIRE SSL; GRANT SELECT ON *.* TO secure@'%';
                """, database: "")
        }
    }

    private static let started = Task { try await Servers() }
    private let servers: Servers

    init() async throws { servers = try await Self.started.value }

    private func run(_ command: [String], _ source: [(String, String)]) async throws -> (
        code: Int32, text: String
    ) {
        let lines = source.map { "        \($0.0): \($0.1)\n" }.joined()
        let path = try servers.folder.write(
            "environments:\n  shop:\n    sources:\n      it:\n\(lines)", to: "config.yaml")
        let ended = try await ChildProcess.run(
            ChildCommand(
                [Program.path] + command + ["--config", path],
                environment: [
                    "PATH": "/usr/bin:/bin", "HOME": servers.folder.path, "LANG": "C.UTF-8",
                    "TMPDIR": servers.folder.path,
                ]), deadline: .seconds(60))
        guard case .exited(let code) = ended.end else { throw NotInTime(description: "\(ended.end)") }
        return (code, String(decoding: ended.output + ended.error, as: UTF8.self))
    }

    /// What stands in backticks and is a key with its value.
    private static func forms(_ text: String) -> [(String, String)] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            guard index % 2 == 1, let colon = part.firstRange(of: ": ") else { return nil }
            return (String(part[..<colon.lowerBound]), String(part[colon.upperBound...]))
        }
    }

    /// Runs the doctor, looks for the words, and writes into the config what it says.
    private func doctor(_ source: [(String, String)], says words: String..., forms count: Int? = nil)
        async throws
    {
        let told = try await run(["doctor"], source)
        #expect(told.code == 1, "\(told.text)")
        for words in words { #expect(told.text.contains(words), "\(words)\n\(told.text)") }
        let forms = Self.forms(told.text)
        if let count { #expect(forms.count == count, "\(told.text)") }
        var changed = source
        for (key, value) in forms {
            changed.removeAll { $0.0 == key }
            changed.append((key, value))
        }
        let checked = try await run(["config", "check"], changed)
        #expect(checked.code == 0, "\(told.text)\n\(checked.text)")
    }

    private func mysql(_ changes: (String, String)...) -> [(String, String)] {
        var source = [
            ("type", "mysql"), ("host", "127.0.0.1"), ("port", "\(servers.database.port)"), ("user", "plain"),
            ("password", "{file: \(servers.folder.path("password"))}"), ("database", "magento"),
            ("tls", "{ca: \(servers.database.caFile)}"),
        ]
        for (key, value) in changes {
            source.removeAll { $0.0 == key }
            if !value.isEmpty { source.append((key, value)) }
        }
        return source
    }

    private func rabbit(_ url: String, _ more: (String, String)...) -> [(String, String)] {
        [
            ("type", "rabbitmq"), ("url", url), ("user", "guest"),
            ("password", "{file: \(servers.folder.path("guest"))}"),
        ] + more
    }

    @Test func `of a database it tells who listens, who is let in, and where a store is`() async throws {
        try await doctor(
            mysql(("port", "1")), says: "127.0.0.1:1: nobody listens there (connection refused)", forms: 1)
        try await doctor(
            mysql(("host", ""), ("port", ""), ("tls", ""), ("socket", "/none/mysqld.sock")),
            says: "there is no such socket", forms: 1)
        try await doctor(
            mysql(("database", "magneto")), says: "Unknown database", "`database: magento`",
            "`database: \"eu-shop\"` with `table_prefix: m2_`")
        try await doctor(
            mysql(("database", "empty")), says: "there is no table cron_schedule in empty",
            "`database: magento`")
        try await doctor(
            mysql(("table_prefix", "m3_")), says: "there is no table m3_cron_schedule in magento",
            "write `table_prefix: \"\"`")
        try await doctor(
            mysql(("user", "secure"), ("tls", "{mode: off, ca: \(servers.database.caFile)}")),
            says: "the account is let in with TLS only", forms: 1)
        try await doctor(
            mysql(("user", "secure"), ("tls", "{mode: off}")), says: "Or it is let in with TLS only")
        try await doctor(
            mysql(("password", "")), says: "using password: NO", "No password was sent", forms: 1)
        try await doctor(
            mysql(("user", "nobody")), says: "Access denied for user 'nobody'@'",
            "the server sees this machine as '")
        try await doctor(mysql(("tls", "")), says: "Name who signed the server's certificate", forms: 1)
    }

    @Test func `of a broker it tells which of http and https is spoken, and where a redirect leads`()
        async throws
    {
        let (plain, secure) = (servers.broker.managementPort, servers.tlsPort)
        try await doctor(
            rabbit("http://127.0.0.1:1"), says: "nobody listens there (connection refused)", forms: 0)
        try await doctor(
            rabbit("https://localhost:\(plain)"), says: "http is spoken there, not https",
            "`url: \"http://localhost:\(plain)\"`")
        try await doctor(
            rabbit("http://localhost:\(secure)"), says: "https is spoken there, not http",
            "`url: \"https://localhost:\(secure)\"`")
        try await doctor(
            rabbit("https://localhost:\(secure)"), says: "Name who signed the server's certificate", forms: 1)
        try await doctor(
            rabbit(servers.redirect.url), says: "/api/overview: 301, it leads to https://mq.example/rabbit",
            "`url: \"https://mq.example/rabbit\"`", forms: 1)
        #expect(servers.redirect.requests.count >= 1)
        // What it says is right: with it every step holds.
        let mended = try await run(
            ["doctor"],
            rabbit("https://localhost:\(secure)", ("tls", "{ca: \(servers.folder.path("ca.pem"))}")))
        #expect(mended.code == 0, "\(mended.text)")
        // No login went to an address that had not proved to be the broker's.
        #expect(!servers.redirect.requests.dropFirst().contains { $0.contains("Authorization") })
    }

    @Test func `of a program it tells that it may not be executed`() async throws {
        let path = servers.folder.path("check")
        let told = try await run(["doctor"], [("type", "command"), ("run", "[\(path)]")])
        #expect(told.code == 1 && told.text.contains("Do: chmod +x \(path)"), "\(told.text)")
    }
}
