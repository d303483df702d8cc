import Display
import EngineAPI
import Monitoring
import Text

/// What is wrong, one a cause, the worst and oldest first: each a line with its sentence below.
struct AlertsPane {
    let model: Model

    func draw(on painter: inout Painter, in area: Rect, isFocused: Bool) {
        painter.offer(Hit.pane(.alerts), on: area)
        let alerts = model.alerts
        TitleRule("\(Pane.alerts.rawValue) \(Pane.alerts.title)", counts: counts, isFocused: isFocused)
            .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        var body = area.rows(1, area.rows)
        if let learning = model.shown?.learningSentence, body.rows > 3 {
            painter.put(
                Line(learning, .dim).cut(to: body.columns - 2, painter.glyphs),
                row: body.endRow - 1,
                column: body.column + 2)
            body = body.rows(0, body.rows - 1)
        }
        let pending = PendingRows(model: model)
        let waiting = pending.rows(of: alerts.isEmpty ? body.rows - 1 : max(1, body.rows / 4))
        pending.draw(on: &painter, in: body.rows(body.rows - waiting, body.rows))
        body = body.rows(0, body.rows - waiting)
        guard !alerts.isEmpty else {
            let all = model.shown?.alerts.count ?? 0
            let words =
                all == 0
                ? "nothing is wrong"
                : "the filter hides \(Figures.counted(all, "alert"))"
            painter.put(words, .dim, row: body.row, column: body.column + 2)
            return
        }
        let chosen = isFocused ? model.alertPlace : nil
        let width = body.columns - 2
        // What follows and what changed is told whole where there is room, and of the one under the cursor.
        var blocks = alerts.map { lines($0, width: width, isWhole: true, painter.glyphs) }
        if blocks.reduce(0, { $0 + $1.count }) > body.rows {
            for place in blocks.indices where place != chosen {
                blocks[place] = lines(alerts[place], width: width, isWhole: false, painter.glyphs)
            }
        }
        var start = 0
        if let chosen {
            // The one under the cursor is whole on the screen.
            while start < chosen, blocks[start...chosen].reduce(0, { $0 + $1.count }) > body.rows {
                start += 1
            }
        }
        var row = 0
        for (place, block) in blocks.enumerated().dropFirst(start) {
            let height = min(block.count, body.rows - row)
            guard height > 0 else { break }
            let area = body.rows(row, row + height)
            let alert = alerts[place]
            let role: Role = alert.isQuiet ? .dim : alert.severity.role
            painter.put(alert.severity.glyph, role, row: area.row, column: area.column)
            for (offset, line) in block.prefix(height).enumerated() {
                painter.put(line, row: area.row + offset, column: area.column + 2)
            }
            painter.offer(Hit.alert(alert.key), on: area)
            if chosen == place { painter.cursorBar(area) }
            row += height
        }
    }

    private var counts: [Line] {
        let alerts = model.alerts
        let pending = model.shown?.pendingCount ?? 0
        let waiting = pending > 0 ? Line(" · \(pending) pending", .dim) : Line()
        guard !alerts.isEmpty else { return pending > 0 ? [Line("\(pending) pending", .dim)] : [] }
        let (critical, all) = (alerts.count { $0.severity == .critical && !$0.isQuiet }, alerts.count)
        let folded = alerts.reduce(0) { $0 + $1.foldedCount }
        let (found, known) = model.extent(of: .alerts)
        var line = Line(model.filter.isEmpty ? "\(all)" : "\(found) of \(known)", .dim)
        let aside = alerts.count { $0.aside != nil }
        if critical > 0 { line += Line(" · ", .dim) + Line("\(critical) critical", .critical) }
        let short = line
        // Of these nothing is found now: row 1 does not count them.
        let over = alerts.count { $0.severity == .ok }
        if over > 0 { line += Line(" · \(over) \(over == 1 ? "waits for its" : "wait for their") end", .dim) }
        if aside > 0 { line += Line(" · \(aside) set aside", .dim) }
        let silenced = alerts.count { $0.silence != nil }
        if silenced > 0 { line += Line(" · \(silenced) silenced", .dim) }
        line += waiting
        guard folded > 0 else { return [line, short] }
        return [line + Line(" · \(folded) more follow from them", .dim), line, short]
    }

