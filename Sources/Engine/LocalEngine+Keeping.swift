import EngineAPI
import FeatureFlags
import Monitoring

/// What is written to disk, by one task, one thing after the other.
extension LocalEngine {
    /// While nothing can be kept it is tried again so often: no news may come that would do so.
    private static let retrySeconds: Double = 5
    /// Kept anew so often, what changes all the time (last successes, versions) with it: who reads it, as `status` does,
    /// sees that a console still watches. It is written whole and durably, 25 KB of a small store.
    private static let pulseSeconds: Double = 60
    /// Whether the log takes a record is looked at so often.
    private static let lookSeconds: Double = 5

    func load() async {
        await attempt(.state) { () throws(StorageFailure) in try await loadState() }
        defer { for note in setup.notes { state.note(.warning, nil, note, at: time.now.wall) } }
        await attempt(.journal) { () throws(StorageFailure) in
            state.remember(try await setup.stores.journal.recent(50))
        }
        // Who may change nothing here leaves it to the one that may.
        if isWatching, setup.stores.keepers != nil { return await followKeeper() }
        guard state.environment.mayChange else { return await seeWhatIsOpen() }
        await attempt(.audit) { () throws(StorageFailure) in try await takeUpRecorded(beside: state.kept) }
    }

    /// Until what was kept is known nothing is written over it.
    func loadState() async throws(StorageFailure) {
        let loaded = try await setup.stores.state.load()
        let now = time.now.wall
        if let loaded {
            // Polls have begun when it could not be read at once.
            if hasPolled { state.takeLate(loaded.state, at: now) } else { state.take(loaded.state, at: now) }
            if let note = loaded.note { state.note(.warning, nil, note, at: now) }
        }
        state.notices.keep(only: Set(setup.sinks.map(\.name)))
        hasLoaded = true
    }

    /// Until it was read once what is open nothing is changed: a flag may be on its way since an earlier run. `kept`:
    /// what that one kept.
    func takeUpRecorded(beside kept: EngineState) async throws(StorageFailure) {
        let recorded = try await setup.stores.audit.recorded()
        let waiting = Set(unrecorded.map(\.change.key))
        state.tell(recorded.ended.filter { !waiting.contains($0.change.key) }, unlessIn: kept)
        _ = state.hear(recorded.ended, but: waiting, at: time.now)
        let open = Set(recorded.unfinished.map(\.change.opID))
        for backend in setup.backends { await backend.tidy(keeping: open) }
        for open in recorded.unfinished { await takeUp(open, at: time.now) }
        for cut in recorded.interrupted where state.flags.finishing[cut.change.key] == nil {
            await keep(entry(.notFinished, cut.change, "its console ended before it did", by: cut.by))
        }
        hasTakenUp = true
    }

    func keepUp() async {
        var lastSave = time.now
        var lastMinute = time.now.wall.milliseconds / 60_000
        while !Task.isCancelled {
            // What could not be kept, or taken up, is tried again soon.
            let isWell = state.storage.isEmpty && (hasTakenUp || !state.environment.mayChange)
            let planned = time.now.boot.next(isWell ? Self.beat : .seconds(1))
            try? await time.sleep(until: planned)
            if Task.isCancelled { return }
            await followKeeper()
            await takeMarks()
            let now = time.now
            let pause = state.storage.isEmpty ? Self.pulseSeconds : Self.retrySeconds
            // Stopped, or on a machine that slept: whoever looks is to see a sign of life again.
            let wasStopped = now.boot > planned + .seconds(1)
            let isDue = state.unsaved == .urgent || wasStopped || now.seconds(since: lastSave) >= pause
            if isDue { lastSave = now }
            let minute = now.wall.milliseconds / 60_000
            state.tellLeftOut(overAt: now.wall, at: now.wall)
            if state.settleWriters(at: now) { changed() }
            await keep(savesState: isDue, savesHistory: minute != lastMinute)
            lastMinute = minute
        }
    }

