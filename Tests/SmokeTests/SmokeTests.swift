import TestSupport
import Testing

/// From outside: the binary, a terminal, keys and signals.
@Suite struct SmokeTests {
    @Test func `starts, draws every pane, answers keys, and q gives the terminal back`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        for pane in ["Queues", "Integrations", "Cron", "Indexers", "Flags"] {
            #expect(program.pty.screen.text.contains(pane))
        }
        #expect(program.pty.screen.isAlternate && !program.pty.screen.isCursorVisible)
        program.pty.send("?")
        try await program.pty.wait(for: "the help") { $0.text.contains("Ctrl-L") }
        program.pty.send("\u{1b}")
        try await program.drawn()
        program.pty.send("f")
        try await program.pty.wait(for: "one pane") { !$0.text.contains("Indexers") }
        program.pty.send("f/erp\r")
        try await program.pty.wait(for: "the filter") { !$0.text.contains("product_alert") }
        program.pty.send("\u{1b}")
        try await program.pty.wait(for: "no filter") { $0.text.contains("product_alert") }
        program.pty.send("q")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
        #expect(program.pty.screen.unknown == [])
    }

    @Test func `Ctrl-C asks once`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.send("\u{3}")
        try await program.pty.wait(for: "the question") { $0.text.lowercased().contains("quit") }
        program.pty.send("\u{3}")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
    }

    @Test func `survives a storm of sizes and draws the last one whole`() async throws {
        let program = try Program(rows: 24, columns: 80)
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<100 {
            program.pty.resize(
                rows: Int.random(in: 1...70, using: &random), columns: Int.random(in: 1...220, using: &random)
            )
        }
        for (rows, columns) in [(60, 200), (24, 80), (10, 40), (40, 120)] {
            program.pty.resize(rows: rows, columns: columns)
            // Redrawn for this size: the clock stands at the right edge of the first row, the last row is used.
            try await program.pty.wait(for: "drawn at \(columns)×\(rows)") { screen in
                let first = screen.row(0)
                return screen.rows == rows && first.unicodeScalars.count > columns - 8
                    && (rows < 20 || screen.text.contains("erp.order.export"))
                    && (0..<rows).allSatisfy { screen.row($0).unicodeScalars.count <= columns }
            }
        }
        try await program.drawn()
        program.pty.send("q")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
    }

    @Test func `Ctrl-Z gives the shell its terminal, fg takes it again at the new size`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.start(["/bin/bash", "--norc", "--noprofile", "-i"], ["PS1": "shell> "])
        try await program.pty.wait(for: "a prompt") { $0.text.contains("shell>") }
        program.pty.send("\(Program.path) demo\r")
        try await program.drawn()
        program.pty.send("\u{1a}")
        try await program.pty.wait(for: "stopped") { !$0.isAlternate && $0.text.contains("Stopped") }
        program.pty.resize(rows: 30, columns: 100)
        program.pty.send("echo $((6*7))\r")
        try await program.pty.wait(for: "the shell works") { $0.text.contains("42") }
        program.pty.send("fg\r")
        try await program.pty.wait(for: "back") { $0.isAlternate && $0.row(0).unicodeScalars.count > 90 }
        try await program.drawn()
        program.pty.send("q")
        try await program.pty.wait(for: "the shell again") { !$0.isAlternate && $0.isCursorVisible }
        program.pty.send("echo code=$?\r")
        try await program.pty.wait(for: "its exit code") { $0.text.contains("code=0") }
        program.pty.send("exit\r")
        #expect(try await program.pty.exit() == .code(0))
    }

    @Test func `stopped and continued from outside it draws everything again`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.signal(Program.Signal.stop)
        let before = program.pty.byteCount
        program.pty.signal(Program.Signal.goOn)
        try await eventually("a whole screen") { program.pty.byteCount > before + 3_000 }
        try await program.drawn()
        program.pty.send("q")
        #expect(try await program.pty.exit() == .code(0))
    }

    @Test func `a dropped connection ends it at once`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        let started = ContinuousClock.now
        program.pty.hangUp()
        #expect(try await program.pty.exit() == .code(129))
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test func `SIGTERM gives the terminal back and is told by the exit code`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.signal(Program.Signal.terminate)
        #expect(try await program.pty.exit() == .code(143))
        try await program.isGivenBack()
    }

    @Test(arguments: [Program.Signal.segmentation, Program.Signal.illegal, Program.Signal.kill])
    func `a crash gives the terminal back`(signal: Int32) async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.signal(signal)
        #expect(try await program.pty.exit() == .signal(signal))
        try await program.isGivenBack()
    }

    @Test func `a terminal that takes nothing for a while shows the present afterwards`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.pause()
        // A whole screen is more than 2000 bytes; what is written besides goes to the state and is less.
        try await eventually("the terminal is full: five redraws write nothing", within: .seconds(30)) {
            let before = try program.written
            for _ in 0..<5 {
                program.pty.send("\u{c}")
                // That nothing happens can only be seen over time.
                try await Task.sleep(for: .milliseconds(100))
            }
            return try program.written - before < 2000
        }
        program.pty.send("?")
        program.pty.goOn()
        try await program.pty.wait(for: "the newest screen") { $0.text.contains("Ctrl-L") }
        program.pty.send("\u{1b}q")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
    }

    @Test func `keys that are none and a paste change nothing`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        program.pty.send(
            "\u{1b}[200~q\u{1b}\u{3}t\r\r\u{1b}[201~\u{1b}[<0;3;3M\u{1b}]11;rgb:0/0/0\u{7}\u{1b}[99;99R")
        program.pty.send([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x1b, 0x5b, 0x3f, 0x36, 0x32, 0x63])
        program.pty.send("?")
        try await program.pty.wait(for: "the help") { $0.text.contains("Ctrl-L") }
        program.pty.send("\u{1b}")
        try await program.drawn()
        program.pty.send("q")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
    }
}
