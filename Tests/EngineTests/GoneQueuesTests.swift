import Engine
import EngineAPI
import Monitoring
import Synchronization
import TestSupport
import Testing

/// Queues that held work and left the listing.
@Suite struct GoneQueuesTests {
    @Test(.timeLimit(.minutes(1)))
    func `a server that renames its queues at each read does not fill the memory, and it is told`()
        async throws
    {
        @Sendable func names(_ read: Int) -> Sample {
            Sample([.queues((0..<400).map { queue("\(read)-\($0)", ready: 5) })])
        }
        let renaming = Mutex<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe("queues", time: clock, .answer(names(0)))
            renaming.withLock { $0 = probe }
            return [probe]
        }
        try await bench.run { bench in
            for read in 0..<4 {
                try await bench.until("read \(read)") { snapshot in
                    snapshot.queues.contains { $0.id.name == "\(read)-0" }
                }
                renaming.withLock { $0 }?.behave(.answer(names(read + 1)))
            }
            let rows = try #require(bench.snapshot).queues
            #expect(rows.count { $0.goneSince != nil } == 500)
            // Those that were told as gone first stay.
            #expect(rows.contains { $0.id.name == "0-399" } && !rows.contains { $0.id.name == "2-399" })
            let told = bench.snapshot?.events.contains { $0.text.contains("; 500 that are gone stay listed") }
            #expect(told == true)
        }
    }
}
