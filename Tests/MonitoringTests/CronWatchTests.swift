import Monitoring
import Testing

@Suite struct CronWatchTests {
    private func ago(_ seconds: Double) -> WallTime { moment(-seconds).wall }

    private func reading(
        beat: Double? = 10, planned: Double = 60, _ jobs: [CronJobReading] = []
    ) -> CronReading {
        CronReading(
            jobs: jobs, newestExecuted: beat.map { ago($0) }, newestScheduled: moment(planned).wall)
    }

    private func job(_ code: String, _ set: (inout CronJobReading) -> Void = { _ in }) -> CronJobReading {
        var job = CronJobReading(code: code)
        set(&job)
        return job
    }

    private func judged(_ reading: CronReading, lastSuccess: [String: WallTime] = [:]) -> String {
        var watch = CronWatch()
        return sentence(
            watch.read(reading, lastSuccess: lastSuccess, limits: CronLimits(), at: moment()))
    }

    @Test func `a beat within three minutes is life`() {
        #expect(judged(reading(beat: 180)) == "ok")
    }

    @Test func `the ways of cron to stop are told apart in words`() {
        let stopped = "critical · no job has run since 02:56"
        #expect(judged(reading(beat: 220, planned: -200)) == "\(stopped) · nothing planned")
        #expect(judged(reading(beat: 220)) == "\(stopped) · runs are planned, none starts")
        var refusing = reading(beat: 220, planned: -200)
        refusing.isRefusing = true
        #expect(judged(refusing) == "\(stopped) · maintenance flag is set or cron is disabled")
        let busy = job("acme_erp_reconcile") {
            $0.runningSince = ago(1440)
            $0.lock = .held
        }
        #expect(judged(reading(beat: 220, [busy])) == "\(stopped) · acme_erp_reconcile runs for 24 min")
        #expect(
            judged(CronReading(jobs: [], newestExecuted: nil, newestScheduled: nil))
                == "critical · no job has run · nothing planned")
    }

    @Test func `one dead group is named, with those that live`() {
        let jobs = [
            job("indexer_update_all_views") { $0.group = "index" },
            job("consumers_runner") { $0.group = "consumers" },
            job("sales_grid_order_async_insert") { $0.group = "default" },
        ]
        let times = [
            "indexer_update_all_views": ago(900), "consumers_runner": ago(20),
            "sales_grid_order_async_insert": ago(50),
        ]
        #expect(
            judged(reading(jobs), lastSuccess: times)
                == "critical · no job has run since 02:45 · only group index · consumers, default alive")
    }

    @Test func `several dead groups are one sentence`() {
        let jobs = [
            job("indexer_update_all_views") { $0.group = "index" },
            job("consumers_runner") { $0.group = "consumers" },
            job("sales_grid_order_async_insert") { $0.group = "default" },
        ]
        let times = [
            "indexer_update_all_views": ago(900), "consumers_runner": ago(600),
            "sales_grid_order_async_insert": ago(50),
        ]
        #expect(
            judged(reading(jobs), lastSuccess: times)
                == "critical · no job has run since 02:50 · only groups consumers, index · default alive")
    }

    @Test func `a job of its own is known to run each minute by its successes`() {
        let jobs = [
            job("acme_tick") {
                $0.group = "acme"
                $0.successesLastHour = 58
            }
        ]
        #expect(
            judged(reading(jobs), lastSuccess: ["acme_tick": ago(600)])
                == "critical · no job has run since 02:50 · only group acme")
        #expect(judged(reading(jobs), lastSuccess: ["acme_tick": ago(60)]) == "ok")
    }

    private func judged(job: CronJobReading, times: Int = 1, isCronAlive: Bool = true) -> String {
        var watch = CronJobWatch()
        var findings: [Finding] = []
        for _ in 0..<times {
            findings = watch.read(job, limits: CronLimits(), isCronAlive: isCronAlive, at: moment().wall)
        }
        return sentence(findings)
    }

    @Test func `a long run is told with its usual time, its lock and what waits`() {
        let long = job("acme_erp_reconcile") {
            $0.runningSince = ago(1440)
            $0.usualSeconds = 15
            $0.lock = .held
            $0.overdueSince = ago(120)
        }
        #expect(
            judged(job: long)
                == "warning · running 24 min (usual 15 s) · lock held · next run waits since 02:58")
        let slow = job("reports") {
            $0.runningSince = ago(1440)
            $0.usualSeconds = 1200
        }
        #expect(judged(job: slow) == "ok")
        let endless = job("reports") { $0.runningSince = ago(7300) }
        #expect(judged(job: endless) == "critical · running 2 h 01")
    }

    @Test func `a free lock means a dead process only when seen twice`() {
        let dead = job("acme") {
            $0.runningSince = ago(240)
            $0.lock = .free
        }
        #expect(judged(job: dead) == "ok")
        #expect(judged(job: dead, times: 2) == "warning · running 4 min · lock gone: the process died")
    }

    @Test(arguments: [
        (0, 12, "ok"), (2, 58, "ok"), (4, 8, "warning · missed 4 of 12 in 1 h · last ok 02:35"),
    ])
    func `missed runs are judged by their share`(missed: Int, successes: Int, expected: String) {
        let reading = job("acme") {
            $0.missedLastHour = missed
            $0.successesLastHour = successes
            $0.lastSuccess = ago(1500)
        }
        #expect(judged(job: reading) == expected)
    }

    @Test(arguments: [
        (
            "No callbacks found for cron job catalog_product_alert",
            "No callbacks found: renamed by the upgrade?"
        ),
        ("", "process died (killed or out of memory)"), ("Time out", "ran for over a day"),
        ("SQLSTATE[40001]: deadlock", "SQLSTATE[40001]: deadlock"),
    ])
    func `an error is decoded`(message: String, words: String) {
        let reading = job("acme") {
            $0.errorsLastHour = 3
            $0.lastError = message
        }
        #expect(judged(job: reading) == "warning · 3 errors in 1 h · \(words)")
    }

    @Test func `hostile text in an error is harmless`() {
        let reading = job("acme") {
            $0.errorsLastHour = 12
            $0.lastError = "\u{1b}]0;x\u{7}\u{202e}" + String(repeating: "y", count: 100_000)
        }
        let text = judged(job: reading)
        #expect(text.hasPrefix("critical · 12 errors in 1 h · "))
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e } && text.utf8.count < 300)
    }

    @Test func `a due run is the job's fault only while cron is alive`() {
        let due = job("acme") { $0.overdueSince = ago(400) }
        #expect(judged(job: due) == "warning · due, not started since 02:53")
        #expect(judged(job: due, isCronAlive: false) == "ok")
    }
}
