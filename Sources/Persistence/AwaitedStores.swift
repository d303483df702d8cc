package import Engine
package import EngineAPI
package import Monitoring
package import Platform
import Synchronization

/// Stands where nothing can be kept yet: says why at each question, and is what was awaited from then on when it can be
/// opened after all.
package final class AwaitedStores: Sendable {
    /// What is awaited.
    package struct Opened: Sendable {
        fileprivate let directory: StateDirectory
        fileprivate let audit: AuditFile

        package init(_ directory: StateDirectory, _ audit: AuditFile) {
            (self.directory, self.audit) = (directory, audit)
        }

        /// `watchesOnly` says why nothing is kept here.
        package var stores: (stores: EngineSetup.Stores, watchesOnly: String?) {
            let stores = EngineSetup.Stores(
                state: directory.state, journal: directory.journal, audit: audit, history: directory.history,
                keepers: directory)
            return (stores, directory.isOurs ? nil : StateDirectory.keptByAnother)
        }
    }

    private struct State {
        var opened: Opened?
        var failure: StorageFailure
        var triedAt = ContinuousClock.now
    }

    private let open: @Sendable () throws -> Opened
    private let thread: ThreadExecutor
    private let pause: Duration
    private let state: Mutex<State>

    /// `failure`: why it could not be opened just now. It is tried again after a pause, when it is asked for.
    package init(
        because failure: StorageFailure, every pause: Duration = .seconds(30),
        open: @escaping @Sendable () throws -> Opened
    ) throws(SystemError) {
        self.open = open
        self.pause = pause
        thread = try ThreadExecutor("opener")
        state = Mutex(State(failure: failure))
    }

    private func opened() throws(StorageFailure) -> Opened {
        let (opened, failure) = state.withLock { ($0.opened, $0.failure) }
        guard let opened else { throw failure }
        return opened
    }

    /// At most once in a pause.
    private func tryAgain() async {
        let isDue = state.withLock { state in
            guard state.opened == nil, state.triedAt.duration(to: .now) >= pause else { return false }
            state.triedAt = .now
            return true
        }
        guard isDue else { return }
        do {
            let opened = try await thread.run(open)
            state.withLock { $0.opened = opened }
        } catch {
            let failure = error as? StorageFailure ?? (error as? SystemError).map { StorageFailure($0) }
            if let failure { state.withLock { $0.failure = failure } }
        }
    }
}

extension AwaitedStores: StateStore, Journal, AuditLog, HistoryStore {
    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        try await opened().directory.state.load()
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) {
        try await opened().directory.state.save(state)
    }

    @concurrent package func append(_ events: [EngineAPI.Event]) async throws(StorageFailure) {
        try await opened().directory.journal.append(events)
    }

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [EngineAPI.Event] {
        try await opened().directory.journal.recent(limit)
    }

    @concurrent package func append(_ entry: AuditEntry) async throws(StorageFailure) {
        try await opened().audit.append(entry)
    }

    @concurrent package func check() async throws(StorageFailure) { try await opened().audit.check() }

    @concurrent package func look() async throws(StorageFailure) { try await opened().audit.look() }

    @concurrent package func anchor() async throws(StorageFailure) { try await opened().audit.anchor() }

    @concurrent package func recorded() async throws(StorageFailure) -> RecordedChanges {
        try await opened().audit.recorded()
    }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        try await opened().directory.history.append(minutes)
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        // Why there is none is said by all else.
        guard let opened = try? opened() else { return [] }
        return try await opened.directory.history.read(series, from: from, to: to, stepSeconds: stepSeconds)
    }

    @concurrent package func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        guard let opened = try? opened() else { return [] }
        return try await opened.directory.history.peaks(series, from: from, to: to, stepSeconds: stepSeconds)
    }
}

extension AwaitedStores: Keepers {
    package var keepOurs: Bool { true }

    @concurrent package func keeper() async -> Keeper {
        await tryAgain()
        do throws(StorageFailure) {
            return try await opened().directory.keeper()
        } catch {
            return .lost(error.message)
        }
    }

    @concurrent package func mark() async -> KeptMark {
        guard let opened = try? opened() else { return KeptMark() }
        return await opened.directory.mark()
    }

    @concurrent package func yield() async { await (try? opened())?.directory.yield() }

    @concurrent package func isRunning(_ program: ProcessMark) async -> Bool { program.isRunning }
}
