package import Engine
package import EngineAPI
import FeatureFlags
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
        /// Said by the state when it is to be loaded.
        package var loadFailure: StorageFailure?
        /// What the history had to do first.
        package var historyNote: String?
        /// Said by the history when it is to be read.
        package var historyReadFailure: StorageFailure?
        /// Said by the journal and the history alone.
        package var recordFailure: StorageFailure?
        /// Said by the audit log alone.
        package var auditFailure: StorageFailure?
        /// Said by the audit log of what stands in it.
        package var auditBreach: StorageFailure?
        /// Said of the places outside that are told of each record.
        package var anchorFailure: StorageFailure?
        /// So many records are anchored.
        package var anchored = 0
        /// So many records more go into the audit log, then its disk is full; nil has room.
        package var auditRoom: Int?
    }

    private let contents: Mutex<Contents>
    private let keepers: FakeKeepers?

    package init(
        state: EngineState? = nil, events: [Event] = [], audit: [AuditEntry] = [], keepers: FakeKeepers? = nil
    ) {
        self.keepers = keepers
        var contents = Contents()
        contents.state = state
        contents.events = events
        contents.audit = audit
        self.contents = Mutex(contents)
    }

    package var now: Contents { contents.withLock { $0 } }

    package func change(_ edit: (inout Contents) -> Void) { contents.withLock { edit(&$0) } }

    /// As the engine wants them.
    package var stores: EngineSetup.Stores {
        EngineSetup.Stores(state: self, journal: self, audit: self, history: self, keepers: keepers)
    }

    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        if let failure = now.loadFailure { throw failure }
        return try read().state.map { ($0, nil) }
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) {
        try write {
            $0.state = state
            $0.saves += 1
        }
    }

    @concurrent package func append(_ events: [Event]) async throws(StorageFailure) {
        if let failure = now.recordFailure { throw failure }
        try write { $0.events.append(contentsOf: events) }
    }

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [Event] {
        try read().events.suffix(max(limit, 0))
    }

    @concurrent package func look() async throws(StorageFailure) {
        if let breach = now.auditBreach { throw breach }
    }

    @concurrent package func check() async throws(StorageFailure) {
        try await look()
        if let failure = now.auditFailure { throw failure }
        if now.auditRoom == 0 { throw StorageFailure("the disk is full") }
        try write { _ in }
    }

    @concurrent package func anchor() async throws(StorageFailure) {
        if let failure = now.anchorFailure { throw failure }
        change { $0.anchored = $0.audit.count }
    }

    @concurrent package func append(_ entry: AuditEntry) async throws(StorageFailure) {
        try await check()
        try write {
            $0.auditRoom = $0.auditRoom.map { $0 - 1 }
            $0.audit.append(entry)
        }
    }

    @concurrent package func recorded() async throws(StorageFailure) -> RecordedChanges {
        let entries = try read().audit
        var ended = EndedChanges()
        for entry in entries {
            let second = WallTime(seconds: entry.at.wall.milliseconds / 1000)
            ended.add(
                EndedChange(
                    entry.change, by: entry.by, at: second, phase: entry.phase, result: entry.result))
        }
        let newest: [UnfinishedChange] = entries.enumerated().compactMap { place, entry in
            let isLast = !entries[(place + 1)...].contains { $0.change.opID == entry.change.opID }
            guard isLast else { return nil }
            return UnfinishedChange(
                entry.change, by: entry.by, phase: entry.phase,
                writer: entry.phase == .started ? ProcessMark(entry.result) : nil,
                why: entry.phase == .unknown ? entry.result : nil,
                since: entry.phase == .unknown
                    ? WallTime(seconds: entry.at.wall.milliseconds / 1000) : nil)
        }
        return RecordedChanges(
            unfinished: newest.filter(\.phase.isOpen), interrupted: newest.filter { $0.phase == .finishing },
            ended: ended.all)
    }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        if let failure = now.recordFailure { throw failure }
        try write { $0.minutes += minutes.filter { $0.average.isFinite } }
        return now.historyNote
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        if let failure = now.historyReadFailure { throw failure }
        let minutes = try read().minutes.filter { $0.series == series }
        let step = Double(max(stepSeconds, 1))
        let count = (to.seconds(since: from) / step).rounded(.down)
        guard count > 0, count <= Double(HistoryLimit.values) else { return [] }
        return (0..<Int(count)).map { place in
            let values = minutes.filter {
                let offset = $0.minute.seconds(since: from)
                return offset >= 0 && Int(offset / step) == place
            }
            return values.isEmpty ? nil : values.map(\.average).reduce(0, +) / Double(values.count)
        }
    }

    private func read() throws(StorageFailure) -> Contents {
        let contents = now
        if let failure = contents.failure { throw failure }
        return contents
    }

    private func write(_ edit: (inout Contents) -> Void) throws(StorageFailure) {
        let failure = contents.withLock { contents in
            if contents.failure == nil { edit(&contents) }
            return contents.failure
        }
        if let failure { throw failure }
    }
}
