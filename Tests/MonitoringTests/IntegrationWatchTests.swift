import Monitoring
import Testing

@Suite struct IntegrationWatchTests {
    private let limits = IntegrationLimits()
    private let tierOne = IntegrationLimits.defaultsByTier[1] ?? IntegrationLimits()

    /// A source that keeps a ledger, and the watch it is handed to.
    private struct Flow {
        var watch = IntegrationWatch()
        var ledgers: [String: OutcomeLedger] = [:]
        var limits: IntegrationLimits

        init(_ limits: IntegrationLimits, since: Double = -3600, _ sources: [String] = [""]) {
            self.limits = limits
            for source in sources { ledgers[source] = OutcomeLedger(since: moment(since).wall) }
        }

        /// Counts at `seconds` and hands the ledger over; what is said then.
        mutating func read(
            _ successes: Int, _ failures: Int, at seconds: Double = 0, from source: String = "",
            isBound: Bool = false, latencies: [Double] = [], error: String? = nil
        ) -> String {
            var ledger = ledgers[source] ?? OutcomeLedger(since: moment(seconds).wall)
            let time = moment(seconds).wall
            ledger.add(OutcomeCounts(successes: successes, failures: failures, isBound: isBound), at: time)
            if successes > 0 { ledger.note(success: time) }
            if let error { ledger.note(error: error, at: time) }
            for latency in latencies { ledger.take(latency: latency, at: time) }
            ledger.looked(at: time)
            ledgers[source] = ledger
            return hand(ledger, at: seconds, from: source)
        }

        mutating func hand(_ ledger: OutcomeLedger, at seconds: Double, from source: String = "") -> String {
            let reading = OutcomeReading(integration: "orders-erp", ledger: ledger)
            let now = moment(seconds)
            watch.observe(reading, from: source, limits: limits, at: Moment(now), now: now)
            return said(at: seconds)
        }

        func said(at seconds: Double) -> String {
            sentence(watch.assess(limits, at: Moment(moment(seconds))), at: seconds)
        }

        func rule(_ rule: Rule, at seconds: Double = 0) -> Assessment? {
            watch.assess(limits, at: Moment(moment(seconds)))[rule]
        }
    }

    @Test(arguments: [
        (100, 5, "ok"), (284, 26, "ok"),
        (90, 12, "warning · 12 of 102 failed in 5 min, 11.8 % · last: HTTP 401"),
        (10, 15, "critical · 15 of 25 failed in 5 min, 60.0 % · last: HTTP 401"),
        (5, 4, "ok · 4 of 9 failed · too few to judge"), (0, 2, "ok · 2 of 2 failed · too few to judge"),
        (0, 0, "unknown · no attempt seen yet"),
    ])
    func `a failure share is judged when there are enough attempts`(
        successes: Int, failures: Int, expected: String
    ) {
        var flow = Flow(limits)
        #expect(flow.read(successes, failures, error: "HTTP 401") == expected)
    }

    @Test func `attempts that are put off for ever are told, and are attempts`() {
        var ledger = OutcomeLedger(since: moment(-3600).wall)
        ledger.note(success: moment(-3500).wall)
        func said(_ counts: OutcomeCounts) -> String {
            var flow = Flow(limits)
            ledger.add(counts, at: moment(-600).wall)
            ledger.looked(at: moment(0).wall)
            return flow.hand(ledger, at: 0)
        }
        #expect(said(OutcomeCounts(retries: 2)) == "ok")
        #expect(said(OutcomeCounts(retries: 498)) == "warning · 500 retries in 1 h, none ended")
        #expect(said(OutcomeCounts(successes: 1)) == "ok")
    }

    @Test func `all of several failed is told in the row and by its rule alike`() {
        var flow = Flow(limits)
        #expect(flow.read(0, 4, error: "HTTP 401") == "warning · all 4 failed · last: HTTP 401")
        #expect(flow.rule(.failing)?.status == .warning)
        #expect(flow.rule(.failing)?.valueShown == "4 of 4, few")
    }

    @Test func `one failure among tens is said and does not warn, three do`() {
        func said(_ successes: Int, _ failures: Int) -> String {
            var flow = Flow(tierOne)
            return flow.read(successes, failures)
        }
        #expect(said(40, 1) == "ok · 1 of 41 failed · too few to judge")
        #expect(said(40, 2) == "ok · 2 of 42 failed · too few to judge")
        #expect(said(40, 3) == "warning · 3 of 43 failed in 5 min, 7.0 %")
        #expect(said(400, 1) == "ok", "a share that is well is well")
        var flow = Flow(tierOne)
        _ = flow.read(300, 5, at: -600)
        #expect(flow.read(40, 1) == "ok", "the hour knows")
    }

    @Test func `the hour speaks while five minutes have too little to say`() {
        var flow = Flow(limits)
        _ = flow.read(10, 20, at: 0)
        #expect(flow.read(1, 0, at: 600) == "critical · 20 of 31 failed in 1 h, 64.5 %")
        #expect(flow.watch.fiveMinutes.finished == 1 && flow.watch.hour.finished == 31)
    }

    @Test func `several sources see parts of one flow and are added up`() {
        var flow = Flow(limits, ["log", "db"])
        for second in stride(from: 2.0, through: 62, by: 5) {
            _ = flow.read(second == 32 ? 6 : 0, 0, at: second, from: "log")
            _ = flow.read(second == 7 ? 4 : 0, 0, at: second, from: "db")
        }
        _ = flow.read(0, 1, at: 63, from: "log")
        #expect(flow.watch.perMinute?.successes == 10)
        #expect(flow.watch.fiveMinutes == OutcomeCounts(successes: 10, failures: 1))
    }

