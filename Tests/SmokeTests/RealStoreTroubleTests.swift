import Platform
import TestSupport
import Testing

/// Servers that freeze and die under the built program, and what the doctor says of a store.
extension RealStoreTests {
    private struct Servers {
        let act: @Sendable (RealStore) async throws -> Void
        let mend: @Sendable (RealStore) async throws -> Void
    }

    private static let frozen = Servers(
        act: { store in
            store.database.freeze()
            store.broker.freeze()
        },
        mend: { store in
            store.database.thaw()
            store.broker.thaw()
        })

    private static let killed = Servers(
        act: { store in
            try await store.database.stop(Program.Signal.kill)
            try await store.broker.stop(Program.Signal.kill)
        },
        mend: { store in
            async let database: Void = store.database.start()
            async let broker: Void = store.broker.start()
            _ = try await (database, broker)
        })

    /// The line of a source in its pane on the first screen.
    private static func sign(of source: String, _ screen: Screen) -> Unicode.Scalar? {
        (0..<screen.rows).map(screen.row).first { $0.dropFirst(2).hasPrefix("\(source) ") }?.unicodeScalars
            .first
    }

    /// How long the console takes to answer a key, the longer of two: one pane, then all of them again.
    private func keyAnswers(_ pty: Pty) async throws -> Duration {
        var slowest = Duration.zero
        for isWhole in [false, true] {
            let pressed = ContinuousClock.now
            pty.send("f")
            try await pty.wait(for: "the key answers") { $0.text.contains("Indexers") == isWhole }
            slowest = max(slowest, ContinuousClock.now - pressed)
        }
        return slowest
    }

