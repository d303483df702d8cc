import Monitoring
import Testing

/// What a queue holds that does not leave, and where it has no room for more.
@Suite struct QueueBoundsTests {
    @Test func `a stream keeps what it has`() {
        let stream = queue(ready: 50_000, consumers: .nobody) {
            $0.isStream = true
            $0.oldestSeconds = 86_400
        }
        #expect(judged(lasting(stream, seconds: 900)) == "ok")
    }

    @Test func `a full queue that loses messages is critical, a full one a warning`() {
        let losing = (0...60).map { step in
            queue(ready: 1000) {
                $0.maxLength = 1000
                $0.arrivedCounter = UInt64(step * 50)
                $0.leftCounter = UInt64(step * 10)
            }
        }
        var limits = QueueLimits()
        limits.backlog = Threshold()
        #expect(
            judged(losing, limits: limits)
                == "critical · full at its max-length of 1000 since 03:00 or earlier · loses 8.00/s")
        let full = queue(ready: 1000) { $0.maxLength = 1000 }
        #expect(judged([full], limits: limits).hasPrefix("warning · full at its max-length of 1000"))
    }

    @Test func `a queue that was drained and filled to its length loses nothing by that`() {
        let readings = (0...26).map { step in
            let (left, arrived) = (min(step, 12) * 80, max(0, step - 12) * 80)
            return queue(ready: 1000 - left + arrived) {
                $0.maxLength = 1000
                $0.arrivedCounter = UInt64(1000 + arrived)
                $0.leftCounter = UInt64(left)
            }
        }
        var limits = QueueLimits()
        limits.backlog = Threshold()
        #expect(judged(readings, limits: limits).hasPrefix("warning · full at its max-length of 1000"))
    }

    @Test func `a queue bounded by size is full when one message more has no room`() {
        func bytes(_ ready: Int?, of most: Int?, _ count: Int = 10) -> String {
            judged([
                queue(ready: count) {
                    $0.maxLength = 1000
                    $0.maxBytes = most
                    $0.readyBytes = ready
                }
            ])
        }
        #expect(bytes(950, of: 1000).hasPrefix("warning · full at its max-length-bytes of 1000"))
        #expect(bytes(900, of: 1000) == "ok" && bytes(nil, of: 1000) == "ok" && bytes(950, of: nil) == "ok")
        #expect(bytes(0, of: 1000, 0) == "ok")
        // What a broken broker may say does not make it trap.
        #expect(
            bytes(.max, of: 1000, 1).hasPrefix("warning · full")
                && bytes(.max, of: .max, 1).hasPrefix("warning"))
    }

    @Test func `counters as large as can be do not make it trap`() {
        func large(_ ready: Int, _ arrived: UInt64) -> QueueReading {
            queue(ready: ready) {
                $0.arrivedCounter = arrived
                $0.leftCounter = 0
                $0.maxLength = .max
            }
        }
        let readings = [large(.max, 0), large(.max, 1), large(5, .max), large(.max, .max), large(0, 3)]
        #expect(!judged(readings, every: 30).isEmpty)
    }

    @Test func `messages that are neither ready nor in work are depth and are told`() {
        let held = queue { $0.held = Count(9000) }
        #expect(judged([held]).hasPrefix("critical · backlog since 03:00 or earlier · 9000 messages"))
        #expect(judged(lasting(held, seconds: 120)).contains("9000 held: neither ready nor in work"))
    }

    @Test func `what waits is counted alike by all rules, and what is in work stands beside it`() {
        let left = queue(ready: 600, consumers: .nobody) {
            $0.inProgress = Count(2)
            $0.leftCounter = 5000
        }
        let said = judged(lasting(left, seconds: 120))
        #expect(said.contains("nobody takes messages") && said.contains("600 wait, 2 in work (limit 500)"))
        #expect(!said.contains("602"), "\(said)")
    }
}
