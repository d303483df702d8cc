import Monitoring
import Testing

@Suite struct IntegrationWatchTests {
    private func outcome(
        _ successes: Int, _ failures: Int, latencies: [Double] = [], error: String? = nil
    ) -> OutcomeReading {
        var reading = OutcomeReading(
            integration: "orders-erp",
            span: .sinceLastRead(OutcomeCounts(successes: successes, failures: failures)),
            latencies: latencies)
        reading.lastError = error
        return reading
    }

    private func judged(_ reading: OutcomeReading, limits: IntegrationLimits = IntegrationLimits()) -> String
    {
        var watch = IntegrationWatch()
        _ = watch.read(outcome(0, 0), limits: limits, at: moment(-3600))
        return sentence(watch.read(reading, limits: limits, at: moment()))
    }

    @Test(arguments: [
        (100, 5, "ok"), (284, 26, "ok"),
        (90, 12, "warning · fail 11.8 % of 102 in 5 min · last: HTTP 401"),
        (10, 15, "critical · fail 60.0 % of 25 in 5 min · last: HTTP 401"),
        (5, 4, "ok · 4 of 9 failed · too few to judge"), (0, 3, "warning · all 3 failed · last: HTTP 401"),
        (0, 2, "ok · 2 of 2 failed · too few to judge"),
        (0, 0, "unknown · no attempt seen yet"),
    ])
    func `a failure share is judged when there are enough attempts`(
        successes: Int, failures: Int, expected: String
    ) {
        #expect(judged(outcome(successes, failures, error: "HTTP 401")) == expected)
    }

    @Test func `one failure among tens is said and does not warn, three do`() {
        let limits = IntegrationLimits.defaultsByTier[1] ?? IntegrationLimits()
        #expect(judged(outcome(40, 1), limits: limits) == "ok · 1 of 41 failed · too few to judge")
        #expect(judged(outcome(40, 2), limits: limits) == "ok · 2 of 42 failed · too few to judge")
        #expect(judged(outcome(40, 3), limits: limits) == "warning · fail 7.0 % of 43 in 5 min")
        #expect(judged(outcome(400, 1), limits: limits) == "ok", "a share that is well is well")
        var watch = IntegrationWatch()
        _ = watch.read(outcome(40, 1), limits: limits, at: moment())
        #expect(watch.rules(limits, at: moment()).first?.now == "1 of 41, few")
        watch = IntegrationWatch()
        _ = watch.read(outcome(0, 0), limits: limits, at: moment(-3600))
        _ = watch.read(outcome(300, 5), limits: limits, at: moment(-600))
        #expect(sentence(watch.read(outcome(40, 1), limits: limits, at: moment())) == "ok", "the hour knows")
    }

    @Test func `the hour speaks while five minutes have too little to say`() {
        var watch = IntegrationWatch()
        _ = watch.read(outcome(0, 0), limits: IntegrationLimits(), at: moment(-3600))
        _ = watch.read(outcome(10, 20), limits: IntegrationLimits(), at: moment(0))
        let findings = watch.read(outcome(1, 0), limits: IntegrationLimits(), at: moment(600))
        #expect(sentence(findings, at: 600) == "critical · fail 64.5 % of 31 in 1 h")
        #expect(watch.fiveMinutes.finished == 1 && watch.hour?.finished == 31)
    }

    @Test func `several sources see parts of one flow and are added up`() {
        var watch = IntegrationWatch()
        let table = OutcomeReading(
            integration: "orders-erp",
            span: .windows(
                minute: OutcomeCounts(successes: 4), fiveMinutes: OutcomeCounts(successes: 20, failures: 2),
                hour: OutcomeCounts(successes: 90, failures: 5)))
        let limits = IntegrationLimits()
        for second in stride(from: 0.0, through: 60, by: 5) {
            _ = watch.read(outcome(second == 30 ? 6 : 0, 0), from: "log", limits: limits, at: moment(second))
            _ = watch.read(table, from: "db", limits: limits, at: moment(second + 1))
        }
        _ = watch.read(outcome(0, 1), from: "log", limits: limits, at: moment(62))
        #expect(watch.perMinute?.successes == 10 && watch.perMinute?.failures == 1)
        #expect(watch.fiveMinutes == OutcomeCounts(successes: 26, failures: 3))
        #expect(watch.hour == OutcomeCounts(successes: 96, failures: 6))
    }

