import Platform
import Synchronization
import Testing

@Suite struct ThreadExecutorTests {
    private actor Worker {
        private let executor: ThreadExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }
        init(_ executor: ThreadExecutor) { self.executor = executor }

        func thread() -> Int32 {
            assertIsolated()
            return SystemThread.current
        }
    }

    @Test func `an actor's jobs and the closures run on the one thread, in order`() async throws {
        let executor = try ThreadExecutor("hc-worker")
        let worker = Worker(executor)
        let thread = try await executor.run { SystemThread.current }
        #expect(thread != SystemThread.current)
        for _ in 0..<100 { #expect(await worker.thread() == thread) }
        let name = try await executor.run { try Files.read("/proc/thread-self/comm", limit: 64) }
        #expect(String(decoding: name, as: UTF8.self) == "hc-worker\n")

        let box = Box()
        for number in 0..<1000 { executor.enqueue { box.append(number) } }
        #expect(try await executor.run { box.all } == Array(0..<1000))
    }

    @Test func `an error of a closure reaches the caller`() async throws {
        let executor = try ThreadExecutor("hc-worker")
        await #expect(throws: SystemError("try")) { try await executor.run { throw SystemError("try") } }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the hooks run on the thread, and letting go of the executor ends it after what is queued`()
        async throws
    {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        var executor: ThreadExecutor? = try ThreadExecutor(
            "hc-worker", onStart: { continuation.yield("start \(SystemThread.current)") },
            onEnd: {
                continuation.yield("end \(SystemThread.current)")
                continuation.finish()
            })
        let thread = try await executor?.run { SystemThread.current }
        executor?.enqueue { continuation.yield("work") }
        executor = nil
        var seen: [String] = []
        for await line in stream { seen.append(line) }
        #expect(seen == ["start \(thread ?? 0)", "work", "end \(thread ?? 0)"])
    }

    private final class Box: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func append(_ number: Int) { numbers.withLock { $0.append(number) } }
    }
}
