import Documents
import Platform
import TestSupport
import Testing

/// The program that carries out a change, while everything around it ends.
@Suite(.timeLimit(.minutes(3))) struct WriterTests {
    /// It saves, waits until it may go on, and cleans the cache.
    private static let slow = Shop.magento.replacing(
        "echo \"Value was saved.\"",
        with: """
            for i in $(seq 1200); do
                  [ -f "$here/go" ] && break
                  [ -f "$here/flood" ] && head -c 20000000 /dev/zero && mv "$here/flood" "$here/flooded"
                  sleep 0.05
                done
                echo "Value was saved." && echo x > "$here/cleaned"
            """)

    private func record(_ shop: Shop) async throws -> [String] {
        let shown = try await shop.run("audit", "show")
        return String(decoding: shown.output, as: UTF8.self).split(separator: "\n").map {
            String($0.split(separator: " ")[2])
        }
    }

    /// A shop whose setting is saved, and whose program has not ended.
    private func halfway() async throws -> (Shop, Pty) {
        let shop = try Shop()
        try shop.put(Self.slow, at: "magento", mode: 0o700)
        let pty = try shop.open()
        try await pty.ask(for: "grid.async")
        try await pty.confirm("grid.async")
        try await eventually("it is saved") { try shop.text(shop.path("dev_grid_async_indexing")) == "0\n" }
        return (shop, pty)
    }

    @Test func `a change goes on to its end, blocks its flag alone and is told by how it ended`() async throws
    {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        try await pty.sees("still at work")
        pty.send("t")
        try await pty.sees("End its program?")
        pty.send("\u{1b}")
        try await pty.sees("its program is left at work")
        // All else is free.
        try await pty.ask(for: "erp.v2")
        try await pty.confirm("erp.v2")
        try await pty.sees("erp.v2 is OFF: sent and read back")
        try shop.put("", at: "go")
        try await pty.sees("grid.async is OFF: sent and read back")
        try await pty.leave()
        #expect(try await record(shop) == ["intent", "started", "intent", "confirmed", "confirmed"])
        #expect(try shop.text(shop.path("cleaned")) == "x\n")
    }

    @Test(arguments: [Program.Signal.kill, Program.Signal.hangUp])
    func `a console that ends in the middle leaves it at work, and the next one waits for it`(
        signal: Int32
    ) async throws {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        pty.signal(signal)
        _ = try await pty.exit()
        pty.close()
        #expect(try await record(shop) == ["intent", "started"])

        let next = try shop.open()
        defer { next.close() }
        try await next.sees("still at work")
        next.send("6")
        try await next.sees("when the console ended; its program is waited for")
        #expect(try await record(shop) == ["intent", "started"])
        try shop.put("", at: "go")
        try await next.sees("turned grid.async OFF in PRODUCTION, was ON")
        #expect(try shop.text(shop.path("cleaned")) == "x\n")
        try await next.leave()
        #expect(try await record(shop) == ["intent", "started", "confirmed"])
        #expect(try await shop.run("audit", "verify").end == .exited(0))
    }

    @Test func `one that talks without end does not fill the disk when its console is gone`() async throws {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        pty.close()
        try shop.put("", at: "flood")
        try await eventually("it has said it") { try Files.facts(shop.path("flooded")) != nil }
        try await eventually("most of it is given back") {
            let used = try await shell("du -k \(shop.kept(""))writer-*.out").split(separator: "\t").first
            return used.flatMap { Int($0) }.map { $0 <= 1024 } ?? false
        }
        try shop.put("", at: "go")
        let next = try shop.open()
        defer { next.close() }
        try await next.sees("turned grid.async OFF in PRODUCTION, was ON")
        try await next.leave()
        #expect(try await record(shop) == ["intent", "started", "confirmed"])
    }

    @Test
    func `a second console and a script see what is at work, and the second takes over from one that dies`()
        async throws
    {
        let (shop, first) = try await halfway()
        defer { first.close() }
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("keeps this environment (another console of yours")
        try await second.sees("still at work")
        #expect(second.screen.row(0).contains("read-only"))
        let plain = try await shop.run("status", "--json")
        let look = try JSON.read(plain.output, name: "status")
        let row = look["flags"]?.elements?.first { $0["name"]?.string == "grid.async" }
        #expect(row?["progress"]?.string == "running" && row?["askedFor"]?.string == "OFF")

        let told = String(decoding: try await shop.run("status", "--plain").output, as: UTF8.self)
        #expect(
            told.contains("under way flag:grid.async: turning OFF for ") && told.contains("still at work"),
            "\(told)")

        first.signal(Program.Signal.kill)
        _ = try await first.exit()
        try await second.wait(for: "it may change now") { $0.row(0).contains("operate") }
        try await second.sees("still at work")
        #expect(try await record(shop) == ["intent", "started"])
        try await second.ask(for: "erp.v2")
        try await second.confirm("erp.v2")
        try await second.sees("erp.v2 is OFF: sent and read back")
        second.send("6")
        try await second.sees(
            "whoever kept this environment has ended or handed it over: this one keeps it now")
        try shop.put("", at: "go")
        try await second.sees("turned grid.async OFF in PRODUCTION, was ON")
        try await second.leave()
        #expect(try await record(shop) == ["intent", "started", "intent", "confirmed", "confirmed"])
        #expect(try await shop.run("audit", "verify").end == .exited(0))
        let journal = try shop.text(shop.kept("journal.jsonl"))
        #expect(journal.contains("this one keeps it now") && !journal.contains("elsewhere"))
    }

    @Test func `a script is told that the end of a change is not known when nobody waits for it`()
        async throws
    {
        let shop = try Shop()
        // It ends without a word, and its console with it.
        try shop.put(
            Shop.magento.replacing("echo \"Value was saved.\"", with: "kill -9 $PPID; exit 1"),
            at: "magento", mode: 0o700)
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.ask(for: "grid.async")
        try await pty.confirm("grid.async")
        _ = try await pty.exit()
        let look = try await shop.run("status", "--plain")
        let text = String(decoding: look.output, as: UTF8.self)
        #expect(look.end == .exited(3) && text.contains("not known whether it was turned OFF"), "\(text)")
    }

    @Test func `a person ends it by a dialog that says what may be half done, and what it did is read back`()
        async throws
    {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        try await pty.sees("still at work")
        pty.send("t")
        try await pty.sees("Ended now, it may be saved and half done")
        // A question takes keys once none came for a while.
        try await Task.sleep(for: .milliseconds(500))
        pty.send("\t\r")
        try await pty.sees("the config cache is perhaps not cleaned")
        #expect(try await record(shop) == ["intent", "started", "ending", "saved"])
        pty.send("6")
        try await pty.sees("ended the program that turned grid.async OFF: what it did is read back")
        try await pty.leave()
        #expect(try Files.facts(shop.path("cleaned")) == nil)
        #expect(try await shop.run("audit", "verify").end == .exited(0))
    }

    @Test(.enabled(if: KillNineTests.canTrace))
    func `the next console waits for it also where the kernel gives no descriptor of it`() async throws {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        let next = try shop.open([
            KillNineTests.strace, "-f", "-qq", "-o", shop.path("trace"), "-e", "trace=pidfd_open", "-e",
            "inject=pidfd_open:error=EMFILE",
        ])
        defer { next.close() }
        next.send("6")
        try await next.sees("its program is waited for")
        try await Task.sleep(for: .seconds(2))
        #expect(try await record(shop) == ["intent", "started"])
        try shop.put("", at: "go")
        // No child of ours can be watched either, so nothing is read back.
        try await eventually("its end is on record") {
            try await self.record(shop) == ["intent", "started", "unknown"]
        }
    }

    @Test func `one that was killed while nobody watched is told as saved, and what may be undone`()
        async throws
    {
        let (shop, pty) = try await halfway()
        defer { pty.close() }
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        let shown = try await shop.run("audit", "show")
        let started = String(decoding: shown.output, as: UTF8.self).split(separator: "\n")[1]
        let pid = try #require(
            started.split(separator: "pid ").last.flatMap { Int32($0.prefix { $0 != "," }) })
        _ = try await ChildProcess.run(ChildCommand(["kill", "-9", "--", "-\(pid)"]), deadline: .seconds(5))

        let next = try shop.open()
        defer { next.close() }
        try await next.sees("cache is perhaps not cleaned")
        try await next.leave()
        #expect(try await record(shop) == ["intent", "started", "saved"])

        // It stands until somebody has done something about it: for a script, and for the console after that.
        let look = try await shop.run("status", "--json")
        #expect(look.end == .exited(1))
        #expect(String(decoding: look.output, as: UTF8.self).contains(#""undone": "the config cache"#))
        let third = try shop.open()
        defer { third.close() }
        try await third.choose("grid.async")
        try await third.sees("c clean the config cache…")
        third.send("c")
        try await third.sees("magento cache:clean config")
        // A question takes keys once none came for a while.
        try await Task.sleep(for: .milliseconds(500))
        third.send("\t\r")
        try await third.sees("done, nothing of its change is left to do")
        try await third.leave()
        #expect(try shop.text(shop.path("cleaned")) == "x\n")
        #expect(try await record(shop) == ["intent", "started", "saved", "finishing", "finished"])
        #expect(try await shop.run("audit", "verify").end == .exited(0))
        #expect(try await shop.run("status").end == .exited(0))
    }
}
