import Engine
import Monitoring
import Testing

@Suite struct PollPlanTests {
    private func plan(
        _ id: String = "db/queues", seed: UInt64 = 7, interval: Duration = .seconds(5)
    ) -> PollPlan {
        PollPlan(
            schedule: ProbeSchedule(
                id: id, source: "db", kind: "mysql", subject: "queues", interval: interval,
                deadline: .seconds(2)), seed: seed)
    }

    @Test func `ticks lie on a grid of their own`() {
        var plan = plan()
        let first = plan.succeeded(due: .seconds(100), at: .seconds(100)).next
        let second = plan.succeeded(due: first, at: first + .milliseconds(30)).next
        #expect(second - first == .seconds(5))
        var other = self.plan("db/cron")
        #expect(other.succeeded(due: .seconds(100), at: .seconds(100)).next != first)
        var same = self.plan()
        #expect(same.succeeded(due: .seconds(100), at: .seconds(100)).next == first)
    }

    @Test(arguments: [1, 5, 60, 3600, 30 * 86_400])
    func `the first read comes within a third of a second, however rare the others`(seconds: Int) {
        for number in 0..<50 {
            var plan = plan("probe/\(number)", interval: .seconds(seconds))
            let first = plan.first(at: .seconds(100))
            #expect(first >= .seconds(100) && first <= .milliseconds(100_300))
            for _ in 0..<20 {
                let next = plan.failed(.timedOut, due: first, at: first, random: 1).next
                #expect(next > first && next <= first + .seconds(max(60, seconds)))
            }
        }
    }

    @Test func `ticks that pass during a read are skipped and counted`() {
        var plan = plan()
        let due = plan.succeeded(due: .seconds(100), at: .seconds(100)).next
        let late = plan.succeeded(due: due, at: due + .milliseconds(12_000))
        #expect(late.skipped == 2 && late.next > due + .milliseconds(12_000))
        #expect(plan.succeeded(due: late.next, at: late.next + .milliseconds(10)).skipped == 0)
    }

    @Test func `waits grow to a minute, jittered, and never shrink below half an interval`() {
        var plan = plan()
        var longest: [Double] = []
        for _ in 0..<8 {
            let next = plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 0.999).next
            longest.append((next - .seconds(100)).inSeconds)
        }
        #expect(longest.map { $0.rounded() } == [10, 20, 40, 60, 60, 60, 60, 60])
        let soonest = plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 0).next
        #expect(soonest == .milliseconds(102_500))
    }

    @Test func `where a flow of tier 1 is read no wait is longer than seven seconds, but for a login`() {
        var plan = PollPlan(
            schedule: ProbeSchedule(
                id: "db/queues", source: "db", kind: "mysql", subject: "queues", interval: .seconds(5),
                deadline: .seconds(2)), seed: 7, isUrgent: true)
        for _ in 0..<8 {
            let next = plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 0.999).next
            #expect(next <= .seconds(107))
        }
        #expect(plan.failed(.loginRefused, due: .zero, at: .seconds(100), random: 0).next >= .seconds(400))
    }

    @Test func `one good answer is not yet trusted, two are`() {
        var plan = plan()
        for _ in 0..<3 { _ = plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 1) }
        _ = plan.succeeded(due: .seconds(100), at: .seconds(100))
        #expect(plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 1).next == .seconds(160))
        for _ in 0..<2 { _ = plan.succeeded(due: .seconds(100), at: .seconds(100)) }
        #expect(plan.failed(.timedOut, due: .zero, at: .seconds(100), random: 1).next == .seconds(110))
    }

    @Test(arguments: [1, 5, 60])
    func `after a long stop the probes of a server are spread again, and late by a little is not stopped`(
        seconds: Int
    ) throws {
        let due = Duration.seconds(100)
        let woken = Duration.seconds(700)
        var times: [Duration] = []
        for number in 0..<400 {
            let plan = plan("probe/\(number)", interval: .seconds(seconds))
            #expect(plan.resumed(due: due, at: due + .seconds(2)) == nil)
            times.append(try #require(plan.resumed(due: due, at: woken)))
        }
        let window = Duration.seconds(min(seconds, 5))
        #expect(times.allSatisfy { $0 >= woken && $0 < woken + window })
        // Ten equal parts of the window have about 40 each.
        let parts = times.map { Int(($0 - woken) / window * 10) }
        for part in 0..<10 { #expect((15...75).contains(parts.count { $0 == part }), "\(parts.sorted())") }
    }

    @Test func `a refused login waits at least five minutes`() {
        var plan = plan()
        #expect(plan.failed(.loginRefused, due: .zero, at: .seconds(100), random: 0).next == .seconds(400))
    }
}
