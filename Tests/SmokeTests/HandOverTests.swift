import Documents
import Platform
import TestSupport
import Testing

/// The watch without a screen lets a console keep as long as somebody sits at it, and keeps again when that one has ended
/// by whatever: each alert is told once, in order, to whom only the watch tells as well.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HandOverTests {
    private static let rules = """
            rules: [{name: full, of: "queue:*", measure: depth, above: 40}]
        """

    private func shop() throws -> Shop {
        let shop = try Shop()
        try shop.configure()
        let text = try shop.text(shop.path("config.yaml"))
        try shop.put(
            text.replacing("    integrations:\n", with: Self.rules + "\n    integrations:\n"),
            at: "config.yaml")
        return shop
    }

    private func watch(_ shop: Shop) async throws -> ServerProcess {
        try await ServerProcess(
            [
                Program.path, "--config", shop.path("config.yaml"), "watch", "--headless", "--alerts",
                shop.path("alerts.jsonl"),
            ], environment: shop.variables, log: shop.path("watch.log"))
    }

    /// These queues hold more than they should.
    private func fill(_ shop: Shop, _ names: [String]) throws {
        let queues = names.map { "{\"name\": \"\($0)\", \"ready\": 90}" }.joined(separator: ", ")
        try shop.put("{\"success\": 1, \"queues\": [\(queues)]}", at: "answer.json")
    }

    private func lines(_ shop: Shop) throws -> [(id: Int, text: String)] {
        guard let text = try? shop.text(shop.path("alerts.jsonl")) else { return [] }
        return try text.split(separator: "\n").map { line in
            let node = try JSON.read(Array(line.utf8), name: "alerts.jsonl")
            return (node["id"]?.int ?? 0, "\(node["what"]?.string ?? "") \(node["entity"]?.string ?? "")")
        }
    }

    private func told(_ what: String, _ shop: Shop) async throws {
        try await eventually(what, within: .seconds(20)) { try lines(shop).contains { $0.text == what } }
    }

    /// Who holds the lock, by its own word.
    private func keeper(_ shop: Shop) throws -> String {
        String(try shop.text(shop.kept("lock")).prefix { $0 != "," })
    }

    @Test func `a console beside the watch may act, and what happens meanwhile is told once to all`()
        async throws
    {
        let shop = try shop()
        let watch = try await watch(shop)
        try fill(shop, ["a"])
        try await told("opened queue:a", shop)
        #expect(try keeper(shop) == "pid \(watch.pid)")

        let pty = try shop.open()
        defer { pty.close() }
        try await pty.wait(for: "it may change") { $0.row(0).contains("operate") }
        try await eventually("the console keeps") { try keeper(shop) != "pid \(watch.pid)" }
        try await pty.ask(for: "erp.v2")
        try await pty.confirm("erp.v2")
        try await pty.sees("erp.v2 is OFF: sent and read back")
        try fill(shop, ["a", "b"])
        try await told("opened queue:b", shop)

        // However it ends.
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        try await eventually("the watch keeps again", within: .seconds(15)) {
            try keeper(shop) == "pid \(watch.pid)"
        }
        try fill(shop, ["a", "b", "c"])
        try await told("opened queue:c", shop)

        let second = try shop.open()
        defer { second.close() }
        try await second.choose("erp.v2")
        try await second.leave()
        try await eventually("and again", within: .seconds(15)) { try keeper(shop) == "pid \(watch.pid)" }
        watch.stop()

        let lines = try lines(shop)
        #expect(lines.map(\.text) == ["opened queue:a", "opened queue:b", "opened queue:c"], "\(lines)")
        #expect(lines.map(\.id) == lines.map(\.id).sorted() && Set(lines.map(\.id)).count == 3)
        #expect(try await shop.run("audit", "verify").end == .exited(0))
        let journal = try shop.text(shop.kept("journal.jsonl"))
        for words in ["it keeps this environment until it ends", "this one keeps it now"] {
            #expect(journal.contains(words))
        }
    }

    @Test func `two consoles beside the watch: the first keeps, then the second, then the watch`()
        async throws
    {
        let shop = try shop()
        let watch = try await watch(shop)
        try await eventually("it watches") { try Files.facts(shop.kept("state.json")) != nil }
        let first = try shop.open()
        defer { first.close() }
        try await first.wait(for: "the first may change") { $0.row(0).contains("operate") }
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("keeps this environment (another console of yours")
        try await first.leave()
        try await second.wait(for: "the second may change") { $0.row(0).contains("operate") }
        try await second.leave()
        try await eventually("the watch keeps again", within: .seconds(15)) {
            try keeper(shop) == "pid \(watch.pid)"
        }
        watch.stop()
    }
}
