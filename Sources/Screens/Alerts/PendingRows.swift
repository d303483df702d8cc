import Display
import EngineAPI
import Monitoring
import Text

/// What becomes an alert if it lasts, one a line below those that are told: greyed, as nobody is told of it yet.
struct PendingRows {
    let model: Model

    private var all: [PendingAlert] {
        let pending = model.shown?.pending ?? []
        guard !model.filter.isEmpty else { return pending }
        return pending.filter { alert in
            model.row(alert.entity).map { model.filter.matches($0) } ?? true
        }
    }

    /// With its line for those that there is no room for.
    func rows(of room: Int) -> Int { min(all.count, max(0, room)) }

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let all = all
        let total = model.filter.isEmpty ? max(all.count, model.shown?.pendingCount ?? 0) : all.count
        let shown = total > area.rows ? area.rows - 1 : area.rows
        for (row, alert) in all.prefix(shown).enumerated() {
            painter.put(alert.severity.glyph, .faint, row: area.row + row, column: area.column)
            painter.put(
                line(alert, area.columns - 2, painter.glyphs), row: area.row + row, column: area.column + 2)
        }
        guard shown < area.rows else { return }
        let words = "\(shown > 0 ? "and " : "")\(total - shown) \(shown > 0 ? "more " : "")pending"
        painter.put(words, .dim, row: area.row + area.rows - 1, column: area.column + 2)
    }

    /// `erp.order.export  nobody takes from it  pending, told at 03:12 if it lasts · 12 wait`
    private func line(_ alert: PendingAlert, _ width: Int, _ glyphs: GlyphSet) -> Line {
        let name = Line(alert.label, .dim)
        let kind = Line("  \(alert.kind.word)", .dim)
        let (long, short) = waits(alert)
        let head = name + kind + long
        let room = width - head.width(glyphs) - glyphs.width(" · ")
        let sentence = room < 16 ? nil : Sentence.lines([alert.sentence], width: room, limit: 1, glyphs).first
        if let sentence, glyphs.width(sentence) <= room { return head + Line(" · \(sentence)", .dim) }
        let forms = [head, name + long, name + short]
        if let form = forms.first(where: { $0.width(glyphs) <= width }) { return form }
        return name.cut(to: max(6, width - short.width(glyphs)), glyphs) + short
    }

    /// For how long, or for how much: in full and in short.
    private func waits(_ alert: PendingAlert) -> (long: Line, short: Line) {
        func lines(_ told: String, _ left: String) -> (Line, Line) {
            let words = alert.silence == nil ? told : "silenced"
            return (Line("  pending, \(words), \(left)", .dim), Line("  pending, \(left)", .dim))
        }
        guard let at = alert.at else {
            let percent = Int(exactly: ((alert.evidence ?? 0) * 100).rounded(.down)) ?? 0
            return lines("it takes more evidence", "\(percent) % of it")
        }
        let left = Age.text(seconds: max(0, at.seconds(since: model.now.wall)).rounded(.up))
        return lines("told at \(model.clock.text(at)) if it lasts", "in \(left)")
    }
}
