import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// One entity on the whole screen: a sentence, its history, its figures, its rules, its last events.
struct DetailView {
    let model: Model
    let id: EntityID

    /// Draws the part of the page the model has scrolled to.
    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let body = area.rows(1, area.rows)
        page(Canvas(size: Size(rows: body.rows, columns: body.columns), glyphs: painter.glyphs)).draw(
            on: &painter, in: area, offset: model.detailView.offset
        ) { title(below: $0, width: area.columns) }
    }

    /// How far the page can be scrolled on a body of this size.
    func scrollRange(_ canvas: Canvas) -> Int { page(canvas).range(canvas.size.rows) }

    private func page(_ canvas: Canvas) -> ScrolledPage { ScrolledPage(blocks: blocks(canvas)) }

    // MARK: Parts

    private var row: (any Row)? { model.shown?.row(id) }
    private var detail: Detail? { model.details[id] }

    private func title(below: Int, width: Int) -> TitleRule {
        let pane = Pane(id.kind)
        let place = pane.map { "\($0.rawValue) \($0.title) / " } ?? ""
        let plain = Sanitizer.line(id.name, maxBytes: 256)
        var name = row?.label ?? plain
        // A flow stands in its row by what it moves; what it is called in the config is asked for as well.
        if row is IntegrationRow, width >= 60 { name += " (\(plain))" }
        return TitleRule(
            place + Sanitizer.line(name), counts: ScrolledPage.counts(freshness, below: below),
            isFocused: true)
    }

    /// `amqp, read 2 s ago, every 5 s`
    private var freshness: String {
        guard let row else { return "" }
        var parts: [String] = []
        if let queue = row as? QueueRow { parts.append(queue.transport.rawValue) }
        if let source = row as? SourceRow { parts.append(source.kind) }
        parts.append(
            row.readAt.map { "read \(Age.text(seconds: model.now.seconds(since: $0))) ago" } ?? "never read")
        let probes = (model.shown?.sources ?? []).filter { row.sources.contains($0.id.name) }.flatMap(
            \.probes)
        let own = probes.filter { $0.schedule.subject == Self.subject(id.kind) }
        if let interval = (own.isEmpty ? probes : own).map(\.schedule.interval).min() {
            parts.append("every \(Age.text(interval))")
        }
        return parts.joined(separator: ", ")
    }

    /// What the probe of such an entity reads.
    private static func subject(_ kind: EntityID.Kind) -> String {
        switch kind {
        case .queue: "queues"
        case .integration: "outcomes"
        case .cron: "cron"
        case .indexer: "indexers"
        case .flag: "flags"
        case .source, .recon: ""
        }
    }

    private func blocks(_ canvas: Canvas) -> [Block] {
        let width = canvas.size.columns
        guard let row else {
            return [.lines([Line("  It is no longer there. Esc goes back.", .text)])]
        }
        let isRoomy = canvas.size.rows >= 26
        let gap = isRoomy ? [Block.gap] : []
        let whose = Whose(model: model, row: row)
        var blocks = [sentence(row, width: width, canvas.glyphs)] + whose.head(width, canvas.glyphs) + gap
        let charts = DetailCharts(model: model, id: id)
        let rules = rulesBlock
        let lines = LinesBlocks(lines: detail?.lines, row: row, clock: model.clock)
        let error = lines.lastError(width: width, canvas.glyphs)
        var rest = error.map { [$0] + gap } ?? []
        let changes = ChangedBlock(detail: detail, clock: model.clock)
        if let changed = changes.block(width: width, canvas.glyphs) { rest += [changed] + gap }
        if let source = row as? SourceRow {
            rest += [ProbesTable(source: source, now: model.now).block(width: width)] + gap
        }
        let isBeside = rules != nil && width >= 100
        let facts = factsBlock(
            row, hasError: error != nil, width: isBeside ? width / 2 - 4 : width, canvas.glyphs)
        if let rules, isBeside {
            rest += [.beside(facts, rules, leftWidth: width / 2 - 4)] + gap
        } else {
            // The figures stood in the row that was opened; what judges them did not.
            rest += (rules.map { [$0] + gap } ?? []) + [facts] + gap
        }
        if let before = BeforeFacts(before: detail?.before ?? []).block { rest += [before] + gap }
        if let topics = detail?.topics {
            rest += [TopicsTable(topics: topics, now: model.now.wall).block] + gap
        }
        if let newest = lines.newestLines { rest += [newest] + gap }
        if let events = eventsBlock(width: width, canvas.glyphs) { rest += [events] + gap }
        if let whatToDo = whose.block(width, canvas.glyphs) { rest += [whatToDo] + gap }
        rest += charts.rest(width: width)
        // The chart takes what the words leave, within reason.
        let words = (blocks + rest).reduce(0) { $0 + $1.rows }
        let height = min(max(canvas.size.rows - words - gap.count, min(8, canvas.size.rows - 2)), 14)
        blocks += charts.main(width: width, height: height) + gap
        return blocks + rest
    }

    private func sentence(_ row: any Row, width: Int, _ glyphs: GlyphSet) -> Block {
        let judgement = row.judgement
        var word = judgement.status.word
        // Most sentences tell the time themselves.
        let isTold = judgement.reason.contains { $0.hasPrefix("since ") }
        if let since = judgement.since, !isTold, judgement.reason.first?.firstPlace(of: " since ") == nil {
            word += " since " + model.clock.text(since)
        }
        let role: Role = judgement.aside == nil ? judgement.status.role : .dim
        var lines: [Line] = []
        let texts = Sentence.lines(
            [word] + model.clock.words(judgement).map { Sanitizer.line($0) }, width: width - 2, limit: 6,
            glyphs)
        for (index, text) in texts.enumerated() {
            guard index == 0, text.hasPrefix(word) else {
                lines.append(Line("  " + text, .text))
                continue
            }
            lines.append(
                Line([
                    Span(judgement.status.glyph + " ", role), Span(word, role),
                    Span(String(text.dropFirst(word.count)), .text),
                ]))
        }
        if let shift = detail?.shift {
            lines += Sentence.lines(
                [BeforeFacts.words(shift, now: model.now.wall)], width: width - 2, limit: 3, glyphs
            ).map { Line("  " + $0, .strong) }
        }
        if let aside = judgement.aside {
            let began = model.clock.text(aside.at)
            lines += Sentence.lines(
                ["\(model.clock.words(aside)) (at \(began))"], width: width - 2, glyphs
            ).map { Line("  " + $0, .strong) }
        }
        if let flag = row as? FlagRow {
            func put(_ words: String) {
                lines += Line(words, .strong).broken(to: width - 2, glyphs).map { Line("  ") + $0 }
            }
            if let undone = flag.undone, let step = undone.step {
                let words =
                    undone.isBeingDone ? "at work" : "key \(KeyMap.name(of: .finishChange)), asks first"
                put("what is left to do: \(step.command) (\(words))")
            }
            switch model.progress(of: flag) {
            case .seen: break
            case .asked(let to, _):
                put("turning \(to.text): \(FlagRow.Progress.asked)")
            case .running(let to, _, let since, let pid):
                let age = Age.text(seconds: max(0, model.now.wall.seconds(since: since)))
                put("turning \(to.text) for \(age): still at work, pid \(pid)")
            case .unknown(let to, _):
                let end = FlagRow.words(openUntil: flag.openUntil, model.clock)
                let words = "? not known whether it is \(to.text): \(end ?? "it is read again")"
                lines += Line(words, .unknown).broken(to: width, glyphs)
            }
        }
        return .lines(lines)
    }

    private func factsBlock(_ row: any Row, hasError: Bool, width: Int, _ glyphs: GlyphSet) -> Block {
        let isOld = row.judgement.status == .stale || row.judgement.status == .unknown
        let role: Role = isOld ? .stale : .text
        var facts = DetailFacts(
            row: row, now: model.now, clock: model.clock, jobs: model.shown?.cron.jobs
        ).facts
        // It stands in full over them.
        if hasError { facts.removeAll { $0.label == "last error" } }
        let known = Set(facts.map(\.label))
        facts += (detail?.facts ?? []).filter { !known.contains($0.label) }
        let label = min(24, (facts.map(\.label.count).max() ?? 0) + 2)
        let room = max(8, width - label - 2)
        // A sentence is read to its end: why it must stay healthy, or cannot be switched.
        let rows = facts.flatMap { fact in
            let told = Sentence.lines([Sanitizer.line(fact.value)], width: room, limit: 3, glyphs)
            return (told.isEmpty ? [""] : told).enumerated().map { place, text in
                (place == 0 ? fact.label : "", Line(text, fact.value == "-" ? .faint : role))
            }
        }
        return Block(rows: rows.count + 1) { painter, area in
            TitleRule(isOld ? "Last known" : "Now").draw(
                on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, (name, value)) in rows.enumerated() {
                let row = area.row + 1 + index
                painter.put(name, .dim, row: row, column: area.column + 2, width: label - 1)
                painter.put(value, row: row, column: area.column + 2 + label)
            }
        }
    }

    private var rulesBlock: Block? {
        guard let detail else {
            return model.detailView.isAnswered
                ? nil : .lines([Line("  asking for its rules and its history", .dim)])
        }
        guard !detail.rules.isEmpty else { return nil }
        let times =
            (row.map { Clock.times($0.judgement) } ?? [])
            + [(row as? CronRow)?.lastSuccess].compactMap(\.self)
        let rules = detail.rules.map { rule in
            var rule = rule
            rule.now = model.clock.retold(rule.now, times)
            return rule
        }
        return RulesTable(rules: rules, now: model.now).block
    }

    private func eventsBlock(width: Int, _ glyphs: GlyphSet) -> Block? {
        guard let events = detail?.events, !events.isEmpty else { return nil }
        let subject = 2 + (events.suffix(12).map(\.subject.count).max() ?? 0)
        // Where there is no room beside it, a sentence stands below.
        let isNarrow = width < 60
        let lines = events.suffix(12).flatMap { event in
            let status = event.status
            let head = Line([
                Span((status?.glyph ?? " ") + " ", status?.role ?? .text),
                Span(model.clock.text(event.at), .dim),
                Span("  " + event.subject.padded(to: subject), .dim),
            ])
            let told = Sanitizer.line(event.text)
            return isNarrow
                ? Line.told(head, told, width: width, limit: 2, glyphs)
                : [head + Line(Sentence.line(told, width: width - head.width(glyphs), glyphs), .text)]
        }
        return Block(rows: lines.count + 1) { painter, area in
            TitleRule("Last events").draw(
                on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in lines.enumerated() {
                painter.put(line, row: area.row + 1 + index, column: area.column, width: area.columns)
            }
        }
    }
}

extension String {
    /// With spaces up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
