import Display
import EngineAPI
import Monitoring
import Text

/// The history of one entity: the figure at fault large, else the one that matters most, two others beside it.
struct DetailCharts {
    let model: Model
    let id: EntityID
    /// When what is told of it began; nil: as its row has it, while it is in trouble.
    var began: WallTime?
    /// The figure that is told of, where that is not its row's.
    var told: SeriesID.Measure?

    /// What is drawn first where it exists and nothing is at fault.
    private static let rank: [SeriesID.Measure] = [
        .depth, .success, .backlog, .readTime, .heartbeat, .lag, .inRate, .outRate, .failure, .latency,
        .oldest,
        .retry,
    ]

    /// The figure that matters, with the others beside it where there is room.
    func main(width: Int, height: Int) -> [Block] {
        guard model.details[id] != nil else { return [] }
        guard let first = series.first else { return [] }
        let sides = isBeside(width) ? sides : []
        let main = chart(first, height: height, showsUsual: width >= Self.leastForUsual)
        guard !sides.isEmpty, height >= 8 else { return [main] }
        return [beside(main, sides, height: height)]
    }

    /// On less the figure itself needs every cell.
    private static let leastForUsual = 60

    /// The others, where they do not stand beside it.
    func rest(width: Int) -> [Block] {
        isBeside(width)
            ? [] : sides.map { chart($0, height: 7, showsUsual: width >= Self.leastForUsual) }
    }

    /// Those that are drawn, the one that matters first.
    var series: [SeriesID] {
        let all = model.details[id]?.series ?? []
        let fault = told ?? current.fault
        let rank = (fault.map { [$0] } ?? []) + Self.rank.filter { $0 != fault }
        return Array(rank.compactMap { measure in all.first { $0.measure == measure } }.prefix(3))
    }

    private var current: CurrentFigures { CurrentFigures(row: model.shown?.row(id), now: model.now) }

    private var sides: [SeriesID] { Array(series.dropFirst()) }

    private func isBeside(_ width: Int) -> Bool { width >= 100 }

    private func beside(_ big: Block, _ sides: [SeriesID], height: Int) -> Block {
        let sideHeight = (height - sides.count + 1) / sides.count
        return Block(rows: height) { painter, area in
            let edge = area.columns * 3 / 4
            big.draw(&painter, area.columns(0, edge - 3))
            for (index, side) in sides.enumerated() {
                let top = index * (sideHeight + 1)
                chart(side, height: sideHeight, showsUsual: sideHeight >= 6).draw(
                    &painter, area.columns(edge, area.columns).rows(top, top + sideHeight))
            }
        }
    }

    /// A head with the newest value, then the columns over a time axis.
    private func chart(_ series: SeriesID, height: Int, showsUsual: Bool) -> Block {
        let history = model.histories[series]
        let clock = model.clock
        let format = SeriesWords.format(series.measure)
        let limits = (model.details[id]?.limits ?? []).filter { $0.measure == series.measure }.map {
            Chart.Limit($0.value, label: format($0.value), role: $0.status.role)
        }
        let minutes = model.detailView.minutes
        let span =
            switch minutes {
            case ..<60: "\(minutes) min"
            case ..<2880: "\(minutes / 60) h"
            default: "\(minutes / 1440) d"
            }
        // A peak that is shorter than what one value stands for is lower here than it was.
        let step = history?.stepSeconds ?? 0
        let means = step >= 120 ? ", means of \(Age.text(seconds: step))" : ""
        let short = Line([
            Span(SeriesWords.title(series.measure), .dim), Span("   \(span) back", .faint),
        ])
        let figure = current.line(series.measure)
        let behind = ChartBehind(
            history, series.measure, began: began ?? troubleBegan, clock, isShown: showsUsual)
        return Block(rows: height) { painter, area in
            let long = short + Line(means, .faint)
            let isRoomy = long.width(painter.glyphs) + figure.width(painter.glyphs) + 2 <= area.columns
            let head = isRoomy ? long : short
            painter.put(head, row: area.row, column: area.column, width: area.columns)
            painter.putRight(figure, row: area.row, endColumn: area.endColumn)
            guard let history else {
                painter.put("reading its history", .dim, row: area.row + 2, column: area.column + 2)
                return
            }
            guard history.values.contains(where: { $0 != nil }) else {
                painter.put(
                    "no figures yet", .dim, row: area.row + 2, column: area.column + 2)
                return
            }
            let ticks = Self.ticks(history, width: area.columns, clock)
            var chart = Chart(history.values, limits: limits, ticks: ticks, label: format)
            behind.put(into: &chart)
            chart.draw(on: &painter, in: area.rows(1, area.rows))
            // A limit far above what there is has no line.
            let above = chart.limitsAbove.map(\.label)
            let limit = "\(above.count > 1 ? "limits" : "limit") \(above.joined(separator: ", "))"
            var start = area.column + head.width(painter.glyphs)
            let end = area.endColumn - figure.width(painter.glyphs) - 2
            for words in (above.isEmpty ? [] : [limit]) + behind.words {
                guard start + 3 + painter.glyphs.width(words) <= end else { continue }
                start += painter.put("   " + words, .faint, row: area.row, column: start)
            }
        }
    }

    private var troubleBegan: WallTime? {
        guard let judgement = model.shown?.row(id)?.judgement, judgement.status < .ok else { return nil }
        return judgement.since
    }

    /// Full hours (or minutes, or days) of the clock, as many as fit, and `now`.
    private static func ticks(_ history: History, width: Int, _ clock: Clock) -> [Chart.Tick] {
        let span = history.stepSeconds * Double(history.values.count)
        guard span.isFinite, span > 0 else { return [] }
        let most = max(1, width / 12)
        let steps: [Int64] = [
            60, 120, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
        ]
        let step = steps.first { span / Double($0) <= Double(most) } ?? 604_800
        let end = history.end.milliseconds / 1000
        let shift = clock.offset(at: history.end)
        var at = end - (end + shift) % step
        var ticks = [Chart.Tick(at: 1, "now")]
        while Double(end - at) < span {
            let position = 1 - Double(end - at) / span
            // The last one would touch `now`.
            if position < 0.93 {
                let label =
                    step < 86_400 ? clock.ofDay(WallTime(seconds: at)) : clock.day(WallTime(seconds: at))
                ticks.append(Chart.Tick(at: position, label))
            }
            at -= step
        }
        return ticks
    }
}
