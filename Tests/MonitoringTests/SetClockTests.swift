import Monitoring
import Testing

/// A clock that is set while it is watched makes nothing older, younger or uncounted.
@Suite struct SetClockTests {
    private let limits = IntegrationLimits.defaultsByTier[1] ?? IntegrationLimits()

    /// `seconds` after the start, on a clock that was set by `step` meanwhile.
    private func at(_ seconds: Double, set step: Double) -> Timestamp {
        Timestamp(boot: moment(seconds).boot, wall: moment(seconds + step).wall, bootID: "test")
    }

    @Test func `what comes after a clock was set back is counted beside what came before`() {
        var ledger = OutcomeLedger(since: moment(-3600).wall)
        ledger.add(OutcomeCounts(successes: 4), at: moment(-3500).wall)
        ledger.add(OutcomeCounts(failures: 5), at: moment(-10).wall)
        ledger.take(latency: 2, at: moment(-10).wall)
        ledger.note(error: "HTTP 401", at: moment(-10).wall)
        ledger.looked(at: moment(0).wall)
        for second in stride(from: -7195.0, through: -7100, by: 5) {
            ledger.clockShows(moment(second).wall)
            ledger.add(OutcomeCounts(failures: 10), at: moment(second).wall)
            ledger.looked(at: moment(second).wall)
        }
        #expect(ledger.sum(last: 300) == OutcomeCounts(failures: 205))
        #expect(ledger.sum(last: 3600) == OutcomeCounts(successes: 4, failures: 205))
        #expect(ledger.perMinute()?.failures == 120)
        #expect(ledger.covered(last: 3600) == 3600)
        #expect(ledger.latencies.map { ledger.until.seconds(since: $0.at) } == [105])
        #expect(ledger.lastErrorAt.map { ledger.until.seconds(since: $0) } == 105)
    }

    @Test func `an answer that is some seconds late is no clock that was set`() {
        var ledger = OutcomeLedger(since: moment(-3600).wall)
        ledger.looked(at: moment(0).wall)
        ledger.looked(at: moment(-30).wall)
        #expect(ledger.movedBack == 0)
    }

    @Test(arguments: [-7200.0, 1860])
    func `a silence is as long as it is, whichever way our clock was set`(step: Double) {
        var watch = IntegrationWatch()
        var ledger = OutcomeLedger(since: moment(-3600).wall)
        ledger.add(OutcomeCounts(successes: 50), at: moment(0).wall)
        ledger.note(success: moment(0).wall)
        func read(at now: Timestamp) -> Assessment? {
            ledger.looked(at: now.wall)
            watch.observe(
                OutcomeReading(integration: "orders", ledger: ledger), limits: limits, at: Moment(now),
                now: now)
            return watch.assess(limits, at: Moment(now))[.silent]
        }
        #expect(read(at: moment(0))?.status == .ok)
        let soon = at(5, set: step)
        #expect(watch.assess(limits, at: Moment(soon))[.silent]?.value == 5)
        #expect(read(at: soon)?.value == 5)
        // What is shown follows the clock.
        #expect(watch.lastSuccess == moment(step).wall)
        let silent = read(at: at(1860, set: step))
        #expect(silent?.status == .warning && silent?.value == 1860)
    }

    @Test func `a success that an earlier run kept and that is yet to come is no older than this run`() {
        var watch = IntegrationWatch(lastSuccess: moment(7200).wall)
        var ledger = OutcomeLedger(since: moment(0).wall)
        ledger.looked(at: moment(0).wall)
        let reading = OutcomeReading(integration: "orders", ledger: ledger)
        watch.observe(reading, limits: limits, at: Moment(moment(0)), now: moment(0))
        #expect(watch.assess(limits, at: Moment(moment(1860)))[.silent]?.status == .warning)
    }

    @Test(arguments: [-7200.0, 7200])
    func `what failed in the last hour did so, whichever way our clock was set`(step: Double) {
        var watch = QueueWatch()
        func failed(at now: Timestamp, errors: Int) -> Int? {
            let reading = queue { $0.error = Count(errors) }
            watch.observe(reading, limits: QueueLimits(), interval: .seconds(5), at: now)
            return watch.failedLastHour?.value
        }
        _ = failed(at: moment(0), errors: 0)
        #expect(failed(at: moment(5), errors: 3) == 3)
        #expect(failed(at: at(600, set: step), errors: 3) == 3)
        #expect(failed(at: at(3700, set: step), errors: 3) == 0)
    }

    @Test func `times of a server are shown by our clock as it is now`() {
        var clock = ServerClock()
        clock.read(moment(-600).wall, at: moment(0))
        let later = clock.moment(at: at(20, set: -7200))
        #expect(later.wall == moment(-580).wall)
        #expect(later.shown(moment(-600).wall) == moment(-7200).wall)
        // Below the jitter of whole seconds nothing moves.
        #expect(clock.moment(at: at(20, set: 1)).shift == 600)
    }
}
