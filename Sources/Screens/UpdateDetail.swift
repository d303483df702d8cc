import Display
import EngineAPI
package import Monitoring

extension Model {
    /// Opens what the selected row stands for.
    mutating func open() -> [Effect] {
        if case .timeline = screen { return openTimelineEntry() }
        if screen == .silences {
            askToEndSilence()
            return []
        }
        if screen == .watch, focus == .alerts, let place = alertPlace { return open(alerts[place]) }
        guard let id = selected?.id else { return [] }
        // One comes back to it.
        if let pane = Pane(id.kind), pane == focus { cursors[pane] = id }
        overlays.append(.detail(id))
        return begin(id)
    }

    /// A page of it, from its top.
    mutating func begin(_ id: EntityID) -> [Effect] {
        // A span chosen for one thing is not what the next one has to show.
        detailView = DetailState()
        details[id] = nil
        histories = [:]
        detailView.fetchedAt = now
        (detailView.readAt, detailView.isAwaited) = (snapshot?.row(id)?.readAt, true)
        return [.fetchDetail(id)]
    }

    mutating func receive(_ detail: Detail?, of id: EntityID) -> [Effect] {
        guard openDetail == id else { return [] }
        details = detail.map { [id: $0] } ?? [:]
        (detailView.isAnswered, detailView.isAwaited) = (true, false)
        if let drawnAt = detailView.drawnAt, now.seconds(since: drawnAt) < refreshing { return [] }
        detailView.drawnAt = now
        return fetchHistories()
    }

    /// Rules and figures are those of the row above them: a newer reading of it brings its own.
    mutating func refetchDetail() -> [Effect] {
        // One at a time: an answer that was held up must not come after a newer one.
        guard let id = openDetail, frozen == nil, !detailView.isAwaited,
            let readAt = snapshot?.row(id)?.readAt, readAt != detailView.readAt
        else { return [] }
        (detailView.readAt, detailView.isAwaited) = (readAt, true)
        detailView.fetchedAt = now
        return [.fetchDetail(id)]
    }

    /// In seconds.
    private var refreshing: Double { detailView.minutes <= 60 ? 2 : 10 }

    mutating func receive(_ history: History, of series: SeriesID, _ range: HistoryRange) -> [Effect] {
        guard let id = openDetail, id == series.entity, range == historyRange else { return [] }
        histories[series] = history
        guard !detailView.isSpanChosen, charts(of: id).series.first == series,
            let shorter = shorterSpan(than: history)
        else { return [] }
        detailView.minutes = shorter
        histories = [:]
        return fetchHistories()
    }

    /// The next span down that can be drawn from memory, when `history` is little more than a gap.
    private func shorterSpan(than history: History) -> Int? {
        let known = history.values.count { $0 != nil }
        switch detailView.minutes {
        case 360 where known * 6 < max(1, history.values.count): return 60
        case 60 where known * 12 < max(1, history.values.count): return 5
        default: return nil
        }
    }

    /// What is open is fetched again every 2 s while it is drawn from memory, else every 10 s.
    mutating func refreshDetail() -> [Effect] {
        guard let id = openDetail, frozen == nil, let fetchedAt = detailView.fetchedAt,
            now.seconds(since: fetchedAt) >= refreshSeconds
        else { return [] }
        detailView.fetchedAt = now
        return [.fetchDetail(id)]
    }

    private var refreshSeconds: Double {
        if case .lines = screen { return 2 }
        return refreshing
    }

    /// The entity whose detail, or alert, is on the screen or under the help.
    package var openDetail: EntityID? {
        for overlay in overlays.reversed() {
            switch overlay {
            case .detail(let id): return id
            case .alert(let key): return alert(key)?.entity ?? key.entity
            case .timeline(let id): return id
            case .watch, .silences, .lines, .help, .output: continue
            }
        }
        return nil
    }

    /// Those of the page that is open, whatever lies over it.
    private func charts(of id: EntityID) -> DetailCharts {
        for overlay in overlays.reversed() {
            if case .detail = overlay { break }
            if case .timeline = overlay { return DetailCharts(model: self, id: id, told: timeline.measure) }
            guard case .alert(let key) = overlay, let alert = alert(key) else { continue }
            return DetailCharts(model: self, id: id, began: alert.since, told: alert.kind.measure)
        }
        return DetailCharts(model: self, id: id)
    }

    static let spanSteps = [5, 60, 120, 360, 720, 1440, 4320, 10_080]

    mutating func changeSpan(_ step: Int) -> [Effect] {
        if case .timeline(let subject) = screen {
            changeTimelineSpan(step)
            histories = [:]
            return subject == nil ? [] : fetchHistories()
        }
        let place = Self.spanSteps.firstIndex(of: detailView.minutes) ?? 3
        detailView.minutes = Self.spanSteps[min(max(place + step, 0), Self.spanSteps.count - 1)]
        detailView.isSpanChosen = true
        histories = [:]
        return fetchHistories()
    }

    /// Two dots in a cell of braille.
    var historyRange: HistoryRange {
        HistoryRange(seconds: detailView.minutes * 60, points: min(max(size.columns * 2, 60), 600))
    }

    private func fetchHistories() -> [Effect] {
        guard let id = openDetail else { return [] }
        return charts(of: id).series.map { .fetchHistory($0, historyRange) }
    }
}
