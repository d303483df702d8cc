import EngineAPI
import Monitoring

/// The alerts that are over, the newest some, for the timeline: kept over restarts.
struct EndedBook: Hashable, Sendable {
    /// Nobody looks back further than the timeline does.
    private static let memorySeconds: Double = 8 * 86_400
    /// Two consoles see the same alert end at their own moments.
    private static let sameSeconds = 120.0

    /// By their end, newest last.
    private(set) var alerts: [EndedAlert] = []

    mutating func add(_ alert: EndedAlert) {
        let place = alerts.lastIndex { $0.endedAt <= alert.endedAt }.map { $0 + 1 } ?? 0
        alerts.insert(alert, at: place)
        alerts.removeFirst(max(0, alerts.count - Snapshot.mostEnded))
    }

    /// What an earlier run kept, or the one that keeps: what is known here as well is there once.
    mutating func take(_ kept: [EndedAlert]) {
        let mine = alerts.filter { alert in
            !kept.contains {
                $0.key == alert.key && abs($0.endedAt.seconds(since: alert.endedAt)) < Self.sameSeconds
            }
        }
        alerts = []
        for alert in kept + mine { add(alert) }
    }

    func shown(at now: WallTime) -> [EndedAlert] {
        guard let first = alerts.first, now.seconds(since: first.endedAt) > Self.memorySeconds else {
            return alerts
        }
        return alerts.filter { now.seconds(since: $0.endedAt) <= Self.memorySeconds }
    }
}
