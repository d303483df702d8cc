import Display
import Text

/// Blocks one under the other below a title, drawn from where the model has scrolled to.
struct ScrolledPage {
    let blocks: [Block]
    var rows: Int { blocks.reduce(0) { $0 + $1.rows } }

    /// How far it can be scrolled on a body of so many rows.
    func range(_ body: Int) -> Int { max(0, rows - body) }

    /// `title` is given how many lines are below what is seen.
    func draw(on painter: inout Painter, in area: Rect, offset: Int, title: (_ below: Int) -> TitleRule) {
        let body = area.rows(1, area.rows)
        var page = Painter(
            Canvas(size: Size(rows: max(rows, body.rows), columns: body.columns), glyphs: painter.glyphs))
        var row = 0
        for block in blocks {
            block.draw(&page, Rect(row: row, column: 0, rows: block.rows, columns: body.columns))
            row += block.rows
        }
        let offset = min(offset, range(body.rows))
        title(rows - body.rows - offset).draw(
            on: &painter, row: area.row, columns: area.column..<area.endColumn)
        painter.copy(page.frame, rows: offset..<offset + body.rows, row: body.row, column: body.column)
    }

    /// `more` and how many lines are below, as wide as there is room for.
    static func counts(_ more: String, below: Int) -> [Line] {
        guard below > 0 else { return [Line(more, .dim)] }
        let rest = Line("PgDn " + Figures.counted(below, "more line"), .dim)
        return [Line(more + " · ", .dim) + rest, rest]
    }
}
