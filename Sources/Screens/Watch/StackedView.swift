import Display
import EngineAPI
import Monitoring

/// Panes one above the other, from 60 x 20 on: Queues and Integrations as tables, the others a line a row.
struct StackedView {
    let contents: PaneContents

    private var model: Model { contents.model }

    func draw(on painter: inout Painter, in area: Rect) {
        let hasTrouble = contents.snapshot.sources.contains { $0.judgement.isTrouble }
        let panes: [Pane] =
            (hasTrouble || model.focus == .sources ? [.sources] : [])
            + [.queues, .integrations, .cron, .indexers, .flags]
        let contents = panes.map(content)
        let second = strip.height(area.columns, painter.glyphs) - strip.least
        let demands = contents.map { demand($0, secondLines: $0.pane == .sources ? second : 0) }
        let heights = Self.heights(demands, of: area.rows - panes.count)
        var row = 0
        for (content, height) in zip(contents, heights) {
            let place = area.rows(row, row + 1 + height)
            row += 1 + height
            if Self.isTable(content.pane) {
                PaneView(
                    content: content, cursor: model.cursor(in: content.pane),
                    isFocused: model.focus == content.pane
                ).draw(on: &painter, in: place)
            } else if content.pane == .sources {
                TitleRule(
                    content.title, counts: content.counts,
                    isFocused: model.focus == .sources
                ).draw(on: &painter, row: place.row, columns: place.column..<place.endColumn)
                strip.draw(on: &painter, in: place.rows(1, place.rows))
            } else {
                CompactPane(
                    content: content, cursor: model.cursor(in: content.pane),
                    isFocused: model.focus == content.pane, now: model.now.wall
                ).draw(on: &painter, in: place)
            }
        }
    }

    /// The sources in trouble; the others too while the cursor is among them.
    private var strip: SourcesStrip {
        let isFocused = model.focus == .sources
        return SourcesStrip(
            sources: model.sources.filter { isFocused || $0.judgement.isTrouble }, model: model)
    }

    private func content(_ pane: Pane) -> PaneContent {
        var content = contents.content(pane)
        if pane == .sources {
            // Sources whose first value is still to come say the same and share a line.
            let waiting = Set(model.sources.filter(SourcesStrip.isWaiting).map(\.id))
            content.rows = content.rows.filter { !($0.id.map(waiting.contains) ?? false) }
        }
        return content
    }

    private static func isTable(_ pane: Pane) -> Bool { pane == .queues || pane == .integrations }

    /// Lines a pane asks for, by how much they matter.
    private func demand(_ content: PaneContent, secondLines: Int) -> [Int] {
        let isTable = Self.isTable(content.pane)
        let isFocused = model.focus == content.pane
        let (heads, ranks) = (content.rows.heads, content.rows.ranks)
        let open = ranks.trouble
        var levels: [Int] = []
        for status in Status.allCases where status.isTrouble {
            let rows = ranks.open(status)
            levels += [rows.count, isTable ? rows.count { heads[$0].parts > 0 } : 0]
        }
        let telling = ranks.telling.count
        levels += [isTable ? telling * 2 : telling]
        // With the critical rows goes the fold that owns up to all others.
        if isTable, content.rows.count > levels[0] { levels[0] += 1 }
        // What is said of the whole pane when something is wrong with it, or when it is empty.
        let banners = content.banners.count { isTable || $0.isTrouble }
        if content.pane == .sources {
            levels[1] += strip.hasOthers ? 1 : 0
        } else {
            levels[1] += content.rows.isEmpty ? max(1, banners) : banners
            if isFocused, !isTable, open.isEmpty { levels[1] += 1 }
        }
        levels.append(isTable && !content.rows.isEmpty ? 1 : 0)
        // The second lines of reasons, the folds; then the news of good rows.
        levels.append(isTable ? open.count { heads[$0].parts > 1 } : secondLines)
        let now = model.now.wall
        levels.append(isTable ? 0 : ranks.good.count { heads[$0].hasNews(at: now) })
        levels.append(isTable ? content.rows.count : 0)
        return levels
    }

    /// Level by level, from the top pane down; the last one, of what is ok, a line each in turn.
    static func heights(_ demands: [[Int]], of total: Int) -> [Int] {
        var left = max(0, total)
        var heights = demands.map { _ in 0 }
        guard let last = demands.map(\.count).max().map({ $0 - 1 }), last >= 0 else { return heights }
        for level in 0..<last {
            for pane in demands.indices {
                let share = min(left, demands[pane][level])
                heights[pane] += share
                left -= share
            }
        }
        var wanted = demands.map { $0[last] }
        while left > 0, wanted.contains(where: { $0 > 0 }) {
            for pane in demands.indices where wanted[pane] > 0 && left > 0 {
                heights[pane] += 1
                wanted[pane] -= 1
                left -= 1
            }
        }
        return heights
    }
}
