import Display
import EngineAPI
import Monitoring
import Text

/// What a person's command has printed, to be scrolled.
struct OutputView {
    let model: Model

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty, let shown = model.run else { return }
        let body = area.rows(1, area.rows)
        let rows = rows(Size(rows: body.rows, columns: body.columns), painter.glyphs)
        let offset = min(shown.offset, max(0, rows.count - body.rows))
        let below = rows.count - offset - body.rows
        let state = Line(state(shown), shown.end?.isGood == false ? .warning : .dim)
        let more = Line("PgDn " + Figures.counted(below, "more line"), .dim)
        TitleRule(
            "Run / \(shown.run.command.name)",
            counts: below > 0 ? [state + Line(" · ", .dim) + more, more] : [state],
            isFocused: true
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        for (index, line) in rows.dropFirst(offset).prefix(body.rows).enumerated() {
            painter.put(line, row: body.row + index, column: area.column, width: area.columns)
        }
    }

    /// How far it can be scrolled on a body of this size.
    func scrollRange(_ size: Size) -> Int { max(0, rows(size, .blocks).count - size.rows) }

    private func state(_ shown: RunState) -> String {
        if let end = shown.end { return end.words }
        let age = Age.text(seconds: max(0, model.now.seconds(since: shown.startedAt)))
        return "at work for \(age), ended after \(Age.text(shown.run.command.deadline))"
    }

    private func rows(_ size: Size, _ glyphs: GlyphSet) -> [Line] {
        guard let shown = model.run else { return [] }
        let head = OutputText.broken(shown.run.line, width: size.columns, glyphs).map { Line($0, .dim) }
        guard let end = shown.end else {
            return head + [Line(), Line("What it prints is shown when it has ended.", .dim)]
        }
        let lines = shown.lines.flatMap { line in
            let role = line.spans.first?.role ?? .text
            return OutputText.broken(line.text, width: size.columns, glyphs).map { Line($0, role) }
        }
        let words = OutputText.broken(Sanitizer.line(end.words), width: size.columns, glyphs)
        return head + [Line()] + lines + [Line()] + words.map { Line($0, end.isGood ? .dim : .warning) }
    }
}
