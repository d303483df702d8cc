import Display
import FeatureFlags
package import EngineAPI
package import Monitoring
import Text

// What the panes show: rows in their order, less what the filter hides.
extension Model {
    package var queues: [QueueRow] { rows(.queues, \.queues) }
    package var integrations: [IntegrationRow] { rows(.integrations, \.integrations) }
    package var cronJobs: [CronRow] { rows(.cron, \.cron.jobs) }
    package var indexers: [IndexerRow] { rows(.indexers, \.indexers) }
    package var flags: [FlagRow] { rows(.flags, \.flags) }
    package var sources: [SourceRow] { rows(.sources, \.sources) }

    private func rows<R: Row>(_ pane: Pane, _ path: KeyPath<Snapshot, [R]>) -> [R] {
        guard let rows = shown?[keyPath: path] else { return [] }
        return board[pane].rows.map { rows[$0] }
    }

    /// What the cursor goes through. The heartbeat stands above the jobs whatever their order and the filter.
    package func rows(of pane: Pane) -> [any Row] {
        switch pane {
        case .sources: sources
        case .queues: queues
        case .integrations: integrations
        case .cron: beats(in: pane) + cronJobs
        case .indexers: indexers
        case .flags: flags
        case .events, .alerts: []
        }
    }

    /// Everything in the pane that is judged, whether the filter hides it or not.
    func checks(in pane: Pane) -> StatusCounts {
        board[pane].all + StatusCounts(beats(in: pane).map(\.judgement))
    }

    /// How much of it the filter finds: cron as a whole stands there, found or not.
    func found(in pane: Pane) -> Int {
        board[pane].rows.count + beats(in: pane).count { filter.matches($0) }
    }

    private func beats(in pane: Pane) -> [CronHeartbeat] { pane == .cron ? shown?.cron.known ?? [] : [] }

    /// How many rows the cursor goes through.
    func rowCount(in pane: Pane) -> Int { beats(in: pane).count + board[pane].rows.count }

    /// The row at a place among them.
    func rowID(at place: Int, in pane: Pane) -> EntityID? {
        let beats = beats(in: pane)
        if beats.indices.contains(place) { return beats[place].id }
        let rows = board[pane].rows
        guard rows.indices.contains(place - beats.count) else { return nil }
        return shown?.rowID(pane, rows[place - beats.count])
    }

    /// Where a row stands among them; nil when it is not there.
    func place(of id: EntityID, in pane: Pane) -> Int? {
        let beats = beats(in: pane)
        if let place = beats.firstIndex(where: { $0.id == id }) { return place }
        return board[pane].place(of: id).map { $0 + beats.count }
    }

    /// The row of this entity, whether the filter hides it or not.
    func row(_ id: EntityID) -> (any Row)? {
        guard let pane = Pane(id.kind), !CronHeartbeat.isHeartbeat(id) else { return shown?.row(id) }
        return board[pane].row(id).flatMap { shown?.row(pane, $0) }
    }

    /// The row the cursor stands on in this pane: the first until it was moved, of cron the first job unless
    /// all of it is in trouble; nil when there is none.
    package func cursor(in pane: Pane) -> EntityID? {
        if let kept = cursors[pane], place(of: kept, in: pane) != nil { return kept }
        let beats = beats(in: pane)
        if let dead = beats.first(where: \.judgement.isTrouble) { return dead.id }
        return rowID(at: board[pane].rows.isEmpty ? 0 : beats.count, in: pane)
    }

    /// The row that keys act on.
    package var selected: (any Row)? {
        switch screen {
        case .detail(let id), .lines(let id): return row(id)
        case .alert(let key): return row(alert(key)?.entity ?? key.entity)
        case .timeline: return timelineEntry?.entity.flatMap { row($0) }
        case .watch, .silences, .help, .output: break
        }
        if screen == .silences { return nil }
        if focus == .alerts { return alertPlace.flatMap { row(alerts[$0].entity) } }
        guard focus != .events else {
            return eventPlace.flatMap { events[$0].entity }.flatMap { row($0) }
        }
        return cursor(in: focus).flatMap { row($0) }
    }

    /// The rows of the pane that the filter hides.
    package func hidden(in pane: Pane) -> [any Row] {
        filter.isEmpty ? [] : (shown?.rows(of: pane) ?? []).filter { board[pane].place(of: $0.id) == nil }
    }

    /// The panes that stand on the screen when none is zoomed, in the order of Tab.
    ///
    /// Sources appear as soon as one is not ok; Sources and Events always stand there from 160 x 50.
    package var panes: [Pane] {
        let isLarge = Layout(size) == .large
        return (isLarge || board.isSourceInTrouble ? [.sources] : []) + [
            .queues, .integrations, .cron, .indexers, .flags,
        ]
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
