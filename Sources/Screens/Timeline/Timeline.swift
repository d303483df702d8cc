import EngineAPI
import Monitoring
import Text

/// What happened in one stretch of time, by its beginning.
struct Timeline {
    let from: WallTime
    let to: WallTime
    private(set) var entries: [TimelineEntry]
    /// So many alerts and failed jobs the filter leaves out; what was changed stands in any case.
    private(set) var hidden = 0

    init(_ model: Model) {
        to = model.timelineEnd
        from = to.advanced(bySeconds: -Double(model.timeline.minutes) * 60)
        entries = []
        guard let shown = model.shown else { return }
        let filter = model.filter
        func take(_ entry: TimelineEntry, if isFound: @autoclosure () -> Bool) {
            guard entry.touches(from, to) else { return }
            if filter.isEmpty || isFound() { entries.append(entry) } else { hidden += 1 }
        }
        // As the lists of alerts and of events find them.
        for alert in shown.alerts {
            take(TimelineEntry(alert), if: filter.matches(alert, row: model.row(alert.entity)))
        }
        for ended in shown.ended {
            take(TimelineEntry(ended), if: filter.matches(ended, row: model.row(ended.entity)))
        }
        for event in shown.events where event.subject == EntityID.Kind.cron.rawValue {
            guard let status = event.status, status < .ok else { continue }
            take(TimelineEntry(event), if: filter.matches(event))
        }
        entries += shown.changes.map { TimelineEntry($0) }.filter { $0.touches(from, to) }
        entries.sort { left, right in
            if left.from != right.from { return left.from < right.from }
            return left.kind != right.kind
                ? left.kind.rawValue < right.kind.rawValue : left.text < right.text
        }
        var known: [TimelineEntry.ID: Int] = [:]
        for place in entries.indices {
            let twins = known[entries[place].id, default: 0]
            known[entries[place].id] = twins + 1
            if twins > 0 { entries[place].number(twins) }
        }
    }

    /// Where the cursor stands among them: on the one it was put on or what became of that, else on what is nearest to
    /// it in time; the newest where nobody put it.
    func place(of state: TimelineState) -> Int? {
        guard !entries.isEmpty else { return nil }
        guard let id = state.cursor else {
            guard let at = state.at else { return entries.count - 1 }
            return nearest(to: at, among: Array(entries.indices))
        }
        if let place = entries.firstIndex(where: { $0.id == id }) { return place }
        let at = state.at ?? to
        if let key = TimelineEntry.key(of: id) {
            let same = entries.indices.filter { entries[$0].alertKey == key }
            if let place = nearest(to: at, among: same) { return place }
        }
        return nearest(to: at, among: Array(entries.indices))
    }

    private func nearest(to at: WallTime, among places: [Int]) -> Int? {
        places.min { abs(entries[$0].from.seconds(since: at)) < abs(entries[$1].from.seconds(since: at)) }
    }

    /// What was changed in the quarter of an hour before an alert began, in which it may be why; nearest first.
    func changes(before entry: TimelineEntry) -> [(change: TimelineEntry, seconds: Double)] {
        guard entry.kind == .alert else { return [] }
        return entries.reversed().compactMap { change in
            guard change.alertKey == nil, change.kind != .cron, change.kind != .note else { return nil }
            let seconds = entry.from.seconds(since: change.from)
            return seconds >= -1 && seconds <= ChangeBook.nearSeconds ? (change, max(0, seconds)) : nil
        }
    }
}

extension TimelineEntry {
    fileprivate static func key(of id: ID) -> AlertKey? {
        switch id {
        case .alert(let key), .ended(let key, _): key
        case .change, .event: nil
        }
    }
}

extension Model {
    /// The right edge of the axis: now, or the moment of the picture that is held.
    var timelineEnd: WallTime { frozen?.at.wall ?? now.wall }
}
