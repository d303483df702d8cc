import Curses
import Display
import TestSupport
import Testing

/// ncurses has one screen per process, so these run one after the other, each on a thread of its own.
@Suite(.serialized) struct CursesTerminalTests {
    let pty: Pty
    static let theme = Theme(
        name: "test",
        styles: [
            .critical: Style(foreground: Color(palette: 203, basic: 9), isBold: true),
            .production: Style(
                foreground: Color(palette: 231, basic: 15), background: Color(palette: 161, basic: 1)),
        ], cursor: Style(background: Color(palette: 236, basic: 8)))

    init() throws { pty = try Pty(rows: 10, columns: 40) }

    /// Runs `body` with a terminal that is given back afterwards.
    private func withTerminal(
        type: String = "xterm-256color", color: Bool = true, glyphs: GlyphSet = .braille,
        _ body: @escaping @Sendable (inout CursesTerminal) throws -> Void
    ) async throws {
        let settings = TerminalSettings(type: type, wantsColor: color, glyphs: glyphs, path: pty.path)
        try await onThread {
            var terminal = try CursesTerminal(settings, theme: Self.theme)
            try body(&terminal)
        }
    }

    private static func frame(rows: Int = 10, columns: Int = 40, _ lines: [(String, Role)]) -> Frame {
        var frame = Frame(size: Size(rows: rows, columns: columns))
        for (row, (text, role)) in lines.enumerated() {
            for (column, scalar) in text.unicodeScalars.enumerated() {
                frame[row, column] = scalar == "\0" ? .tail(role) : Cell(scalar, role)
            }
        }
        return frame
    }

    @Test func `draws text, wide characters and colours, and gives the screen back`() async throws {
        let pty = pty
        #expect(pty.modes == .cooked)
        try await withTerminal { terminal in
            #expect(terminal.size == Size(rows: 10, columns: 40))
            #expect(terminal.colors == .palette)
            terminal.paint(Self.frame([("queue erp ⣀⣤▁█ 日\0本\0 é", .text), ("✘ critical", .critical)]))
            try Pty.block(until: "drawn") { pty.screen.row(1) == "✘ critical" }
            #expect(pty.screen.row(0) == "queue erp ⣀⣤▁█ 日本 é")
            #expect(pty.screen[1, 0].look.foreground == 203)
            #expect(pty.screen[1, 0].look.isBold)
            #expect(pty.screen.isAlternate && pty.screen.isPasteBracketed && !pty.screen.isCursorVisible)
            #expect(pty.modes == [])
        }
        try await pty.wait(for: "given back") { !$0.isAlternate }
        let screen = pty.screen
        #expect(screen.isCursorVisible && !screen.isPasteBracketed && screen.unknown.isEmpty)
        #expect(pty.modes == .cooked)
    }

