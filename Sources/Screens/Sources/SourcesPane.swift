import Display
import EngineAPI
import Monitoring
import Text

/// Where the figures come from: the state of each source and what reading it costs.
struct SourcesPane {
    let model: Model

    /// `probes` adds a line for each probe of a source that has more than one.
    func content(_ snapshot: Snapshot, probes: Bool) -> PaneContent {
        var content = PaneContent(pane: .sources)
        content.nameTitle = "source"
        content.columns = Self.columns
        content.rows = PaneRows(
            model.sources.flatMap { source in
                [row(source)] + (probes && source.probes.count > 1 ? source.probes.map(self.row) : [])
            })
        return content
    }

    static let columns = [
        Column("kind", "kind", width: 8, side: .left, rank: 5, nameBefore: 18),
        Column("read", "read", width: 6, rank: 0),
        Column("every", "every", width: 5, rank: 8, nameBefore: 18),
        Column("took", "took ms", width: 7, rank: 1),
        Column("queries", "asks/min", width: 8, rank: 3, nameBefore: 14),
        Column("bytes", "kB/min", width: 7, rank: 4, nameBefore: 14),
        Column("cost", "ms/min", width: 6, rank: 2, nameBefore: 14),
        Column("failed", "failed", width: 6, rank: 6, nameBefore: 18),
        Column("skipped", "skipped", width: 7, rank: 7, nameBefore: 18),
        Column("next", "next", width: 6, rank: 2, nameBefore: 14),
    ]

    private func row(_ source: SourceRow) -> PaneRow {
        let style = RowStyle(source.judgement, readAt: source.readAt, now: model.now, model.clock)
        var row = PaneRow(style, id: source.id, name: .plain(source.label))
        row.cells = cells(source.probes, style, readAt: source.readAt)
        row.cells["kind"] = Span(source.kind, .dim)
        if source.probes.count == 1, let probe = source.probes.first {
            row.cells["every"] = Span(Age.text(probe.schedule.interval), .dim)
        }
        row.figure = row.cells["read"] ?? Span("-", .faint)
        // A good row keeps it as well.
        if row.reason.isEmpty { row.reason = [source.openWay].compactMap(\.self) }
        return row
    }

    private func row(_ probe: ProbeRow) -> PaneRow {
        let style = RowStyle(probe.judgement, readAt: probe.readAt, now: model.now, model.clock)
        var row = PaneRow(style, id: nil, name: .plain("  " + probe.schedule.subject))
        row.cells = cells([probe], style, readAt: probe.readAt)
        row.cells["every"] = Span(Age.text(probe.schedule.interval), .dim)
        row.nameRole = style.judgement.status == .ok ? .dim : .text
        // The source says it in its own row.
        row.reason = []
        return row
    }

    private func cells(_ probes: [ProbeRow], _ style: RowStyle, readAt: Timestamp?) -> [String: Span] {
        let cost = probes.map(\.costPerMinute)
        let queries = cost.reduce(0) { $0 &+ $1.queries }
        let bytes = cost.reduce(0) { $0 &+ $1.bytes }
        let spent = cost.reduce(0) { $0 + $1.milliseconds }
        let slowest = probes.compactMap(\.latency).max()
        var cells: [String: Span] = [:]
        cells["read"] = style.figure(readAt.map { Age.text(seconds: model.now.seconds(since: $0)) })
        cells["took"] = style.figure(slowest.map { Figures.fixed($0 * 1000, decimals: 0) })
        cells["queries"] = style.number(queries)
        cells["bytes"] = style.figure(Figures.fixed(Double(bytes) / 1000, decimals: 1), isZero: bytes == 0)
        cells["cost"] = style.figure(Figures.fixed(spent, decimals: 0), isZero: spent == 0)
        cells["failed"] = style.number(probes.reduce(0) { $0 &+ $1.failures })
        cells["skipped"] = style.number(probes.reduce(0) { $0 &+ $1.skippedTicks })
        cells["next"] = next(probes, style)
        return cells
    }

    private func next(_ probes: [ProbeRow], _ style: RowStyle) -> Span {
        if probes.contains(where: \.isReading) { return style.figure("now") }
        let tries = probes.compactMap(\.nextTry).map { $0.seconds(since: model.now) }
        return style.figure(tries.min().map { Age.text(seconds: $0) })
    }
}
