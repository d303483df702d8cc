import Documents
import Platform
import TestSupport
import Testing

/// `status` alone on real servers: what one look can say, and what several remember.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StatusTests {
    private static let started = Task { try await StatusStore() }
    let store: StatusStore

    init() async throws {
        store = try await Self.started.value
        try await store.empty()
        try await store.beat()
    }

    @Test func `a healthy store without a console ends with 0, and is remembered for its user alone`()
        async throws
    {
        for _ in 0..<2 {
            let look = try await store.look("--json", home: "healthy")
            #expect(look.code == 0 && look.error == "", "\(look)")
            let document = try look.document
            #expect(document["look"]?["memory"]?.string == "own")
            #expect(try await StatusSchema.mistakes(in: look.output, folder: store.folder) == "")
        }
        #expect(try Files.facts(store.own("healthy"))?.mode == 0o700)
        let plain = try await store.look(home: "healthy")
        #expect(plain.code == 0 && plain.output.hasPrefix("OK - shop: all "), "\(plain)")
        #expect(plain.output.split(separator: "\n").count == 1, "\(plain)")
    }

    @Test func `400 that nobody takes are pending, and critical when the hold is over`() async throws {
        try await store.fill()
        let began = ContinuousClock.now
        let first = try await store.look(home: "hold")
        #expect(first.code == 0 && first.error == "", "\(first)")
        #expect(first.output.contains(" checks ok, 2 pending\n"), "\(first)")
        for queue in ["erp.db", "erp.mq"] {
            #expect(
                first.output.contains("\npending queue:\(queue): nobody takes messages, critical in "),
                "\(first)")
        }
        var last = first
        while last.code == 0, ContinuousClock.now - began < .seconds(90) {
            last = try await store.look(home: "hold")
        }
        #expect(last.code == 2, "\(last)")
        #expect(last.output.contains("critical queue:erp.db: nobody takes messages since "), "\(last)")
        #expect(ContinuousClock.now - began >= .seconds(StatusStore.hold), "\(last)")
        // The other one, read a moment later, is due by now too.
        let both = try await store.look(home: "hold")
        #expect(both.output.hasPrefix("CRITICAL - shop: 2 critical of "), "\(both)")
        #expect(both.output.contains("critical queue:erp.mq: nobody takes messages since "), "\(both)")

        // Somebody takes them all, and puts others there: the hold begins anew.
        try await store.empty()
        let well = try await store.look(home: "hold")
        #expect(well.code == 0 && !well.output.contains("pending"), "\(well)")
    }

    @Test func `without a memory what is pending is a warning, and one sentence says why`() async throws {
        try await store.fill()
        let look = try await store.look("--state", "/proc/none", home: "none")
        #expect(look.code == 1, "\(look)")
        #expect(look.output.contains(" checks ok, 2 pending (no memory)\n"), "\(look)")
        #expect(look.error.hasPrefix("hypercare: nothing is remembered between two looks: "), "\(look)")
        #expect(look.error.contains("/proc/none") && look.error.split(separator: "\n").count == 1)
        #expect(try Files.facts(store.folder.path("none")) == nil)
        // A second read that never comes: judged is what can be.
        let hasty = try await store.look(
            "--json", "--patience", "1", "--state", "/proc/none", home: "none")
        #expect(hasty.code == 3 || hasty.code == 1, "\(hasty)")
        #expect(try await StatusSchema.mistakes(in: hasty.output, folder: store.folder) == "")
    }

    @Test func `of two looks at once the second has no memory, says so and damages nothing`() async throws {
        try await store.fill()
        let state = store.folder.path("given")
        async let one = store.look("--state", state, home: "twins")
        async let other = store.look("--state", state, home: "twins")
        let looks = try await [one, other]
        #expect(looks.map(\.code).sorted() == [0, 1], "\(looks)")
        let second = try #require(looks.first { $0.code == 1 })
        #expect(second.error.contains("another `status` is using \(state)/shop"), "\(looks)")
        let third = try await store.look("--json", "--state", state, home: "twins")
        #expect(third.code == 0 && third.error == "", "\(third)")
        #expect(try third.document["look"]?["memory"]?.string == "own")
        #expect(try Files.facts("\(state)/shop/state.json.bad-1") == nil)
        #expect(try Files.facts(store.own("twins")) == nil)
    }

    @Test func `while a console watches its state is the memory, and nothing is written`() async throws {
        try await store.fill()
        let program = try Program(rows: 40, columns: 160)
        defer { program.pty.close() }
        try program.start(
            [Program.path, "--config", store.folder.path("config.yaml")], store.variables(home: "watched"))
        try await program.pty.sees("erp.mq")
        let kept = store.folder.path("watched/hypercare/shop/state.json")
        try await eventually("the console has kept something") { try Files.facts(kept) != nil }
        let look = try await store.look("--json", home: "watched")
        let document = try look.document
        #expect(document["look"]?["memory"]?.string == "console", "\(look)")
        #expect(look.code == 0 || look.code == 2, "\(look)")
        #expect(try Files.facts(store.own("watched")) == nil)
        try await program.pty.leave()
    }

    @Test func `one entity alone is shown and judged`() async throws {
        try await store.fill()
        let quiet = try await store.look("--entity", "queue:quiet.db", home: "one")
        #expect(quiet.code == 0 && quiet.output == "OK - shop: 1 check ok\n", "\(quiet)")
        let named = try await store.look("--json", "--entity", "queue:erp.mq", home: "one")
        let rows = try named.document["queues"]?.elements ?? []
        let key = try #require(rows.first?["key"]?.string)
        #expect(rows.count == 1 && key.hasPrefix("queue@mq"), "\(named)")
        let full = try await store.look("--entity", key, home: "one")
        #expect(full.code == 0 && full.output.hasPrefix("OK - shop: 1 check ok, 1 pending\n"), "\(full)")
        let none = try await store.look("--entity", "queue:erp.qm", home: "one")
        #expect(none.code == 3 && none.output == "", "\(none)")
        #expect(
            none.error == "hypercare: there is no queue:erp.qm in shop, did you mean queue:erp.mq?\n",
            "\(none)")
    }
}
