import Display
import EngineAPI
import Monitoring
import Text

/// Asks every pane what it has to say.
struct PaneContents {
    let model: Model
    let snapshot: Snapshot

    func content(_ pane: Pane, probes: Bool = false) -> PaneContent {
        var content =
            switch pane {
            case .sources: SourcesPane(model: model).content(snapshot, probes: probes)
            case .queues: QueuesPane(model: model).content(snapshot)
            case .integrations: IntegrationsPane(model: model).content(snapshot)
            case .cron: CronPane(model: model).content(snapshot)
            case .indexers: IndexersPane(model: model).content(snapshot)
            case .flags: FlagsPane(model: model).content(snapshot)
            case .events, .alerts: PaneContent(pane: pane)
            }
        content.counts = counts(pane)
        content.marked = model.marked
        content.order = model.orders[pane]?.mark
        if content.rows.isEmpty { fillVacancy(&content) }
        return content
    }

    /// `23 · 1 critical`; under a filter how many rows it leaves, and the trouble it hides. All panes together count
    /// what the first row counts: cron as a whole is a check like its jobs, and no filter hides it.
    private func counts(_ pane: Pane) -> [Line] {
        let roll = model.board[pane]
        let counts = model.checks(in: pane)
        let all = counts.total
        guard all > 0 else { return [] }
        let dot = Line(" · ", .dim)
        guard !model.filter.isEmpty else {
            return [
                Line("\(all)", .dim) + dot + counts.summary, counts.summary, counts.trouble(),
                counts.brief, counts.signs,
            ].filter { !$0.isEmpty }
        }
        let lost = roll.hidden.trouble()
        let shown = Line("\(model.found(in: pane)) of \(all)", .dim)
        if lost.isEmpty { return [shown] }
        return [
            shown + dot + lost + Line(" hidden", .dim), lost + Line(" hidden", .dim),
            roll.hidden.trouble(short: true) + Line(" hidden", .dim),
        ]
    }

    /// Why a pane has no rows.
    private func fillVacancy(_ content: inout PaneContent) {
        let pane = content.pane
        if !model.filter.isEmpty, model.board[pane].all.total > 0 {
            // The line of cron as a whole stands above it, and may be what was found.
            let what = model.found(in: pane) > 0 ? "no job" : "nothing here"
            content.vacancy = ["\(what) matches \(model.filter.text)"]
            return
        }
        guard content.banners.isEmpty else { return }
        let subject = pane == .integrations ? "outcomes" : pane.title.lowercased()
        let feeding = snapshot.sources.filter { $0.probes.contains { $0.schedule.subject == subject } }
        guard let source = feeding.min(by: { $0.judgement.status < $1.judgement.status }) else {
            content.vacancy = [
                pane == .sources ? "no source is configured" : "no source brings \(pane.title.lowercased())"
            ]
            return
        }
        if source.judgement.status.isTrouble, let first = model.clock.words(source.judgement).first {
            // What was tried stands with the source itself.
            let what = first.firstPlace(of: ": ").map { String(first[..<$0.lowerBound]) } ?? first
            content.vacancy = ["\(source.id.name): \(what)"]
            content.vacancySign = .unknown
            return
        }
        let read = feeding.contains { source in
            source.probes.contains { $0.schedule.subject == subject && $0.readAt != nil }
        }
        content.vacancy = [
            read ? "\(source.id.name) has none" : "no data yet · \(source.id.name) is being read"
        ]
    }
}
