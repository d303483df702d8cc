import Display
import EngineAPI
import Monitoring

/// Panes one above the other, from 60 x 20 on: Queues and Integrations as tables, the others a line a row.
struct StackedView {
    let contents: PaneContents

    private var model: Model { contents.model }

    func draw(on painter: inout Painter, in area: Rect) {
        let hasTrouble = contents.snapshot.sources.contains { $0.judgement.status.isTrouble }
        let panes: [Pane] =
            (hasTrouble || model.focus == .sources ? [.sources] : [])
            + [.queues, .integrations, .cron, .indexers, .flags]
        let contents = panes.map { self.contents.content($0) }
        let heights = Self.heights(
            contents.map { demand($0, area.columns, painter.glyphs) }, of: area.rows - panes.count)
        var row = 0
        for (content, height) in zip(contents, heights) {
            let place = area.rows(row, row + 1 + height)
            row += 1 + height
            if Self.isTable(content.pane) {
                PaneView(
                    content: content, cursor: model.cursor(in: content.pane),
                    isFocused: model.focus == content.pane
                ).draw(on: &painter, in: place)
            } else {
                drawCompact(content, on: &painter, in: place)
            }
        }
    }

    private static func isTable(_ pane: Pane) -> Bool { pane == .queues || pane == .integrations }

    private func drawCompact(_ content: PaneContent, on painter: inout Painter, in area: Rect) {
        let isFocused = model.focus == content.pane
        TitleRule(
            "\(content.pane.rawValue) \(content.pane.title)", counts: content.counts, isFocused: isFocused
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        var body = area.rows(1, area.rows)
        if body.rows > content.rows.count(where: \.status.isTrouble) || content.rows.isEmpty {
            for banner in content.banners.prefix(body.rows) where banner.status.isTrouble {
                painter.put(banner.status.glyph, banner.status.role, row: body.row, column: body.column)
                let line = banner.line.cut(to: body.columns - 2, painter.glyphs)
                painter.put(line, row: body.row, column: body.column + 2)
                body = body.rows(1, body.rows)
            }
        }
        let cursor =
            isFocused
            ? model.cursor(in: content.pane).flatMap { id in content.rows.firstIndex { $0.id == id } } : nil
        let needs = content.rows.map { RowBudget.Need(status: $0.status, isExplained: $0.isExplained) }
        let plan = compactPlan(needs, height: body.rows, cursor: cursor)
        let name = min(28, max(10, body.columns / 3))
        for (offset, item) in plan.enumerated() {
            let row = body.row + offset
            switch item {
            case .row(let index, _):
                CompactRow(row: content.rows[index]).draw(on: &painter, row: row, in: body, name: name)
                if cursor == index {
                    painter.cursorBar(Rect(row: row, column: body.column, rows: 1, columns: body.columns))
                }
            case .fold(let range):
                let fold = StatusCounts(content.rows[range].map(\.status)).fold
                painter.put(fold, row: row, column: body.column + 2, width: body.columns - 2)
            }
        }
    }

    /// Rows that are ok need no fold: the title counts them.
    private func compactPlan(
        _ needs: [RowBudget.Need], height: Int, cursor: Int?
    ) -> [RowBudget.Item] {
        let full = RowBudget.plan(needs, height: height + 2, cursor: cursor)
        let kept = full.filter { item in
            if case .fold(let range) = item { return needs[range].contains { $0.status.isTrouble } }
            return true
        }
        let hidesOnlyGood = needs.count(where: \.status.isTrouble) <= height
        if hidesOnlyGood, kept.count <= height { return kept }
        if hidesOnlyGood {
            let shown = needs.indices.filter { needs[$0].status.isTrouble || $0 == cursor }
            if shown.count <= height { return shown.map { .row($0, reasons: 0) } }
        }
        return RowBudget.plan(needs, height: height, cursor: cursor)
    }

    /// Lines a pane asks for, by how much they matter; the last is what it could use on top.
    private func demand(_ content: PaneContent, _ width: Int, _ glyphs: GlyphSet) -> [Int] {
        let isTable = Self.isTable(content.pane)
        var levels = [0]
        for status in Status.allCases where status.isTrouble {
            let rows = content.rows.filter { $0.status == status && !$0.isExplained }
            let reasons = isTable ? rows.count { !$0.reason.isEmpty } : 0
            levels.append(rows.count + reasons)
        }
        let explained = content.rows.contains(where: \.isExplained)
        // The head, and a fold that will be there; a banner that says something is wrong.
        levels[0] = isTable && !content.rows.isEmpty ? 2 : 0
        levels[0] += content.banners.count { isTable || $0.status.isTrouble }
        if content.rows.isEmpty { levels[0] = max(1, levels[0]) }
        let shown = levels.dropFirst().reduce(0, +)
        if !isTable, model.focus == content.pane, shown == 0 { levels[0] += 1 }
        levels.append(isTable || explained ? content.rows.count : content.rows.count / 4)
        return levels
    }

    /// Level by level, from the top pane down, until nothing is left.
    static func heights(_ demands: [[Int]], of total: Int) -> [Int] {
        var left = max(0, total)
        var heights = demands.map { _ in 0 }
        for level in 0..<(demands.map(\.count).max() ?? 0) {
            for pane in demands.indices where demands[pane].indices.contains(level) {
                let share = min(left, demands[pane][level])
                heights[pane] += share
                left -= share
            }
        }
        return heights
    }
}