    @Test func `sends little for little and nothing for nothing`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            terminal.paint(Self.frame([("depth 1234567 age 9 s", .text)]))
            try Pty.block(until: "drawn") { pty.screen.row(0).hasPrefix("depth 1234567") }
            let first = pty.byteCount
            terminal.paint(Self.frame([("depth 1234567 age 9 s", .text)]))
            terminal.paint(Self.frame([("depth 1234568 age 9 s", .text)]))
            try Pty.block(until: "changed") { pty.screen.row(0) == "depth 1234568 age 9 s" }
            #expect(pty.byteCount - first <= 12)
            terminal.invalidate()
            terminal.paint(Self.frame([("depth 1234568 age 9 s", .text)]))
            try Pty.block(until: "again") { pty.byteCount > first + 30 }
        }
    }

    @Test func `a gap between two figures costs no escape sequence`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            // Two critical figures, and two blanks of plain text between them.
            func figures(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Frame {
                var frame = Self.frame([("1  1", .text)])
                frame[0, 0] = Cell(left, .critical)
                frame[0, 3] = Cell(right, .critical)
                return frame
            }
            terminal.paint(figures("1", "1"))
            try Pty.block(until: "drawn") { pty.screen.row(0) == "1  1" }
            let first = pty.byteCount
            terminal.paint(figures("2", "2"))
            try Pty.block(until: "changed") { pty.screen.row(0) == "2  2" }
            #expect(pty.screen[0, 3].look.foreground == 203)
            // Home, bold, the colour once, "2  2", and back to plain.
            #expect(pty.byteCount - first <= 45)
        }
    }

    @Test func `fills the last column and the last row without scrolling`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            let full = String(repeating: "x", count: 40)
            let wide = String(repeating: "x", count: 38) + "日\0"
            terminal.paint(Self.frame((0..<10).map { ($0 == 4 ? wide : full, .text) }))
            try Pty.block(until: "drawn") { pty.screen.row(9) == full }
            #expect(pty.screen.row(0) == full)
            #expect(pty.screen.row(4) == String(repeating: "x", count: 38) + "日")
            // Half a wide character at the edge, and one that is no character at all.
            let half = String(repeating: "y", count: 39) + "日"
            terminal.paint(Self.frame((0..<10).map { ($0 == 4 ? half : "a\u{301}b\u{202e}c", .text) }))
            try Pty.block(until: "drawn") { pty.screen.row(9) == "a?b?c" }
            #expect(pty.screen.row(4) == String(repeating: "y", count: 39) + "?")
        }
    }

    @Test func `random frames look on the terminal as they are`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            var random = SeededGenerator(seed: 11)
            let alphabet: [Unicode.Scalar] = ["a", "b", " ", " ", "─", "⣿", "日", "█", "é"]
            for _ in 0..<60 {
                var frame = Frame(size: terminal.size)
                for row in 0..<10 where Int.random(in: 0..<3, using: &random) > 0 {
                    var column = 0
                    while column < 40 {
                        let role = Role.allCases[Int.random(in: 0..<Role.allCases.count, using: &random)]
                        let scalar = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                        let isWide = scalar == "日" && column < 39
                        frame[row, column] = Cell(scalar == "日" && !isWide ? "-" : scalar, role)
                        if isWide { frame[row, column + 1] = .tail(role) }
                        column += isWide ? 2 : 1
                    }
                }
                terminal.paint(frame)
                let expected = frame.glyphText.split(separator: "\n", omittingEmptySubsequences: false)
                    .prefix(10).map(String.init)
                try Pty.block(until: "equal") { (0..<10).map(pty.screen.row) == expected }
            }
            #expect(pty.screen.unknown == [])
        }
    }

    @Test func `keys, pastes and a lone ESC arrive as events`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            pty.send("j\u{1b}[A\u{1b}[200~a\u{1b}[201~")
            var keys: [Key] = []
            while keys.count < 3 { keys += Self.keys(terminal.wait(timeout: .seconds(5))) }
            #expect(keys == [.character("j"), .up, .paste("a")])
            pty.send("\u{1b}")
            #expect(Self.keys(terminal.wait(timeout: .seconds(5))) == [.escape])
            #expect(terminal.wait(timeout: .milliseconds(1)) == [])
            terminal.waker.wake()
            terminal.waker.wake()
            #expect(terminal.wait(timeout: nil) == [.woken])
            #expect(terminal.wait(timeout: .zero) == [])
        }
    }

    @Test func `a paste whose end never comes gives the keyboard back, also while frames are drawn`()
        async throws
    {
        let pty = pty
        try await withTerminal { terminal in
            pty.send("\u{1b}[200~quit")
            var keys: [Key] = []
            let start = ContinuousClock.now
            // Woken now and then, as by each second's frame.
            while keys.isEmpty, ContinuousClock.now < start + .seconds(20) {
                keys += Self.keys(terminal.wait(timeout: .milliseconds(200)))
            }
            #expect(keys == [.paste("quit")] && ContinuousClock.now - start > .seconds(1))
            pty.send("q")
            #expect(Self.keys(terminal.wait(timeout: .seconds(5))) == [.character("q")])
        }
    }

    @Test func `a terminal that takes nothing gets the newest frame later and never blocks`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            func numbered(_ number: Int) -> Frame {
                Self.frame(
                    (0..<10).map { _ in (String(repeating: "\(number % 10)", count: 30) + " \(number)", .text)
                    })
            }
            terminal.paint(numbered(0))
            try Pty.block(until: "drawn") { pty.screen.row(9).hasSuffix(" 0") }
            pty.pause()
            let before = pty.byteCount
            let started = ContinuousClock.now
            for number in 1...3_000 { terminal.paint(numbered(number)) }
            #expect(ContinuousClock.now - started < .seconds(5))
            pty.send("q")
            #expect(Self.keys(terminal.wait(timeout: .seconds(5))) == [.character("q")])
            pty.goOn()
            let deadline = ContinuousClock.now + .seconds(5)
            while !pty.screen.row(9).hasSuffix(" 3000"), ContinuousClock.now < deadline {
                _ = terminal.wait(timeout: .milliseconds(5))
            }
            #expect(pty.screen.row(0).hasSuffix(" 3000") && pty.screen.row(9).hasSuffix(" 3000"))
            #expect(pty.byteCount - before < 40_000, "what the kernel held and one frame, not 3000 frames")
        }
    }

    @Test func `the clipboard gets base64 and no byte of the text`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            terminal.paint(Self.frame([("x", .text)]))
            let short = terminal.copy("foobar\u{1b}[2J")
            let long = terminal.copy(String(repeating: "x", count: 60_000))
            #expect(short == .sent && long == .tooLong)
            try Pty.block(until: "copied") { pty.screen.clipboard.count == 1 }
            #expect(pty.screen.clipboard == ["Zm9vYmFyG1sySg=="])
        }
    }

    @Test func `the other end going away is one event, for ever`() async throws {
        let pty = pty
        try await withTerminal { terminal in
            terminal.paint(Self.frame([("x", .text)]))
            pty.hangUp()
            #expect(terminal.wait(timeout: .seconds(5)) == [.hungUp])
            terminal.paint(Self.frame([("y", .text)]))
            #expect(terminal.wait(timeout: .seconds(5)) == [.hungUp])
        }
    }

    @Test(arguments: [
        ("vt100", true, ColorDepth.none), ("linux", true, .eight), ("xterm-16color", true, .sixteen),
        ("xterm-256color", false, .none), ("screen", true, .eight), ("tmux-256color", true, .palette),
        ("xterm-direct", true, .direct),
    ])
    func `draws on poor and rich terminals`(type: String, color: Bool, depth: ColorDepth) async throws {
        let pty = pty
        do {
            try await withTerminal(type: type, color: color, glyphs: .ascii) { terminal in
                // A type that is not installed here falls back to nothing: see below.
                #expect(terminal.colors == depth)
                terminal.paint(Self.frame([("PROD é日\0", .production), ("X bad", .critical)]))
                try Pty.block(until: "drawn") { pty.screen.row(1) == "X bad" }
                #expect(pty.screen.row(0) == "PROD ??")
                #expect(depth != .none || pty.screen[0, 0].look.isReverse)
                #expect(pty.screen.unknown == [])
                #expect(pty.bytes.allSatisfy { $0 < 0x80 })
            }
            try await eventually("modes given back") { pty.modes == .cooked }
        } catch let failure as TerminalFailure {
            // In Debian xterm-direct and xterm-16color are in ncurses-term, which need not be there.
            #expect(["xterm-direct", "xterm-16color"].contains(type))
            #expect(failure.description.contains("is not known"))
        }
    }

    @Test(arguments: [("", "TERM is not set"), ("no-such-thing", "not known"), ("dumb", "cannot place")])
    func `an unusable terminal type is a sentence and changes nothing`(type: String, text: String)
        async throws
    {
        let settings = TerminalSettings(type: type, path: pty.path)
        let failure = await #expect(throws: TerminalFailure.self) {
            try await onThread { _ = try CursesTerminal(settings, theme: Self.theme) }
        }
        #expect(failure?.description.contains(text) == true)
        #expect(pty.byteCount == 0)
        #expect(pty.modes == .cooked)
    }

    @Test func `the glyphs follow the locale and the terminal`() {
        #expect(TerminalSettings.glyphs(isUnicode: true, type: "xterm") == .braille)
        #expect(TerminalSettings.glyphs(isUnicode: true, type: "linux") == .blocks)
        #expect(TerminalSettings.glyphs(isUnicode: false, type: "xterm-256color") == .ascii)
    }

    private static func keys(_ events: [TerminalEvent]) -> [Key] {
        events.compactMap { if case .key(let key) = $0 { key } else { nil } }
    }
}
