import Platform
import TestSupport
import Testing

/// What happened last before a console was gone is known to whoever comes next.
@Suite(.timeLimit(.minutes(3))) struct LastChangeTests {
    private func record(_ shop: Shop) async throws -> [String] {
        let shown = try await shop.run("audit", "show")
        return String(decoding: shown.output, as: UTF8.self).split(separator: "\n").map {
            String($0.split(separator: " ")[2])
        }
    }

    @Test func `killed right behind a change, the next console says who turned the flag`() async throws {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.ask(for: "erp.v2")
        try await eventually("its flags are kept") {
            try Files.facts(shop.kept("state.json")) != nil
                && shop.text(shop.kept("state.json")).contains("erp.v2")
        }
        let before = try shop.text(shop.kept("state.json"))
        try await pty.confirm("erp.v2")
        try await eventually("it is on record") { try await self.record(shop) == ["intent", "confirmed"] }
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        // As if it had died before its next save, which takes two seconds at most.
        try shop.put(before, at: "state/hypercare/\(Shop.environment)/state.json")
        try shop.put("", at: "state/hypercare/\(Shop.environment)/journal.jsonl")

        let next = try shop.open()
        defer { next.close() }
        try await next.sees("turned erp.v2 OFF in PRODUCTION, was ON")
        let who = try #require(try await shop.who())
        try await next.wait(for: "the row says who") { screen in
            screen.text.split(separator: "\n").contains { $0.contains("erp.v2 ") && $0.contains(who) }
        }
        try await next.leave()
        #expect(try !shop.text(shop.kept("journal.jsonl")).contains("elsewhere"))
    }

    @Test func `a conflict that came to light late is told by the next console and by a script`()
        async throws
    {
        let (shop, pty) = try await Shop.overwritten()
        defer { pty.close() }
        try await eventually("it is on record") {
            try await self.record(shop) == ["intent", "confirmed", "conflict"]
        }
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()

        @Sendable func told() async throws -> String {
            String(decoding: try await shop.run("status", "--plain").output, as: UTF8.self)
        }
        let line = "warning flag:erp.v2: conflict: another program wrote flags.yaml soon after"
        #expect(try await told().contains(line))
        let next = try shop.open()
        defer { next.close() }
        try await next.sees("1 warning")
        try await next.ask(for: "erp.v2")
        try await next.confirm("erp.v2")
        try await next.sees("erp.v2 is OFF: sent and read back")
        try await eventually("a later change ends it") { try await !told().contains("conflict") }
        try await next.leave()
    }
}

extension Shop {
    /// As the audit log has the person at the keyboard.
    fileprivate func who() async throws -> String? {
        let shown = try await run("audit", "show")
        let line = String(decoding: shown.output, as: UTF8.self).split(separator: "\n").first
        return line?.split(separator: " ").dropFirst().first?.split(separator: "@").first.map(String.init)
    }
}
