import Documents
import Platform
import TestSupport
import Testing

/// `hypercare mark` and `:note` with the built program.
@Suite(.timeLimit(.minutes(3))) struct MarkTests {
    private func mark(_ shop: Shop, _ words: String...) async throws -> (code: ChildEnd, text: String) {
        let ran = try await shop.run(["mark"] + words)
        return (ran.end, String(decoding: ran.output + ran.error, as: UTF8.self))
    }

    @Test func `a mark waits for a console, a running one takes it within its next look, each is told once`()
        async throws
    {
        let shop = try Shop()
        let early = try await mark(shop, "deploy", "2.4.8-p1 \u{1B}]0;x\u{7}")
        #expect(early.code == .exited(0) && early.text.hasPrefix("kept for eu-shop: 2.4.8-p1"))
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("erp.v2")
        // The last row tells the newest event, which another may be by now.
        pty.send("6")
        try await pty.sees("deploy 2.4.8-p1")
        try await eventually("it watches") { try Files.facts(shop.kept("state.json")) != nil }
        // Several at once, as scripts of several hosts do.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask { _ = try await self.mark(shop, "note", "carrier \(number) switched") }
            }
            try await group.waitForAll()
        }
        for number in 1...6 { try await pty.sees("carrier \(number) switched") }
        #expect(try await mark(shop, "note", "seen").text.hasPrefix("marked in eu-shop: seen"))
        pty.send(":note ERP called back\r")
        try await pty.sees("noted: it stands among the changes")
        try await pty.sees(": ERP called back")
        try await pty.leave()

        let journal = try shop.text(shop.kept("journal.jsonl"))
        for text in ["2.4.8-p1", "carrier 3 switched", "ERP called back"] {
            let told = journal.split(separator: "\n").filter { $0.contains(text) }
            #expect(told.count == 1, "\(text)")
        }
        #expect(try Files.names(in: shop.kept("marks"), startingWith: "m-").isEmpty)
        // And it is known to whoever comes next, a script among them.
        let status = try await shop.run("status", "--json")
        let document = try JSON.read(status.output, name: "status")
        let texts = document["changes"]?.elements?.compactMap { $0["text"]?.text } ?? []
        #expect(texts.first == "ERP called back" && texts.contains("carrier 6 switched"))
        let next = try shop.open()
        defer { next.close() }
        try await next.sees("eu-shop")
        next.send("6")
        try await next.sees(": ERP called back")
        try await next.leave()
        #expect(
            try shop.text(shop.kept("journal.jsonl")).split(separator: "\n").count {
                $0.contains("called back")
            } == 1)
    }

    @Test func `wrong use is one sentence and an exit code`() async throws {
        let shop = try Shop()
        for words in [
            ["mark"], ["mark", "deploy"], ["mark", "deploi", "x"], ["mark", "note", "a", "b"],
            ["mark", "note", " "],
        ] {
            let ran = try await shop.run(words)
            let text = String(decoding: ran.error, as: UTF8.self)
            #expect(ran.end == .exited(2), "\(words)")
            #expect(text.hasPrefix("hypercare: ") && text.split(separator: "\n").count == 1, "\(text)")
        }
    }
}
