internal import CSystem
internal import Synchronization

/// Calls what has an appointment, on one thread, woken by one timer of the kernel: a task and a timer for each
/// deadline cost several times as much as what most of them guard.
///
/// The thread ends when the timetable is let go.
final class Timetable: Sendable {
    /// The one of this process, made when it is first asked for: a second one would be a second thread to wake.
    static let shared = Result { () throws(SystemError) in try Timetable() }

    private let loop: Loop

    init() throws(SystemError) {
        let loop = Loop(timer: try BootTimer())
        self.loop = loop
        try SystemThread.start("clock") { loop.run() }
    }

    deinit { loop.end() }

    /// Returns the number of the appointment, to cancel it by.
    func add(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> UInt64 {
        loop.add(at: deadline, body)
    }

    func cancel(_ number: UInt64) { loop.cancel(number) }

    /// Apart from the timetable, because the thread must keep it alive and must not keep the timetable alive.
    private final class Loop: Sendable {
        private struct Entry {
            var number: UInt64
            var deadline: Duration
            var body: @Sendable () -> Void
        }

        private struct State {
            /// Some tens: two for each poller.
            var entries: [Entry] = []
            var lastNumber: UInt64 = 0
            /// What the timer is set to; nil when it is not.
            var armed: Duration?
            var isEnded = false

            /// Takes out what is due and says when the next is.
            mutating func due(at now: Duration) -> [Entry] {
                let due = entries.filter { $0.deadline <= now }
                entries.removeAll { $0.deadline <= now }
                armed = entries.lazy.map(\.deadline).min()
                return due.sorted { $0.deadline < $1.deadline }
            }
        }

        private let timer: BootTimer
        private let state = Mutex(State())

        init(timer: consuming BootTimer) { self.timer = timer }

        func add(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> UInt64 {
            state.withLock { state in
                state.lastNumber += 1
                state.entries.append(Entry(number: state.lastNumber, deadline: deadline, body: body))
                if state.armed.map({ deadline < $0 }) ?? true {
                    state.armed = deadline
                    timer.set(to: deadline)
                }
                return state.lastNumber
            }
        }

        /// The timer stays as it is: it wakes the thread for nothing at most once.
        func cancel(_ number: UInt64) { state.withLock { $0.entries.removeAll { $0.number == number } } }

        func end() {
            state.withLock { $0.isEnded = true }
            timer.set(to: .zero)
        }

        func run() {
            while true {
                timer.wait()
                let due: [Entry]? = state.withLock { state in
                    if state.isEnded { return nil }
                    let due = state.due(at: .nanoseconds(system_boot_nanoseconds()))
                    if let next = state.armed { timer.set(to: next) }
                    return due
                }
                guard let due else { return }
                for entry in due { entry.body() }
            }
        }
    }
}

/// A timer of the kernel that counts while the machine sleeps.
private struct BootTimer: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    init() throws(SystemError) {
        descriptor = FileDescriptor(taking: try SystemError.check(system_timer_open(), "open a timer"))
    }

    /// `deadline` is time since boot; what has passed is now.
    func set(to deadline: Duration) {
        let (seconds, attoseconds) = max(deadline, .nanoseconds(1)).components
        _ = system_timer_set(descriptor.number, seconds, attoseconds / 1_000_000_000)
    }

    /// Blocks the thread until the moment it was last set to.
    func wait() { _ = system_timer_wait(descriptor.number) }
}
