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
        let title = Line(SeriesWords.title(series.measure), .dim)
        let figure = current.line(series.measure)
        let now = current.value(series.measure)
        let behind = ChartBehind(
            history, series.measure, began: began ?? troubleBegan, clock, isShown: showsUsual)
        return Block(rows: height) { painter, area in
            func putHead(_ above: [String], peaks: String = "") -> Bool {
                let head = Self.head(
                    title, span: "\(span) back", means: means + peaks, above: above, behind.words,
                    width: area.columns - figure.width(painter.glyphs) - 2, painter.glyphs)
                painter.put(head.line, row: area.row, column: area.column, width: area.columns)
                painter.putRight(figure, row: area.row, endColumn: area.endColumn)
                return head.tellsAbove
            }
            guard let history else {
                _ = putHead([])
                painter.put("reading its history", .dim, row: area.row + 2, column: area.column + 2)
                return
            }
            guard history.values.contains(where: { $0 != nil }) else {
                _ = putHead([])
                painter.put(
                    "no figures yet", .dim, row: area.row + 2, column: area.column + 2)
                return
            }
            let ticks = Self.ticks(history, width: area.columns, clock)
            var chart = Chart(history.values, limits: limits, ticks: ticks, label: format)
            chart.peaks = history.peaks ?? []
            behind.put(into: &chart)
            // The last one is of now, as the figure in the head; the others are means.
            if let now, abs(model.now.wall.seconds(since: history.end)) <= max(step, 15) {
                chart.now = now
            }
            // A limit far above what there is has no line.
            let above = chart.limitsAbove.sorted { $0.value < $1.value }.map(\.label)
            let limits = "\(above.count > 1 ? "limits" : "limit") \(above.joined(separator: ", "))"
            let plot = area.rows(1, area.rows)
            let peaks = chart.showsPeaks(in: plot, painter.glyphs) ? ", · the highest" : ""
            chart.namesAbove = !putHead(above.isEmpty ? [] : [limits, "limit \(above[0])"], peaks: peaks)
            chart.draw(on: &painter, in: plot)
        }
    }

    /// `depth   6 h back, means of 2 min   limit 5000   usual 20 to 1400`, as much of it as there is room for: limits
    /// that have no line first, in the longest of their forms.
    private static func head(
        _ title: Line, span: String, means: String, above: [String], _ behind: [String], width: Int,
        _ glyphs: GlyphSet
    ) -> (line: Line, tellsAbove: Bool) {
        var room = width - title.width(glyphs)
        func take(_ words: String, _ gap: Int) -> Bool {
            guard !words.isEmpty, glyphs.width(words) + gap <= room else { return false }
            room -= glyphs.width(words) + gap
            return true
        }
        // What is told of the span alone goes before what it stands beside.
        let limits = above.first { take($0, 3) }
        let tellsSpan = take(span, 3)
        let tellsMeans = tellsSpan && take(means, 0)
        let told = behind.filter { take($0, 3) }
        let words =
            [(tellsSpan ? span : "") + (tellsMeans ? means : ""), limits ?? ""] + told
        let line = words.filter { !$0.isEmpty }.reduce(title) { $0 + Line("   " + $1, .faint) }
        return (line, limits != nil || above.isEmpty)
    }

    private var troubleBegan: WallTime? {
        guard let judgement = model.shown?.row(id)?.judgement, judgement.status < .ok else { return nil }
        return judgement.since
    }

    /// Full hours (or minutes, or days) of the clock, as many as fit, and `now`.
    private static func ticks(_ history: History, width: Int, _ clock: Clock) -> [Chart.Tick] {
        ticks(
            end: history.end, span: history.stepSeconds * Double(history.values.count), width: width, clock)
    }

    /// `span` in seconds back from `end`.
    static func ticks(end last: WallTime, span: Double, width: Int, _ clock: Clock) -> [Chart.Tick] {
        guard span.isFinite, span > 0 else { return [] }
        let most = max(1, width / 12)
        let steps: [Int64] = [
            60, 120, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
        ]
        let step = steps.first { span / Double($0) <= Double(most) } ?? 604_800
        let end = last.milliseconds / 1000
        let shift = clock.offset(at: last)
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
