import Display
import TestSupport
import Testing

@Suite struct PainterTests {
    private func painter(_ columns: Int, rows: Int = 1, _ glyphs: GlyphSet = .braille) -> Painter {
        Painter(Canvas(size: Size(rows: rows, columns: columns), glyphs: glyphs))
    }

    @Test func `clips at the width and never splits a wide character`() {
        var painter = painter(10)
        let used = painter.put("ab漢字", .text, row: 0, column: 0, width: 5)
        #expect(used == 4)
        #expect(painter.frame.row(0) == "ab漢")
        #expect(painter.frame[0, 3].scalar == 0)
        #expect(painter.frame[0, 4] == .blank)
    }

    @Test func `leaves no half of a wide character behind`() {
        var painter = painter(6)
        painter.put("漢漢漢", .text, row: 0, column: 0)
        painter.put("x", .strong, row: 0, column: 1)
        painter.put("y", .strong, row: 0, column: 4)
        #expect(painter.frame.row(0) == " x漢y")
        #expect(
            !(0..<6).contains { painter.frame[0, $0].scalar == 0 && painter.frame[0, $0 - 1].scalar < 0x100 })
    }

    @Test func `draws nothing outside the frame`() {
        var painter = painter(4)
        painter.put("abcdef", .text, row: 0, column: -2)
        painter.put("zz", .text, row: 3, column: 0)
        painter.putRight(Line("123456789"), row: 0, endColumn: 4)
        #expect(painter.frame.row(0) == "123…")
        #expect(painter.frame.cells.count == 4)
    }

    @Test(arguments: [
        ("✘ ▲ ◌ ● ○ ?", "X ! ~ . o ?"), ("orders → ERP ⇄ ← …", "orders -> ERP <> <- ..."),
        ("silent since 01:47 · 9 waited", "silent since 01:47, 9 waited"), ("▁▂▃▄▅▆▇█", "_.-=+*#@"),
        ("naïve 漢字", "na?ve ??"), ("e\u{301}tat", "etat"), ("┌─┬╌┐│└┘├", "+-+-+|+++"),
    ])
    func `speaks ASCII where the locale does`(text: String, ascii: String) {
        #expect(GlyphSet.ascii.render(text) == ascii)
        #expect(GlyphSet.ascii.width(text) == ascii.utf8.count)
        #expect(GlyphSet.blocks.render(text) == text)
    }

    @Test func `cuts a line at its end with a mark and keeps the roles`() {
        var line = Line("name ", .strong)
        line.append("and a long sentence", .text)
        #expect(line.cut(to: 12, .braille).text == "name and a…")
        #expect(line.cut(to: 12, .ascii).text == "name and…")
        #expect(line.cut(to: 12, .ascii).width(.ascii) <= 12)
        #expect(line.cut(to: 24, .braille) == line)
        #expect(line.cut(to: 0, .braille).isEmpty)
        #expect(line.cut(to: 12, .braille).spans[0].role == .strong)
    }

    @Test func `lays the cursor bar under text and blanks alike`() {
        var painter = painter(6)
        painter.put("ab", .strong, row: 0, column: 0)
        painter.cursorBar(Rect(row: 0, column: 0, rows: 1, columns: 4))
        #expect(painter.frame.roleText == "SS__\n")
    }

    @Test func `writes a title rule with its counts, which go before the title does`() {
        func draw(_ columns: Int, focused: Bool = false) -> Frame {
            var painter = painter(columns)
            let counts = Line("23 · ", .dim) + Line("1 critical", .critical)
            TitleRule("1 Queues", counts: [counts, Line("1 critical", .critical)], isFocused: focused)
                .draw(on: &painter, row: 0, columns: 0..<columns)
            return painter.frame
        }
        #expect(draw(40).row(0) == "─ 1 Queues ─────────── 23 · 1 critical ─")
        #expect(draw(40).glyphText.count == 41)
        #expect(draw(28).row(0) == "─ 1 Queues ──── 1 critical ─")
        #expect(draw(20).row(0) == "─ 1 Queues ─────────")
        #expect(draw(8).row(0) == "─ 1 Q… ─")
        #expect(draw(40, focused: true).roleText.hasPrefix("e gggggggg e"))
        #expect(draw(40).roleText.hasPrefix("r ssssssss r"))
    }

    @Test func `lets everything recede but what must stay seen, and leaves blanks alone`() {
        var painter = painter(8)
        painter.put(Line([Span("P", .production), Span(" x", .critical)]), row: 0, column: 0)
        painter.cursorBar(Rect(row: 0, column: 2, rows: 1, columns: 1))
        painter.fade(keeping: [.production])
        #expect(painter.frame.roleText == "p f\n")
    }

    @Test func `frames an area and nothing else`() {
        var painter = painter(6, rows: 4, .ascii)
        painter.box(Rect(row: 0, column: 1, rows: 3, columns: 4), .focus)
        #expect(painter.frame.glyphText == " +--+\n |  |\n +--+\n\n")
        painter.box(Rect(row: 0, column: 0, rows: 1, columns: 6), .focus)
        #expect(painter.frame.row(0) == " +--+", "an area without an inside has no frame")
    }

    @Test func `takes the rows of another frame that fit`() {
        var page = painter(6, rows: 3)
        for row in 0..<3 { page.put("line \(row)", .text, row: row, column: 0) }
        var painter = painter(6, rows: 2)
        painter.copy(page.frame, rows: 1..<3, row: 0, column: 2)
        #expect(painter.frame.glyphText == "  line\n  line\n")
        painter.copy(page.frame, rows: 2..<3, row: 1, column: 0)
        #expect(painter.frame.row(1) == "line 2")
    }
}
