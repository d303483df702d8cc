import Platform
import TestSupport
import Testing

/// `init` at a terminal: from nothing to a store that is watched.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InitTests {
    private static let started = Task { try await RealStore() }
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder("init") }

    private var variables: [String: String] { ["HOME": home.path, "XDG_STATE_HOME": home.path("state")] }
    private var folder: String { home.path(".config/hypercare") }

    /// Answers each question once it stands in the last line.
    private func answer(_ pty: Pty, _ question: String, _ answer: String) async throws {
        try await pty.wait(for: "the question \(question)") { screen in
            screen.row(screen.cursorRow).contains(question)
        }
        // The next question may read as this one; nothing scrolls here.
        let row = pty.screen.cursorRow
        pty.send(answer + "\r")
        try await pty.wait(for: "an answer to \(question)") { $0.cursorRow > row }
    }

    private func hidden(_ pty: Pty, _ user: String, _ password: String) async throws {
        try await pty.wait(for: "the password is asked for") { screen in
            screen.row(screen.cursorRow).contains("password of \(user), not shown")
        }
        #expect(!pty.modes.contains(.echo))
        pty.send(password + "\r")
        try await eventually("the echo is back") { pty.modes.contains(.echo) }
    }

    @Test func `from nothing to a watched store by init alone, over TLS`() async throws {
        let store = try await Self.started.value
        try await shell("mkdir \(home.path("logs"))")
        try home.write(
            """
            [2026-11-21T10:02:13.482910+00:00] main.INFO: order 1 exported [] []
            [2026-11-21T10:02:14.482910+00:00] main.ERROR: export of 2 failed [] []
            [2026-11-21T10:02:15.482910+00:00] main.INFO: cache cleaned [] []

            """, to: "logs/system.log")
        try home.write("no log\n", to: "logs/notes.log")
        let program = try Program(rows: 60, columns: 180)
        let pty = program.pty
        defer { pty.close() }
        try program.start([Program.path, "init"], variables)
        for (question, text) in [
            ("name of the store", "eu"), ("is it production", "no"), ("database host", "127.0.0.1"),
            ("its port", "1"),
        ] { try await answer(pty, question, text) }
        for (question, text) in [
            ("database host [127.0.0.1]", ""), ("its port", "\(store.database.port)"),
            ("authority that signed its certificate", store.database.caFile),
        ] { try await answer(pty, question, text) }
        try await answer(pty, "database user [hypercare]", "")
        #expect(pty.screen.text.contains("127.0.0.1:1: nobody listens there (connection refused)"))
        #expect(pty.screen.text.contains("it answers, with a certificate that is trusted"))
        try await answer(pty, "file that holds the database password", "")
        try await hidden(pty, "hypercare", "wrong\u{15}wrong too")
        try await answer(pty, "database user [hypercare]", "")
        #expect(pty.screen.text.contains("Access denied for user 'hypercare'"))
        try await answer(pty, "file that holds the database password", "")
        try await hidden(pty, "hypercare", "se'cret\\x\u{7f}")
        try await answer(pty, "database name [magento]", "1")
        #expect(pty.screen.text.contains("stores here: 1 magento"))
        for (question, text) in [
            ("read-only or operate", "operate"), ("stabilization window", "now"),
            ("RabbitMQ management address", store.broker.url), ("RabbitMQ user", ""),
            ("file that holds the RabbitMQ password", ""),
        ] { try await answer(pty, question, text) }
        try await hidden(pty, "hypercare", "mq secret")
        try await answer(pty, "folder with the store's logs", home.path("logs"))
        #expect(pty.screen.text.contains("virtual hosts: /"))
        try await answer(pty, "logs to watch", "")
        #expect(pty.screen.text.contains("1 system.log (monolog): 2 records speak of flows"))
        #expect(!pty.screen.text.contains("notes.log"))
        try await answer(pty, "file of feature flags", store.folder.path("flags.yaml"))
        #expect(try await pty.exit() == .code(0), "\(pty.screen.text)")
        #expect(pty.screen.text.contains("wrote \(folder)/config.yaml"))
        let shown = String(decoding: pty.bytes, as: UTF8.self)
        for secret in ["se'cret", "mq secret", "wrong"] { #expect(!shown.contains(secret)) }
        for (name, text) in [("db-password", "se'cret\\"), ("rabbit-password", "mq secret")] {
            let path = "\(folder)/\(name)"
            #expect(try Files.facts(path)?.mode == 0o600)
            #expect(String(decoding: try Files.read(path, limit: 100), as: UTF8.self) == text)
        }

        let doctor = try await store.run(["doctor", "--config", "\(folder)/config.yaml"], state: "doctor")
        #expect(doctor.code == 0 && doctor.text.hasSuffix("every step held\n"), "\(doctor.text)")
        let console = try Program(rows: 60, columns: 200)
        defer { console.pty.close() }
        try console.start([Program.path], variables)
        try await console.pty.wait(for: "the store is watched") { screen in
            ["erp.order.export", "erp.amqp", "catalog_product_alert", "catalog_product_price", "erp.v2"]
                .allSatisfy(screen.text.contains)
        }
        try await console.pty.leave()
    }

    @Test(arguments: ["Ctrl-C", "a signal", "the end"])
    func `what is interrupted while a password is typed leaves nothing, and the echo is back`(
        by: String
    ) async throws {
        let program = try Program(rows: 40, columns: 180)
        let pty = program.pty
        defer { pty.close() }
        let options = ["--env", "eu", "--production", "no", "--host", "127.0.0.1", "--user", "hc"]
        try program.start([Program.path, "init"] + options, variables)
        try await answer(pty, "its port", "1")
        try await answer(pty, "file that holds the database password", "")
        try await pty.wait(for: "the password is asked for") { $0.text.contains("password of hc, not shown") }
        #expect(!pty.modes.contains(.echo))
        pty.send("hunter2")
        switch by {
        case "Ctrl-C":
            pty.send("\u{3}")
            #expect(try await pty.exit() == .signal(2))
        case "a signal":
            pty.signal(Program.Signal.terminate)
            #expect(try await pty.exit() == .signal(Program.Signal.terminate))
        default:
            pty.send("\u{15}\u{4}")
            #expect(try await pty.exit() == .code(1))
            #expect(pty.screen.text.contains("no more answers; nothing was written"))
        }
        #expect(pty.modes == .cooked)
        #expect(try Files.facts(home.path(".config")) == nil)
        #expect(!String(decoding: pty.bytes, as: UTF8.self).contains("hunter2"))
    }

    @Test func `a server of this machine without TLS is taken without a reason`() async throws {
        let server = try await MariaDBServer()
        _ = try await server.run(
            """
            CREATE DATABASE shop; CREATE TABLE shop.m2_cron_schedule (a INT);
            CREATE DATABASE shop2; CREATE TABLE shop2.cron_schedule (a INT);
            CREATE USER hc@'%' IDENTIFIED BY 'x y'; GRANT SELECT ON *.* TO hc@'%';
            """, database: "")
        let password = try home.write("x y\n", to: "password")
        let program = try Program(rows: 60, columns: 180)
        let pty = program.pty
        defer { pty.close() }
        let options = [
            "--env", "eu", "--production", "no", "--host", "127.0.0.1", "--password-file", password,
        ]
        try program.start([Program.path, "init"] + options, variables)
        for (question, text) in [
            ("its port", "\(server.port)"), ("go without TLS", ""), ("database user", "hc"),
            ("database name [shop]", "3"),
        ] { try await answer(pty, question, text) }
        #expect(pty.screen.text.contains("it answers, without TLS"))
        #expect(pty.screen.text.contains("stores here: 1 shop with the prefix m2_, 2 shop2"))
        for (question, text) in [
            ("database name [shop]", "1"), ("read-only or operate", ""), ("stabilization window", ""),
            ("RabbitMQ management address", ""), ("folder with the store's logs", "none"),
            ("file of feature flags", ""),
        ] { try await answer(pty, question, text) }
        #expect(pty.screen.text.contains("no table cron_schedule is seen in 3"))
        #expect(try await pty.exit() == .code(0), "\(pty.screen.text)")
        let config = String(
            decoding: try Files.read("\(folder)/config.yaml", limit: 1 << 20), as: UTF8.self)
        for line in [
            "tls: {mode: off}", "database: \"shop\"", "table_prefix: \"m2_\"", "port: \(server.port)",
        ] {
            #expect(config.contains("\n        \(line)\n"), "\(line)")
        }
        #expect(try Files.facts("\(folder)/db-password") == nil)
    }

    @Test func `a broker over http needs a reason, and settings of the store are offered as flags`()
        async throws
    {
        try await shell("mkdir -p \(home.path("shop/var/log")) \(home.path("shop/bin"))")
        try home.write(Shop.magento, to: "shop/bin/magento")
        try home.write("1\n", to: "shop/bin/dev_grid_async_indexing")
        try await shell("chmod 755 \(home.path("shop/bin/magento"))")
        let password = try home.write("x\n", to: "password")
        let program = try Program(rows: 60, columns: 200)
        let pty = program.pty
        defer { pty.close() }
        let options = [
            "--env", "eu", "--production", "no", "--host", "127.0.0.1", "--user", "hc", "--password-file",
            password,
        ]
        try program.start([Program.path, "init"] + options, variables)
        for (question, text) in [
            ("its port", "1"), ("database name", ""), ("read-only or operate", ""),
            ("stabilization window", ""),
            ("RabbitMQ management address", "http://rabbit.invalid:15672"),
            ("why may the password be read", ""),
            ("RabbitMQ management address", "http://rabbit.invalid:15672"),
            ("why may the password be read", "yes"), ("why may the password be read", "no TLS before March"),
        ] { try await answer(pty, question, text) }
        #expect(pty.screen.text.contains("http:// is refused elsewhere than on this machine"))
        #expect(pty.screen.text.contains("write here in words why"))
        for (question, text) in [
            ("RabbitMQ user", ""), ("file that holds the RabbitMQ password", "none"),
            ("folder with the store's logs", home.path("shop/var/log")), ("file of feature flags", ""),
            ("settings of the store as flags", "grid.async"),
            ("settings of the store as flags", "grid.async=dev/grid/async_indexing"),
        ] { try await answer(pty, question, text) }
        #expect(try await pty.exit() == .code(0), "\(pty.screen.text)")
        #expect(pty.screen.text.contains("grid.async: write it as FLAG=section/group/field"))
        #expect(pty.screen.text.contains("grid.async is ON"))
        let config = String(
            decoding: try Files.read("\(folder)/config.yaml", limit: 1 << 20), as: UTF8.self)
        for line in [
            "insecure: \"no TLS before March\"", "type: magento-config",
            "command: [\"\(home.path("shop/bin/magento"))\"]",
            "paths: {\"grid.async\": \"dev/grid/async_indexing\"}", "database: magento-db",
        ] {
            #expect(config.contains("\n        \(line)\n"), "\(line)")
        }
        try await shell("\(Program.path) config check --config \(folder)/config.yaml")
    }
}
