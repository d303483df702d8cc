import EngineAPI
import Monitoring

/// What is in memory of series.
extension StoreState {
    /// Nil where that is not enough, beyond an hour.
    func recentHistory(_ id: SeriesID, _ range: HistoryRange, at now: Timestamp) -> History? {
        guard range.seconds <= 3600 else { return nil }
        let isFine = range.seconds <= Series.fineCount
        let step = isFine ? 1 : Series.coarseSeconds
        guard let series = series[id] else {
            return History(end: now.wall, stepSeconds: Double(step), values: [])
        }
        let count = max(1, range.seconds / step)
        let values =
            isFine ? series.bySecond(last: count, at: now) : series.byTenSeconds(last: count, at: now)
        let averaged = Series.averaged(values, into: min(max(range.points, 1), 2000))
        let stretch = Double(step) * Double(values.count) / Double(max(averaged.count, 1))
        var history = History(end: now.wall, stepSeconds: stretch, values: averaged)
        if averaged.count < values.count { history.peaks = Series.highest(values, into: averaged.count) }
        return history
    }

    /// `values` and `peaks` of what is kept, with the newest minutes.
    func history(
        _ id: SeriesID, _ values: [Double?], peaks: [Double?], step: Int, at now: Timestamp
    ) -> History {
        var history = History(
            end: now.wall, stepSeconds: Double(step),
            values: completed(values, of: id, step: step, at: now))
        // A store that keeps no peaks says nothing of them.
        let known = peaks.count == values.count ? peaks : Array(repeating: nil, count: values.count)
        history.peaks = completed(known, of: id, step: step, at: now) { $0.max() ?? 0 }
        return history
    }

    /// With what the memory knows of steps that are not kept yet: the newest minutes among them, in which trouble
    /// begins.
    func completed(
        _ values: [Double?], of id: SeriesID, step: Int, at now: Timestamp,
        by whole: ([Double]) -> Double = { $0.reduce(0, +) / Double($0.count) }
    ) -> [Double?] {
        guard let series = series[id], step > 0 else { return values }
        let known = series.byTenSeconds(last: Series.coarseCount, at: now)
        let width = max(1, step / Series.coarseSeconds)
        var values = values
        for back in 0..<min(values.count, (known.count + width - 1) / width) {
            let place = values.count - 1 - back
            guard values[place] == nil else { continue }
            let end = known.count - back * width
            let part = known[max(0, end - width)..<end].compactMap(\.self)
            if !part.isEmpty { values[place] = whole(part) }
        }
        return values
    }
}

extension HistoryRange {
    /// Whole minutes, as that is what is kept, and whole steps back from `now`: none is cut off at its end.
    func steps(before now: WallTime) -> (start: WallTime, step: Int) {
        let points = min(max(points, 1), 2000)
        let seconds = min(max(seconds, 60), 400 * 86_400)
        let step = (seconds + points * 60 - 1) / (points * 60) * 60
        return (now.advanced(bySeconds: -Double((seconds + step - 1) / step * step)), step)
    }
}
