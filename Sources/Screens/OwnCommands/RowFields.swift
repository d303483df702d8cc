import EngineAPI
import FeatureFlags
import Monitoring

extension OwnCommand.Subject {
    /// Nil for what nothing is run on.
    init?(_ row: any Row) {
        switch row {
        case is QueueRow: self = .queue
        case is IntegrationRow: self = .integration
        case is CronRow: self = .job
        case is CronHeartbeat: self = .heartbeat
        case is IndexerRow: self = .indexer
        case is FlagRow: self = .flag
        case is SourceRow: self = .source
        default: return nil
        }
    }

    var words: String {
        switch self {
        case .heartbeat: "all of cron"
        case .integration, .indexer: "an \(rawValue)"
        default: "a \(rawValue)"
        }
    }
}

extension Snapshot {
    /// What a row fills into a command: as its server has it, not as it is drawn.
    func fields(of row: any Row) -> [OwnCommand.Field: String] {
        var fields: [OwnCommand.Field: String] = [.name: row.id.name, .environment: environment.name]
        fields[.source] = row.id.source.isEmpty ? row.sources.first : row.id.source
        fields[.vhost] = row.id.virtualHost
        fields[.flow] = flows(of: row.id).first?.id.name
        switch row {
        case let row as IntegrationRow:
            fields[.thing] = row.integration.thing
            fields[.system] = row.integration.system
            fields[.owner] = row.integration.owner
        case let row as CronRow: fields[.group] = row.group
        case let row as FlagRow: fields[.value] = row.flag.value.isKnown ? row.flag.value.text : nil
        default: break
        }
        return fields
    }
}
