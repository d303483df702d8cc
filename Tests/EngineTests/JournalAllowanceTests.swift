import EngineAPI
import Monitoring
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// A server that invents names does not write the past out of the journal.
@Suite struct JournalAllowanceTests {
    @Test func `a minute has so many bytes, and what was left out is counted in the next`() {
        var allowance = JournalAllowance()
        func at(_ seconds: Double) -> WallTime {
            WallTime(seconds: 1_795_834_800).advanced(bySeconds: seconds)
        }
        for _ in 0..<4 {
            #expect(allowance.take(JournalAllowance.bytesPerMinute / 4, at: at(1)) == true)
        }
        for second in [2.0, 30, 59] { #expect(allowance.take(1, at: at(second)) == false) }
        #expect(allowance.take(0, at: at(59)) == true, "what a person does takes none")
        #expect(allowance.takeLeftOut(at: at(59)) == 0, "the minute is not over")
        #expect(allowance.takeLeftOut(at: at(60)) == 3)
        #expect(allowance.takeLeftOut(at: at(60)) == 0)
        #expect(allowance.take(1, at: at(60)) == true)
        #expect(allowance.take(.max, at: at(61)) == false)
        // A clock that is put back begins a minute too.
        #expect(allowance.takeLeftOut(at: at(-600)) == 1)
        #expect(allowance.take(1, at: at(-600)) == true)
        allowance.leaveOut(7)
        #expect(allowance.takeLeftOut(at: nil) == 7, "at the end nothing is kept back")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a flood of new names is told as far as it fits, then in one line`() async throws {
        let stores = FakeStores()
        @Sendable func names(_ read: Int) -> Sample {
            Sample([
                .queues(
                    (0..<300).map {
                        queue("\(read)-\($0)-" + String(repeating: "n", count: 1000), ready: 90_000)
                    })
            ])
        }
        let flood = Mutex<FakeProbe?>(nil)
        let bench = Bench(stores: stores) { clock in
            let probe = FakeProbe("queues", time: clock, .answer(names(0)))
            flood.withLock { $0 = probe }
            return [probe]
        }
        try await bench.run { bench in
            @Sendable func isSeen(_ read: Int) -> Bool {
                bench.snapshot?.queues.contains { $0.id.name.hasPrefix("\(read)-") } == true
            }
            for read in 0..<3 {
                // So many names take their time.
                try await eventually("read \(read)", within: .seconds(40)) {
                    try await bench.pass(0.5)
                    return isSeen(read)
                }
                if read < 2 { flood.withLock { $0 }?.behave(.answer(names(read + 1))) }
                if read == 1 { try await bench.pass(61) }
            }
        }
        let events = stores.now.events
        let bytes = events.reduce(0) { $0 + $1.text.utf8.count + ($1.entity?.name.utf8.count ?? 0) }
        #expect(
            bytes > JournalAllowance.bytesPerMinute / 2 && bytes <= 3 * JournalAllowance.bytesPerMinute,
            "\(bytes)")
        #expect(events.contains { $0.text.hasSuffix("more events of one minute left out of the journal") })
    }
}
