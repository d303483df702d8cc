import Display
import EngineAPI
import Monitoring
import Text

/// The lines behind an entity: a list, the newest last, and the chosen one in full below it.
struct LinesView {
    let model: Model
    let id: EntityID

    /// Title, choice, and what is not kept stand over the list.
    private static let headRows = 3

    /// Rows of the list on a screen of this size.
    static func listRows(_ size: Size) -> Int {
        let rows = PageView.body(size).rows - headRows
        return rows - fullRows(rows)
    }

    /// Of those the chosen line takes, with the rule over it.
    private static func fullRows(_ rows: Int) -> Int { rows < 8 ? 0 : min(12, rows / 3 + 1) }

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let shown = model.shownLines
        title(shown.count).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        guard area.rows > 1 else { return }
        drawChoice(shown, on: &painter, area.rows(1, 2))
        if area.rows > Self.headRows {
            painter.put(
                Line("  " + bounds, .faint).cut(to: area.columns, painter.glyphs), row: area.row + 2,
                column: area.column)
        }
        let body = area.rows(Self.headRows, area.rows)
        guard !body.isEmpty else { return }
        guard !shown.isEmpty else {
            painter.put(empty, .text, row: body.row, column: body.column + 2, width: body.columns - 2)
            return
        }
        let full = Self.fullRows(body.rows)
        drawList(shown, on: &painter, body.rows(0, body.rows - full))
        if full > 0 { drawWhole(shown, on: &painter, body.rows(body.rows - full, body.rows)) }
    }

    private func title(_ count: Int) -> TitleRule {
        let row = model.shown?.row(id)
        let pane = Pane(id.kind).map { "\($0.rawValue) \($0.title) / " } ?? ""
        let name = row?.label ?? Sanitizer.line(id.name, maxBytes: 256)
        let all = model.openLines?.lines.count ?? 0
        let lines =
            count == all ? Figures.counted(all, "line") : "\(count) of \(Figures.counted(all, "line"))"
        let read = row?.readAt.map { ", read \(Age.text(seconds: model.now.seconds(since: $0))) ago" } ?? ""
        return TitleRule(
            pane + Sanitizer.line(name) + " / lines",
            counts: [Line("\(lines), the newest last\(read)", .dim), Line(lines, .dim)], isFocused: true)
    }

    /// `all  failed  retried  ok   /timeout`, and at the right what came meanwhile.
    private func drawChoice(
        _ shown: [Detail.Lines.Line], on painter: inout Painter, _ area: Rect
    ) {
        var line = Line("  ")
        for outcome: Outcome? in [nil, .failure, .retry, .success] {
            let isChosen = outcome == model.lines.outcome
            let word = outcome?.word ?? "all"
            line += Line(isChosen ? "[\(word)]" : " \(word) ", isChosen ? .strong : .dim)
        }
        let used = painter.put(line, row: area.row, column: area.column, width: area.columns)
        let new = model.newLines(in: shown)
        let right =
            model.lines.chosen == nil
            ? Line("follows the newest", .dim)
            : Line(new > 0 ? "\(new) new, G" : "holds still, G follows", new > 0 ? .strong : .dim)
        let query = model.lines.query.text
        if model.lines.isTyping || !query.isEmpty {
            let start = area.column + used + 2
            let role: Role = model.lines.isTyping ? .field : .text
            let width = painter.put(
                "/" + query, role, row: area.row, column: start, width: area.endColumn - start)
            if model.lines.isTyping {
                painter.textCursor = Frame.Position(
                    row: area.row, column: min(start + width, area.endColumn - 1))
            }
            guard start + width + 2 + right.width(painter.glyphs) <= area.endColumn else { return }
        } else if used + 2 + right.width(painter.glyphs) > area.columns {
            return
        }
        painter.putRight(right, row: area.row, endColumn: area.endColumn)
    }

    /// From when on each outcome is kept, where there was more; who gives no lines.
    private var bounds: String {
        guard let lines = model.openLines else { return "" }
        let cut = [Outcome.failure, .retry, .success].compactMap { outcome -> String? in
            guard lines.isCut.contains(outcome),
                let first = lines.lines.first(where: { $0.line.outcome == outcome })
            else { return nil }
            return "\(outcome.word) since \(LineRows.time(first.line, model.clock))"
        }
        let silent = lines.without.map { "\(Sanitizer.line($0)) gives no lines" }
        return ((cut.isEmpty ? [] : ["kept: " + cut.joined(separator: ", ")]) + silent).joined(
            separator: "; ")
    }

    private var empty: String {
        guard let lines = model.openLines else { return "It is no longer there. Esc goes back." }
        return lines.lines.isEmpty ? "no line was seen yet" : "no line is so; Tab shows others, Esc goes back"
    }

    private func drawList(_ shown: [Detail.Lines.Line], on painter: inout Painter, _ area: Rect) {
        guard !area.isEmpty else { return }
        let place = model.linePlace(in: shown)
        let above = model.lines.chosen == nil ? area.rows - 1 : min(model.lines.rowsAbove, area.rows - 1)
        let top = max(0, place - above)
        let part = shown[top..<min(shown.count, top + area.rows)]
        let rows = LineRows(Array(part), clock: model.clock)
        for (index, line) in part.enumerated() {
            let row = area.row + index
            let text = rows.row(line, painter.glyphs).cut(to: area.columns, painter.glyphs)
            painter.put(text, row: row, column: area.column)
            if top + index == place {
                painter.cursorBar(Rect(row: row, column: area.column, rows: 1, columns: area.columns))
            }
        }
    }

    private func drawWhole(_ shown: [Detail.Lines.Line], on painter: inout Painter, _ area: Rect) {
        let line = shown[model.linePlace(in: shown)]
        let about = [
            line.line.isTimeRead ? "as read" : "its own time", line.line.level, Sanitizer.line(line.source),
        ]
        TitleRule(
            LineRows.time(line.line, model.clock) + " " + line.line.outcome.word,
            counts: [Line(about.compactMap { $0 }.joined(separator: ", "), .dim)]
        ).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        let texts = line.wholeText(width: area.columns - 2, painter.glyphs)
        let room = area.rows - 1
        for (index, text) in texts.prefix(room).enumerated() {
            painter.put(text, .text, row: area.row + 1 + index, column: area.column + 2)
        }
        if texts.count > room, room > 0 {
            painter.putRight(
                Line(" … \(texts.count - room) more, y copies all", .strong), row: area.endRow - 1,
                endColumn: area.endColumn)
        }
    }
}