    /// Who, since when, who knows it; then what is wrong, what follows and what changed before.
    func lines(_ alert: AlertRow, width: Int, isWhole: Bool, _ glyphs: GlyphSet) -> [Line] {
        func told(_ words: String) -> [Line] {
            Sentence.lines([words], width: width, limit: isWhole ? 3 : 1, glyphs).map { Line($0, .dim) }
        }
        var lines = [head(alert, width: width, glyphs)]
        let isOver = alert.severity == .ok
        let sentence = isOver ? "last: " + alert.sentence : alert.sentence
        let parts = [isOver ? model.clock.ending(alert) : nil, sentence].compactMap(\.self)
        lines += Sentence.lines(parts, width: width, glyphs).map { Line($0, .text) }
        if !isOver, let outlook = outlook(alert) { lines += told(outlook) }
        if let aside = alert.aside {
            lines.append(
                Line(aside.sentence(at: model.now.wall), .dim).cut(to: width, glyphs))
        }
        if let silence = alert.silence {
            lines.append(Line(model.clock.words(silence), .dim).cut(to: width, glyphs))
        }
        if alert.foldedCount > 0 { lines += told(follows(alert)) }
        if !alert.changes.isEmpty { lines += told("changed: " + alert.changes.joined(separator: " · ")) }
        if !alert.records.isEmpty { lines += told("records: " + alert.records.joined(separator: " ")) }
        return lines
    }

    /// Who and since when, and as much of the rest as there is room for: what is wrong stands in the sentence below.
    private func head(_ alert: AlertRow, width: Int, _ glyphs: GlyphSet) -> Line {
        let name = Line(alert.label, alert.isQuiet ? .dim : .strong)
        let isOver = alert.severity == .ok
        let word = Line("  \(isOver ? alert.kind.past : alert.kind.word)", .text)
        let age = Age.text(seconds: max(0, model.now.wall.seconds(since: alert.since)))
        var since = Line("  since \(model.clock.text(alert.since)), \(age)", .dim)
        if isOver {
            let end = alert.goneAt.map { " to \(model.clock.text($0))" } ?? ""
            since = Line("  \(model.clock.text(alert.since))\(end), nothing of it now", .dim)
        }
        if alert.isFlapping { since += Line("  comes and goes", .warning) }
        let owner = Line(alert.owner.map { "  \($0)" } ?? "", .dim)
        let tail = Line("  " + age, .dim)
        let forms = [name + word + since + owner, name + word + since, name + since, name + tail]
        if let form = forms.first(where: { $0.width(glyphs) <= width }) { return form }
        return name.cut(to: max(8, width - tail.width(glyphs)), glyphs) + tail
    }

    /// When it will hurt; how fast it gets worse is mostly told by the sentence already.
    private func outlook(_ alert: AlertRow) -> String? {
        guard let outlook = alert.outlook, !alert.sentence.mentions(outlook) else { return nil }
        guard let end = outlook.firstPlace(of: ": "), alert.sentence.mentions(outlook[..<end.lowerBound])
        else { return outlook }
        return String(outlook[end.upperBound...])
    }

    private func follows(_ alert: AlertRow) -> String {
        let named = alert.folded.prefix(4).map { folded in
            "\(model.row(folded.entity)?.label ?? folded.entity.name) (\(folded.kind.word))"
        }
        let rest = alert.foldedCount - named.count
        return "+\(alert.foldedCount) \(alert.foldedCount == 1 ? "follows" : "follow"): "
            + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}

/// The first of the alerts in one line, above all panes.
struct FirstAlert {
    let model: Model

    func draw(on painter: inout Painter, row: Int, width: Int) {
        guard let alert = model.alertsByUrgency.first(where: { $0.isStanding }) else {
            guard let learning = model.shown?.learningSentence else { return }
            painter.put(
                Line(learning, .dim).cut(to: width - 2, painter.glyphs), row: row,
                column: 2)
            return
        }
        let more = model.alerts.count { $0.isStanding } - 1
        let age = Age.text(seconds: max(0, model.now.wall.seconds(since: alert.since)))
        var tail = " · for \(age)"
        if alert.foldedCount > 0 { tail += " · +\(alert.foldedCount) follow" }
        if more > 0 { tail += " · \(Figures.counted(more, "more alert")): key 7" }
        painter.put(alert.severity.glyph, alert.severity.role, row: row, column: 0)
        let room = width - 2 - painter.glyphs.width(tail)
        // Whole parts of the sentence, as many as there is room for.
        let name = Line(alert.label, .strong) + Line(": ", .text)
        var (parts, rest) = ([String](), alert.sentence[...])
        while let end = rest.firstPlace(of: " · ") {
            parts.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        parts.append(String(rest))
        let told = Sentence.lines(
            parts, width: max(room - name.width(painter.glyphs), 20), limit: 1, painter.glyphs)
        let shown = (name + Line(told.first ?? "", .text)).cut(to: max(room, 20), painter.glyphs)
        painter.put(shown + Line(tail, .dim), row: row, column: 2)
        painter.offer(Hit.pane(.alerts), on: Rect(row: row, column: 0, rows: 1, columns: width))
    }
}

extension AlertRow {
    /// It is wrong now, and nobody has set it aside or silenced it.
    var isStanding: Bool { !isQuiet && severity < .ok }

    /// A person has taken it out of sight, or has it told to nobody.
    var isQuiet: Bool { aside != nil || silence != nil }
}
