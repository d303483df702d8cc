import Display
import EngineAPI
import Monitoring
import Text

/// Each figure now beside what it was before the upgrade, a line each: the change, and how sure that is.
struct BeforeFacts {
    let before: [BaselineBook.Comparison]

    /// More would be a table.
    private static let most = 4

    /// Nil where nothing was captured of it.
    var block: Block? {
        let shown = before.prefix(Self.most)
        guard !shown.isEmpty else { return nil }
        let label = 2 + (shown.map { SeriesWords.title($0.measure).count }.max() ?? 0)
        let lines = shown.map { one in
            Line("  " + SeriesWords.title(one.measure).padded(to: label), .dim) + Line(words(one), .text)
        }
        return Block(rows: lines.count + 1) { painter, area in
            TitleRule("Now and before the upgrade").draw(
                on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in lines.enumerated() {
                painter.put(
                    line.cut(to: area.columns, painter.glyphs), row: area.row + 1 + index,
                    column: area.column)
            }
        }
    }

    /// The offer to take a level that lasts as usual, with both figures.
    static func words(_ shift: LastingShift, now: WallTime) -> String {
        let format = SeriesWords.format(shift.measure)
        let age = Age.text(seconds: max(0, now.seconds(since: shift.since)))
        let level = "\(SeriesWords.title(shift.measure)) has stood at \(format(shift.level)) for \(age)"
        return "\(level), where \(format(shift.usual)) was usual: is this the new normal? :normal takes it"
    }

    /// `8.1 now, 14.0 before: -42 %, below 9.2 to 18.0 · of 30 min and 412 half hours`
    private func words(_ one: BaselineBook.Comparison) -> String {
        let format = SeriesWords.format(one.measure)
        let range = "\(format(one.low)) to \(format(one.high))"
        let change = one.change.map { change in
            let percent = Figures.fixed(abs(change) * 100, decimals: abs(change) < 0.095 ? 1 : 0)
            return ": \(change < 0 ? "-" : "+")\(percent) %"
        }
        let sure =
            switch one.isWithin {
            case nil: "too little read to tell"
            case true?: "within \(range)"
            case false?: (one.now < one.low ? "below " : "above ") + range
            }
        let samples =
            "of \(Age.text(seconds: one.seconds)) and \(Figures.counted(one.halfHours, "half hour"))"
        return "\(format(one.now)) now, \(format(one.then)) before\(change ?? ""), \(sure) · \(samples)"
    }
}
