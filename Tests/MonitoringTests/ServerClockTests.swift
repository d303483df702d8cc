import Monitoring
import Testing

@Suite struct ServerClockTests {
    private func clock(off seconds: Double, jitter: [Double] = [0]) -> ServerClock {
        var clock = ServerClock()
        for (step, more) in jitter.enumerated() {
            let now = moment(Double(step) * 5)
            clock.read(now.wall.advanced(bySeconds: seconds + more), at: now)
        }
        return clock
    }

    @Test(arguments: [0.0, 0.9, -1.9])
    func `a difference below two seconds is none`(seconds: Double) {
        #expect(clock(off: seconds).shift == 0)
    }

    @Test(arguments: [600.0, -600, 1860, 3])
    func `the shift is one figure, whatever the answers' delays`(seconds: Double) {
        let steady = clock(off: seconds, jitter: [0, 0.4, -0.3, 0.9, -0.9, 0.1])
        #expect(steady.shift == -seconds)
        let moment = steady.moment(at: MonitoringTests.moment(25))
        #expect(abs(moment.wall.seconds(since: MonitoringTests.moment(25).wall) - seconds) < 1)
        let shown = moment.shown(MonitoringTests.moment(seconds).wall)
        #expect(shown == MonitoringTests.moment(0).wall)
    }

    @Test func `a clock that is set moves the shift, and time goes on by what is measured`() {
        var clock = clock(off: 0)
        clock.read(moment(10).wall.advanced(bySeconds: 600), at: moment(10))
        #expect(clock.shift == -600)
        // Ours is set back by an hour: the server's goes on.
        let later = Timestamp(
            boot: moment(70).boot, wall: moment(70).wall.advanced(bySeconds: -3600), bootID: "test")
        #expect(clock.moment(at: later).wall == moment(70).wall.advanced(bySeconds: 600))
    }

    @Test func `a difference is said by the source, over a minute as a warning`() {
        func said(_ seconds: Double) -> String {
            var watch = ProbeWatch(
                schedule: ProbeSchedule(
                    id: "db/cron", source: "db", kind: "mysql", subject: "cron", interval: .seconds(5),
                    deadline: .seconds(2)))
            watch.succeeded(cost: ReadCost(), notices: [], latency: 0.1, at: moment())
            return sentence(
                SourceJudge.assess(
                    [watch], clock: clock(off: seconds), limits: FreshnessLimits(),
                    of: EntityID(.source, "db"), at: moment()))
        }
        #expect(said(0) == "ok")
        #expect(said(20) == "ok · clock 20 s ahead of this machine's")
        #expect(said(-600) == "warning · clock 10 min behind this machine's")
    }
}
