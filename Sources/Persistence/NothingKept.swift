package import Engine
package import EngineAPI
package import Monitoring

/// Stands where nothing can be kept: knows nothing of the past, and says why at each write.
package struct NothingKept: StateStore, Journal, AuditLog, HistoryStore {
    private let failure: StorageFailure

    package init(because failure: StorageFailure) { self.failure = failure }

    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        throw failure
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) { throw failure }

    @concurrent package func append(_ events: [Event]) async throws(StorageFailure) { throw failure }

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [Event] { [] }

    @concurrent package func append(_ entry: AuditEntry) async throws(StorageFailure) { throw failure }

    @concurrent package func check() async throws(StorageFailure) { throw failure }

    @concurrent package func look() async throws(StorageFailure) { throw failure }

    // Said by the log itself.
    @concurrent package func anchor() async throws(StorageFailure) {}

    // None would say that every change has ended.
    @concurrent package func recorded() async throws(StorageFailure) -> RecordedChanges { throw failure }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        throw failure
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] { [] }
}
