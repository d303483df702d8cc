import Monitoring
import TestSupport
import Testing

@Suite struct OutcomeLedgerTests {
    /// On the edge of a bucket.
    private let begin = WallTime(seconds: 1_795_255_400)

    private func after(_ seconds: Double) -> WallTime { begin.advanced(bySeconds: seconds) }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `what is spread is all there, in each stretch by its part of the time`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = OutcomeLedger(since: begin)
        var time = 0.0
        var total = 0
        // Ten a second, told at any moments.
        while time < 1000 {
            let step = Double(random.next() % 400) / 10
            let count = Int((time + step) * 10) - Int(time * 10)
            ledger.spread(OutcomeCounts(successes: count), from: after(time), to: after(time + step))
            time += step
            total += count
            ledger.looked(at: after(time))
            #expect(ledger.total.successes == total)
            #expect(ledger.sum(last: 3600).successes == total)
            if time > 70, let rate = ledger.perMinute() { #expect((rate.successes - 600).magnitude <= 13) }
        }
    }

    @Test func `what is spread beyond the hour is in the total alone`() {
        var ledger = OutcomeLedger(since: begin)
        ledger.spread(OutcomeCounts(failures: 72_000), from: begin, to: after(7200))
        ledger.looked(at: after(7200))
        #expect(ledger.total.failures == 72_000)
        #expect((35_900...36_000).contains(ledger.sum(last: 3600).failures))
        #expect(ledger.perMinute()?.failures == 600)
        // A clock that was set back leaves one moment.
        ledger.spread(OutcomeCounts(failures: 7), from: after(7300), to: after(7200))
        #expect(ledger.total.failures == 72_007)
        #expect(ledger.sum(last: 60).failures > 500)
    }

    @Test func `what was lost is a bound for as long as it lies in the stretch`() {
        var ledger = OutcomeLedger(since: begin)
        ledger.lose(from: after(100), to: after(120))
        ledger.looked(at: after(150))
        #expect(ledger.sum(last: 60).isBound)
        #expect(!ledger.sum(last: 20).isBound)
        ledger.looked(at: after(600))
        #expect(!ledger.sum(last: 300).isBound)
        #expect(ledger.sum(last: 3600).isBound)
        ledger.looked(at: after(3800))
        #expect(!ledger.sum(last: 3600).isBound)
    }

    @Test func `an error ends after an hour, a success does not`() {
        var ledger = OutcomeLedger(since: begin)
        ledger.note(success: begin)
        ledger.note(error: "timeout", at: begin)
        ledger.note(error: "older", at: after(-10))
        ledger.looked(at: after(3600))
        #expect(ledger.lastError == "timeout" && ledger.lastErrorAt == begin)
        ledger.looked(at: after(3601))
        #expect(ledger.lastError == nil && ledger.lastErrorAt == nil)
        #expect(ledger.lastSuccess == begin)
    }
}
