import EngineAPI
import Monitoring

/// Cron as a whole, as a list of rows like all others.
extension Snapshot {
    /// Those that some source brings, or is to.
    var heartbeats: [CronHeartbeat] {
        cron.readAt == nil && cron.sources.isEmpty ? [] : [CronHeartbeat(cron)]
    }

    mutating func keepHeartbeats(where isWanted: (any Row) -> Bool) {
        guard !heartbeats.contains(where: isWanted) else { return }
        cron.readAt = nil
        cron.sources = []
    }
}

extension CronHeartbeat {
    var lastBeat: WallTime? { cron.lastBeat }
    var missedLastHour: Int? { cron.missedLastHour }
    var errorsLastHour: Int? { cron.errorsLastHour }
    var aliveGroups: [String] { cron.aliveGroups }
    var silentGroups: [String] { cron.silentGroups }
}
