import EngineAPI
import Monitoring

/// What is written to disk, by one task, one thing after the other.
extension LocalEngine {
    private static let pause: Duration = .seconds(1)
    /// What changes all the time (last successes, versions) is kept every so often.
    private static let routineSeconds: Double = 5
    /// Kept anew at least so often: who reads it, as `status` does, sees that a console still watches.
    private static let pulseSeconds: Double = 60

    func load() async {
        let now = time.now
        do throws(StorageFailure) {
            if let loaded = try await setup.stores.state.load() {
                state.take(loaded.state, at: now.wall)
                if let note = loaded.note { state.note(.warning, nil, note, at: now.wall) }
            }
            state.remember(try await setup.stores.journal.recent(50))
            // Who may change nothing here leaves it to the one that may.
            guard setup.environment.access == .operate else { return }
            for open in try await setup.stores.audit.unfinished() { takeUp(open, at: now) }
        } catch {
            storageFailed(error)
        }
    }

    func keepUp() async {
        var lastSave = time.now
        var lastMinute = time.now.wall.milliseconds / 60_000
        while !Task.isCancelled {
            try? await time.sleep(until: time.now.boot + Self.pause)
            if Task.isCancelled { return }
            let now = time.now
            // While nothing can be kept it is tried again: no news may come that would do so.
            let isWanted = state.unsaved == .routine || state.storage.status == .critical
            let isDue =
                state.unsaved == .urgent
                || (isWanted && now.seconds(since: lastSave) >= Self.routineSeconds)
                || now.seconds(since: lastSave) >= Self.pulseSeconds
            if isDue { lastSave = now }
            let minute = now.wall.milliseconds / 60_000
            await keep(savesState: isDue, savesHistory: minute != lastMinute)
            lastMinute = minute
        }
    }

    /// Writes all that is not yet written.
    func keep(isLast: Bool) async { await keep(savesState: true, savesHistory: isLast) }

    private func keep(savesState: Bool, savesHistory: Bool) async {
        let events = state.takeUnwritten()
        let minutes = savesHistory ? state.series.takeMinutes(at: time.now.wall) : []
        guard !events.isEmpty || savesState || !minutes.isEmpty else { return }
        do throws(StorageFailure) {
            if !events.isEmpty {
                do throws(StorageFailure) {
                    try await setup.stores.journal.append(events)
                } catch {
                    state.putBack(events)
                    throw error
                }
            }
            if !minutes.isEmpty { try await setup.stores.history.append(minutes) }
            if savesState {
                let unsaved = state.unsaved
                state.unsaved = .nothing
                do throws(StorageFailure) {
                    try await setup.stores.state.save(state.toKeep(at: time.now.wall))
                } catch {
                    state.unsaved = max(state.unsaved, unsaved)
                    throw error
                }
            }
            storageWorks()
        } catch {
            storageFailed(error)
        }
    }

    func storageFailed(_ failure: StorageFailure) {
        let since = state.storage.status == .critical ? state.storage.since : time.now.wall
        if state.storage.reason.first != failure.message || state.storage.status != .critical {
            // Shown, not journalled: the journal is on the same disk.
            state.storage = Judgement(.critical, [failure.message], since: since)
            changed()
        }
    }

    private func storageWorks() {
        guard state.storage.status != .ok else { return }
        state.storage = .ok
        changed()
    }
}