    @Test func `a share names the time it was counted in until its window is full`() {
        var flow = Flow(limits, since: 0)
        #expect(flow.read(5, 25, at: 0) == "critical · 25 of 30 failed in the first read, 83.3 %")
        #expect(flow.watch.perMinute == nil, "nothing can be said of a minute yet")
        #expect(flow.read(1, 0, at: 250) == "critical · 25 of 31 failed in 4 min, 80.6 %")
        #expect(flow.read(10, 30, at: 400) == "critical · 30 of 41 failed in 5 min, 73.2 %")
        #expect(flow.watch.fiveMinutesCoverage == nil && flow.watch.hourCoverage == Coverage(seconds: 400))
        #expect(flow.read(0, 0, at: 3000) == "critical · 55 of 71 failed in 50 min, 77.5 %")
        #expect(flow.read(0, 0, at: 3600).contains(" failed in 1 h, "))
        #expect(flow.watch.hourCoverage == nil)
    }

    @Test func `counts of sources that began at different times cover up to the longest`() {
        var flow = Flow(limits, [])
        _ = flow.read(0, 0, at: 0, from: "app1")
        _ = flow.read(0, 0, at: 5, from: "app2")
        _ = flow.read(0, 0, at: 5, from: "app1")
        #expect(flow.watch.fiveMinutesCoverage == Coverage(seconds: 5))
        _ = flow.read(0, 0, at: 200, from: "app1")
        #expect(flow.watch.fiveMinutesCoverage == Coverage(seconds: 200, isUpTo: true))
        for source in ["app1", "app2"] { _ = flow.read(0, 0, at: 500, from: source) }
        #expect(flow.watch.fiveMinutesCoverage == nil)
    }

    @Test func `a steady minute reads sixty at any phase of the buckets`() {
        for phase in 0..<5 {
            var flow = Flow(limits, since: 0)
            for second in 0..<120 { _ = flow.read(1, 0, at: Double(second)) }
            _ = flow.hand(flow.ledgers[""] ?? OutcomeLedger(since: moment().wall), at: 119)
            var ledger = flow.ledgers[""]
            for second in 0..<phase {
                let time = moment(120 + Double(second)).wall
                ledger?.add(OutcomeCounts(successes: 1), at: time)
                ledger?.looked(at: time)
            }
            #expect(ledger?.perMinute()?.successes == 60, "phase \(phase)")
        }
    }

    @Test func `a copy that comes late or twice changes nothing`() {
        var flow = Flow(limits)
        _ = flow.read(40, 3, at: 0)
        let early = flow.ledgers[""] ?? OutcomeLedger(since: moment().wall)
        _ = flow.read(5, 30, at: 5)
        let sum = flow.watch.fiveMinutes
        _ = flow.hand(early, at: 6)
        _ = flow.hand(flow.ledgers[""] ?? early, at: 7)
        #expect(flow.watch.fiveMinutes == sum && sum == OutcomeCounts(successes: 45, failures: 33))
    }

    @Test func `silence is judged by the age of the last success, also while nothing is read`() {
        var flow = Flow(tierOne)
        _ = flow.read(1, 0, at: -1800)
        #expect(flow.read(0, 0, at: 0) == "warning · silent since 02:30 · for 30 min (limit 30 min)")
        #expect(flow.said(at: 5400) == "critical · silent since 02:30 · for 2 h 00 (limit 2 h 00)")
        #expect(flow.read(1, 0, at: 5405) == "ok")
        #expect(flow.watch.lastSuccess == moment(5405).wall)
    }

    @Test func `a success of the future is of now at most`() {
        var flow = Flow(tierOne)
        var ledger = OutcomeLedger(since: moment(-3600).wall)
        ledger.note(success: moment(7200).wall)
        ledger.looked(at: moment().wall)
        _ = flow.hand(ledger, at: 0)
        #expect(flow.watch.lastSuccess == moment().wall)
        #expect(flow.said(at: 1800).hasPrefix("warning · silent since 03:00"))
    }

    @Test func `no success at all is silence since we watch`() {
        var flow = Flow(tierOne)
        _ = flow.read(0, 0)
        #expect(flow.read(0, 0, at: 1800) == "warning · no success seen since 03:00")
    }

    @Test func `slow is judged by the 95th percentile`() {
        let times = [Double](repeating: 0.5, count: 90) + [Double](repeating: 6.2, count: 10)
        var flow = Flow(limits)
        #expect(
            flow.read(100, 0, latencies: times)
                == "warning · slow since 03:00 or earlier · p95 6.2 s (limit 5.0 s)")
        flow = Flow(limits)
        _ = flow.read(1, 0, latencies: (1...100).map { Double($0) / 100 } + [.nan, -1])
        #expect(flow.watch.p50 == 0.5 && flow.watch.p95 == 0.95)
    }

    @Test func `a capped count is said to be a bound and makes no rate`() {
        var flow = Flow(limits)
        #expect(
            flow.read(200, 100, at: 0, isBound: true).hasPrefix(
                "critical · 100 of 300+ failed in 5 min, 33.3 %"))
        _ = flow.read(0, 0, at: 10)
        #expect(flow.watch.perMinute == nil)
    }

    @Test func `an error of more than an hour ago explains nothing any more`() {
        var flow = Flow(limits)
        _ = flow.read(0, 1, at: 0, error: "HTTP 401")
        #expect(flow.watch.lastError == "HTTP 401" && flow.watch.lastErrorAt == moment().wall)
        _ = flow.read(1, 0, at: 3700)
        #expect(flow.watch.lastError == nil && flow.watch.lastErrorAt == nil)
    }
}