    private func trouble(_ servers: Servers, on program: Program) async throws {
        let pty = program.pty
        // What this machine takes for it now, with servers that answer.
        var calm = Duration.zero
        for _ in 0..<5 { calm = max(calm, try await keyAnswers(pty)) }
        let start = ContinuousClock.now
        try await servers.act(store)
        // The read under way or the next one fails: an interval, a deadline, and a redraw.
        let critical = RealStore.interval + RealStore.deadline + 4
        // Figures are old for two seconds here, before they are unknown, and drawn each two: whether a picture falls
        // between is chance. Old figures are held by `LocalEngineTests` and `WatchViewTests`.
        try await pty.wait(for: "both sources are critical", within: .seconds(critical)) {
            Self.sign(of: "magento-db", $0) == "✘" && Self.sign(of: "rabbit", $0) == "✘"
        }
        let reasons = ["queues need magento-db: not read for", "queues need rabbit: not read for"]
        var slowest = Duration.zero
        var isUnknown = false
        // Keys all the while: a console that waits for a read would answer some of them after its deadline.
        while !isUnknown, ContinuousClock.now - start < .seconds(20) {
            slowest = max(slowest, try await keyAnswers(pty))
            let screen = pty.screen
            isUnknown =
                reasons.allSatisfy(screen.text.contains) && screen.text.contains("flow")
                && screen.text.contains("magento-db: not read for")
        }
        let unknown = ContinuousClock.now - start
        #expect(isUnknown, "figures are unknown, in words:\n\(pty.screen.text)")
        #expect(unknown < .seconds(3 * RealStore.interval + 3) + calm, "unknown after \(unknown)")
        #expect(
            slowest < calm + .seconds(RealStore.deadline / 2),
            "a key was answered after \(slowest), \(calm) before")
        #expect(!pty.screen.text.contains("Swift"), "a type's name on the screen")
    }

    private func recovers(_ program: Program) async throws {
        try await program.pty.wait(for: "both are well again, by themselves", within: .seconds(75)) {
            screen in
            Self.sign(of: "magento-db", screen) == "●" && Self.sign(of: "rabbit", screen) == "●"
                && !screen.text.contains("not read for") && !screen.text.contains("◌")
        }
        try await program.pty.wait(for: "it is told") { screen in
            screen.text.contains("magento-db answers again") && screen.text.contains("rabbit answers again")
        }
    }

    @Test func `frozen servers are told at once, keys answer, and all is well when they thaw`() async throws {
        let program = try await store.console(state: "frozen")
        defer {
            store.database.thaw()
            store.broker.thaw()
            program.pty.close()
        }
        #expect(!program.pty.screen.text.contains("answers again"))
        try await trouble(Self.frozen, on: program)
        try await Self.frozen.mend(store)
        try await recovers(program)
        try await Self.frozen.act(store)
        try await program.pty.wait(for: "critical again", within: .seconds(10)) {
            Self.sign(of: "magento-db", $0) == "✘"
        }
        let start = ContinuousClock.now
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        // A read hangs: nobody waits for it, nor for a server that is to be told goodbye.
        #expect(ContinuousClock.now - start < .seconds(5))
        try await program.isGivenBack()
    }

    @Test func `killed servers are told at once, and are found when they are back`() async throws {
        let program = try await store.console(state: "killed")
        defer { program.pty.close() }
        try await trouble(Self.killed, on: program)
        try await Self.killed.mend(store)
        try await recovers(program)
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
    }

    @Test func `the doctor holds on a good store, step by step`() async throws {
        let look = try await store.run(["--config", try store.config(), "doctor"], state: "doctor")
        #expect(look.code == 0, "\(look.text)")
        for step in ["name", "connect", "TLS", "login", "privileges", "guards", "probe", "read", "file"] {
            #expect(look.text.contains("\n  \(step) "), "\(step)")
        }
        #expect(look.text.contains("every step held") && !look.text.contains("failed"))
    }

    @Test(arguments: [
        ("db-password}", "wrong-password}", "magento-db", "login"),
        (
            "user: hypercare\n        password: {file: DB", "user: stranger\n        password: {file: DB",
            "magento-db", "privileges"
        ),
        ("tls: {ca: CA}", "tls: {mode: off}", "magento-db", "login"),
        ("tls: {ca: CA}", "tls: {mode: required}", "magento-db", "TLS"),
        ("mq-password}", "wrong-password}", "rabbit", "login"),
        (
            "user: hypercare\n        password: {file: MQ", "user: stranger\n        password: {file: MQ",
            "rabbit", "privileges"
        ),
    ])
    func `the doctor names the step that fails and what to do`(
        old: String, new: String, source: String, step: String
    ) async throws {
        try store.folder.write("wrong", to: "wrong-password")
        func filled(_ text: String) -> String {
            text.replacing("DB", with: store.folder.path("db-password"))
                .replacing("MQ", with: store.folder.path("mq-password"))
                .replacing("CA}", with: store.database.caFile + "}")
        }
        let config = try store.config(named: "ill.yaml", (filled(old), filled(new)))
        let look = try await store.run(["--config", config, "doctor", source], state: "doctor")
        #expect(look.code == 1, "\(look.text)")
        let lines = look.text.split(separator: "\n").map(String.init)
        let place = lines.firstIndex { $0.hasPrefix("  \(step) ") && $0.contains("failed") }
        #expect(place != nil, "\(look.text)")
        // Advice stands below, without a name.
        if let place { #expect(lines[place + 1].hasPrefix("      "), "\(look.text)") }
        #expect(lines.last?.hasSuffix("failed") == true)
        #expect(!look.text.contains("se'cret") && !look.text.contains("mq secret"))
    }

    @Test func `nothing was written, nothing dear asked, and no transaction left open`() async throws {
        func log() throws -> String {
            String(decoding: try Files.read(store.database.generalLog, limit: 1 << 26), as: UTF8.self)
        }
        let before = try log().utf8.count
        let program = try await store.console(state: "log")
        defer { program.pty.close() }
        #expect(
            try await store.truth(
                "SELECT COUNT(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
                    + "ON p.id=t.trx_mysql_thread_id WHERE p.user='hypercare'") == [["0"]])
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        let whole = GeneralLog(try log())
        for query in whole.queries {
            let starts = ["SELECT ", "SET ", "KILL ", "SHOW GLOBAL STATUS ", "select @@version_comment "]
            #expect(starts.contains { query.hasPrefix($0) }, "\(query)")
            for word in ForbiddenSQL.words { #expect(!query.contains(word), "\(query)") }
        }
        #expect(whole.queries.count > 200)
        // Of this run alone: connections that broke while a server was frozen leave no mark of their end.
        let last = GeneralLog(String(decoding: try log().utf8.dropFirst(before), as: UTF8.self))
        #expect((1...2).contains(last.mostConnections))
        #expect(last.openConnections.isEmpty)
    }
}

/// What the account of the console did, by the server's general log.
struct GeneralLog {
    private(set) var queries: [String] = []
    private(set) var mostConnections = 0
    private(set) var openConnections: Set<Substring> = []

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            // A server that was started again counts its connections anew.
            if line.hasPrefix("Tcp port:") { openConnections = [] }
            // Time, where it is another one; connection and kind; text.
            let parts = line.split(separator: "\t")
            guard let head = parts.first(where: { $0.last?.isLetter == true }) else { continue }
            let words = head.split(separator: " ")
            guard words.count == 2, let text = parts.last else { continue }
            switch words[1] {
            case "Connect" where text.hasPrefix("hypercare@"): openConnections.insert(words[0])
            case "Connect", "Quit": openConnections.remove(words[0])
            case "Query" where openConnections.contains(words[0]): queries.append(String(text))
            default: break
            }
            mostConnections = max(mostConnections, openConnections.count)
        }
    }
}
