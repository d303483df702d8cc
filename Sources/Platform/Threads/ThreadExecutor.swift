internal import Synchronization

/// A thread of its own for an actor whose work blocks: every job and closure runs there, in order.
///
/// An actor keeps one and answers its `unownedExecutor`. The thread ends, after what is queued, when the
/// executor is let go.
package final class ThreadExecutor: Sendable {
    private let loop: Loop

    /// `onStart` and `onEnd` run on the thread, first and last.
    package init(
        _ name: String, onStart: @escaping @Sendable () -> Void = {},
        onEnd: @escaping @Sendable () -> Void = {}
    ) throws(SystemError) {
        let loop = Loop(bell: try Event())
        self.loop = loop
        try SystemThread.start(name) {
            onStart()
            loop.run()
            onEnd()
        }
    }

    deinit { loop.end() }

    package var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Runs the closure on the thread, after what is already queued.
    package func enqueue(_ work: @escaping @Sendable () -> Void) { loop.add(.closure(work)) }

    /// Runs the closure on the thread and hands its result back; the caller waits without blocking its own.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    private enum Work: Sendable {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    /// Apart from the executor, because the thread must keep it alive and must not keep the executor alive.
    private final class Loop: SerialExecutor {
        private struct State {
            var work: [Work] = []
            var isEnded = false
        }

        private let bell: Event
        private let state = Mutex(State())
        private let thread = Atomic<Int32>(0)

        init(bell: consuming Event) { self.bell = bell }

        func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

        func asUnownedSerialExecutor() -> UnownedSerialExecutor {
            unsafe UnownedSerialExecutor(ordinary: self)
        }

        func checkIsolated() {
            precondition(SystemThread.current == thread.load(ordering: .relaxed), "not on the actor's thread")
        }

        func add(_ work: Work) {
            let isFirst = state.withLock { state in
                state.work.append(work)
                return state.work.count == 1
            }
            if isFirst { bell.ring() }
        }

        func end() {
            state.withLock { $0.isEnded = true }
            bell.ring()
        }

        func run() {
            thread.store(SystemThread.current, ordering: .relaxed)
            while true {
                let (work, isEnded) = state.withLock { state in
                    let work = state.work
                    state.work = []
                    return (work, state.isEnded)
                }
                for work in work {
                    switch work {
                    case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                    case .closure(let closure): closure()
                    }
                }
                guard work.isEmpty else { continue }
                if isEnded { return }
                bell.wait()
            }
        }
    }
}
