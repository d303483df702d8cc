import Display
import EngineAPI
import Monitoring
import Text

/// The probes of one source: what each reads, how it goes, what it costs the server, when it tries again.
struct ProbesTable {
    let source: SourceRow
    let now: Timestamp

    private static let columns = [
        Column("state", "state", width: 8, side: .left, rank: 0),
        Column("read", "read", width: 6, rank: 1),
        Column("every", "every", width: 6, rank: 6),
        Column("took", "took", width: 7, rank: 0),
        Column("queries", "q/min", width: 6, rank: 4),
        Column("bytes", "bytes/min", width: 9, rank: 5),
        Column("time", "ms/min", width: 6, rank: 3),
        Column("failed", "failed", width: 6, rank: 7),
        Column("skipped", "skipped", width: 7, rank: 8),
        Column("next", "next try", width: 8, rank: 2),
    ]

    func block(width: Int) -> Block {
        let names = source.probes.map { Sanitizer.line($0.schedule.subject) }
        let layout = TableLayout(
            Self.columns, width: width - 2, name: names.map(\.count).max() ?? 0)
        let errors = source.probes.count { $0.lastError != nil }
        return Block(rows: source.probes.count + errors + 2) { painter, area in
            TitleRule("Probes").draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            let left = area.column + 2
            painter.put("reads", .dim, row: area.row + 1, column: left)
            for place in layout.places {
                put(Span(place.title, .dim), place, &painter, area.row + 1, left)
            }
            var row = area.row + 2
            for (probe, name) in zip(source.probes, names) {
                let status = probe.judgement.status
                painter.put(status.glyph, status.role, row: row, column: area.column)
                painter.put(
                    name, status.isTrouble ? .strong : .quiet, row: row, column: left, width: layout.nameWidth
                )
                let cells = cells(probe)
                for place in layout.places {
                    if let span = cells[place.column.id] { put(span, place, &painter, row, left) }
                }
                row += 1
                guard let error = probe.lastError else { continue }
                let line = Line(Sanitizer.line(error), status.isTrouble ? .text : .dim)
                painter.put(line.cut(to: area.columns - 2, painter.glyphs), row: row, column: left)
                row += 1
            }
        }
    }

    private func put(
        _ span: Span, _ place: TableLayout.Place, _ painter: inout Painter, _ row: Int, _ left: Int
    ) {
        let line = Line(span.text, span.role)
        switch place.column.side {
        case .left: painter.put(line, row: row, column: left + place.start, width: place.width)
        case .right: painter.putRight(line, row: row, endColumn: left + place.end, width: place.width)
        }
    }

    private func cells(_ probe: ProbeRow) -> [String: Span] {
        let isBad = probe.judgement.status.isTrouble
        let role: Role = isBad ? .text : .quiet
        func number(_ value: Int) -> Span { Span(Figures.count(value), value == 0 ? .faint : role) }
        let cost = probe.costPerMinute
        return [
            "state": Span(probe.judgement.status.word, isBad ? probe.judgement.status.role : role),
            "read": age(probe.readAt, role), "every": Span(Age.text(probe.schedule.interval), role),
            "took": probe.latency.map { Span(Self.milliseconds($0), role) } ?? Span("-", .faint),
            "queries": number(cost.queries), "bytes": Span(ByteSize.text(cost.bytes), role),
            "time": Span(Figures.fixed(cost.milliseconds, decimals: 0), role),
            "failed": number(probe.failures),
            "skipped": number(probe.skippedTicks), "next": next(probe),
        ]
    }

    private func age(_ time: Timestamp?, _ role: Role) -> Span {
        time.map { Span(Age.text(seconds: now.seconds(since: $0)), role) } ?? Span("-", .faint)
    }

    private func next(_ probe: ProbeRow) -> Span {
        if probe.isReading { return Span("reading", .dim) }
        guard let next = probe.nextTry else { return Span("-", .faint) }
        return Span("in " + Age.text(seconds: next.seconds(since: now)), .quiet)
    }

    /// `42 ms`, `1.9 s`
    private static func milliseconds(_ seconds: Double) -> String {
        seconds < 1 ? Figures.fixed(seconds * 1000, decimals: 0) + " ms" : Figures.seconds(seconds) + " s"
    }
}
