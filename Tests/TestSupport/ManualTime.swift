package import Monitoring
import Synchronization

/// Time that only a test moves.
package final class ManualTime: TimeSource {
    private struct Sleeper {
        var deadline: Duration
        var wake: Wake
    }

    private enum Wake {
        case sleeper(CheckedContinuation<Void, any Error>)
        case call(@Sendable () -> Void)

        func callAsFunction() {
            switch self {
            case .sleeper(let continuation): continuation.resume()
            case .call(let body): body()
            }
        }
    }

    private struct State {
        var boot: Duration
        var wall: WallTime
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Woken and not yet running again.
        var waking = 0
        /// How often anybody looked at the clock or waited for it.
        var uses = 0
    }

    private let state: Mutex<State>

    /// Begins one hour after boot, at 2026-11-28 03:00:00 UTC.
    package init(boot: Duration = .seconds(3600), wall: WallTime = WallTime(seconds: 1_795_834_800)) {
        state = Mutex(State(boot: boot, wall: wall))
    }

    package var now: Timestamp {
        state.withLock {
            $0.uses += 1
            return Timestamp(boot: $0.boot, wall: $0.wall, bootID: "test")
        }
    }

    /// Moves both clocks and wakes, in the order of their deadlines, those whose time has come.
    /// True when there was one.
    @discardableResult
    package func advance(by duration: Duration) -> Bool {
        let woken = state.withLock { state in
            state.boot += duration
            let parts = duration.components
            state.wall.milliseconds += parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
            let due = state.sleepers.filter { $0.value.deadline <= state.boot }
            for (id, sleeper) in due {
                state.sleepers[id] = nil
                if case .sleeper = sleeper.wake { state.waking += 1 }
            }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.wake() }
        return !woken.isEmpty
    }

    /// Whether somebody waits for that moment.
    package func isAwaited(at deadline: Duration) -> Bool {
        state.withLock { $0.sleepers.values.contains { $0.deadline == deadline } }
    }

    /// Waits until all who were woken have run and nobody has used the clock for a while: what a step of time set off
    /// is over before the next one, on a busy machine too.
    @concurrent package func settle() async throws {
        var last = (uses: -1, quiet: 0)
        while last.quiet < 4 {
            for _ in 0..<20 { await Task.yield() }
            try await Task.sleep(for: .microseconds(300))
            let (waking, uses) = state.withLock { ($0.waking, $0.uses) }
            last = (uses, waking == 0 && uses == last.uses ? last.quiet + 1 : 0)
        }
    }

    /// Moves the wall clock alone, as an administrator or NTP does.
    package func stepWall(bySeconds seconds: Double) {
        state.withLock { $0.wall = $0.wall.advanced(bySeconds: seconds) }
    }

    /// Returns when exactly `count` tasks and calls wait; throws when that is not so within ten real seconds.
    @concurrent package func sleepers(_ count: Int) async throws {
        try await eventually("\(count) sleepers") { self.state.withLock { $0.sleepers.count } == count }
    }

    @concurrent package func sleep(until deadline: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    state.uses += 1
                    if Task.isCancelled || deadline <= state.boot { return true }
                    state.sleepers[id] = Sleeper(deadline: deadline, wake: .sleeper(continuation))
                    return false
                }
                if isDue {
                    state.withLock { $0.waking += 1 }
                    continuation.resume()
                }
            }
            state.withLock { $0.waking -= 1 }
            try Task.checkCancellation()
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            if case .sleeper(let continuation) = sleeper?.wake {
                // It throws, and so is never counted as running again.
                continuation.resume(throwing: CancellationError())
            }
        }
    }

    package func call(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> Appointment {
        let id: Int? = state.withLock { state in
            guard deadline > state.boot else { return nil }
            state.nextID += 1
            state.sleepers[state.nextID] = Sleeper(deadline: deadline, wake: .call(body))
            return state.nextID
        }
        guard let id else {
            body()
            return Appointment {}
        }
        return Appointment { self.state.withLock { $0.sleepers[id] = nil } }
    }
}
