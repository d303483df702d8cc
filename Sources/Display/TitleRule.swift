/// The line on top of a pane: `─ 1 Queues ────────── 23 · 1 critical ─`.
package struct TitleRule: Hashable, Sendable {
    package var title: String
    /// What stands at the right: the first of these that has room.
    package var counts: [Line]
    package var isFocused: Bool

    package init(_ title: String, counts: [Line] = [], isFocused: Bool = false) {
        self.title = title
        self.counts = counts
        self.isFocused = isFocused
    }

    package func draw(on painter: inout Painter, row: Int, columns: Range<Int>) {
        let glyphs = painter.glyphs
        painter.fill("─", isFocused ? .focus : .rule, row: row, columns: columns)
        let title = Line(self.title, isFocused ? .focusTitle : .strong).cut(to: columns.count - 4, glyphs)
        let padded = Line(" ", .text) + title + Line(" ", .text)
        let used = painter.put(padded, row: row, column: columns.lowerBound + 1, width: columns.count - 1)
        let room = columns.count - used - 3
        guard let counts = counts.first(where: { $0.width(glyphs) + 2 <= room }) else { return }
        let right = Line(" ", .text) + counts + Line(" ", .text)
        painter.put(right, row: row, column: columns.upperBound - 1 - right.width(glyphs))
    }
}
