/// The line on top of a pane: `─ 1 Queues ────────── 23 · 1 critical ─`.
package struct TitleRule: Hashable, Sendable {
    package var title: String
    /// What stands at the right; left out whole when there is no room.
    package var counts: Line
    package var isFocused: Bool

    package init(_ title: String, counts: Line = Line(), isFocused: Bool = false) {
        self.title = title
        self.counts = counts
        self.isFocused = isFocused
    }

    package func draw(on painter: inout Painter, row: Int, columns: Range<Int>) {
        let glyphs = painter.glyphs
        painter.fill("─", isFocused ? .focus : .rule, row: row, columns: columns)
        let room = columns.count - 4
        let title = Line(self.title, isFocused ? .focusTitle : .strong).cut(to: room, glyphs)
        let padded = Line(" ", .text) + title + Line(" ", .text)
        let used = painter.put(padded, row: row, column: columns.lowerBound + 1, width: columns.count - 1)
        let right = Line(" ", .text) + counts + Line(" ", .text)
        let width = right.width(glyphs)
        guard !counts.isEmpty, used + 1 + width + 2 <= columns.count else { return }
        painter.put(right, row: row, column: columns.upperBound - 1 - width)
    }
}
