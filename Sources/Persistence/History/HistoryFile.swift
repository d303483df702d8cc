package import Engine
package import Monitoring

/// `history.sqlite`, asked on a thread of its own: what takes long there keeps no state from being saved.
package struct HistoryFile: HistoryStore {
    private let database: HistoryDatabase
    private let disk: Disk

    package init(_ database: HistoryDatabase, on disk: Disk) {
        self.database = database
        self.disk = disk
    }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        try await disk.write { [database] in try database.append(minutes) }
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await disk.read { [database] in
            try database.read(series, from: from, to: to, stepSeconds: stepSeconds)
        }
    }

    @concurrent package func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await disk.read { [database] in
            try database.peaks(series, from: from, to: to, stepSeconds: stepSeconds)
        }
    }
}
