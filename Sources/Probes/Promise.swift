internal import Monitoring
internal import Platform
internal import Synchronization

/// One answer from a thread to one task that waits for it, until a moment and no longer.
///
/// The thread is not waited for: what it brings too late, nobody gets.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value?, Never>)
        case kept(Value)
        case forgotten
    }

    private let state = Mutex(State.open)

    /// False when nobody waits any more.
    @discardableResult
    func keep(_ value: Value) -> Bool {
        let (isWanted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Value?, Never>?) in
            switch state {
            case .open:
                state = .kept(value)
                return (true, nil)
            case .awaited(let waiter):
                state = .forgotten
                return (true, waiter)
            case .kept, .forgotten: return (false, nil)
            }
        }
        waiter?.resume(returning: value)
        return isWanted
    }

    /// Nil when the moment passed, or the task was cancelled, before the answer was there.
    func value(until deadline: ContinuousClock.Instant) async -> Value? {
        let lateness = Deadline.call(at: deadline) { self.forget() }
        defer { lateness.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { self.wait($0) }
        } onCancel: {
            self.forget()
        }
    }

    private func wait(_ waiter: CheckedContinuation<Value?, Never>) {
        let answer: Value?? = state.withLock { state in
            switch state {
            case .open:
                state = .awaited(waiter)
                return nil
            case .kept(let value):
                state = .forgotten
                return .some(value)
            case .awaited, .forgotten: return .some(nil)
            }
        }
        if let answer { waiter.resume(returning: answer) }
    }

    /// Nobody is to wait any more; what is there already still counts.
    func forget() {
        let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            if case .kept = state { return nil }
            defer { state = .forgotten }
            guard case .awaited(let waiter) = state else { return nil }
            return waiter
        }
        waiter?.resume(returning: nil)
    }
}
