import EngineAPI
import Synchronization

/// Hands snapshots to everyone who watches.
final class SnapshotFeed: Sendable {
    private struct State {
        var newest: Snapshot?
        var watchers: [Int: AsyncStream<Snapshot>.Continuation] = [:]
        var nextID = 0
        var isOver = false
    }

    private let state = Mutex(State())

    /// The newest snapshot, then each newer one.
    func watch() -> AsyncStream<Snapshot> {
        // The newer snapshot wins; one that was not taken is dropped.
        let (stream, continuation) = AsyncStream.makeStream(
            of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        let (id, isOver): (Int, Bool) = state.withLock { state in
            state.nextID += 1
            state.watchers[state.nextID] = continuation
            if let newest = state.newest { continuation.yield(newest) }
            return (state.nextID, state.isOver)
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        if isOver { continuation.finish() }
        return stream
    }

    func publish(_ snapshot: Snapshot) {
        let watchers = state.withLock { state in
            state.newest = snapshot
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.yield(snapshot) }
    }

    /// Ends every stream.
    func finish() {
        let watchers = state.withLock { state in
            state.isOver = true
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }
}
