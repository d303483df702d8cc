internal import CSystem
package import Monitoring
internal import Synchronization

/// The machine's own clocks, and one thread that wakes whoever waits for a moment.
package struct SystemTime: TimeSource {
    private let bootID: String
    private let timetable: Timetable

    /// Throws when the system gives no timer or no thread.
    package init() throws(SystemError) {
        let text = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
        bootID = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        timetable = try Timetable.shared.get()
    }

    package var now: Timestamp {
        Timestamp(
            boot: .nanoseconds(system_boot_nanoseconds()),
            wall: WallTime(milliseconds: system_wall_milliseconds()), bootID: bootID)
    }

    package func call(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> Appointment {
        let now = Duration.nanoseconds(system_boot_nanoseconds())
        let end = Self.wake(deadline, at: now)
        if end <= now {
            body()
            return Appointment {}
        }
        let number = timetable.add(at: end, body)
        return Appointment { [timetable] in timetable.cancel(number) }
    }

    /// Counts while the machine sleeps.
    @concurrent package func sleep(until deadline: Duration) async throws {
        let nap = Nap()
        let appointment = call(at: deadline) { nap.end() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { nap.begin($0) }
        } onCancel: {
            nap.end()
        }
        appointment.cancel()
        try Task.checkCancellation()
    }

    /// When a sleep until `deadline` ends: a long one at the next half of a second since boot, one of seconds at the next
    /// whole one, with all others whose time has come. A wake-up of the process costs more than what most sleepers do
    /// then.
    package static func wake(_ deadline: Duration, at now: Duration) -> Duration {
        let left = deadline - now
        guard left >= .milliseconds(500) else { return deadline }
        let (seconds, attoseconds) = deadline.components
        if left >= .seconds(3) { return .seconds(attoseconds == 0 ? seconds : seconds + 1) }
        let half: Int64 = 500_000_000_000_000_000
        return .seconds(seconds) + .milliseconds((attoseconds + half - 1) / half * 500)
    }

    /// One sleep, which may end before it has begun.
    private final class Nap: Sendable {
        private enum State {
            case new
            case begun(CheckedContinuation<Void, Never>)
            case ended
        }

        private let state = Mutex(State.new)

        func begin(_ continuation: CheckedContinuation<Void, Never>) {
            let isEnded = state.withLock { state in
                if case .ended = state { return true }
                state = .begun(continuation)
                return false
            }
            if isEnded { continuation.resume() }
        }

        func end() {
            let sleeper: CheckedContinuation<Void, Never>? = state.withLock { state in
                defer { state = .ended }
                if case .begun(let continuation) = state { return continuation }
                return nil
            }
            sleeper?.resume()
        }
    }
}
