import Monitoring

/// The charts of a recording that is played: its own minutes, and before them what was usual when it began.
struct ReplayPast: Sendable {
    private var minutes: [SeriesID: [Int64: HistoryMinute]] = [:]
    private var before: [SeriesID: PastSeries] = [:]

    mutating func add(_ more: [HistoryMinute]) {
        for minute in more where minute.average.isFinite {
            minutes[minute.series, default: [:]][minute.minute.milliseconds / 60_000] = minute
        }
    }

    mutating func learn(_ past: [PastSeries], as live: (EntityID) -> EntityID) {
        for series in past {
            guard let measure = series.measure.shown else { continue }
            before[SeriesID(live(series.entity), measure)] = series
        }
    }

    /// Averages and the highest, evenly spaced by `step` seconds; gaps are nil.
    func read(
        _ series: SeriesID, from: WallTime, to: WallTime, step: Int
    ) -> [(average: Double?, highest: Double?)] {
        guard step > 0 else { return [] }
        let own = minutes[series] ?? [:]
        let count = Int((to.milliseconds - from.milliseconds) / 1000) / step
        return (0..<max(0, min(count, HistoryLimit.values))).map { place in
            let start = from.milliseconds + Int64(place * step) * 1000
            var (sum, found, highest) = (0.0, 0, -Double.infinity)
            for minute in start / 60_000..<(start + Int64(step) * 1000 + 59_999) / 60_000 {
                guard let value = own[minute] else { continue }
                sum += value.average
                highest = max(highest, value.average, value.maximum.isFinite ? value.maximum : -.infinity)
                found += 1
            }
            if found > 0 { return (sum / Double(found), highest) }
            return (before[series].flatMap { $0.value(at: Double(start) / 1000) }, nil)
        }
    }
}

extension PastSeries {
    fileprivate func value(at second: Double) -> Double? {
        guard step > 0, let place = Int(exactly: ((second - from) / step).rounded(.down)),
            values.indices.contains(place), values[place].isFinite
        else { return nil }
        return values[place]
    }
}

extension PastSeries.Measure {
    /// Nil of what has no chart.
    fileprivate var shown: SeriesID.Measure? {
        switch self {
        case .successes: .success
        case .failures: .failure
        case .retries: .retry
        case .p50: .median
        case .p95: .latency
        case .depth: .depth
        case .backlog, .mismatches, .p99, .duration: nil
        }
    }
}
