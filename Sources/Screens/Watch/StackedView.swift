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
        let total = area.rows - panes.count
        let demands = contents.map { demand($0, secondLines: $0.pane == .sources ? second : 0, of: total) }
        let heights = Self.heights(demands, of: total)
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
                    isFocused: model.focus == content.pane, showsAll: !model.filter.isEmpty,
                    now: model.now.wall
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

    /// Lines a pane asks for, by how much they matter: first the row under the cursor, then trouble wherever it is,
    /// then the rows of the pane one is in or that the filter leaves, then the others.
    ///
    /// `rows` are all that the panes share.
    private func demand(_ content: PaneContent, secondLines: Int, of rows: Int) -> [Int] {
        let isTable = Self.isTable(content.pane)
        let isFocused = model.focus == content.pane
        let (heads, ranks) = (content.rows.heads, content.rows.ranks)
        let open = ranks.trouble
        let cursor = isFocused ? content.rows.firstIndex(of: model.cursor(in: content.pane)) : nil
        var levels: [Int] = [cursor == nil ? 0 : 1]
        for status in Status.allCases where status.isTrouble {
            let bad = ranks.open(status)
            let isGiven = cursor.map(bad.contains) ?? false
            levels += [bad.count - (isGiven ? 1 : 0), isTable ? bad.count { heads[$0].parts > 0 } : 0]
        }
        let telling = ranks.telling.count
        levels += [isTable ? telling * 2 : telling]
        // With the critical rows goes the fold that owns up to all others.
        if isTable, content.rows.count > ranks.open(.critical).count { levels[1] += 1 }
        // What is said of the whole pane when something is wrong with it, or when it is empty.
        let banners = content.banners.count { isTable || $0.isTrouble }
        if content.pane == .sources {
            levels[2] += strip.hasOthers ? 1 : 0
        } else if content.rows.isEmpty {
            // A pane in which the filter leaves nothing says so in its title.
            levels[2] += model.filter.isEmpty ? max(1, banners) : banners
        } else {
            levels[2] += banners
        }
        levels.append(isTable && !content.rows.isEmpty ? 1 : 0)
        // The second lines of reasons, the folds; then the news of good rows.
        levels.append(isTable ? open.count { heads[$0].parts > 1 } : secondLines)
        let rest = content.pane == .sources ? 0 : content.rows.count - open.count - telling
        let wanted = isFocused || !model.filter.isEmpty ? min(rest, max(3, rows / 3)) : 0
        levels.append(wanted)
        let now = model.now.wall
        levels.append(isTable ? 0 : ranks.good.count { heads[$0].hasNews(at: now) } - wanted)
        levels.append(isTable || wanted > 0 ? rest - wanted : 0)
        guard content.pane != .sources, !content.rows.isEmpty else { return levels }
        let reasons = open.reduce(0) { $0 + min(2, heads[$1].parts) } + telling
        let most = content.banners.count + content.rows.count + (isTable ? 1 + reasons : 0)
        return Self.cut(levels, to: most)
    }

    /// Nobody asks for more lines than there is to say.
    private static func cut(_ levels: [Int], to most: Int) -> [Int] {
        var left = most
        return levels.map { level in
            let lines = min(max(0, level), left)
            left -= lines
            return lines
        }
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
