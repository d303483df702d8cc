import Display
import EngineAPI
import Monitoring
import Text

/// The indexers and how far behind their changelogs they are.
struct IndexersPane {
    let model: Model

    func content(_ snapshot: Snapshot) -> PaneContent {
        let roll = model.board[.indexers]
        var content = PaneContent(pane: .indexers)
        content.banners = roll.causes.map { $0.banner("indexers", now: model.now) }
        content.nameTitle = "indexer"
        content.columns = Self.columns
        content.rows = PaneRows(roll) { row(snapshot.indexers[$0], roll.causes) }
        return content
    }

    static let columns = [
        Column("mode", "mode", width: 8, side: .left, rank: 4, nameBefore: 26),
        Column("status", "status", width: 9, side: .left, rank: 3, nameBefore: 26),
        Column("events", "events", width: 5, rank: 1, nameBefore: 16, nameWish: 21),
        Column("lag", "lag", width: 6, rank: 0),
        Column("moved", "moved", width: 6, rank: 2, nameBefore: 26),
    ]

    private func row(_ indexer: IndexerRow, _ causes: [Cause]) -> PaneRow {
        let style = RowStyle(indexer, now: model.now, model.clock, causes: causes)
        var row = PaneRow(style, id: indexer.id, name: .plain(indexer.label))
        row.cells["mode"] = style.old ?? style.word(indexer.mode.rawValue)
        row.cells["status"] = style.figure(indexer.status, of: .indexStatus)
        row.cells["events"] =
            indexer.mode == .save
            ? Span("", .quiet) : style.number(indexer.backlog, of: .backlog)
        row.cells["lag"] = lag(indexer, style)
        row.cells["moved"] = style.age(indexer.movedAt, of: .moved)
        row.figure = style.old ?? figure(indexer, row)
        if style.old == nil { row.figureName = Self.name(of: indexer) }
        return row
    }

    private func lag(_ indexer: IndexerRow, _ style: RowStyle) -> Span {
        if indexer.mode == .save { return Span("on save", style.isOld ? .stale : .dim) }
        // Nothing waits, so nothing is behind.
        if indexer.lagSeconds == nil, indexer.backlog == 0 { return Span("", .quiet) }
        return style.figure(indexer.lagSeconds.map { Age.text(seconds: $0) }, of: .lag)
    }

    private static func name(of indexer: IndexerRow) -> String {
        switch indexer.judgement.figure {
        case .backlog: ""
        case .moved: "moved"
        case .indexStatus: indexer.lagSeconds == nil ? "status" : "lag"
        default: indexer.mode == .save ? "" : "lag"
        }
    }

    private func figure(_ indexer: IndexerRow, _ row: PaneRow) -> Span {
        let role = indexer.judgement.status.role
        return switch indexer.judgement.figure {
        case .backlog: Span(Figures.counted(indexer.backlog ?? 0, "waits", "wait"), role)
        case .moved: Span(row.bare("moved"), role)
        case .indexStatus:
            Span(indexer.lagSeconds.map { Age.text(seconds: $0) } ?? indexer.status ?? "?", role)
        default: Span(row.bare("lag"), role)
        }
    }
}
