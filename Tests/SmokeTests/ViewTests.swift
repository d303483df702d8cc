import Platform
import TestSupport
import Testing

/// How a person looks and what the terminal is told beside the picture, on the built program.
@Suite struct ViewTests {
    @Test func `names the window, and gives the old name back`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        let text: @Sendable () -> String = { String(decoding: program.pty.bytes, as: UTF8.self) }
        try await eventually("the title is set") { text().contains("\u{1b}[22;2t\u{1b}]2;") }
        try await eventually("it says how all is") { text().contains("]2;DEMO demo-shop: ") }
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        #expect(text().contains("\u{1b}[23;2t"))
    }

    @Test func `a killed one gives the old name back too`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        try await eventually("the title is set") {
            String(decoding: program.pty.bytes, as: UTF8.self).contains("]2;DEMO demo-shop: ")
        }
        program.pty.signal(Program.Signal.kill)
        _ = try await program.pty.exit()
        try await eventually("the old one is back") {
            String(decoding: program.pty.bytes, as: UTF8.self).contains("\u{1b}[23;2t")
        }
    }

    @Test func `takes the mouse when asked, and gives it back however it ends`() async throws {
        for isKilled in [false, true] {
            let program = try Program()
            defer { program.pty.close() }
            try program.startDemo()
            try await program.drawn()
            let text: @Sendable () -> String = { String(decoding: program.pty.bytes, as: UTF8.self) }
            #expect(!text().contains("\u{1b}[?1000h"))
            program.pty.send(":mouse on\r")
            try await eventually("it is asked for") { text().contains("\u{1b}[?1000h\u{1b}[?1006h") }
            let size = program.pty.screen
            let row = try #require((0..<size.rows).first { size.row($0).contains("4 Indexers") })
            let column = size.row(row).unicodeScalars.split(separator: "4")[0].count
            program.pty.send("\u{1b}[<0;\(column + 3);\(row + 1)M\u{1b}[<0;\(column + 3);\(row + 1)m")
            program.pty.send("f")
            try await program.pty.wait(for: "that pane alone") {
                $0.text.contains("Indexers") && !$0.text.contains("Queues")
            }
            if isKilled { program.pty.signal(Program.Signal.kill) } else { program.pty.send(":q\r") }
            _ = try await program.pty.exit()
            try await eventually("it is given back") { text().contains("\u{1b}[?1006l\u{1b}[?1000l") }
        }
    }

    @Test(arguments: [("xterm-256color", true), ("linux", false), ("vt220", false)])
    func `asks those for their background that can say it`(type: String, isAsked: Bool) async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo([], ["TERM": type])
        try await program.drawn()
        program.pty.send("\u{1b}]11;rgb:ffff/ffff/ffff\u{7}")
        try await program.pty.wait(for: "no key came of it") { $0.text.contains("Queues") }
        #expect(String(decoding: program.pty.bytes, as: UTF8.self).contains("\u{1b}]11;?\u{7}") == isAsked)
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
    }

    @Test func `begins as one left`() async throws {
        let shop = try Shop()
        let first = try shop.open()
        defer { first.close() }
        try await first.sees("Flags")
        first.send("5f>>/erp\r")
        try await first.sees("filter erp")
        try await eventually("it is kept") {
            let bytes = (try? Files.read(shop.kept("view.json"), limit: 65_536)) ?? []
            return String(decoding: bytes, as: UTF8.self).contains("\"filter\": \"erp\"")
        }
        #expect(try Files.facts(shop.kept("view.json"))?.mode == 0o600)
        first.send(":q\r")
        #expect(try await first.exit() == .code(0))
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("filter erp")
        try await second.sees("5 Flags by ")
        #expect(!second.screen.text.contains("Indexers"))
        second.send(":q\r")
        #expect(try await second.exit() == .code(0))
    }
}
