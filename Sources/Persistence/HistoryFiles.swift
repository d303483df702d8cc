package import Engine
package import Monitoring

/// `history/`: series by the minute and by ten minutes, a file a day of each.
package struct HistoryFiles: HistoryStore {
    private let storage: HistoryStorage
    private let disk: Disk

    package init(_ storage: HistoryStorage, on disk: Disk) {
        self.storage = storage
        self.disk = disk
    }

    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) {
        try await disk.write { [storage] in try storage.append(minutes) }
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await disk.read { [storage] in
            try storage.read(series, from: from, to: to, stepSeconds: stepSeconds)
        }
    }
}
