import Documents
import Platform
import TestSupport
import Testing

/// Whatever the moment of its end, what was kept is there at the next start.
@Suite struct KillNineTests {
    /// A queue that stays bad, a word that changes at each run so that there is always something to keep and
    /// to tell, and a success that comes once.
    private static let answer = """
        \(Shop.counting)
        status=ok
        [ $(( n % 2 )) = 0 ] && status=warning
        success=0
        [ -e "$here/once" ] && success=1
        cat <<END
        {"success": $success, "queues": [
          {"name": "orders.out", "ready": 90000, "consumers": 0}], "status": "$status", "text": "run $n"}
        END

        """

    /// What must survive.
    private struct Kept: Equatable {
        var lastSuccess: String
        var since: String
    }

    private func shop() async throws -> (Shop, Kept) {
        let shop = try Shop("kill")
        try shop.put(Self.answer, at: "answer", mode: 0o700)
        try shop.put("", at: "once")
        let config = try shop.text(shop.path("config.yaml"))
        try shop.put(
            config.replacing("/bin/cat, \(shop.path("answer.json"))", with: shop.path("answer")),
            at: "config.yaml")
        let pty = try shop.open()
        defer { pty.close() }
        try await eventually("the success is kept") {
            let facts = try Files.facts(shop.kept("state.json"))
            guard facts != nil else { return false }
            let state = try shop.text(shop.kept("state.json"))
            return state.contains("queue@answer:orders.out") && state.contains("integration:orders")
        }
        try await pty.leave()
        _ = try await ChildProcess.run(
            ChildCommand(["/bin/rm", shop.path("once")], environment: [:]), deadline: .seconds(5),
            outputCap: 0)
        return (shop, try await kept(shop))
    }

    /// What the program itself says of what it kept.
    private func kept(_ shop: Shop) async throws -> Kept {
        let looked = try await shop.run("status", "--json")
        let document = try JSON.read(looked.output, name: "status")
        let flow = document["integrations"]?.elements?.first
        let check = document["checks"]?.elements?.first { $0["id"]?.string == "queue:orders.out" }
        return Kept(
            lastSuccess: try #require(flow?["lastSuccess"]?.string),
            since: try #require(check?["since"]?.string))
    }

    private func expectIntact(_ shop: Shop, _ before: Kept, _ moment: String) async throws {
        #expect(try await kept(shop) == before, "\(moment)")
        #expect(try Files.facts(shop.kept("state.json.bad-1")) == nil, "\(moment)")
    }

    /// Each line is whole, but one that was being written, which the next run closed and named.
    private func expectReadableJournal(_ shop: Shop) throws {
        var isAfterTorn = false
        for line in try shop.text(shop.kept("journal.jsonl")).split(separator: "\n") {
            let event = try? JSON.read(Array(line.utf8), name: "journal")
            let text = event?["text"]?.string
            if isAfterTorn { #expect(text?.hasPrefix("the journal broke off") == true) }
            isAfterTorn = text == nil
        }
    }

    @Test func `100 times killed at any moment, the state loads and the last successes are kept`()
        async throws
    {
        // Each chain has a shop of its own and mostly waits.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for chain: UInt64 in 1...4 { group.addTask { try await kill(25, seed: chain) } }
            try await group.waitForAll()
        }
    }

    private func kill(_ times: Int, seed: UInt64) async throws {
        let (shop, before) = try await shop()
        var random = SeededGenerator(seed: seed)
        for number in 1...times {
            let pty = try shop.open()
            defer { pty.close() }
            let delay = Duration.milliseconds(Int.random(in: 0...1300, using: &random))
            // Any moment: there is no fact to wait for.
            try await Task.sleep(for: delay)
            pty.signal(Program.Signal.kill)
            #expect(try await pty.exit() == .signal(Program.Signal.kill))
            try await expectIntact(shop, before, "kill \(number) of chain \(seed) after \(delay)")
        }
        try expectReadableJournal(shop)
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("orders.out")
        pty.send("6")
        try await pty.sees("answer: run ")
        let events = pty.screen.text
        #expect(!events.contains("damaged") && !events.contains("recovered"))
        try await pty.leave()
        #expect(try await kept(shop) == before)
    }

    static let strace = "/usr/bin/strace"
    static let canTrace = (try? Files.facts(strace)) != nil

    /// strace, so that these calls on this file of the state's folder (empty: on the folder) get the fault.
    private func traced(_ shop: Shop, _ call: String, on file: String, _ fault: String) -> [String] {
        let folder = shop.path("state/hypercare/\(Shop.environment)")
        // A name as it is given to the call, and what a descriptor leads to.
        let paths = file.isEmpty ? ["-P", folder] : ["-P", file, "-P", "\(folder)/\(file)"]
        return [Self.strace, "-f", "-qq", "-o", shop.path("trace")] + paths
            + ["-e", "trace=\(call)", "-e", "inject=\(call):\(fault)"]
    }

    /// Each step of a save, in its order, and the file it is done to.
    private static let steps = [
        ("unlinkat", "state.json.tmp"), ("openat", "state.json.tmp"), ("write", "state.json.tmp"),
        ("fsync", "state.json.tmp"), ("close", "state.json.tmp"),
        ("unlinkat", "state.json.prev.tmp"), ("linkat", "state.json"), ("renameat", "state.json.prev.tmp"),
        ("renameat", "state.json.tmp"), ("fsync", ""),
        ("openat", "journal.jsonl"), ("write", "journal.jsonl"), ("fsync", "journal.jsonl"),
    ]

    @Test(.enabled(if: canTrace)) func `killed before any step of a save, it has the last state`()
        async throws
    {
        // Three at a time, each in a shop of its own.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<3 {
                group.addTask {
                    for place in stride(from: first, to: Self.steps.count, by: 3) {
                        try await kill(before: Self.steps[place].0, of: Self.steps[place].1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func kill(before call: String, of file: String) async throws {
        let (shop, before) = try await shop()
        let pty = try shop.open(traced(shop, call, on: file, "signal=KILL"))
        defer { pty.close() }
        #expect(
            try await pty.exit(within: .seconds(30)) == .signal(Program.Signal.kill), "\(call) \(file)")
        try await expectIntact(shop, before, "\(call) \(file)")
        try expectReadableJournal(shop)
    }

    @Test(.enabled(if: canTrace))
    func `while a save fails the console says why, and a change that is on record is sent`()
        async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (call, code, why) in [
                ("write", "ENOSPC", "No space left on device"), ("fsync", "EIO", "Input/output error"),
                ("renameat", "EROFS", "Read-only file system"),
            ] { group.addTask { try await fail(call, code, why) } }
            try await group.waitForAll()
        }
    }

    private func fail(_ call: String, _ code: String, _ why: String) async throws {
        let (shop, before) = try await shop()
        let pty = try shop.open(traced(shop, call, on: "state.json.tmp", "error=\(code)"))
        defer { pty.close() }
        try await pty.sees(why)
        try await pty.sees("✘ not kept")
        try await pty.ask(for: "erp.v2")
        try await pty.confirm("erp.v2")
        try await pty.sees("erp.v2 is OFF: sent and read back")
        try await pty.leave()
        #expect(try shop.text(shop.path("flags.yaml")) != Shop.yaml)
        try await expectIntact(shop, before, code)
    }
}
