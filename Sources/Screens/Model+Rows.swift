import Display
import FeatureFlags
package import EngineAPI
package import Monitoring

// What the panes show: rows in their order, less what the filter hides.
extension Model {
    package var queues: [QueueRow] { rows(.queues, \.queues) }
    package var integrations: [IntegrationRow] { rows(.integrations, \.integrations) }
    package var cronJobs: [CronRow] { rows(.cron, \.cron.jobs) }
    package var indexers: [IndexerRow] { rows(.indexers, \.indexers) }
    package var flags: [FlagRow] { rows(.flags, \.flags) }
    package var sources: [SourceRow] { rows(.sources, \.sources) }
    /// Newest last.
    package var events: [Event] { shown?.events ?? [] }

    private func rows<R: Row>(_ pane: Pane, _ path: KeyPath<Snapshot, [R]>) -> [R] {
        guard let rows = shown?[keyPath: path] else { return [] }
        return (orders[pane] ?? Order()).arrange(rows.filter(filter.matches))
    }

    /// What the cursor goes through. The heartbeat stands above the jobs whatever their order and the filter.
    package func rows(of pane: Pane) -> [any Row] {
        switch pane {
        case .sources: sources
        case .queues: queues
        case .integrations: integrations
        case .cron: (shown?.cron.known ?? []) + cronJobs
        case .indexers: indexers
        case .flags: flags
        case .events: []
        }
    }

    /// The row the cursor stands on in this pane: the first until it was moved, of cron the first job unless
    /// all of it is in trouble; nil when there is none.
    package func cursor(in pane: Pane) -> EntityID? {
        if let kept = cursors[pane], let row = shown?.row(kept),
            CronHeartbeat.isHeartbeat(kept) || filter.matches(row)
        {
            return kept
        }
        let rows = rows(of: pane)
        let first = rows.first { !($0 is CronHeartbeat) || $0.judgement.isTrouble }
        return (first ?? rows.first)?.id
    }

    /// The row that keys act on.
    package var selected: (any Row)? {
        if case .detail(let id) = screen { return shown?.row(id) }
        guard focus != .events else {
            return (eventCursor ?? events.last)?.entity.flatMap { shown?.row($0) }
        }
        return cursor(in: focus).flatMap { shown?.row($0) }
    }

    /// How many rows of the pane the filter hides.
    package func hidden(in pane: Pane) -> [any Row] {
        filter.isEmpty ? [] : (shown?.rows(of: pane) ?? []).filter { !filter.matches($0) }
    }

    /// The panes that stand on the screen when none is zoomed, in the order of Tab.
    ///
    /// Sources appear as soon as one is not ok; Sources and Events always stand there from 160 x 50.
    package var panes: [Pane] {
        let isLarge = size.columns >= 160 && size.rows >= 50
        let isTrouble = shown?.sources.contains { $0.judgement.isTrouble } ?? false
        return (isLarge || isTrouble ? [.sources] : []) + [.queues, .integrations, .cron, .indexers, .flags]
            + (isLarge ? [.events] : [])
    }

    /// What the row's figures say of the flag, or what was asked here and is not in a snapshot yet.
    package func progress(of row: FlagRow) -> FlagRow.Progress {
        // An answer is newer than the picture that still shows the change on its way.
        if let opID = row.progress.opID, answered.contains(opID) { return .seen }
        guard case .seen = row.progress else { return row.progress }
        for case .change(let change) in pending.values where change.key.id == row.id {
            return .asked(to: change.to, opID: change.opID)
        }
        return .seen
    }
}
