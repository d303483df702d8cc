import Display
import EngineAPI
import Monitoring
import Text

/// The silences that last, the first to end on top: which alerts, by whom, until when, why, and what each hides now.
struct SilencesView {
    let model: Model

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let silences = model.silences
        let hidden = model.shown?.alerts.count { $0.silence != nil } ?? 0
        let counts =
            silences.isEmpty
            ? []
            : [
                Line(
                    "\(Figures.counted(silences.count, "silence")) · "
                        + (hidden == 0
                            ? "no alert is hidden now"
                            : "\(Figures.counted(hidden, "open alert", "open alerts")) told to nobody"),
                    .dim)
            ]
        TitleRule("9 Silences", counts: counts, isFocused: true).draw(
            on: &painter, row: area.row, columns: area.column..<area.endColumn)
        let body = area.rows(1, area.rows)
        guard !silences.isEmpty else {
            let key = KeyMap.name(of: .silence)
            let words = [
                "nothing is silenced: each alert is told", "\(key) on an alert silences it and its like",
            ]
            let lines = Sentence.lines(words, width: body.columns - 2, limit: body.rows, painter.glyphs)
            for (row, line) in lines.enumerated() {
                painter.put(line, .dim, row: body.row + row, column: body.column + 2)
            }
            return
        }
        let blocks = silences.map { lines($0, width: body.columns - 2, painter.glyphs) }
        let chosen = model.silencePlace ?? 0
        var start = 0
        while start < chosen, blocks[start...chosen].reduce(0, { $0 + $1.count }) > body.rows { start += 1 }
        var row = 0
        for (place, block) in blocks.enumerated().dropFirst(start) {
            let rect = body.rows(row, row + block.count)
            guard !rect.isEmpty else { break }
            for (offset, line) in block.prefix(rect.rows).enumerated() {
                painter.put(line, row: rect.row + offset, column: rect.column + 2, width: rect.columns - 2)
            }
            painter.offer(Hit.silence(silences[place].id), on: rect)
            if place == chosen { painter.cursorBar(rect) }
            row += block.count
        }
    }

    private func lines(_ silence: Silence, width: Int, _ glyphs: GlyphSet) -> [Line] {
        let left = Age.text(seconds: max(0, silence.until.seconds(since: model.now.wall)))
        let until = Line("until \(model.clock.text(silence.until))", .text) + Line(", \(left) left", .dim)
        let name = Line(silence.matcher.text, .strong)
        let beside = name + Line("  ") + until
        let head = beside.width(glyphs) <= width ? [beside] : [name.cut(to: width, glyphs), until]
        let why = "\(silence.by) at \(model.clock.text(silence.at)): \(silence.why)"
        let hidden = (model.shown?.alerts ?? []).filter {
            $0.silence.map { ExactName.same($0.id, silence.id) } ?? false
        }
        let names = hidden.prefix(4).map(\.label).joined(separator: ", ") + (hidden.count > 4 ? " …" : "")
        let hides =
            hidden.isEmpty ? "hides nothing now" : "hides \(Figures.counted(hidden.count, "alert")): \(names)"
        return head + Sentence.lines([why], width: width, glyphs).map { Line($0, .text) }
            + Sentence.lines([hides], width: width, limit: 1, glyphs).map { Line(Sanitizer.line($0), .dim) }
    }
}
