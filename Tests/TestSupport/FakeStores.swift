package import Engine
package import EngineAPI
package import FeatureFlags
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

/// A flag backend in memory that compares before it sets.
package final class FakeFlags: FlagBackend {
    private struct State {
        var flags: [FlagReading]
        var applied: [FlagChange] = []
        var outcome: ChangeOutcome?
    }

    package let name = "flagd"
    package let place = "flagd file"
    package let schedule: ProbeSchedule
    private let state: Mutex<State>

    package init(_ flags: [FlagReading], interval: Duration = .seconds(5)) {
        state = Mutex(State(flags: flags))
        schedule = ProbeSchedule(
            id: "flagd/flags", source: "flagd", kind: "flags", subject: "flags", interval: interval,
            deadline: .seconds(2))
    }

    package var applied: [FlagChange] { state.withLock { $0.applied } }

    /// Somebody else's change.
    package func set(_ flag: String, to value: FlagValue, by who: String? = nil) {
        state.withLock { state in
            for place in state.flags.indices where state.flags[place].name == flag {
                state.flags[place].value = value
                state.flags[place].revision += "+"
                state.flags[place].changedBy = who
            }
        }
    }

    /// Every change ends so, and nothing is set; nil behaves.
    package func end(_ outcome: ChangeOutcome?) { state.withLock { $0.outcome = outcome } }

    @concurrent package func read() async throws(ReadFailure) -> (flags: [FlagReading], cost: ReadCost) {
        (state.withLock { $0.flags }, ReadCost(queries: 1, bytes: 100, milliseconds: 1))
    }

    @concurrent package func apply(_ change: FlagChange) async -> ChangeOutcome {
        state.withLock { state in
            state.applied.append(change)
            if let outcome = state.outcome { return outcome }
            guard let place = state.flags.firstIndex(where: { $0.name == change.flag }) else {
                return .refused("no such flag")
            }
            guard state.flags[place].revision == change.expectedRevision else {
                return .conflict(state.flags[place])
            }
            state.flags[place].value = change.to
            state.flags[place].revision += "+"
            return .confirmed(state.flags[place])
        }
    }
}
