import Display
import EngineAPI
package import Monitoring

extension Model {
    /// Opens what the selected row, or the chosen line of the help, stands for.
    mutating func open() -> [Effect] {
        if screen == .help { return runHelpLine() }
        guard let id = selected?.id else { return [] }
        overlays.append(.detail(id))
        let hours = detailView.hours
        detailView = DetailState()
        detailView.hours = hours
        details[id] = nil
        histories = [:]
        detailView.fetchedAt = now
        return [.fetchDetail(id)]
    }

    mutating func receive(_ detail: Detail?, of id: EntityID) -> [Effect] {
        guard openDetail == id else { return [] }
        details = detail.map { [id: $0] } ?? [:]
        detailView.isAnswered = true
        return fetchHistories()
    }

    mutating func receive(_ history: History, of series: SeriesID, _ range: HistoryRange) {
        guard openDetail == series.entity, range == historyRange else { return }
        histories[series] = history
    }

    /// What is open is fetched again every 10 s.
    mutating func refreshDetail() -> [Effect] {
        guard let id = openDetail, frozen == nil, let fetchedAt = detailView.fetchedAt,
            now.seconds(since: fetchedAt) >= 10
        else { return [] }
        detailView.fetchedAt = now
        return [.fetchDetail(id)]
    }

    /// The entity whose detail is on the screen or under the help.
    package var openDetail: EntityID? {
        for case .detail(let id) in overlays.reversed() { return id }
        return nil
    }

    static let hourSteps = [1, 2, 6, 12, 24, 72, 168]

    mutating func changeHours(_ step: Int) -> [Effect] {
        let place = Self.hourSteps.firstIndex(of: detailView.hours) ?? 2
        detailView.hours = Self.hourSteps[min(max(place + step, 0), Self.hourSteps.count - 1)]
        histories = [:]
        return fetchHistories()
    }

    /// Two dots in a cell of braille.
    var historyRange: HistoryRange {
        HistoryRange(seconds: detailView.hours * 3600, points: min(max(size.columns * 2, 60), 600))
    }

    private func fetchHistories() -> [Effect] {
        guard let id = openDetail else { return [] }
        return DetailCharts(model: self, id: id).series.map { .fetchHistory($0, historyRange) }
    }
}