    /// Writes all that is not yet written.
    func keep(isLast: Bool) async {
        if isLast { state.tellLeftOut(overAt: nil, at: time.now.wall) }
        await keep(savesState: true, savesHistory: isLast)
    }

    private func keep(savesState: Bool, savesHistory: Bool) async {
        let events = state.takeUnwritten()
        // Its keeper keeps the same.
        if isWatching, setup.stores.keepers?.keepOurs == true { return }
        // Nothing is written where others do not look for it.
        if state.storage.isLost { return state.putBack(events) }
        if savesHistory { takeMinutes() }
        if !events.isEmpty {
            let isKept = await attempt(.journal) { () throws(StorageFailure) in
                try await setup.stores.journal.append(events)
            }
            if !isKept { state.putBack(events) }
        }
        if savesHistory, !unwrittenMinutes.isEmpty {
            let minutes = unwrittenMinutes
            let isKept = await attempt(.history) { () throws(StorageFailure) in
                if let note = try await setup.stores.history.append(minutes) {
                    state.note(.warning, nil, note, at: time.now.wall)
                }
            }
            if isKept { unwrittenMinutes = [] }
        }
        if savesState {
            let (unsaved, marks) = (state.unsaved, toldMarks)
            state.unsaved = .nothing
            let isKept = await attempt(.state) { () throws(StorageFailure) in
                if !hasLoaded { try await loadState() }
                state.notices.areBeingKept()
                try await setup.stores.state.save(state.toKeep(at: time.now.wall))
            }
            if isKept {
                state.notices.areKept()
                await removeMarks(marks)
            } else {
                state.unsaved = max(state.unsaved, unsaved)
            }
        }
        if !unrecorded.isEmpty {
            await attempt(.audit) { () throws(StorageFailure) in
                while let end = unrecorded.first {
                    try await setup.stores.audit.append(end)
                    unrecorded.removeFirst()
                }
            }
        }
        // Where something cannot be kept, whether a change could be put on record is not left to be found out by one.
        guard state.environment.mayChange else { return }
        let age = lookedAt.map { time.now.seconds(since: $0) } ?? Self.lookSeconds
        if hasTakenUp, state.storage.audit == nil, savesState || age >= Self.lookSeconds {
            lookedAt = time.now
            await attempt(.audit) { () throws(StorageFailure) in try await setup.stores.audit.look() }
        }
        if !state.storage.isEmpty, state.storage.newer == nil, savesState || state.storage.audit != nil {
            await attempt(.audit) { () throws(StorageFailure) in
                if !hasTakenUp { try await takeUpRecorded(beside: state.kept) }
                try await setup.stores.audit.check()
            }
        }
        if savesState {
            await attempt(.anchor) { () throws(StorageFailure) in try await setup.stores.audit.anchor() }
        }
    }

    /// The newest that could not be written so far wait for room: an hour of a large store.
    private static let mostMinutes = 12_000

    private func takeMinutes() {
        unwrittenMinutes += state.series.takeMinutes(at: time.now.wall)
        unwrittenMinutes.removeFirst(max(0, unwrittenMinutes.count - Self.mostMinutes))
    }

    /// One store's failure is not another's. False when it failed.
    @discardableResult
    func attempt(
        _ store: StorageFaults.Store, _ work: () async throws(StorageFailure) -> Void
    ) async -> Bool {
        do throws(StorageFailure) {
            try await work()
        } catch {
            failed(store, error)
            return false
        }
        works(store)
        return true
    }

    /// Shown, not journalled: the journal is on the same disk.
    func failed(_ store: StorageFaults.Store, _ failure: StorageFailure) {
        if state.storage.failed(store, failure, at: time.now.wall) { changed() }
    }

    func works(_ store: StorageFaults.Store) {
        if state.storage.works(store) { changed() }
    }
}
