import Display
import EngineAPI
import Monitoring
import Text

/// One alert on the whole screen, to be read as an argument: what is wrong, what was expected and what came, the figure
/// over time, what changed before, what follows, which records, what to do.
struct AlertView {
    let model: Model
    let key: AlertKey

    private static let label = 11

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let body = area.rows(1, area.rows)
        page(Canvas(size: Size(rows: body.rows, columns: body.columns), glyphs: painter.glyphs)).draw(
            on: &painter, in: area, offset: model.detailView.offset
        ) { below in
            let name = alert.map { "\($0.label) \($0.kind.word)" } ?? key.entity.name
            return TitleRule(
                "\(Pane.alerts.rawValue) \(Pane.alerts.title) / " + Sanitizer.line(name, maxBytes: 256),
                counts: ScrolledPage.counts(place, below: below), isFocused: true)
        }
    }

    func scrollRange(_ canvas: Canvas) -> Int { page(canvas).range(canvas.size.rows) }

    /// All it says, a line each.
    var text: [String] {
        guard let alert else { return [] }
        return [Self.line(alert, model.clock)] + argument(alert).points.map { "\($0.label): \($0.text)" }
            + alert.changes.map { "changed: \($0)" }
            + followers(alert).map { "follows: \($0.text)" } + (rest(alert).map { [$0] } ?? [])
            + (alert.records.isEmpty ? [] : ["records: " + alert.records.joined(separator: " ")])
            + [("owner", alert.owner), ("runbook", alert.runbook)].compactMap { label, text in
                text.map { "\(label): \(Sanitizer.line($0))" }
            }
    }

    /// The alert in one line.
    static func line(_ alert: AlertRow, _ clock: Clock) -> String {
        Sanitizer.line(
            "\(alert.severity == .ok ? "waits for its end" : alert.severity.rawValue) \(alert.label): \(clock.told(alert)) · since \(clock.text(alert.since))"
        )
    }

    // MARK: Parts

    private var alert: AlertRow? { model.alert(key) }
    private var detail: Detail? { alert.flatMap { model.details[$0.entity] } }

    /// `2 of 5`
    private var place: String {
        let all = model.alerts
        guard let place = all.firstIndex(where: { $0.key == key }) else { return "" }
        return "\(place + 1) of \(all.count)"
    }

    private func argument(_ alert: AlertRow) -> AlertArgument {
        AlertArgument(
            alert: alert, detail: detail, now: model.now.wall, clock: model.clock,
            learnedSeconds: model.shown?.learnedSeconds)
    }

    private func page(_ canvas: Canvas) -> ScrolledPage {
        guard let alert else {
            return ScrolledPage(blocks: [.lines([Line("  It is over. Esc goes back.", .text)])])
        }
        let (width, glyphs) = (canvas.size.columns, canvas.glyphs)
        let gap = canvas.size.rows >= 26 ? [Block.gap] : []
        let charts = DetailCharts(
            model: model, id: alert.entity, began: alert.since, told: alert.kind.measure)
        var rest: [Block] = []
        if let changed = changedBlock(alert, width, glyphs) { rest += [changed] + gap }
        if let follows = followBlock(alert) { rest += [follows] + gap }
        if !alert.records.isEmpty {
            rest += [titled("Records", wrapped(alert.records, "", width, glyphs))] + gap
        }
        rest += [toDo(alert, width, glyphs)].compactMap(\.self)
        let points = argument(alert).points.flatMap { wrapped([$0.text], $0.label, width, glyphs) }
        var blocks = [sentence(alert, width, glyphs), .lines(points)] + gap
        let words = (blocks + rest).reduce(0) { $0 + $1.rows }
        let height = min(max(canvas.size.rows - words - gap.count, min(8, canvas.size.rows - 2)), 12)
        blocks += charts.main(width: width, height: height) + gap
        return ScrolledPage(blocks: blocks + rest)
    }

    private func sentence(_ alert: AlertRow, _ width: Int, _ glyphs: GlyphSet) -> Block {
        let role: Role = alert.isQuiet ? .dim : alert.severity.role
        // Most rules begin with what is wrong themselves.
        let begins = alert.kind == .noConsumer ? "nobody takes" : alert.kind.word
        let isSaid = alert.sentence.utf8.starts(with: begins.utf8)
        let word = alert.severity == .ok ? "waits for its end" : alert.severity.word
        var lines = Sentence.lines(
            alert.severity == .ok
                ? [word, model.clock.past(alert) ?? "", "last: " + alert.sentence]
                : [word + (isSaid ? "" : ", " + alert.kind.word), alert.sentence], width: width - 2, limit: 6,
            glyphs
        ).map { Line("  " + $0, .text) }
        if let first = lines.first {
            let text = first.spans.map(\.text).joined().dropFirst(2)
            let head = text.hasPrefix(word) ? word : ""
            lines[0] = Line([
                Span(alert.severity.glyph + " ", role), Span(head, role),
                Span(String(text.dropFirst(head.count)), .text),
            ])
        }
        if let aside = alert.aside {
            lines += Sentence.lines([aside.sentence(at: model.now.wall)], width: width - 2, glyphs).map {
                Line("  " + $0, .strong)
            }
        }
        if let silence = alert.silence {
            lines += Sentence.lines([model.clock.words(silence)], width: width - 2, glyphs).map {
                Line("  " + $0, .strong)
            }
        }
        return .lines(lines)
    }

    /// The label once, what it says under each other.
    private func wrapped(_ parts: [String], _ label: String, _ width: Int, _ glyphs: GlyphSet) -> [Line] {
        let indent = label.isEmpty ? 0 : Self.label
        let lines = Sentence.lines(
            [parts.joined(separator: " ")], width: max(10, width - indent - 2), limit: 8, glyphs)
        return lines.enumerated().map { place, line in
            Line("  " + (place == 0 ? label : "").padded(to: indent), .dim) + Line(line, .text)
        }
    }

    private func titled(_ title: String, _ lines: [Line]) -> Block {
        Block(rows: lines.count + 1) { painter, area in
            TitleRule(title).draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in lines.enumerated() {
                painter.put(
                    line.cut(to: area.columns, painter.glyphs), row: area.row + 1 + index,
                    column: area.column)
            }
        }
    }

    /// As the page of the thing has it, else in the words of the alert.
    private func changedBlock(_ alert: AlertRow, _ width: Int, _ glyphs: GlyphSet) -> Block? {
        if let block = ChangedBlock(detail: detail, since: alert.since, clock: model.clock)
            .block(width: width, glyphs)
        {
            return block
        }
        guard !alert.changes.isEmpty else { return nil }
        return titled("What changed", alert.changes.flatMap { wrapped([$0], "", width, glyphs) })
    }

    // MARK: What follows

    /// Folded only the first of them are told.
    private static let fewFollowers = 3

    private func followBlock(_ alert: AlertRow) -> Block? {
        guard alert.foldedCount > 0 else { return nil }
        let all = followers(alert)
        let shown = model.isUnfolded ? all : Array(all.prefix(Self.fewFollowers))
        var lines = shown.map { follower in
            Line([
                Span("  ", .text), Span(follower.status.glyph + " ", follower.status.role),
                Span(follower.text, .text),
            ])
        }
        let hidden = all.count - shown.count
        if hidden > 0 {
            let key = KeyMap.name(of: .unfold)
            lines.append(Line("    and \(alert.foldedCount - shown.count) more: \(key) shows them", .dim))
        } else if let rest = rest(alert) {
            lines.append(Line("    " + rest, .dim))
        }
        // It was told as something else first.
        let words = alert.openedAs == nil ? "What follows from it" : "What it began with, and what follows"
        return titled("\(words) (\(alert.foldedCount))", lines)
    }

    private func followers(_ alert: AlertRow) -> [(status: Status, text: String)] {
        alert.folded.map { key in
            let row = model.shown?.row(key.entity)
            // What followed and is over stays part of the argument, and is not told as if it went on.
            let isOver = row?.judgement.status == .ok
            let since =
                isOver ? ", ok by now" : row?.judgement.since.map { ", since " + model.clock.text($0) } ?? ""
            let name = row?.label ?? Sanitizer.line(key.entity.name, maxBytes: 128)
            return (row?.judgement.status ?? alert.severity, "\(name) \(key.kind.word)\(since)")
        }
    }

    private func rest(_ alert: AlertRow) -> String? {
        let more = alert.foldedCount - alert.folded.count
        return more > 0 ? "and \(more) more, marked in their panes" : nil
    }

    // MARK: What to do

    private func toDo(_ alert: AlertRow, _ width: Int, _ glyphs: GlyphSet) -> Block? {
        if let row = model.shown?.row(alert.entity) {
            return Whose(model: model, row: row, tellsWeight: false).block(width, glyphs)
        }
        let known = [("owner", alert.owner), ("runbook", alert.runbook)].compactMap { label, text in
            text.map { (label, $0) }
        }
        guard !known.isEmpty else { return nil }
        return titled("What to do", known.flatMap { wrapped([Sanitizer.line($0.1)], $0.0, width, glyphs) })
    }
}