    @Test func `a share names the time it was counted in until its window is full`() {
        var watch = IntegrationWatch()
        let limits = IntegrationLimits()
        func read(_ successes: Int, _ failures: Int, at seconds: Double) -> String {
            sentence(
                watch.read(outcome(successes, failures), limits: limits, at: moment(seconds)), at: seconds)
        }
        #expect(read(5, 25, at: 0) == "critical · fail 83.3 % of 30 in the first read")
        #expect(watch.perMinute == nil, "nothing can be said of a minute yet")
        #expect(read(1, 0, at: 250) == "critical · fail 80.6 % of 31 in 4 min")
        #expect(
            watch.rules(limits, at: moment(250)).prefix(2).map(\.rule)
                == ["failed, 4 min of 5 min", "failed, 4 min of 1 h"])
        #expect(read(10, 30, at: 400) == "critical · fail 73.2 % of 41 in 5 min")
        #expect(watch.fiveMinutesCoverage == nil && watch.hourCoverage == Coverage(seconds: 400))
        #expect(read(0, 0, at: 3000) == "critical · fail 77.5 % of 71 in 50 min")
        #expect(read(0, 0, at: 3600).hasSuffix("in 1 h"))
        #expect(watch.hourCoverage == nil)
    }

    @Test func `counts of sources that began at different times cover up to the longest`() {
        var watch = IntegrationWatch()
        let limits = IntegrationLimits()
        _ = watch.read(outcome(0, 0), from: "app1", limits: limits, at: moment(0))
        _ = watch.read(outcome(0, 0), from: "app2", limits: limits, at: moment(5))
        #expect(watch.fiveMinutesCoverage == Coverage(seconds: 5))
        _ = watch.read(outcome(0, 0), from: "app3", limits: limits, at: moment(200))
        #expect(watch.fiveMinutesCoverage == Coverage(seconds: 200, isUpTo: true))
        _ = watch.read(outcome(0, 0), from: "app3", limits: limits, at: moment(310))
        #expect(watch.fiveMinutesCoverage?.phrase == "in up to 5 min")
        _ = watch.read(outcome(0, 0), from: "app3", limits: limits, at: moment(500))
        #expect(watch.fiveMinutesCoverage == nil)

        let table = OutcomeReading(
            integration: "orders-erp",
            span: .windows(minute: OutcomeCounts(), fiveMinutes: OutcomeCounts(), hour: nil))
        watch = IntegrationWatch()
        _ = watch.read(table, from: "db", limits: limits, at: moment(0))
        #expect(watch.fiveMinutesCoverage == nil)
        _ = watch.read(outcome(0, 0), from: "app1", limits: limits, at: moment(1))
        #expect(watch.fiveMinutesCoverage?.text == "up to 5 min")
    }

    @Test func `windows slide`() {
        var watch = IntegrationWatch()
        for second in 0..<120 {
            _ = watch.read(outcome(1, 0), limits: IntegrationLimits(), at: moment(Double(second)))
        }
        #expect(watch.perMinute?.successes == 60)
        #expect(watch.fiveMinutes.successes == 120)
        _ = watch.read(outcome(0, 0), limits: IntegrationLimits(), at: moment(240))
        #expect(watch.perMinute?.successes == 0 && watch.fiveMinutes.successes == 120)
        _ = watch.read(outcome(0, 0), limits: IntegrationLimits(), at: moment(3720))
        #expect(watch.hour?.successes == 0)
    }

    @Test func `silence is judged by the age of the last success`() {
        let limits = IntegrationLimits.defaultsByTier[1] ?? IntegrationLimits()
        var watch = IntegrationWatch(lastSuccess: moment(-1800).wall)
        #expect(
            sentence(watch.read(outcome(0, 0), limits: limits, at: moment()))
                == "warning · silent since 02:30 · limit 30 min")
        watch = IntegrationWatch(lastSuccess: moment(-7200).wall)
        #expect(
            sentence(watch.read(outcome(0, 0), limits: limits, at: moment()))
                == "critical · silent since 01:00 · limit 2 h 00")
        #expect(sentence(watch.read(outcome(1, 0), limits: limits, at: moment(5)), at: 5) == "ok")
        #expect(watch.lastSuccess == moment(5).wall)
    }

    @Test func `no success at all is silence since we watch`() {
        let limits = IntegrationLimits.defaultsByTier[1] ?? IntegrationLimits()
        var watch = IntegrationWatch()
        _ = watch.read(outcome(0, 0), limits: limits, at: moment())
        #expect(
            sentence(watch.read(outcome(0, 0), limits: limits, at: moment(1800)), at: 1800)
                == "warning · no success seen since 03:00")
    }

    @Test func `slow is judged by the 95th percentile`() {
        let times = [Double](repeating: 0.5, count: 90) + [Double](repeating: 6.2, count: 10)
        #expect(
            judged(outcome(100, 0, latencies: times)) == "warning · slow since 03:00 · p95 6.2 s, limit 5 s")
        var watch = IntegrationWatch()
        _ = watch.read(
            outcome(1, 0, latencies: (1...100).map { Double($0) / 100 } + [.nan, -1]),
            limits: IntegrationLimits(), at: moment())
        #expect(watch.p50.map { ($0 * 100).rounded() } == 50 && watch.p95.map { ($0 * 100).rounded() } == 95)
    }

    @Test func `a capped count is said to be a bound and makes no rate`() {
        var watch = IntegrationWatch()
        let counts = OutcomeCounts(successes: 200, failures: 100, isBound: true)
        let findings = watch.read(
            OutcomeReading(
                integration: "orders-erp", span: .windows(minute: counts, fiveMinutes: counts, hour: nil)),
            limits: IntegrationLimits(), at: moment())
        #expect(sentence(findings).hasPrefix("critical · fail 33.3 % of 300+ in 5 min"))
        #expect(watch.perMinute == nil && watch.hour == nil)
    }
}
