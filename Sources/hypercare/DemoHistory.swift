import DemoStore
import Engine
import Monitoring

/// The history of the demo: what it measured itself, and before it began the simulated past, of which nothing is kept.
struct DemoHistory: HistoryStore {
    let past: DemoPast
    let own: any HistoryStore

    @discardableResult
    @concurrent func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        try await own.append(minutes)
    }

    @concurrent func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        var values = try await own.read(series, from: from, to: to, stepSeconds: stepSeconds)
        for place in values.indices where values[place] == nil {
            let moment = from.advanced(bySeconds: Double(place * stepSeconds))
            values[place] = past.average(series, at: moment)
        }
        return values
    }

    @concurrent func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await own.peaks(series, from: from, to: to, stepSeconds: stepSeconds)
    }
}
