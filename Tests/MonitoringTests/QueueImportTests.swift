import Monitoring
import Testing

/// An import puts thousands of messages into a queue at once; while they are worked off that is no trouble.
@Suite struct QueueImportTests {
    /// What is said each ten seconds: `depth` at so many seconds, and messages a second that leave.
    private func said(
        until end: Double, limits: QueueLimits = QueueLimits(), leaving: @escaping (Double) -> Double,
        depth: (Double) -> Int
    ) -> [String] {
        var watch = QueueWatch()
        return stride(from: 0.0, through: end, by: 10).map { second in
            let reading = queue(ready: depth(second), consumers: .lockHeld) {
                $0.transport = .db
                $0.completedLastMinute = Count(Int(60 * leaving(second)))
            }
            watch.observe(reading, limits: limits, interval: .seconds(10), at: moment(second))
            return sentence(watch.assess(limits, at: Moment(moment(second))), at: second)
        }
    }

    @Test func `thirteen thousand messages that are worked off in three minutes are told as pending alone`() {
        let all = said(until: 300, leaving: { $0 < 60 ? 2 : $0 < 240 ? 72 : 2 }) { second in
            second < 20 ? 0 : max(0, 13_000 - Int(72 * (second - 20)))
        }
        #expect(all.allSatisfy { $0.hasPrefix("ok") }, "\(all)")
        #expect(all[2] == "ok · backlog, critical in 90 s")
        #expect(all.last == "ok")
    }

    @Test func `a backlog that would take too long is told once its pace is known`() {
        let all = said(until: 200, leaving: { _ in 10 }) { second in
            second < 20 ? 0 : 13_000 - Int(10 * (second - 20))
        }
        #expect(all[10].hasPrefix("ok · backlog, critical in"))
        #expect(all[11].hasPrefix("critical · backlog since 03:00"), "\(all[11])")
    }

    @Test func `one that stands as high as its pace would empty it is told before a message is too old`() {
        let all = said(until: 900, leaving: { _ in 5 }) { $0 < 20 ? 0 : 800 }
        let first = all.firstIndex { $0.hasPrefix("warning · backlog") } ?? 0
        // It holds 160 s of work: ten minutes less those.
        #expect((44...48).contains(first), "\(first)")
    }

    @Test func `one that nothing leaves, and one that was found so, are told at once`() {
        #expect(said(until: 20, leaving: { _ in 0 }) { $0 < 20 ? 0 : 800 }[2].hasPrefix("warning · backlog"))
        #expect(said(until: 0, leaving: { _ in 50 }) { _ in 800 }[0].hasPrefix("warning · backlog"))
    }
}
