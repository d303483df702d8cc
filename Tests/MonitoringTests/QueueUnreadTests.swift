import Monitoring
import Testing

/// A reading that does not say how much waits, between others that do.
@Suite struct QueueUnreadTests {
    private struct History {
        var watch = QueueWatch()
        var limits = QueueLimits()

        mutating func read(_ reading: QueueReading, at seconds: Double) -> String {
            watch.observe(reading, limits: limits, interval: .seconds(5), at: moment(seconds))
            return said(at: seconds)
        }

        mutating func read(_ reading: QueueReading, from start: Double, through end: Double) -> String {
            var said = ""
            for second in stride(from: start, through: end, by: 5) { said = read(reading, at: second) }
            return said
        }

        func said(at seconds: Double) -> String {
            sentence(watch.assess(limits, at: Moment(moment(seconds))), at: seconds)
        }
    }

    private let waiting = queue(ready: 400, consumers: .nobody) {
        $0.arrivedCounter = 407
        $0.leftCounter = 7
    }
    private let unread = queue { reading in
        reading.ready = nil
        reading.consumers = .unreadable
    }

    @Test func `what was critical stays so while it is not read, and after it`() {
        var history = History()
        let critical = "critical · nobody takes messages since 03:00 or earlier · 400 wait"
        #expect(history.read(waiting, from: 0, through: 200) == critical)
        #expect(history.read(unread, at: 205) == critical + " · depth not read")
        #expect(history.read(waiting, at: 210) == critical)
        var full = History()
        let deep = queue(ready: 5000)
        #expect(full.read(deep, at: 0).hasPrefix("critical · backlog since 03:00"))
        #expect(
            full.read(unread, at: 5).hasPrefix("critical · backlog since 03:00 or earlier · depth not read"))
    }

    @Test func `what was well is not known, and no hold runs out while nothing is read`() {
        var history = History()
        #expect(history.read(waiting, from: 0, through: 60) == "ok · nobody takes messages, critical in 60 s")
        #expect(history.read(unread, from: 65, through: 200).hasPrefix("unknown · depth not read"))
        #expect(history.said(at: 400).hasPrefix("unknown · depth not read"))
        // Nothing left meanwhile, by the counters before and after.
        #expect(history.read(waiting, at: 205).hasPrefix("critical · nobody takes messages since 03:00"))
    }

    @Test func `what left while it was not read has left`() {
        var history = History()
        _ = history.read(waiting, from: 0, through: 200)
        _ = history.read(unread, at: 205)
        var served = waiting
        served.leftCounter = 12
        #expect(history.read(served, at: 210) == "ok")
    }
}
