package import EngineAPI
package import Monitoring

/// An area of the watch screen; its raw value is the digit that goes there.
package enum Pane: Int, Sendable, CaseIterable {
    case sources, queues, integrations, cron, indexers, flags, events, alerts

    package var title: String {
        switch self {
        case .sources: "Sources"
        case .queues: "Queues"
        case .integrations: "Integrations"
        case .cron: "Cron"
        case .indexers: "Indexers"
        case .flags: "Flags"
        case .events: "Events"
        case .alerts: "Alerts"
        }
    }

    /// What one of its rows is.
    var thing: String {
        switch self {
        case .sources: "source"
        case .queues: "queue"
        case .integrations: "integration"
        case .cron: "job"
        case .indexers: "indexer"
        case .flags: "flag"
        case .events: "event"
        case .alerts: "alert"
        }
    }

    /// It lists what has happened, or is wrong with rows of other panes: it has no rows of its own.
    var isList: Bool { self == .events || self == .alerts }

    /// The pane whose rows are of this kind.
    package init?(_ kind: EntityID.Kind) {
        switch kind {
        case .source: self = .sources
        case .queue: self = .queues
        case .integration: self = .integrations
        case .cron: self = .cron
        case .indexer: self = .indexers
        case .flag: self = .flags
        case .recon: return nil
        }
    }
}

extension Snapshot {
    /// The rows of a pane as the engine sent them; none of a list, which has no rows.
    package func rows(of pane: Pane) -> [any Row] {
        switch pane {
        case .sources: sources
        case .queues: queues
        case .integrations: integrations
        case .cron: cron.jobs
        case .indexers: indexers
        case .flags: flags
        case .events, .alerts: []
        }
    }

    /// The row at a place among those of a pane, and what it is called.
    func row(_ pane: Pane, _ place: Int) -> (any Row)? {
        switch pane {
        case .sources: sources[place]
        case .queues: queues[place]
        case .integrations: integrations[place]
        case .cron: cron.jobs[place]
        case .indexers: indexers[place]
        case .flags: flags[place]
        case .events, .alerts: nil
        }
    }

    func rowID(_ pane: Pane, _ place: Int) -> EntityID? {
        switch pane {
        case .sources: sources[place].id
        case .queues: queues[place].id
        case .integrations: integrations[place].id
        case .cron: cron.jobs[place].id
        case .indexers: indexers[place].id
        case .flags: flags[place].id
        case .events, .alerts: nil
        }
    }

    /// The row of this entity, wherever it stands.
    package func row(_ id: EntityID) -> (any Row)? {
        if CronHeartbeat.isHeartbeat(id) { return cron.known.first { $0.id == id } }
        return switch id.kind {
        case .source: sources.first { $0.id == id }
        case .queue: queues.first { $0.id == id }
        case .integration: integrations.first { $0.id == id }
        case .cron: cron.jobs.first { $0.id == id }
        case .indexer: indexers.first { $0.id == id }
        case .flag: flag(id)
        case .recon: nil
        }
    }

    /// The worst one; nil where no source is to bring it, then it is no check either.
    package var heartbeat: CronHeartbeat? { cron.known.first }

    package func flag(_ id: EntityID) -> FlagRow? { flags.first { $0.id == id } }
}
