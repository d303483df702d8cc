import Display
import EngineAPI
import Monitoring
import Text

/// The data flows between the store and other systems.
struct IntegrationsPane {
    let model: Model

    func content(_ snapshot: Snapshot) -> PaneContent {
        let roll = model.board[.integrations]
        let causes = roll.causes
        var content = PaneContent(pane: .integrations)
        content.banners = causes.map { $0.banner("flows", now: model.now) }
        let uncounted = snapshot.integrations.count(where: Self.isUncounted)
        if uncounted > 1 {
            content.banners.append(
                PaneContent.Banner(
                    status: .unknown,
                    forms: [
                        Line("no source has counted these \(uncounted) flows yet", .text),
                        Line("not counted yet", .text),
                    ]))
        }
        content.nameTitle = "flow"
        content.columns = Self.columns
        content.rows = PaneRows(roll) {
            row(snapshot.integrations[$0], roll.names.labels[$0], causes, isAlone: uncounted < 2)
        }
        return content
    }

    static func rules(_ snapshot: Snapshot) -> Roll.Rules<IntegrationRow> {
        let isAlone = snapshot.integrations.count(where: isUncounted) < 2
        return Roll.Rules(
            head: { flow, isExplained in
                let isSaid = !isAlone && isUncounted(flow)
                var head = RowHead(
                    flow.judgement, readAt: flow.readAt, isExplained: isExplained || isSaid)
                // Why it is off stands in place of its figures.
                if flow.judgement.status == .off { head.parts = 0 }
                return head
            },
            labels: { flows in
                flows.map {
                    .flow(
                        thing: $0.integration.thing, arrow: $0.integration.direction.arrow,
                        system: $0.integration.system + ($0.distinction.map { " (\($0))" } ?? ""))
                }
            })
    }

    /// No source has said anything of it.
    private static func isUncounted(_ flow: IntegrationRow) -> Bool {
        flow.readAt == nil && flow.judgement.status == .unknown
    }

    static let columns = [
        Column("tier", "tier", width: 11, side: .left, rank: 9, nameBefore: 24),
        Column("ok", "ok/min", width: 6, rank: 1, nameBefore: 16),
        Column("fail", "fail", long: "fail/min", width: 5, rank: 4, nameBefore: 19),
        Column("retry", "retry", long: "retry/min", width: 5, rank: 3, nameBefore: 16),
        Column("share", "fail%", long: "% 5 min", width: 5, rank: 0),
        Column("hour", "% 1 h", width: 5, rank: 5, nameBefore: 19),
        Column("p50", "p50 s", width: 5, rank: 8, nameBefore: 24),
        Column("p95", "p95 s", width: 5, rank: 2, nameBefore: 16),
        Column("last", "last ok", width: 7, rank: 0),
        Column("owner", "owner", width: 8, rank: 6, nameBefore: 20),
        Column("error", "last error", width: 32, side: .left, rank: 10, nameBefore: 24),
    ]

    private func row(
        _ flow: IntegrationRow, _ name: RowNames.Label, _ causes: [Cause], isAlone: Bool
    ) -> PaneRow {
        var style = RowStyle(flow, now: model.now, model.clock, causes: causes)
        if !isAlone, Self.isUncounted(flow) {
            style = RowStyle(flow.judgement, readAt: nil, now: model.now, model.clock, isExplained: true)
        }
        var row = PaneRow(style, id: flow.id, name: name)
        if flow.judgement.status == .off {
            row.instead = Line(model.clock.words(flow.judgement).joined(separator: " · "), .dim)
            if flow.judgement.reason.isEmpty { row.instead = Line("off", .dim) }
            row.reason = []
        }
        let tier =
            (flow.integration.tier.map { "\($0)" } ?? "-") + (flow.integration.isSafeZone ? " safe zone" : "")
        row.cells["tier"] = Span(tier, .dim)
        row.cells["ok"] = style.perMinute(flow.successes, of: .successes)
        row.cells["fail"] = style.perMinute(flow.failures, of: .failures)
        row.cells["retry"] = style.perMinute(flow.retries, of: .retries)
        row.cells["share"] = share(flow.fiveMinutes, isFew: flow.isFewFiveMinutes, style, .failureShare)
        row.cells["hour"] = share(flow.hour, isFew: flow.isFewHour, style, .hourShare)
        row.cells["p50"] = style.seconds(flow.p50)
        row.cells["p95"] = style.seconds(flow.p95, of: .latency)
        row.cells["last"] = style.age(flow.lastSuccess, of: .lastSuccess)
        row.cells["owner"] = Span(flow.integration.owner ?? "", .dim)
        row.cells["error"] = Span(flow.lastError ?? "", .dim)
        row.figure = style.old ?? figure(flow, row)
        if style.old == nil { row.figureName = Self.name(of: flow.judgement.figure) }
        return row
    }

    /// Per cent; of too few attempts the attempts themselves, `4/9`, since their share says little. What does
    /// not stand on the whole span of the column is marked `~`.
    private func share(
        _ share: FailureShare?, isFew: Bool, _ style: RowStyle, _ figure: Judgement.Figure
    ) -> Span {
        guard let share, let part = share.share else { return style.figure(nil, of: figure) }
        var text = isFew && share.failed > 0 ? "\(share.failed)/\(share.finished)" : Figures.share(part)
        if text.utf8.count > 5 { text = Figures.share(part) }
        if share.isBound || share.coverage != nil {
            // Five cells: where the mark leaves no room for all of it, it says what it can.
            text = text.utf8.count < 5 ? "~\(text)" : "~" + Figures.fixed(part * 100, decimals: 0)
        }
        return style.figure(text, isZero: share.failed == 0, of: figure)
    }

    private static func name(of figure: Judgement.Figure?) -> String {
        switch figure {
        case .failureShare, .hourShare, .failures: "failed"
        case .latency: "p95"
        case .retries: "retries"
        case .successes: "ok"
        default: "last ok"
        }
    }

    private func figure(_ flow: IntegrationRow, _ row: PaneRow) -> Span {
        let role = flow.judgement.status.role
        func cell(_ id: String) -> String { row.bare(id) }
        return switch flow.judgement.figure {
        case .failureShare: Span(cell("share") + " %", role)
        case .hourShare: Span(cell("hour") + " %", role)
        case .latency: Span(cell("p95") + " s", role)
        case .failures: Span(cell("fail") + "/min", role)
        case .retries: Span(cell("retry") + "/min", role)
        case .successes: Span(cell("ok") + "/min", role)
        default: Span(cell("last"), role)
        }
    }
}
