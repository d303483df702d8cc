import Display
import EngineAPI
import Monitoring
import Text

/// Queues of the database and of the broker in one table.
struct QueuesPane {
    let model: Model

    func content(_ snapshot: Snapshot) -> PaneContent {
        let roll = model.board[.queues]
        var content = PaneContent(pane: .queues)
        content.banners = roll.causes.map { $0.banner("queues", now: model.now) }
        content.nameTitle = "queue"
        content.columns = Self.columns
        content.rows = PaneRows(roll) { row(snapshot.queues[$0], roll.causes) }
        return content
    }

    static let columns = [
        Column("via", "via", width: 4, side: .left, rank: 6, nameBefore: 36),
        Column("depth", "depth", width: 5, rank: 0),
        Column("ready", "ready", width: 5, rank: 7, nameBefore: 33),
        Column("work", "work", long: "in work", width: 5, rank: 8, nameBefore: 33),
        Column("retry", "retry", width: 5, rank: 9, nameBefore: 33),
        Column("error", "error", width: 5, rank: 10, nameBefore: 33),
        Column("in", "in/s", width: 5, rank: 3, nameBefore: 16, nameWish: 23),
        Column("out", "out/s", width: 5, rank: 2, nameBefore: 16),
        Column("oldest", "oldest", width: 6, rank: 1, nameBefore: 14),
        Column("cons", "cons", long: "consumers", width: 4, rank: 0),
        Column("trend", "trend", width: 8, side: .left, rank: 4, nameBefore: 21),
    ]

    private func row(_ queue: QueueRow, _ causes: [Cause]) -> PaneRow {
        let style = RowStyle(queue, now: model.now, model.clock, causes: causes)
        var row = PaneRow(style, id: queue.id, name: .plain(queue.label))
        row.cells["via"] = Span(queue.transport.rawValue, .dim)
        row.cells["depth"] = style.count(queue.depth, of: .depth)
        row.cells["ready"] = style.count(queue.ready)
        row.cells["work"] = style.count(queue.inProgress)
        row.cells["retry"] = queue.transport == .db ? style.count(queue.retry) : Span("", .quiet)
        row.cells["error"] = queue.transport == .db ? style.count(queue.error, of: .errors) : Span("", .quiet)
        row.cells["in"] = style.perSecond(queue.inRate)
        row.cells["out"] = style.perSecond(queue.outRate)
        row.cells["oldest"] = oldest(queue, style)
        row.cells["cons"] = queue.isWithoutConsumer ? Span("", .quiet) : consumers(queue.consumers, style)
        row.cells["trend"] = style.old ?? trend(queue, style)
        row.figure = style.old ?? figure(queue, row)
        if style.old == nil { row.figureName = Self.name(of: queue.judgement.figure) }
        return row
    }

    private func oldest(_ queue: QueueRow, _ style: RowStyle) -> Span {
        // Nothing waits, so nothing has an age.
        if queue.oldestSeconds == nil, queue.depth?.value == 0 { return Span("", .quiet) }
        let sign = queue.isOldestReckoned ? "~" : ""
        return style.figure(queue.oldestSeconds.map { sign + Age.text(seconds: $0) }, of: .oldest)
    }

    private func consumers(_ consumers: QueueReading.Consumers, _ style: RowStyle) -> Span {
        switch consumers {
        case .subscribed(let count): style.number(count, of: .consumers)
        case .lockHeld: style.figure("lock", of: .consumers)
        case .nobody: style.figure("0", isZero: true, of: .consumers)
        case .unreadable: Span("?", .unknown)
        }
    }

    private func trend(_ queue: QueueRow, _ style: RowStyle) -> Span {
        let isFlat = queue.trend.allSatisfy { ($0 ?? 0) == 0 }
        let isBad = [.critical, .warning].contains(style.judgement.urgency)
        let role: Role = isBad ? .strong : isFlat ? .faint : .dim
        return Span(Sparkline.text(queue.trend), role)
    }

    private static func name(of figure: Judgement.Figure?) -> String {
        switch figure {
        case .oldest: "oldest"
        case .errors: ""
        default: "depth"
        }
    }

    private func figure(_ queue: QueueRow, _ row: PaneRow) -> Span {
        switch queue.judgement.figure {
        case .oldest: Span(row.bare("oldest"), row.cells["oldest"]?.role ?? .text)
        case .errors: Span("\(row.bare("error")) failed", queue.judgement.status.role)
        default: Span(row.bare("depth"), queue.judgement.status.role)
        }
    }
}
