import TestSupport
import Testing

/// What the user's environment says of the terminal is kept to.
@Suite struct PoorTerminalTests {
    private func quit(_ program: Program) async throws {
        program.pty.send("q")
        #expect(try await program.pty.exit() == .code(0))
        try await eventually("the modes are given back") { program.pty.modes == .cooked }
        #expect(program.pty.screen.unknown == [])
    }

    @Test func `NO_COLOR means no colour at all`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo([], ["NO_COLOR": "1"])
        try await program.drawn()
        let looks = program.pty.screen.cells.map(\.look)
        #expect(looks.allSatisfy { $0.foreground == -1 && $0.background == -1 })
        #expect(looks.contains { $0.isBold || $0.isReverse })
        try await quit(program)
    }

    @Test func `colours are used where there are some`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        #expect(program.pty.screen.cells.contains { $0.look.foreground >= 16 })
        try await quit(program)
    }

    @Test func `a VT100 gets what it can draw`() async throws {
        let program = try Program(rows: 24, columns: 80)
        defer { program.pty.close() }
        try program.startDemo([], ["TERM": "vt100", "LANG": "C"])
        try await program.drawn()
        #expect(program.pty.bytes.allSatisfy { $0 < 0x80 })
        #expect(program.pty.screen.cells.allSatisfy { $0.look.foreground == -1 && $0.look.background == -1 })
        try await quit(program)
    }

    @Test(arguments: ["C", "", "de_DE.ISO-8859-1"])
    func `a locale without UTF-8 gets ASCII alone`(language: String) async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo([], ["LANG": language])
        try await program.drawn()
        #expect(program.pty.bytes.allSatisfy { $0 < 0x80 })
        try await quit(program)
    }

    @Test func `a UTF-8 locale that is not installed here still means UTF-8`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo([], ["LANG": "xx_XX.UTF-8"])
        try await program.drawn()
        #expect(program.pty.bytes.contains { $0 >= 0x80 })
        try await quit(program)
    }

    @Test(arguments: ["no-such-terminal", "dumb", ""])
    func `a terminal type that cannot be used is one sentence`(type: String) async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo([], ["TERM": type])
        guard case .code(let code) = try await program.pty.exit() else {
            Issue.record("it was ended by a signal")
            return
        }
        #expect(code > 0)
        #expect(program.pty.screen.text.contains("TERM"))
        #expect(!program.pty.bytes.contains(0x1b))
        #expect(program.pty.modes == .cooked)
    }

    @Test func `without a terminal it says what it needs`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.start(["/bin/sh", "-c", "exec \"$0\" demo < /dev/null", Program.path])
        guard case .code(let code) = try await program.pty.exit() else {
            Issue.record("it was ended by a signal")
            return
        }
        #expect(code > 0)
        #expect(program.pty.screen.text.contains("needs a terminal"))
    }
}
