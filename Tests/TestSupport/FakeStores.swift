package import Engine
package import EngineAPI
package import Monitoring
import Synchronization

/// All stores in memory; each can be made to fail.
package final class FakeStores: StateStore, Journal, AuditLog, HistoryStore {
    package struct Contents: Sendable {
        package var state: EngineState?
        package var events: [Event] = []
        package var audit: [AuditEntry] = []
        package var minutes: [HistoryMinute] = []
        package var saves = 0
        /// Said by every store from now on; nil works.
        package var failure: StorageFailure?
        /// Said by the audit log alone.
        package var auditFailure: StorageFailure?
    }

    private let contents: Mutex<Contents>

    package init(state: EngineState? = nil, events: [Event] = []) {
        var contents = Contents()
        contents.state = state
        contents.events = events
        self.contents = Mutex(contents)
    }

    package var now: Contents { contents.withLock { $0 } }

    package func change(_ edit: (inout Contents) -> Void) { contents.withLock { edit(&$0) } }

    /// As the engine wants them.
    package var stores: EngineSetup.Stores {
        EngineSetup.Stores(state: self, journal: self, audit: self, history: self)
    }

    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        let contents = now
        if let failure = contents.failure { throw failure }
        return contents.state.map { ($0, nil) }
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) {
        try write {
            $0.state = state
            $0.saves += 1
        }
    }

    @concurrent package func append(_ events: [Event]) async throws(StorageFailure) {
        try write { $0.events.append(contentsOf: events) }
    }

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [Event] {
        let contents = now
        if let failure = contents.failure { throw failure }
        return Array(contents.events.suffix(limit))
    }

    @concurrent package func append(_ entry: AuditEntry) async throws(StorageFailure) {
        if let failure = now.auditFailure { throw failure }
        try write { $0.audit.append(entry) }
    }

    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) {
        try write { $0.minutes.append(contentsOf: minutes) }
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        now.minutes.filter { $0.series == series && $0.minute >= from && $0.minute <= to }.map(\.average)
    }

    private func write(_ edit: (inout Contents) -> Void) throws(StorageFailure) {
        let failure = contents.withLock { contents in
            if contents.failure == nil { edit(&contents) }
            return contents.failure
        }
        if let failure { throw failure }
    }
}
