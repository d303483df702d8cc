import Monitoring
import Testing

@Suite struct ProbeWatchTests {
    private func watch(_ subject: String = "queues") -> ProbeWatch {
        ProbeWatch(
            schedule: ProbeSchedule(
                id: "magento-db/\(subject)", source: "magento-db", kind: "mysql", subject: subject,
                interval: .seconds(5), deadline: .seconds(2)))
    }

    private let limits = FreshnessLimits()
    private let source = EntityID(.source, "magento-db")

    @Test(arguments: [
        (10.0, nil), (10.001, Status.stale), (15.0, .stale), (15.001, .unknown), (900, .unknown),
    ])
    func `figures are stale after two intervals and unknown after three`(age: Double, expected: Status?) {
        var watch = watch()
        watch.succeeded(cost: ReadCost(), notices: [], latency: 0.1, at: moment())
        #expect(watch.blindJudgement(limits, at: moment(age))?.status == expected)
    }

    @Test func `the reasons say how old and what next`() {
        var watch = watch()
        watch.planned(moment(8))
        #expect(watch.blindJudgement(limits, at: moment())?.reason == ["first value in 8 s"])
        watch.succeeded(cost: ReadCost(), notices: [], latency: 0.1, at: moment())
        #expect(
            watch.blindJudgement(limits, at: moment(12))?.reason == ["read 12 s ago", "unknown in 3 s"])
        #expect(watch.blindJudgement(limits, at: moment(76))?.reason == ["magento-db, not read for 76 s"])
    }

    private func failing(_ kind: ReadFailure.Kind, _ message: String, tries: Int = 1) -> String {
        var watch = watch()
        for number in 0..<tries {
            watch.began()
            watch.failed(ReadFailure(kind, message), latency: 2, at: moment(31 + Double(number)))
        }
        let last = 31 + Double(tries - 1)
        watch.planned(moment(last + (kind == .loginRefused ? 300 : 9)))
        return sentence(SourceJudge.assess([watch], limits: limits, of: source, at: moment(last)), at: last)
    }

    @Test(arguments: [
        (ReadFailure.Kind.timedOut, "no answer since 03:00:31"), (.unreachable, "no answer since 03:00:31"),
        (.denied, "may not be read since 03:00:31"), (.insecure, "no safe connection since 03:00:31"),
        (.malformed, "answer not understood since 03:00:31"), (.unguarded, "not polled since 03:00:31"),
        (.unusable, "cannot work since 03:00:31"),
    ])
    func `a failed read says what, since when, what was tried and what comes next`(
        kind: ReadFailure.Kind, words: String
    ) {
        #expect(
            failing(kind, "connect to db1:3306 timed out after 2 s", tries: 7)
                == "critical · \(words): connect to db1:3306 timed out after 2 s · 7 tries · next in 9 s")
    }

    @Test func `a refused login waits long on purpose`() {
        #expect(
            failing(.loginRefused, "user ops (1045)")
                == "critical · login refused since 03:00:31: user ops (1045) · next try 5 min")
    }

    @Test func `one probe of a source that fails is named, the others stay as they are`() {
        var queues = watch()
        queues.succeeded(cost: ReadCost(), notices: [], latency: 0.1, at: moment())
        var indexers = watch("indexers")
        indexers.failed(ReadFailure(.denied, "SELECT on mview_state"), latency: 0.1, at: moment())
        #expect(
            sentence(SourceJudge.assess([queues, indexers], limits: limits, of: source, at: moment()))
                == "critical · indexers: may not be read since 03:00:00: SELECT on mview_state")
    }

    @Test func `a slow answer and a source's own complaint are told`() {
        var watch = watch()
        watch.skipped(4, at: moment())
        watch.succeeded(
            cost: ReadCost(), notices: [SourceNotice(.critical, "memory alarm on rabbit@a")], latency: 1.9,
            at: moment())
        #expect(
            sentence(watch.assess(limits, of: source, at: moment()))
                == "critical · memory alarm on rabbit@a · answers in 1900 ms (limit 1600 ms, given up at 2000 ms) · 4 reads skipped in 1 h"
        )
    }

    @Test func `costs are told by the minute`() {
        var watch = watch()
        for step in 0..<60 {
            watch.succeeded(
                cost: ReadCost(queries: 3, bytes: 1000, milliseconds: 2), notices: [], latency: 0.1,
                at: moment(Double(step) * 5))
        }
        let cost = watch.costPerMinute(at: moment(299))
        #expect((34...38).contains(cost.queries) && (11_400...12_600).contains(cost.bytes))
        #expect(watch.costPerMinute(at: moment(900)).queries == 0)
    }

    @Test func `a source whose password can be read on the way says so once, whatever else is said of it`() {
        var schedule = watch().schedule
        schedule.insecure = "no TLS before March"
        var probes = [ProbeWatch(schedule: schedule), ProbeWatch(schedule: schedule)]
        let mark = "the password can be read on the way: no TLS before March"
        func said() -> Judgement {
            Judgement(
                SourceJudge.assess(probes, limits: limits, of: source, at: moment()), at: Moment(moment()))
        }
        #expect(said().reason.last == mark)
        for index in probes.indices {
            probes[index].succeeded(cost: ReadCost(), notices: [], latency: 0.1, at: moment())
        }
        #expect(said().status == .ok && said().reason == [mark])
        probes[0].failed(ReadFailure(.unreachable, "no route"), latency: 1, at: moment())
        #expect(said().status == .critical && said().reason.count { $0 == mark } == 1)
    }
}
