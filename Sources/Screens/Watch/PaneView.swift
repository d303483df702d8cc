import Display
import EngineAPI
import Monitoring
import Text

/// Draws one pane: title, what concerns it all, the head, its rows as the budget allows, folds.
struct PaneView {
    var content: PaneContent
    var cursor: EntityID?
    var isFocused: Bool

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        painter.offer(Hit.pane(content.pane), on: area)
        TitleRule(
            content.title, counts: content.counts, isFocused: isFocused
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        drawTable(on: &painter, in: area.rows(1, area.rows))
    }

    private func drawTable(on painter: inout Painter, in area: Rect) {
        var row = area.row
        let spare = spareRows(area.rows)
        for banner in content.banners.prefix(max(0, spare)) {
            painter.put(banner.status.glyph, banner.role, row: row, column: area.column)
            let line = banner.line(area.columns - 2, painter.glyphs)
            painter.put(line, row: row, column: area.column + 2)
            let place = Rect(row: row, column: area.column, rows: 1, columns: area.columns)
            if let id = banner.id { painter.offer(Hit.row(id), on: place) }
            if isFocused, let cursor, banner.id == cursor { painter.cursorBar(place) }
            row += 1
        }
        guard !content.rows.isEmpty else {
            drawVacancy(on: &painter, in: area.rows(row - area.row, area.rows))
            return
        }
        let hasHead = row - area.row < spare && (area.endRow - row > 2 || content.rows.count == 1)
        let body = area.rows(row - area.row + (hasHead ? 1 : 0), area.rows)
        var reasons: [Int: [String]] = [:]
        func reason(_ index: Int) -> [String] {
            if let known = reasons[index] { return known }
            let lines = Sentence.lines(
                content.rows[index].reason, width: area.columns - 2, limit: RowBudget.most, painter.glyphs)
            reasons[index] = lines
            return lines
        }
        let cursor = cursorIndex
        let plan = RowBudget.plan(content.rows.ranks, height: body.rows, cursor: cursor) { reason($0).count }
        let shown = plan.compactMap { if case .row(let index, _) = $0 { index } else { nil } }
        let table = PaneTable(content, shown, width: area.columns - 2, painter.glyphs)
        if hasHead { table.drawHead(on: &painter, row: row, column: area.column + 2) }
        row = body.row
        for item in plan {
            switch item {
            case .row(let index, let lines):
                table.drawRow(index, on: &painter, row: row, column: area.column)
                let reason = Sentence.lines(
                    content.rows[index].reason, width: area.columns - 2, limit: lines, painter.glyphs)
                for (offset, line) in reason.enumerated() {
                    painter.put(
                        line, content.rows[index].reasonRole, row: row + 1 + offset, column: area.column + 2)
                }
                let place = Rect(row: row, column: area.column, rows: 1 + lines, columns: area.columns)
                if let id = content.rows[index].id { painter.offer(Hit.row(id), on: place) }
                if isFocused, index == cursor { painter.cursorBar(place) }
                row += 1 + lines
            case .fold(let range):
                drawFold(range, on: &painter, row: row, in: area)
                row += 1
            }
        }
    }

    /// Lines for what is said of all rows. In a low pane critical rows and their reasons matter more.
    private func spareRows(_ rows: Int) -> Int {
        guard rows < 8 else { return rows - 2 }
        let critical = content.rows.ranks.open(.critical).count
        let urgent = critical + content.rows.ranks.criticalReasoned
        let chosen = cursorIndex == nil ? 0 : 1
        return rows - max(1, max(urgent, chosen) + (max(critical, chosen) < content.rows.count ? 1 : 0))
    }

    var cursorIndex: Int? { isFocused ? content.rows.firstIndex(of: cursor) : nil }

    private func drawFold(_ range: Range<Int>, on painter: inout Painter, row: Int, in area: Rect) {
        let counts = StatusCounts(content.rows.heads[range])
        painter.put(counts.fold(area.columns - 2, painter.glyphs), row: row, column: area.column + 2)
    }

    private func drawVacancy(on painter: inout Painter, in area: Rect) {
        let lines = Sentence.lines(content.vacancy, width: area.columns - 2, limit: area.rows, painter.glyphs)
        if let sign = content.vacancySign, !area.isEmpty {
            painter.put(sign.glyph, sign.role, row: area.row, column: area.column)
        }
        let role: Role = content.vacancySign == nil ? .dim : .text
        for (offset, line) in lines.enumerated() {
            painter.put(line, role, row: area.row + offset, column: area.column + 2)
        }
    }
}

/// The columns of one pane at one width, for the rows that are shown.
struct PaneTable {
    private let content: PaneContent
    private let layout: TableLayout

    init(_ content: PaneContent, _ shown: [Int], width: Int, _ glyphs: GlyphSet) {
        self.content = content
        let rows = shown.map { content.rows[$0] }
        let columns = content.columns.map { Self.fitted($0, rows, glyphs) }
        layout = TableLayout(
            columns, width: width, name: min(content.rows.names.natural(glyphs), 44), least: 9)
    }

    /// A column of figures grows with its widest one, within reason; one cell is free in the gap before it.
    private static func fitted(_ column: Column, _ rows: [PaneRow], _ glyphs: GlyphSet) -> Column {
        guard column.side == .right else { return column }
        let widest = rows.reduce(0) { max($0, glyphs.width($1.cells[column.id]?.text ?? "")) }
        var column = column
        if let most = column.most {
            column.width = min(max(widest, column.width), most)
        } else {
            // A sign that touches the figure beside it would be taken for that one's.
            let hasMark = rows.contains { $0.hasMark(column.id) }
            if widest > column.width + (hasMark ? 0 : 1) { column.width = min(widest, column.width + 4) }
        }
        return column
    }

    func drawHead(on painter: inout Painter, row: Int, column: Int) {
        painter.put(content.nameTitle, .dim, row: row, column: column, width: layout.nameWidth)
        for place in layout.places {
            let title = Line(place.title, .dim)
            if place.column.side == .left {
                painter.put(title, row: row, column: column + place.start, width: place.width)
            } else {
                painter.putRight(title, row: row, endColumn: column + place.end, width: place.width + 1)
            }
        }
    }

    func drawRow(_ index: Int, on painter: inout Painter, row: Int, column: Int) {
        let source = content.rows[index]
        if source.id != nil { painter.put(source.sign.glyph, source.signRole, row: row, column: column) }
        if content.isMarked(source) { painter.put("*", .strong, row: row, column: column + 1) }
        let name = content.rows.name(index, layout.nameWidth, painter.glyphs)
        painter.put(name, row: row, column: column + 2, width: layout.nameWidth)
        let left = column + 2
        if let instead = source.instead, let last = layout.places.last {
            painter.putRight(
                instead, row: row, endColumn: left + last.end, width: last.end - layout.nameWidth - 1)
            return
        }
        for place in layout.places {
            guard let cell = source.cells[place.column.id] else { continue }
            let line = Line(cell.text, cell.role)
            if place.column.side == .left {
                let cut = line.cut(to: place.width, painter.glyphs)
                painter.put(cut, row: row, column: left + place.start, width: place.width)
            } else {
                // Part of a figure is a wrong figure.
                let fits = line.width(painter.glyphs) <= place.width + 1
                painter.putRight(
                    fits ? line : Line("…", cell.role), row: row, endColumn: left + place.end)
            }
        }
    }
}
