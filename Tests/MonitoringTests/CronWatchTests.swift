import Monitoring
import Testing

@Suite struct CronWatchTests {
    private static let heartbeat = EntityID(.cron, "heartbeat", in: "db")

    private func ago(_ seconds: Double) -> WallTime { moment(-seconds).wall }

    private func reading(beat: Double? = 10, planned: Double = 60, _ jobs: [CronJobReading] = [])
        -> CronReading
    {
        CronReading(jobs: jobs, newestRun: beat.map { ago($0) }, newestScheduled: moment(planned).wall)
    }

    private func member(_ code: String, _ group: String, _ seconds: Double, isEachMinute: Bool = false)
        -> CronWatch.Member
    {
        CronWatch.Member(code: code, group: group, newest: ago(seconds), isEachMinute: isEachMinute)
    }

    private func watch(_ reading: CronReading, _ members: [CronWatch.Member] = []) -> CronWatch {
        var watch = CronWatch()
        watch.observe(reading, members, limits: CronLimits(), at: moment().wall)
        return watch
    }

    private func said(_ watch: CronWatch, at seconds: Double = 0, shift: Double = 0) -> String {
        let now = Moment(moment(seconds), shift: shift)
        return sentence(watch.assess(of: Self.heartbeat, limits: CronLimits(), at: now), at: now)
    }

    @Test func `a beat within three minutes is life, and grows old without a reading`() {
        let watch = watch(reading(beat: 170))
        #expect(said(watch) == "ok")
        #expect(said(watch, at: 9) == "ok")
        #expect(
            said(watch, at: 11) == "critical · no job has run since 02:57 · runs are planned, none starts")
        let rules = watch.assess(of: Self.heartbeat, limits: CronLimits(), at: Moment(moment(5)))
        #expect(rules.map(\.rule) == [.heartbeat, .groups])
        #expect(rules[0].value == 175 && rules[0].valueShown == "2 min")
    }

    @Test func `the ways of cron to stop are told apart in words`() {
        let stopped = "critical · no job has run since 02:56"
        #expect(said(watch(reading(beat: 220, planned: -200))) == "\(stopped) · nothing planned")
        #expect(said(watch(reading(beat: 220))) == "\(stopped) · runs are planned, none starts")
        var refusing = reading(beat: 220, planned: -200)
        refusing.isRefusing = true
        #expect(said(watch(refusing)) == "\(stopped) · maintenance flag is set or cron is disabled")
        var busy = CronJobReading(code: "acme_erp_reconcile")
        (busy.runningSince, busy.lock) = (ago(1440), .held)
        let runs = watch(reading(beat: 220, planned: 600, [busy]))
        #expect(said(runs) == "\(stopped) · acme_erp_reconcile runs for 24 min")
        #expect(said(runs, at: 120) == "\(stopped) · acme_erp_reconcile runs for 26 min")
        let never = CronReading(jobs: [], newestRun: nil, newestScheduled: nil)
        #expect(said(watch(never)) == "critical · no job has run · nothing planned")
    }

    @Test func `times are told as this screen shows them, and judged by the server's clock`() {
        let watch = watch(reading(beat: 220))
        #expect(
            said(watch, shift: 600)
                == "critical · no job has run since 03:06 · runs are planned, none starts")
        #expect(said(self.watch(reading(beat: 20)), shift: -1860) == "ok")
    }

    @Test func `a beat of the future is as old as it has stood there`() {
        // The server's clock was set back by half an hour; then cron dies.
        let watch = watch(reading(beat: -1860))
        #expect(said(watch, at: 100) == "ok")
        #expect(said(watch, at: 190).hasPrefix("critical · no job has run since 03:00"))
    }

    @Test func `more job codes than are read are said where they may hide something`() {
        var cut = reading()
        cut.isCut = true
        let rules = watch(cut).assess(of: Self.heartbeat, limits: CronLimits(), at: Moment(moment()))
        #expect(rules[0].unseen == "there are more job codes than are read")
    }

    @Test func `dead groups are named in one sentence, with those that live`() {
        let one = [
            member("indexer_update_all_views", "index", 900), member("consumers_runner", "consumers", 20),
            member("sales_grid_order_async_insert", "default", 50),
        ]
        #expect(
            said(watch(reading(), one))
                == "critical · no job has run since 02:45 · only group index · consumers, default alive")
        var two = one
        two[1] = member("consumers_runner", "consumers", 600)
        #expect(
            said(watch(reading(), two))
                == "critical · no job has run since 02:50 · only groups consumers, index · default alive")
        var busy = one
        busy[0].isBusy = true
        #expect(said(watch(reading(), busy)) == "ok")
    }

    @Test func `a job that runs each minute speaks for its group, another does not`() {
        #expect(
            said(watch(reading(), [member("acme_tick", "acme", 600, isEachMinute: true)]))
                == "critical · no job has run since 02:50 · only group acme")
        #expect(said(watch(reading(), [member("acme_tick", "acme", 600)])) == "ok")
        // A group's name is its bytes.
        let twins = [
            member("a", "acme", 600, isEachMinute: true), member("b", "acme\u{FE0F}", 20, isEachMinute: true),
        ]
        #expect(said(watch(reading(), twins)).contains("only group acme"))
    }

    @Test func `the older of two answers says nothing of now`() {
        var watch = CronWatch()
        watch.observe(reading(beat: 5, planned: 600), [], limits: CronLimits(), at: moment().wall)
        watch.observe(reading(beat: 400, planned: -300), [], limits: CronLimits(), at: moment(-30).wall)
        #expect(said(watch) == "ok")
        #expect(said(watch, at: 180).hasSuffix("runs are planned, none starts") == true)
        // So much older is no late answer: the server's clock was set back.
        watch.observe(reading(beat: 900, planned: -900), [], limits: CronLimits(), at: moment(-600).wall)
        #expect(said(watch, at: 180).hasSuffix("nothing planned") == true)
    }

    @Test func `a job is late by its own fault only while cron lives`() {
        // Due at 02:58, cron's last sign at 02:59; declared dead at 03:02.
        var watch = CronWatch()
        watch.observe(reading(beat: 60), [], limits: CronLimits(), at: moment().wall)
        func late(_ due: Double, at seconds: Double) -> Double? {
            let now = moment(seconds).wall
            return watch.pulse(of: nil, limits: CronLimits(), at: now)
                .lateness(of: ago(due), limit: 300, at: now)
        }
        #expect(late(120, at: 100) == 220)
        #expect(late(120, at: 130) == nil, "it was not late when cron stopped")
        #expect(late(400, at: 130) == 530, "it was late before")
        // Cron is back at 03:20: what waited for it has five minutes.
        func observe(_ beat: Double, at seconds: Double) {
            watch.observe(reading(beat: -beat), [], limits: CronLimits(), at: moment(seconds).wall)
        }
        observe(-60, at: 1200)
        observe(1200, at: 1205)
        #expect(late(120, at: 1210) == 10)
        #expect(late(400, at: 1210) == 1610)
        observe(1490, at: 1500)
        #expect(late(120, at: 1501) == 301)
        // What was not read for an hour may have run all the while.
        observe(5000, at: 5005)
        #expect(late(-1300, at: 5010) == 3710)
    }
}
