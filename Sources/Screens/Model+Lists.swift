package import EngineAPI
import Monitoring

// Lists of what has happened and of what is wrong: they have no rows of their own, and are filtered and gone through
// like rows.
extension Model {
    /// Newest last; under a filter those whose words it finds.
    package var events: [Event] {
        let all = shown?.events ?? []
        return filter.isEmpty ? all : all.filter { filter.matches($0) }
    }

    /// Where the cursor of the events stands among them: on the newest until it was moved, and where its event was
    /// once that is not kept any more.
    package var eventPlace: Int? {
        let events = events
        guard let last = events.indices.last else { return nil }
        guard let chosen = eventCursor else { return last }
        return events.lastIndex(of: chosen) ?? events.firstIndex { $0.at >= chosen.at } ?? last
    }

    /// The worst and oldest first; under a filter those that it finds.
    var alertsByUrgency: [AlertRow] {
        let all = shown?.alerts ?? []
        return filter.isEmpty ? all : all.filter { filter.matches($0, row: row($0.entity)) }
    }

    /// The same as they stand: while a person goes through them they rest, and new ones stand at the end.
    package var alerts: [AlertRow] {
        let alerts = alertsByUrgency
        guard !restingAlerts.isEmpty else { return alerts }
        let places = alerts.map { restingAlerts.firstIndex(of: $0.key) ?? restingAlerts.count }
        return alerts.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { alerts[$0] }
    }

    /// Where the cursor of the alerts stands among them: on what took its place once its alert is over.
    var alertPlace: Int? {
        let alerts = alerts
        guard !alerts.isEmpty else { return nil }
        guard let chosen = alertCursor else { return 0 }
        if let place = alerts.firstIndex(where: { $0.key == chosen }) { return place }
        guard let before = restingAlerts.firstIndex(of: chosen) else { return 0 }
        let gone = Set(restingAlerts[..<before])
        return min(alerts.prefix { gone.contains($0.key) }.count, alerts.count - 1)
    }

    /// How many there are of what is in the pane, and how many of them the filter leaves.
    func extent(of pane: Pane) -> (shown: Int, all: Int) {
        switch pane {
        case .events: (events.count, shown?.events.count ?? 0)
        case .alerts: (alertsByUrgency.count, shown?.alerts.count ?? 0)
        default: (board[pane].rows.count, board[pane].all.total)
        }
    }

    mutating func moveInList(_ motion: Motion) {
        if focus == .events {
            let events = events
            let next = motion.applied(to: eventPlace ?? 0, count: events.count)
            // The newest, whichever it is from now on.
            eventCursor = next < events.count - 1 ? events[next] : nil
        } else {
            let alerts = alerts
            let next = motion.applied(to: alertPlace ?? 0, count: alerts.count)
            // The first, whichever it is from now on.
            if case .first = motion { return release() }
            alertCursor = alerts.indices.contains(next) ? alerts[next].key : nil
            rest(.alerts)
        }
    }

    /// To the next of what the filter leaves in the list, and round.
    mutating func turnList(_ step: Int) {
        let (place, count) = focus == .events ? (eventPlace, events.count) : (alertPlace, alerts.count)
        guard let place, count > 0 else { return }
        moveInList(.by((place + step + count) % count - place))
    }
}
