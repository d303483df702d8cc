import Display
import EngineAPI
import Monitoring
import Text

/// All that happened, on one axis of time with the figure of what is selected: what may be why stands above what came
/// of it.
struct TimelineView {
    let model: Model
    let subject: EntityID?

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let timeline = Timeline(model)
        let chosen = timeline.place(of: model.timeline)
        title(timeline, chosen).draw(
            on: &painter, row: area.row, columns: area.column..<area.endColumn)
        let body = area.rows(1, area.rows)
        let gutter = body.columns >= 100 ? 22 : body.columns >= 60 ? 16 : 9
        let axis = TimelineAxis(
            from: timeline.from, to: timeline.to, column: body.column + gutter,
            columns: max(1, body.columns - gutter))
        var chart = chartRows(body.rows)
        let least = body.rows < 12 ? 3 : max(5, body.rows / 3)
        let heading = isRoomy(body) ? 1 : 0
        let room = body.rows - max(1, chart) - least - heading
        let lanes = TimelineLane.lanes(of: timeline, subject: subject, room: max(0, room))
        // What the words leave is the figure's, within reason.
        let left = body.rows - chart - lanes.count - heading - timeline.entries.count - 4
        if chart > 0, left > 0 { chart += min(left, 10) }
        let top = body.row + max(1, chart)
        let entry = chosen.map { timeline.entries[$0] }
        if let entry {
            let column = axis.column(of: entry.from)
            for row in top..<min(top + lanes.count, body.endRow) {
                painter.fill("┊", .dim, row: row, columns: column..<column + 1)
            }
        }
        for (offset, lane) in lanes.enumerated() {
            lane.draw(timeline, axis, chosen: chosen, on: &painter, row: top + offset)
        }
        drawFigure(axis, entry, on: &painter, in: body.rows(0, max(1, chart)), isChart: chart > 0)
        var list = body.rows(max(1, chart) + lanes.count, body.rows)
        if isRoomy(body) {
            TitleRule("In words").draw(
                on: &painter, row: list.row, columns: list.column..<list.endColumn)
            list = list.rows(1, list.rows)
        }
        TimelineList(model: model, timeline: timeline, chosen: chosen).draw(on: &painter, in: list)
    }

    private func isRoomy(_ body: Rect) -> Bool { body.rows >= 18 }

    private func title(_ timeline: Timeline, _ chosen: Int?) -> TitleRule {
        let about = subject.map { " / " + model.timelineName(of: $0) } ?? ""
        var words = "\(model.timelineSpan) to \(model.clock.text(timeline.to))"
        if let chosen {
            words += " · \(chosen + 1) of \(timeline.entries.count)"
        } else {
            words += " · nothing"
        }
        let short = Line(words, .dim)
        let hidden = timeline.hidden
        let long = hidden == 0 ? short : short + Line(" · the filter hides \(hidden)", .warning)
        return TitleRule("8 Timeline" + about, counts: [long, short], isFocused: true)
    }

    // MARK: The figure

    private var series: SeriesID? { model.timelineSeries }

    /// None where nothing is selected that has a figure, or there is no room.
    private func chartRows(_ rows: Int) -> Int {
        guard subject != nil, !model.detailView.isAnswered || series != nil else { return 0 }
        return switch rows {
        case ..<14: 0
        case ..<18: 5
        case ..<28: 6
        case ..<44: 10
        default: 15
        }
    }

    private func drawFigure(
        _ axis: TimelineAxis, _ entry: TimelineEntry?, on painter: inout Painter, in area: Rect, isChart: Bool
    ) {
        let clock = model.clock
        let ticks = DetailCharts.ticks(
            end: axis.to, span: axis.to.seconds(since: axis.from), width: axis.columns, clock)
        let moment = entry.map { Chart.Tick(at: axis.position($0.from), clock.ofDay($0.from)) }
        guard isChart else {
            return axis.draw(ticks, chosen: moment, on: &painter, row: area.row)
        }
        guard let series, let history = model.histories[series] else {
            axis.draw(ticks, chosen: moment, on: &painter, row: area.endRow - 1)
            painter.put(
                model.detailView.isAnswered ? "reading its history" : "asking for its figures", .dim,
                row: area.row + 1, column: axis.column)
            return
        }
        let format = SeriesWords.format(series.measure)
        let limits = (model.details[series.entity]?.limits ?? []).filter { $0.measure == series.measure }.map
        {
            Chart.Limit($0.value, label: format($0.value), role: $0.status.role)
        }
        var chart = Chart(
            axis.values(history.values, of: history), limits: limits, ticks: ticks, label: format)
        chart.peaks = history.peaks.map { axis.values($0, of: history) { $0.max() ?? 0 } } ?? []
        chart.margin = axis.column - area.column - 2
        if let usual = history.usual {
            let low = axis.values(usual.low.map(Optional.some), of: history)
            let high = axis.values(usual.high.map(Optional.some), of: history)
            chart.usual = Chart.Band(low: low.map { $0 ?? 0 }, high: high.map { $0 ?? 0 })
        }
        chart.moments = [moment].compactMap(\.self)
        let figures = CurrentFigures(row: model.shown?.row(series.entity), now: model.now)
        // What stands for minutes hides what the last of them brought.
        if abs(model.now.wall.seconds(since: axis.to)) <= 15 { chart.now = figures.value(series.measure) }
        chart.namesAbove = true
        chart.draw(on: &painter, in: area)
        painter.put(
            Line(SeriesWords.title(series.measure), .dim).cut(to: axis.column - 3, painter.glyphs),
            row: area.row + 1, column: area.column + 1)
        painter.put(
            figures.line(series.measure).cut(to: axis.column - 3, painter.glyphs), row: area.row + 2,
            column: area.column + 1)
    }
}
