import Display

/// A part of a page that is read from top to bottom and scrolled as a whole.
struct Block {
    var rows: Int
    var draw: (inout Painter, Rect) -> Void

    static var gap: Block { Block(rows: 1) { _, _ in } }

    /// One line a row.
    static func lines(_ lines: [Line]) -> Block {
        Block(rows: lines.count) { painter, area in
            for (index, line) in lines.enumerated() {
                painter.put(line, row: area.row + index, column: area.column, width: area.columns)
            }
        }
    }

    /// Next to each other, a line between.
    static func beside(_ left: Block, _ right: Block, leftWidth: Int) -> Block {
        Block(rows: max(left.rows, right.rows)) { painter, area in
            left.draw(&painter, area.columns(0, leftWidth))
            painter.rule(column: area.column + leftWidth + 1, rows: area.row + 1..<area.endRow)
            right.draw(&painter, area.columns(leftWidth + 3, area.columns))
        }
    }
}
