import Monitoring
import Testing

@Suite struct QueueWatchTests {
    private func queue(
        ready: Int = 0, consumers: QueueReading.Consumers = .subscribed(1),
        _ set: (inout QueueReading) -> Void = { _ in }
    ) -> QueueReading {
        var reading = QueueReading(name: "erp.order.export", transport: .amqp)
        reading.ready = Count(ready)
        reading.consumers = consumers
        set(&reading)
        return reading
    }

    /// Reads `readings` one after the other, `every` seconds apart, and says what the last one was judged.
    private func judged(
        _ readings: [QueueReading], every: Double = 5, limits: QueueLimits = QueueLimits()
    ) -> String {
        var watch = QueueWatch()
        var findings: [Finding] = []
        var seconds = 0.0
        for (index, reading) in readings.enumerated() {
            seconds = Double(index) * every
            findings = watch.read(reading, limits: limits, interval: .seconds(every), at: moment(seconds))
        }
        return sentence(findings, at: seconds)
    }

    private func lasting(_ reading: QueueReading, seconds: Int) -> [QueueReading] {
        [QueueReading](repeating: reading, count: seconds / 5 + 1)
    }

    @Test func `a queue at rest has nothing to say`() {
        #expect(judged([queue()]) == "ok")
    }

    @Test func `nobody to take what waits is critical after its hold time, not before`() {
        #expect(judged(lasting(queue(ready: 3, consumers: .nobody), seconds: 115)) == "ok")
        #expect(
            judged(lasting(queue(ready: 3, consumers: .nobody), seconds: 120))
                == "critical · no consumer since 03:00 · 3 wait")
        #expect(
            judged(lasting(queue(ready: 3, consumers: .subscribed(0)), seconds: 120))
                == "critical · no consumer since 03:00 · 3 wait")
    }

    @Test func `an empty queue needs no consumer, and one by design has none`() {
        #expect(judged(lasting(queue(consumers: .nobody), seconds: 600)) == "ok")
        #expect(judged(lasting(queue(ready: 3, consumers: .byDesign), seconds: 600)) == "ok")
        #expect(judged(lasting(queue(ready: 3, consumers: .unreadable), seconds: 600)) == "ok")
    }

    @Test func `the time without a consumer begins when the last one left, not when messages came`() {
        let empty = [QueueReading](repeating: queue(consumers: .nobody), count: 24)
        let full = [QueueReading](repeating: queue(ready: 9, consumers: .nobody), count: 25)
        #expect(judged(empty + full) == "critical · no consumer since 03:00 · 9 wait")
    }

    @Test func `a pace that what goes in and out contradicts is not told`() {
        let draining = (0...60).map { step in
            queue(ready: 1000 + step * 2) {
                $0.inRate = 3
                $0.outRate = 14
            }
        }
        #expect(judged(draining) == "warning · backlog since 03:00 · 1120 messages, limit 500")
    }

    @Test func `the pace comes before the figure`() {
        let growing = (0...60).map { queue(ready: 100 + $0 * 2, consumers: .nobody) }
        #expect(judged(growing) == "critical · no consumer since 03:00 · +24/min · 220 wait")
    }

    @Test func `a held lock that takes nothing is told after ten minutes`() {
        var idle = queue(ready: 240, consumers: .lockHeld)
        idle.completedLastMinute = Count(0)
        #expect(judged(lasting(idle, seconds: 595)) == "ok")
        #expect(
            judged(lasting(idle, seconds: 660)) == "warning · lock held, nothing taken for 11 min · 240 wait")
        idle.completedLastMinute = Count(1)
        #expect(judged(lasting(idle, seconds: 660)) == "ok")
    }

    @Test func `nothing is said of taking where no figure tells`() {
        #expect(judged(lasting(queue(ready: 240, consumers: .lockHeld), seconds: 900)) == "ok")
    }

    @Test(arguments: [
        (499, "ok"), (500, "warning · backlog since 03:00 · 500 messages, limit 500"),
        (1999, "warning · backlog since 03:00 · 1999 messages, limit 500"),
        (18_420, "critical · backlog since 03:00 · 18 420 messages, limit 2000"),
    ])
    func `a backlog is judged by its limits`(depth: Int, expected: String) {
        #expect(judged([queue(ready: depth)]) == expected)
    }

    @Test func `a bound is said to be one`() {
        let capped = queue { $0.ready = Count(5000, isBound: true) }
        #expect(judged([capped]) == "critical · backlog since 03:00 · 5000+ messages, limit 2000")
    }

    @Test(arguments: [
        (599.0, false, "ok"), (1630, false, "warning · oldest waits 27 min, limit 10 min"),
        (1630, true, "warning · oldest waits ~27 min, limit 10 min"),
        (1800, false, "critical · oldest waits 30 min, limit 30 min"),
    ])
    func `the oldest message is judged by its age`(seconds: Double, isReckoned: Bool, expected: String) {
        let reading = queue(ready: 1) {
            $0.oldestSeconds = seconds
            $0.isOldestReckoned = isReckoned
        }
        #expect(judged([reading]) == expected)
    }

    @Test func `messages given up are counted over the hour and named since their first`() {
        let before = queue { $0.error = Count(6) }
        let after = queue { $0.error = Count(18) }
        #expect(judged([before]) == "ok")
        #expect(judged([before, after]) == "warning · 12 failed in 1 h")
        // An hour later they are history.
        #expect(judged([before, after, after], every: 3700) == "ok")
    }

    @Test func `what the broker says of a queue is passed on, harmless`() {
        #expect(judged([queue { $0.serverState = "down" }]) == "critical · the broker says down")
        #expect(judged([queue { $0.serverState = "flow" }]) == "warning · the broker says flow")
        #expect(!judged([queue { $0.serverState = "\u{1b}[2J" }]).contains("\u{1b}"))
    }

    @Test func `several troubles are told worst first, each once`() {
        var reading = queue(ready: 841, consumers: .nobody)
        reading.oldestSeconds = 1630
        let text = judged(lasting(reading, seconds: 120))
        #expect(
            text == "critical · no consumer since 03:00 · backlog since 03:00 · 841 messages, limit 500"
                + " · oldest waits 27 min, limit 10 min")
    }

    @Test func `limits can be switched off and are listed with what they stand at`() {
        var limits = QueueLimits()
        limits.backlog = Threshold()
        #expect(judged([queue(ready: 1_000_000)], limits: limits) == "ok")
        var watch = QueueWatch()
        _ = watch.read(
            queue(ready: 841), limits: QueueLimits(), interval: .seconds(5), at: moment())
        let rules = watch.rules(QueueLimits(), at: moment())
        #expect(rules.map(\.rule) == ["no consumer", "nothing taken", "depth", "oldest"])
        #expect(rules[2].limit == "500 / 2000" && rules[2].now == "841" && rules[2].status == .warning)
        #expect(rules[3].limit == "10 min / 30 min" && rules[3].now == "-")
    }

    @Test func `rates come from the server, else from counters, never from a capped count`() {
        var watch = QueueWatch()
        func read(_ reading: QueueReading, at seconds: Double) {
            _ = watch.read(reading, limits: QueueLimits(), interval: .seconds(5), at: moment(seconds))
        }
        read(queue { $0.arrivedCounter = 1000 }, at: 0)
        #expect(watch.inRate == nil)
        read(queue { $0.arrivedCounter = 1010 }, at: 5)
        #expect(watch.inRate == 2)
        read(
            queue {
                $0.inRate = 0.5; $0.completedLastMinute = Count(30)
            }, at: 10)
        #expect(watch.inRate == 0.5 && watch.outRate == 0.5)
        read(queue { $0.completedLastMinute = Count(2000, isBound: true) }, at: 15)
        #expect(watch.outRate == nil)
    }
}
