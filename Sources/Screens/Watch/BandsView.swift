import Display
import EngineAPI
import Monitoring

/// Panes side by side in bands, from 100 x 30 on.
struct BandsView {
    let contents: PaneContents
    let isLarge: Bool

    private struct Band {
        var panes: [Pane]
        /// Their widths in proportion, and the height of the band among the others.
        var widths: [Int]
        var height: Int
    }

    private var bands: [Band] {
        isLarge
            ? [
                Band(panes: [.queues, .integrations], widths: [104, 93], height: 22),
                Band(panes: [.cron, .indexers, .flags], widths: [70, 72, 52], height: 18),
                Band(panes: [.sources, .events], widths: [104, 93], height: 16),
            ]
            : [
                Band(panes: [.queues, .integrations], widths: [64, 53], height: 20),
                Band(panes: [.cron, .indexers, .flags], widths: [43, 40, 31], height: 16),
            ]
    }

    func draw(on painter: inout Painter, in area: Rect) {
        var rest = area
        if !isLarge, contents.model.panes.contains(.sources) {
            rest = drawSources(on: &painter, in: area)
        }
        let bands = self.bands
        let contents = bands.map { $0.panes.map { content($0, width: area.columns) } }
        let heights = Self.heights(
            bands.map(\.height), needs: contents.map { $0.map(Self.need).max() ?? 0 }, of: rest.rows)
        var row = 0
        for ((band, contents), height) in zip(zip(bands, contents), heights) {
            let area = rest.rows(row, row + height)
            row += height
            draw(band, contents, on: &painter, in: area.rows(0, area.rows - 1))
        }
    }

    private func draw(
        _ band: Band, _ contents: [PaneContent], on painter: inout Painter, in area: Rect
    ) {
        let model = self.contents.model
        for (content, place) in zip(contents, area.beside(band.widths, gap: 3)) {
            let isFocused = model.focus == content.pane
            if content.pane == .events {
                EventsPane(model: model).draw(on: &painter, in: place, isFocused: isFocused)
            } else {
                PaneView(content: content, cursor: model.cursor(in: content.pane), isFocused: isFocused)
                    .draw(on: &painter, in: place)
            }
            if place.endColumn < area.endColumn {
                painter.rule(column: place.endColumn + 1, rows: place.row + 1..<place.endRow)
            }
        }
    }

    private func drawSources(on painter: inout Painter, in area: Rect) -> Rect {
        let model = contents.model
        let content = contents.content(.sources)
        TitleRule(
            "\(Pane.sources.rawValue) \(Pane.sources.title)", counts: content.counts,
            isFocused: model.focus == .sources
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        let strip = SourcesStrip(sources: model.sources, model: model)
        let height = min(strip.height(area.columns, painter.glyphs), area.rows / 4)
        strip.draw(on: &painter, in: area.rows(1, 1 + height))
        return area.rows(2 + height, area.rows)
    }

    /// The probes of the sources stand there when they have room.
    private func content(_ pane: Pane, width: Int) -> PaneContent {
        guard pane == .sources else { return contents.content(pane) }
        let all = contents.content(.sources, probes: true)
        return all.rows.count <= 12 ? all : contents.content(.sources)
    }

    /// Lines it takes to show everything: title, head, rows, one line of reason each, and the blank below.
    private static func need(_ content: PaneContent) -> Int {
        3 + content.banners.count + content.rows.count + content.rows.ranks.reasoned
    }

    /// Each band gets its share; what one does not need goes to those that need more.
    static func heights(_ weights: [Int], needs: [Int], of total: Int) -> [Int] {
        var heights = Rect(Size(rows: total, columns: 0)).stacked(weights).map(\.rows)
        for poor in heights.indices where needs[poor] > heights[poor] {
            for rich in heights.indices where needs[rich] < heights[rich] {
                let gift = min(heights[rich] - needs[rich], needs[poor] - heights[poor])
                heights[rich] -= max(0, gift)
                heights[poor] += max(0, gift)
            }
        }
        return heights
    }
}
