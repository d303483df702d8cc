import Display
import EngineAPI
import Monitoring
import Text

/// What stands behind the figure of a chart: what is usual of it, and when the trouble began.
struct ChartBehind {
    private let history: History?
    private let format: @Sendable (Double) -> String
    private let began: Chart.Tick?
    private let isShown: Bool

    /// `isShown`: there is room for more than the figure.
    init(_ history: History?, _ measure: SeriesID.Measure, began: WallTime?, _ clock: Clock, isShown: Bool) {
        self.history = history
        self.isShown = isShown
        format = SeriesWords.format(measure)
        let span = history.map { $0.stepSeconds * Double($0.values.count) } ?? 0
        let back = history.flatMap { history in began.map { history.end.seconds(since: $0) } }
        guard let began, let back, span > 0, back >= 0, back <= span else {
            self.began = nil
            return
        }
        self.began = Chart.Tick(at: 1 - back / span, "began \(clock.ofDay(began))")
    }

    func put(into chart: inout Chart) {
        guard isShown else { return }
        if let usual = history?.usual { chart.usual = Chart.Band(low: usual.low, high: usual.high) }
        chart.before = history?.before.map { $0.map(Optional.some) } ?? []
        chart.moments = [began].compactMap(\.self)
    }

    /// For the head: what is usual now, or how much of it is learned.
    var words: [String] {
        usual + [history?.before?.last.map { "before \(format($0))" }].compactMap(\.self)
    }

    private var usual: [String] {
        if let low = history?.usual?.low.last, let high = history?.usual?.high.last {
            let (least, most) = (format(low), format(high))
            return [least == most ? "usual \(most)" : "usual \(least) to \(most)"]
        }
        return [history?.learnedSeconds.flatMap(Learning.words)].compactMap(\.self)
    }
}
