import Monitoring
import Testing

@Suite struct QueueWatchTests {
    @Test func `a queue at rest has nothing to say`() {
        #expect(judged([queue()]) == "ok")
    }

    @Test func `nobody to take what waits is pending, then critical`() {
        #expect(
            judged(lasting(queue(ready: 3, consumers: .nobody), seconds: 115))
                == "ok · nobody takes messages, critical in 5 s")
        #expect(
            judged(lasting(queue(ready: 3, consumers: .nobody), seconds: 120))
                == "critical · nobody takes messages since 03:00 or earlier · 3 wait")
        #expect(
            judged(lasting(queue(ready: 3, consumers: .subscribed(0)), seconds: 120))
                == "critical · nobody takes messages since 03:00 or earlier · 3 wait")
    }

    /// Two readings two seconds apart, ten minutes after an earlier run saw nothing leave.
    private func resumed(_ reading: QueueReading) -> String {
        var watch = QueueWatch(conditions: Conditions(kept: ["stalled": moment(0).wall]))
        for second in [600.0, 602] {
            watch.observe(reading, limits: QueueLimits(), interval: .seconds(5), at: moment(second))
        }
        return sentence(watch.assess(QueueLimits(), at: Moment(moment(602))), at: 602)
    }

    @Test func `a hold goes on from one run to the next, whoever is there`() {
        let stuck = queue(ready: 3, consumers: .nobody) {
            $0.transport = .db
            $0.completedLastMinute = Count(0)
            $0.oldestSeconds = 900
        }
        #expect(resumed(stuck).hasPrefix("critical · nobody takes messages since"))
        var held = stuck
        held.consumers = .lockHeld
        #expect(resumed(held).hasPrefix("critical · lock held, nothing taken for 10 min · 3 wait"))
    }

    @Test func `what was emptied and filled between two runs has not stood still since the first`() {
        let drained = queue(ready: 3, consumers: .nobody) {
            $0.transport = .db
            $0.completedLastMinute = Count(0)
            $0.oldestSeconds = 5
        }
        #expect(resumed(drained) == "ok · nobody takes messages, critical in 113 s")
    }

    @Test func `what is due becomes due without another reading`() {
        var watch = QueueWatch()
        for second in stride(from: 0.0, through: 60, by: 60) {
            watch.observe(
                queue(ready: 3, consumers: .nobody), limits: QueueLimits(), interval: .seconds(60),
                at: moment(second))
        }
        let said = { (seconds: Double) in
            sentence(watch.assess(QueueLimits(), at: Moment(moment(seconds))), at: seconds)
        }
        #expect(said(119) == "ok · nobody takes messages, critical in 1 s")
        #expect(said(120) == "critical · nobody takes messages since 03:00 or earlier · 3 wait")
    }

    @Test func `an empty queue needs no consumer, and one by design has none until one was seen`() {
        #expect(judged(lasting(queue(consumers: .nobody), seconds: 600)) == "ok")
        let byDesign = queue(ready: 3, consumers: .nobody) { $0.isWithoutConsumer = true }
        #expect(judged(lasting(byDesign, seconds: 600)) == "ok")
        let seen = queue(ready: 3, consumers: .subscribed(1)) { $0.isWithoutConsumer = true }
        #expect(
            judged([seen] + lasting(byDesign, seconds: 600))
                == "critical · nobody takes messages since 03:00 · 3 wait")
        #expect(judged(lasting(queue(ready: 3, consumers: .unreadable), seconds: 600)) == "ok")
    }

    @Test func `what leaves decides, not who is seen there`() {
        // Magento's consumer with --max-messages polls: 0 consumers, two a second acknowledged.
        let polled = (0...60).map { step in
            queue(ready: 60, consumers: .subscribed(0)) {
                $0.arrivedCounter = UInt64(1000 + step * 10)
                $0.leftCounter = UInt64(900 + step * 10)
            }
        }
        #expect(judged(polled) == "ok")
        // A database consumer without --single-thread holds no lock and completes one a second.
        let unlocked = (0...60).map { step in
            queue(ready: 60, consumers: .nobody) { $0.leftCounter = UInt64(step * 5) }
        }
        #expect(judged(unlocked) == "ok")
        // Seen and idle: nothing leaves, whoever is there.
        for consumers in [QueueReading.Consumers.lockHeld, .subscribed(3), .unreadable] {
            let idle = queue(ready: 60, consumers: consumers) { $0.leftCounter = 900 }
            let said = judged(lasting(idle, seconds: 120))
            #expect(
                said.hasPrefix("warning · ") && said.hasSuffix("nothing taken for 120 s · 60 wait")
                    || said.contains("nothing taken for 2 min"), "\(consumers): \(said)")
        }
    }

    @Test func `a broker whose figures are of two moments does not seem to serve what grows`() {
        // Two a second arrive and nothing leaves; the depth is read before or after the counter.
        let skew = [0, 7, 2, 9, 0, 5, 8, 1, 6, 3, 0, 9, 4]
        let readings = skew.enumerated().map { place, ahead in
            queue(ready: 60 + 20 * place - ahead, consumers: .subscribed(0)) {
                $0.arrivedCounter = UInt64(20 * place)
                $0.leftCounter = 500
            }
        }
        #expect(judged(readings, every: 10).hasPrefix("critical · nobody takes messages since 03:00"))
        let hung = readings.map { reading in
            var reading = reading
            reading.consumers = .subscribed(1)
            return reading
        }
        #expect(judged(hung, every: 10).hasPrefix("warning · consumers there, nothing taken for 2 min"))
    }

    @Test func `what is refused is served, what expires where nobody is serves no one`() {
        func steady(_ consumers: QueueReading.Consumers) -> [QueueReading] {
            (0...14).map { place in
                queue(ready: 60, consumers: consumers) {
                    $0.arrivedCounter = UInt64(20 * place)
                    $0.leftCounter = 500
                }
            }
        }
        #expect(judged(steady(.subscribed(1)), every: 10) == "ok")
        #expect(judged(steady(.subscribed(0)), every: 10).hasPrefix("critical · nobody takes messages"))
    }

    @Test func `what expires or is purged beside a consumer that hangs is not its work`() {
        func steady(_ set: (Int, inout QueueReading) -> Void) -> String {
            let readings = (0...14).map { place in
                queue(ready: 60) {
                    $0.inProgress = Count(10)
                    $0.leftCounter = 500
                    $0.takenCounter = 700
                    set(place, &$0)
                }
            }
            return judged(readings, every: 10)
        }
        let hangs = "warning · consumers there, nothing taken for 2 min · 60 wait"
        // Twenty come and twenty expire between two readings.
        #expect(steady { $1.arrivedCounter = UInt64(20 * $0) } == hangs)
        #expect(
            steady { $1.ready = Count(74 - $0) }.hasPrefix(
                "warning · consumers there, nothing taken for 2 min"))
        // Refused, which nothing counts but that they were handed out, or are in work no more.
        #expect(
            steady {
                $1.arrivedCounter = UInt64(20 * $0)
                $1.takenCounter = UInt64(700 + 20 * $0)
            } == "ok")
        #expect(steady { $1.inProgress = Count(24 - $0) }.hasPrefix("ok"))
    }

    @Test func `everything in work of a hung consumer is told`() {
        let hung = queue(ready: 0, consumers: .subscribed(1)) {
            $0.inProgress = Count(250)
            $0.leftCounter = 5000
        }
        #expect(judged(lasting(hung, seconds: 100)).contains("warning in 20 s"))
        #expect(
            judged(lasting(hung, seconds: 600))
                == "critical · consumers there, nothing finished for 10 min · 250 in work")
    }

    @Test func `one that cron starts is measured by its own pace`() {
        // Every five minutes all that waited is taken.
        var readings: [QueueReading] = []
        var left: UInt64 = 0
        for second in stride(from: 0, through: 3600, by: 5) {
            let phase = second % 300
            if phase == 0 { left += 30 }
            readings.append(
                queue(ready: phase / 10, consumers: .nobody) { $0.leftCounter = left })
        }
        // It has learned; then the consumer is gone.
        #expect(judged(readings + [QueueReading](repeating: readings[59], count: 60)).hasPrefix("ok"))
        #expect(
            judged(readings + [QueueReading](repeating: readings[59], count: 240))
                .hasPrefix("critical · nobody takes messages since 04:0"))
    }

    @Test func `two outages are no habit of a queue that is emptied as it fills`() {
        var left: UInt64 = 0
        func served(_ reads: Int) -> [QueueReading] {
            (0..<reads).map { _ in
                left += 10
                return queue(consumers: .subscribed(1)) { $0.leftCounter = left }
            }
        }
        func stopped(_ reads: Int) -> [QueueReading] {
            (1...reads).map { place in
                queue(ready: 10 * place, consumers: .subscribed(0)) { $0.leftCounter = left }
            }
        }
        var night = served(20)
        for _ in 0..<2 { night += stopped(300) + served(20) }
        #expect(judged(night + stopped(24)).hasSuffix("nobody takes messages, critical in 5 s"))
        #expect(judged(night + stopped(25)).hasPrefix("critical · nobody takes messages"))
    }

    @Test func `what was taken long ago and nobody can finish is told, whatever else leaves`() {
        let served = (0...60).map { step in
            queue(ready: 3, consumers: .nobody) {
                $0.inProgress = Count(5)
                $0.oldestInProgressSeconds = 10_800 + Double(step) * 5
                $0.leftCounter = UInt64(step)
            }
        }
        #expect(judged(served) == "warning · 5 in work, the oldest for 3 h 05, and nobody there")
        let held = queue(ready: 0, consumers: .lockHeld) {
            $0.inProgress = Count(1)
            $0.oldestInProgressSeconds = 10_800
            $0.leftCounter = 1
        }
        #expect(judged([held, held]).hasPrefix("ok"), "a long import under its lock is work")
    }

    @Test func `what was taken before its consumer began anew stays told, and what it took itself is work`() {
        func work(_ age: Double, _ consumers: QueueReading.Consumers, _ step: Int) -> QueueReading {
            queue(ready: 3, consumers: consumers) {
                $0.inProgress = Count(4)
                $0.oldestInProgressSeconds = age + Double(step) * 5
                $0.leftCounter = UInt64(step)
            }
        }
        // One read finds the lock free: a process ended, and the next one is there five seconds later.
        func history(takenAfter seconds: Double) -> [QueueReading] {
            (0...180).map { step in
                work(step < 2 ? 0 : -seconds, step == 1 ? .nobody : .lockHeld, step)
            }
        }
        #expect(
            judged(history(takenAfter: 0))
                == "warning · 4 in work, the oldest for 15 min, and whoever took it is gone")
        #expect(judged(history(takenAfter: 10)) == "ok")
    }

    @Test func `what an earlier run remembers of a broker's counters makes the first reading a second one`() {
        func read(_ left: UInt64, into watch: inout QueueWatch, at seconds: Double) {
            watch.observe(
                queue(ready: 400, consumers: .subscribed(0)) { $0.leftCounter = left },
                limits: QueueLimits(), interval: .seconds(5), at: moment(seconds))
        }
        var earlier = QueueWatch()
        for seconds in [-600.0, -595] { read(900, into: &earlier, at: seconds) }
        let memory = earlier.memory
        func first(_ left: UInt64) -> String {
            var watch = QueueWatch(conditions: Conditions(kept: earlier.conditions.kept), memory: memory)
            read(left, into: &watch, at: 0)
            return sentence(watch.assess(QueueLimits(), at: Moment(moment())))
        }
        #expect(first(900).hasPrefix("critical · nobody takes messages since"))
        #expect(first(950) == "ok")
    }

    @Test func `the time without a consumer begins when the last one left, not when messages came`() {
        let served = queue(consumers: .subscribed(1))
        let empty = [QueueReading](repeating: queue(consumers: .nobody), count: 24)
        let full = [QueueReading](repeating: queue(ready: 9, consumers: .nobody), count: 25)
        #expect(judged([served] + empty + full) == "critical · nobody takes messages since 03:00 · 9 wait")
    }

    @Test func `a pace that what goes in and out contradicts is not told`() {
        let draining = (0...60).map { step in
            queue(ready: 1000 + step * 2) {
                $0.inRate = 3
                $0.outRate = 14
            }
        }
        #expect(judged(draining) == "warning · backlog since 03:00 or earlier · 1120 wait (limit 500)")
    }

    @Test func `the pace comes before the figure`() {
        let growing = (0...60).map { queue(ready: 100 + $0 * 2, consumers: .nobody) }
        #expect(
            judged(growing)
                == "critical · nobody takes messages since 03:00 or earlier · 220 wait, 24 more each minute")
    }

    @Test func `a held lock that takes nothing is a warning after two minutes, critical after ten`() {
        var idle = queue(ready: 240, consumers: .lockHeld)
        idle.completedLastMinute = Count(0)
        #expect(judged(lasting(idle, seconds: 115)) == "ok · lock held, nothing taken, warning in 5 s")
        #expect(
            judged(lasting(idle, seconds: 595)) == "warning · lock held, nothing taken for 9 min · 240 wait")
        #expect(
            judged(lasting(idle, seconds: 660)) == "critical · lock held, nothing taken for 11 min · 240 wait"
        )
        idle.completedLastMinute = Count(1)
        #expect(judged(lasting(idle, seconds: 660)) == "ok")
    }

    @Test func `nothing is said of taking where no figure tells`() {
        #expect(judged(lasting(queue(ready: 240, consumers: .lockHeld), seconds: 900)) == "ok")
    }

    @Test(arguments: [
        (499, "ok"), (500, "warning · backlog since 03:00 or earlier · 500 wait (limit 500)"),
        (1999, "warning · backlog since 03:00 or earlier · 1999 wait (limit 500)"),
        (18_420, "critical · backlog since 03:00 or earlier · 18 420 wait (limit 2000)"),
    ])
    func `a backlog is judged by its limits`(depth: Int, expected: String) {
        #expect(judged([queue(ready: depth)]) == expected)
    }

    @Test func `a bound is said to be one`() {
        let capped = queue { $0.ready = Count(5000, isBound: true) }
        #expect(judged([capped]) == "critical · backlog since 03:00 or earlier · 5000+ wait (limit 2000)")
    }

    @Test(arguments: [
        (599.0, false, "ok"),
        (1630, false, "warning · messages wait too long · 1 waits, the oldest 27 min (limit 10 min)"),
        (1630, true, "warning · messages wait too long · 1 waits, the oldest ~27 min (limit 10 min)"),
        (1800, false, "critical · messages wait too long · 1 waits, the oldest 30 min (limit 30 min)"),
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
        #expect(
            judged(lasting(reading, seconds: 120))
                == "critical · nobody takes messages since 02:34 or earlier · "
                + "841 wait, the oldest 27 min (limits 500 and 10 min)")
    }

    @Test func `limits can be switched off and are listed with what they stand at`() {
        var limits = QueueLimits()
        limits.backlog = Threshold()
        #expect(judged([queue(ready: 1_000_000)], limits: limits) == "ok")
        var watch = QueueWatch()
        watch.observe(queue(ready: 841), limits: QueueLimits(), interval: .seconds(5), at: moment())
        let rules = watch.assess(QueueLimits(), at: Moment(moment()))
        #expect(rules.map(\.rule.label) == ["no consumer", "nothing taken", "depth", "oldest"])
        #expect(rules[2].limitShown == "500 / 2000" && rules[2].valueShown == "841")
        #expect(rules[2].status == .warning)
        #expect(rules[3].limitShown == "10 min / 30 min" && rules[3].valueShown == "-")
    }

    @Test func `rates come from counters, else from the server, never from a capped count`() {
        var watch = QueueWatch()
        func read(_ reading: QueueReading, at seconds: Double) {
            watch.observe(reading, limits: QueueLimits(), interval: .seconds(5), at: moment(seconds))
        }
        read(queue { $0.arrivedCounter = 1000 }, at: 0)
        #expect(watch.inRate == nil)
        read(queue { $0.arrivedCounter = 1010 }, at: 5)
        #expect(watch.inRate == nil)
        // A broker's own rates jump, and say 0 while the depth grows.
        read(queue { ($0.arrivedCounter, $0.inRate) = (1050, 0) }, at: 25)
        #expect(watch.inRate == 2)
        read(
            queue {
                $0.inRate = 0.5; $0.completedLastMinute = Count(30)
            }, at: 30)
        #expect(watch.inRate == 0.5 && watch.outRate == 0.5)
        read(queue { $0.completedLastMinute = Count(2000, isBound: true) }, at: 35)
        #expect(watch.outRate == nil)
    }

    @Test func `a rate of rows that carry whole seconds is told of ten seconds, not of one`() {
        var watch = QueueWatch()
        func read(_ arrived: UInt64, at seconds: Double) -> Double? {
            var reading = QueueReading(name: "q", transport: .db)
            reading.ready = Count(0)
            reading.arrivedCounter = arrived
            watch.observe(reading, limits: QueueLimits(), interval: .seconds(1), at: moment(seconds))
            return watch.inRate
        }
        // Five a second: those of the last second are not all there at a read.
        #expect(read(0, at: 0) == nil && read(2, at: 1.2) == nil && read(26, at: 5.6) == nil)
        #expect(abs((read(52, at: 10.8) ?? 0) - 5) < 0.5)
    }
}
