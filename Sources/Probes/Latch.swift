internal import Synchronization

/// Opens once; any number of tasks wait for it, each until a moment of its own.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Promise<Void>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for promise in waiting { promise.keep(()) }
    }

    /// Returns when it is open, when the moment has passed, or when the task is cancelled.
    func wait(until deadline: ContinuousClock.Instant) async {
        let promise = Promise<Void>()
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(promise) }
            return state.isOpen
        }
        if isOpen { return }
        _ = await promise.value(until: deadline)
        state.withLock { state in state.waiting.removeAll { $0 === promise } }
    }
}
