import EngineAPI
import FeatureFlags
import Monitoring
import Synchronization

/// An engine that publishes what the test says and answers when the test lets it.
final class FakeClient: EngineClient {
    private struct State {
        var newest: Snapshot?
        var subscribers: [AsyncStream<Snapshot>.Continuation] = []
        var ended = 0
        var submitted: [Request] = []
        var held: [CheckedContinuation<Void, Never>] = []
        var isHolding = false
    }

    private let state = Mutex(State())

    var submitted: [Request] { state.withLock { $0.submitted } }
    var subscribers: Int { state.withLock { $0.subscribers.count } }
    var ended: Int { state.withLock { $0.ended } }
    var held: Int { state.withLock { $0.held.count } }

    func publish(_ snapshot: Snapshot) {
        let subscribers = state.withLock { state in
            state.newest = snapshot
            return state.subscribers
        }
        for subscriber in subscribers { subscriber.yield(snapshot) }
    }

    /// Every question waits until `release()`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHolding = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func snapshots() -> AsyncStream<Snapshot> {
        // The newer snapshot wins.
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.onTermination = { _ in self.state.withLock { $0.ended += 1 } }
            state.withLock { state in
                if let newest = state.newest { continuation.yield(newest) }
                state.subscribers.append(continuation)
            }
        }
    }

    @concurrent func submit(_ request: Request, by person: Operator) async -> Reply {
        state.withLock { $0.submitted.append(request) }
        await pause()
        // It reads what there is, and changes nothing.
        if case .readNow(nil) = request { return .done }
        return .refused(Refusal(.stale, "there is nothing of that name"))
    }

    @concurrent func history(_ series: SeriesID, _ range: HistoryRange) async -> History {
        await pause()
        return History(end: WallTime(milliseconds: 0), stepSeconds: 1, values: [])
    }

    @concurrent func detail(_ entity: EntityID) async -> Detail? {
        await pause()
        return nil
    }

    private func pause() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
    }
}
