/// What a click means, to those who drew what is there.
package protocol Target: Sendable {}

/// Draws on a frame with one set of glyphs. What does not fit is clipped; a wide character is never split.
package struct Painter {
    package private(set) var frame: Frame
    package let glyphs: GlyphSet
    /// Where the mouse points, and what was drawn there last.
    package let pointed: Frame.Position?
    package private(set) var target: (any Target)?

    /// With `pointed` it finds out what stands at that place, beside the frame.
    package init(_ canvas: Canvas, pointed: Frame.Position? = nil) {
        frame = Frame(size: canvas.size)
        glyphs = canvas.glyphs
        self.pointed = pointed
    }

    /// Says what a click on the area means; what is drawn later lies above.
    package mutating func offer(_ what: @autoclosure () -> any Target, on area: Rect) {
        guard let pointed, area.contains(pointed) else { return }
        target = what()
    }

    package var textCursor: Frame.Position? {
        get { frame.textCursor }
        set { frame.textCursor = newValue }
    }

    /// Draws from `column` on, at most `width` cells, and answers how many were used.
    @discardableResult
    package mutating func put(_ line: Line, row: Int, column: Int, width: Int = .max) -> Int {
        let end = column + max(0, min(width, frame.size.columns - column))
        var at = column
        for span in line.spans {
            for scalar in glyphs.render(span.text).unicodeScalars {
                let cells = GlyphSet.cells(scalar)
                if cells == 0 { continue }
                guard at + cells <= end else { return at - column }
                set(Cell(scalar, span.role), row, at)
                if cells == 2 { frame[row, at + 1] = .tail(span.role) }
                at += cells
            }
        }
        return at - column
    }

    @discardableResult
    package mutating func put(
        _ text: String, _ role: Role, row: Int, column: Int, width: Int = .max
    ) -> Int {
        put(Line(text, role), row: row, column: column, width: width)
    }

    /// Draws so that the last cell is the one before `endColumn`; too wide a line is cut at its end.
    package mutating func putRight(_ line: Line, row: Int, endColumn: Int, width: Int = .max) {
        let cut = line.cut(to: min(width, endColumn), glyphs)
        put(cut, row: row, column: endColumn - cut.width(glyphs), width: width)
    }

    /// The same character over a stretch of a row.
    package mutating func fill(_ scalar: Unicode.Scalar, _ role: Role, row: Int, columns: Range<Int>) {
        let glyph = glyphs.render(String(scalar)).unicodeScalars.first ?? "?"
        for column in columns { set(Cell(glyph, role), row, column) }
    }

    /// A vertical line, top down.
    package mutating func rule(column: Int, rows: Range<Int>) {
        for row in rows { fill("│", .rule, row: row, columns: column..<column + 1) }
    }

    /// Empties an area.
    package mutating func clear(_ area: Rect) {
        for row in area.row..<area.endRow {
            for column in area.column..<area.endColumn { set(.blank, row, column) }
        }
    }

    /// Lays the cursor bar under what is already drawn.
    package mutating func cursorBar(_ area: Rect) {
        for row in area.row..<area.endRow {
            for column in area.column..<area.endColumn { frame[row, column].isUnderCursor = true }
        }
    }

    /// Takes rows of another frame, as wide as fits, to stand from `row` and `column` on.
    package mutating func copy(_ source: Frame, rows: Range<Int>, row: Int, column: Int) {
        for from in rows {
            for at in 0..<source.size.columns {
                frame[row + from - rows.lowerBound, column + at] = source[from, at]
            }
        }
    }

    /// Lets all that is drawn so far recede, but what must stay seen.
    package mutating func fade(keeping kept: Set<Role>) {
        for index in frame.cells.indices where !kept.contains(frame.cells[index].role) {
            // A blank has nothing to recede, and stays as the terminal has it.
            frame.cells[index].role = frame.cells[index].scalar == 0x20 ? .text : .faint
            frame.cells[index].isUnderCursor = false
        }
    }

    /// A full frame around an area: a question.
    package mutating func box(_ area: Rect, _ role: Role) {
        guard area.rows >= 2, area.columns >= 2 else { return }
        let inner = area.column + 1..<area.endColumn - 1
        let bottom = area.endRow - 1
        for row in [area.row, bottom] { fill("─", role, row: row, columns: inner) }
        for row in area.row + 1..<bottom {
            fill("│", role, row: row, columns: area.column..<area.column + 1)
            fill("│", role, row: row, columns: area.endColumn - 1..<area.endColumn)
        }
        put("┌", role, row: area.row, column: area.column)
        put("┐", role, row: area.row, column: area.endColumn - 1)
        put("└", role, row: bottom, column: area.column)
        put("┘", role, row: bottom, column: area.endColumn - 1)
    }

    /// Half a wide character must not stay behind.
    private mutating func set(_ cell: Cell, _ row: Int, _ column: Int) {
        if frame[row, column].scalar == 0 { frame[row, column - 1] = .blank }
        if frame[row, column + 1].scalar == 0 { frame[row, column + 1] = .blank }
        frame[row, column] = cell
    }
}
