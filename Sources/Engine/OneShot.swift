import Monitoring
import Synchronization

/// A value that is set once, by whoever is first, and awaited by one.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case set(Value)
    }

    private let state = Mutex(State.open)

    /// Sets the value; false when it was set before, and then nothing changes.
    @discardableResult
    func set(_ value: Value) -> Bool {
        let (isFirst, waiter): (Bool, CheckedContinuation<Value, Never>?) = state.withLock { state in
            switch state {
            case .set:
                return (false, nil)
            case .open:
                state = .set(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .set(value)
                return (true, continuation)
            }
        }
        waiter?.resume(returning: value)
        return isFirst
    }

    /// The value, or `late` from `deadline` (time since boot) on, or when the waiting task is cancelled.
    func value(by deadline: Duration, on time: any TimeSource, else late: Value) async -> Value {
        let lateness = time.call(at: deadline) { self.set(late) }
        defer { lateness.cancel() }
        return await withTaskCancellationHandler {
            await value()
        } onCancel: {
            set(late)
        }
    }

    /// The value, whenever it is set.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let known: Value? = state.withLock { state in
                if case .set(let value) = state { return value }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

/// Lets one task sleep until a moment or until somebody rings, whichever is first.
final class Alarm: Sendable {
    private struct State {
        var sleeper: OneShot<Bool>?
        var isRung = false
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    init(_ time: any TimeSource) { self.time = time }

    /// Wakes the sleeper, or the next one at once.
    func ring() {
        let sleeper = state.withLock { $0.sleeper }
        // A sleeper that is just waking by itself has not seen this ring.
        if sleeper?.set(true) != true { state.withLock { $0.isRung = true } }
    }

    /// Forgets a ring nobody has woken by.
    func silence() { state.withLock { $0.isRung = false } }

    /// Returns at `deadline`, when rung, or when cancelled.
    func sleep(until deadline: Duration) async {
        let shot = OneShot<Bool>()
        let isRung = state.withLock { state in
            if state.isRung {
                state.isRung = false
                return true
            }
            state.sleeper = shot
            return false
        }
        if isRung { return }
        _ = await shot.value(by: deadline, on: time, else: false)
        state.withLock { $0.sleeper = nil }
    }
}
