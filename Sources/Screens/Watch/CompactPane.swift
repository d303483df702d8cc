import Display
import EngineAPI
import Monitoring

/// A pane of a line a row: those in trouble, the one under the cursor. The title counts the others.
struct CompactPane {
    var content: PaneContent
    var cursor: EntityID?
    var isFocused: Bool
    /// The rows are those that were asked for, so the good ones count as well.
    var showsAll = false
    var now: WallTime

    func draw(on painter: inout Painter, in area: Rect) {
        painter.offer(Hit.pane(content.pane), on: area)
        TitleRule(
            content.title, counts: content.counts, isFocused: isFocused
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        var body = area.rows(1, area.rows)
        guard !content.rows.isEmpty || !content.banners.isEmpty else {
            let role: Role = content.vacancySign == nil ? .dim : .text
            let vacancy = Line(content.vacancy.joined(separator: " · "), role)
            if !body.isEmpty {
                if let sign = content.vacancySign {
                    painter.put(sign.glyph, sign.role, row: body.row, column: body.column)
                }
                painter.put(
                    vacancy.cut(to: body.columns - 2, painter.glyphs), row: body.row, column: body.column + 2)
            }
            return
        }
        let open = max(content.rows.ranks.trouble.count, cursorIndex == nil ? 0 : 1)
        for banner in content.banners {
            let isChosen = isFocused && cursor != nil && banner.id == cursor
            guard isChosen || banner.isTrouble && body.rows > open, !body.isEmpty else { continue }
            painter.put(banner.status.glyph, banner.role, row: body.row, column: body.column)
            painter.put(
                banner.line(body.columns - 2, painter.glyphs), row: body.row, column: body.column + 2)
            if let id = banner.id { painter.offer(Hit.row(id), on: body.rows(0, 1)) }
            if isChosen { painter.cursorBar(body.rows(0, 1)) }
            body = body.rows(1, body.rows)
        }
        let items = plan(body.rows)
        let most = min(28, max(10, body.columns / 3))
        let names = items.compactMap { item in
            if case .row(let index, _) = item { content.rows[index].name(most, painter.glyphs) } else { nil }
        }
        let width = names.map(painter.glyphs.width).max() ?? most
        for (offset, item) in items.enumerated() {
            draw(item, on: &painter, row: body.row + offset, in: body, name: width)
        }
    }

    private var cursorIndex: Int? { isFocused ? content.rows.firstIndex(of: cursor) : nil }

    private func draw(_ item: RowBudget.Item, on painter: inout Painter, row: Int, in area: Rect, name: Int) {
        switch item {
        case .row(let index, _):
            CompactRow(row: content.rows[index]).draw(on: &painter, row: row, in: area, name: name)
            if content.isMarked(content.rows[index]) {
                painter.put("*", .strong, row: row, column: area.column + 1)
            }
            let place = Rect(row: row, column: area.column, rows: 1, columns: area.columns)
            if let id = content.rows[index].id { painter.offer(Hit.row(id), on: place) }
            if cursorIndex == index { painter.cursorBar(place) }
        case .fold(let range):
            let counts = StatusCounts(content.rows.heads[range])
            painter.put(counts.fold(area.columns - 2, painter.glyphs), row: row, column: area.column + 2)
        }
    }

    private func plan(_ height: Int) -> [RowBudget.Item] {
        let (heads, cursor) = (content.rows.heads, cursorIndex)
        let shown = heads.indices.filter { index in
            let head = heads[index]
            let speaks = head.isTrouble ? !head.isExplained : head.parts > 0 || head.hasNews(at: now)
            return speaks || index == cursor
        }
        let wanted = isFocused || showsAll ? Array(heads.indices) : shown
        if wanted.count <= height { return wanted.map { .row($0, reasons: 0) } }
        return RowBudget.plan(content.rows.ranks, height: height, cursor: cursor) { _ in 0 }
    }
}
