import Documents
import Platform
import TestSupport
import Testing

/// What happens to the folder of a running console is told, and never leads to two that keep.
@Suite(.timeLimit(.minutes(3))) struct KeptPlaceTests {
    private func folder(_ shop: Shop) throws -> Directory { try Directory(shop.path("state/hypercare")) }

    private func plain(_ shop: Shop) async throws -> String {
        String(decoding: try await shop.run("status", "--plain").output, as: UTF8.self)
    }

    @Test
    func `of a folder that was moved away, one console keeps each, and the first goes on when it is back`()
        async throws
    {
        let shop = try Shop()
        let first = try shop.open()
        defer { first.close() }
        try await first.choose("erp.v2")
        let folder = try folder(shop)
        try folder.rename(Shop.environment, to: "moved")
        try await first.sees("this console's folder was moved away, removed or replaced")
        try await first.sees("✘ not kept")
        first.send("5gt")
        try await first.sees(
            "cannot be switched: this console's folder was moved away")
        let second = try shop.open()
        defer { second.close() }
        try await second.ask(for: "erp.v2")
        try await second.confirm("erp.v2")
        try await second.sees("erp.v2 is OFF: sent and read back")
        #expect(try Files.facts(shop.path("state/hypercare/moved/audit.jsonl")) == nil)

        try folder.rename(Shop.environment, to: "theirs")
        try folder.rename("moved", to: Shop.environment)
        // The answer to its last key stands there for a while.
        try await second.sees(
            "this console's folder was moved away, removed or replaced", within: .seconds(60))
        try await first.wait(for: "it keeps again") { !$0.text.contains("not kept") }
        try await first.ask(for: "stock.delta")
        try await first.confirm("stock.delta")
        try await first.sees("stock.delta is ON: sent and read back")
        try await second.leave()
        try await first.leave()
        #expect(try shop.text(shop.kept("journal.jsonl")).contains("is in its place again"))
        #expect(try await shop.run("audit", "verify").end == .exited(0))
    }

    @Test func `a lock that is removed is taken again, and a second console watches all the same`()
        async throws
    {
        let shop = try Shop()
        let first = try shop.open()
        defer { first.close() }
        try await first.choose("erp.v2")
        try Directory(shop.path("state/hypercare/\(Shop.environment)")).remove("lock")
        try await eventually("it is taken again") { try Files.facts(shop.kept("lock")) != nil }
        first.send("6")
        try await first.sees("is in its place again")
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("keeps this environment (another console of yours")
        #expect(second.screen.row(0).contains("read-only") && first.screen.row(0).contains("operate"))
        try await second.leave()
        try await first.leave()
    }

    @Test func `a keeper that is stopped is told as silent by whoever comes, by a script and by the doctor`()
        async throws
    {
        let shop = try Shop()
        let first = try shop.open()
        defer { first.close() }
        try await first.choose("erp.v2")
        try await eventually("it keeps") { try Files.facts(shop.kept("state.json")) != nil }
        #expect(try await !plain(shop).contains("silent"))
        first.signal(Program.Signal.stop)
        // As if it had been so for a while.
        _ = try await ChildProcess.run(
            ChildCommand(
                ["/usr/bin/touch", "-d", "200 seconds ago", shop.kept("state.json")], environment: [:]),
            deadline: .seconds(5), outputCap: 0)
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("keeps this environment (another console")
        try await second.sees("silent for 3 min")
        try await second.sees("✘ not kept")
        let told = try await plain(shop)
        #expect(told.hasPrefix("WARNING - ") && !told.contains("all "), "\(told)")
        #expect(
            told.contains(
                "warning console: silent for 3 min, what it does is not known: another console keeps"),
            "\(told)")
        let doctor = try await shop.run("doctor")
        let text = String(decoding: doctor.output, as: UTF8.self)
        #expect(text.contains("console") && text.contains("silent for "), "\(text)")
        first.signal(Program.Signal.goOn)
        // It was stopped for a moment only: its next save is the one of each minute.
        try await second.wait(for: "it is heard again", within: .seconds(75)) {
            !$0.text.contains("not kept")
        }
        try await second.leave()
        try await first.leave()
    }

    @Test func `a state that could not be opened at the start is taken up once it can be`() async throws {
        let shop = try Shop()
        _ = try PrivateDirectory.open(shop.kept("."))
        func chmod(_ mode: String) async throws {
            let folder = shop.path("state/hypercare/\(Shop.environment)")
            _ = try await ChildProcess.run(
                ChildCommand(["/bin/chmod", mode, folder], environment: [:]), deadline: .seconds(5),
                outputCap: 0)
        }
        try await chmod("755")
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("the state cannot be kept: cannot use")
        try await pty.sees("✘ not kept")
        try await chmod("700")
        try await pty.wait(for: "it keeps", within: .seconds(60)) { $0.row(0).contains("operate") }
        try await pty.ask(for: "erp.v2")
        try await pty.confirm("erp.v2")
        try await pty.sees("erp.v2 is OFF: sent and read back")
        try await pty.leave()
        #expect(try shop.text(shop.kept("journal.jsonl")).contains("what is kept can be reached now"))
    }

    @Test func `an older copy of the audit log and its head is told, and no change is sent`() async throws {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        func change(_ flag: String) async throws {
            try await pty.ask(for: flag)
            try await pty.confirm(flag)
            try await pty.sees("\(flag) is O")
        }
        try await change("erp.v2")
        try await eventually("it is on record") {
            try shop.text(shop.kept("audit.jsonl")).contains("\"phase\":\"confirmed\"")
        }
        let old = try ["audit.jsonl", "audit.head"].map { ($0, try shop.text(shop.kept($0))) }
        try await change("stock.delta")
        for (name, text) in old { try shop.put(text, at: "state/hypercare/\(Shop.environment)/\(name)") }
        // The answer to the last key stands there for a while.
        try await pty.sees(
            "an older copy of audit.jsonl and audit.head was put in place", within: .seconds(60))
        try await pty.sees("✘ not kept")
        pty.send("5gt")
        try await pty.sees("cannot be switched: no audit record can be kept")
        try await pty.leave()
        #expect(try shop.text(shop.kept("audit.jsonl")) == old[0].1)
    }
}
