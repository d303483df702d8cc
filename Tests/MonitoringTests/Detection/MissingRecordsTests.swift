import Monitoring
import Testing

/// What names records lasts as long as those very records are wrong.
struct MissingRecordsTests {
    /// A check of orders, read once a minute, ten new ones each.
    private struct Orders {
        var detection: Detection
        var now = 1_794_996_000.0
        var count = 2000.0
        var missing: [String] = []
        private(set) var told: [AlertChange] = []

        init() {
            var shape = StoreShape()
            shape.sources = [StoreShape.Source(name: "db", type: "mysql", interval: 60)]
            var flow = StoreShape.Flow("orders-erp")
            flow.checks = ["orders"]
            shape.flows = [flow]
            detection = Detection(
                shape, past: [], clock: StoreClock(zone: "UTC", offsetSeconds: 0, changes: []))
        }

        mutating func pass(minutes: Int) {
            for _ in 0..<minutes {
                now += 60
                count += 10
                var row = Observation.Check("orders")
                row.left = Observation.Side(count: count, sum: 0)
                row.right = Observation.Side(count: count - Double(missing.count), sum: 0)
                row.missing = missing
                detection.take(
                    Observation(at: now, source: "db", fact: .checks([row], settledTo: nil)))
                told += detection.judge(at: now)
            }
        }

        var states: [String] { told.filter { $0.what != .worsened }.map(\.what.rawValue) }
    }

    @Test func `a missing record is missing until it is there, however many more come`() throws {
        var orders = Orders()
        orders.pass(minutes: 60)
        for id in 1...5 {
            orders.missing.append("10000\(id)")
            orders.pass(minutes: 3)
        }
        #expect(orders.states == ["opened"])
        // Nothing is added for half a day.
        orders.pass(minutes: 12 * 60)
        #expect(orders.states == ["opened"])
        #expect(orders.detection.findings(at: orders.now).first?.records.count == 5)
        orders.missing = ["100003"]
        orders.pass(minutes: 30)
        #expect(orders.states == ["opened"])
        let left = try #require(orders.detection.findings(at: orders.now).first)
        #expect(left.records == ["100003"])
        #expect(left.sentence == "1 record of orders is still missing, of 5")
        orders.missing = []
        orders.pass(minutes: 10)
        #expect(orders.states == ["opened", "resolved"])
    }

    @Test func `one of the usual few that comes meanwhile is not told, and more of them are`() {
        var orders = Orders()
        orders.pass(minutes: 60)
        for id in 1...5 {
            orders.missing.append("10000\(id)")
            orders.pass(minutes: 3)
        }
        orders.pass(minutes: 12 * 60)
        orders.missing.append("200001")
        orders.pass(minutes: 8 * 60)
        #expect(orders.detection.findings(at: orders.now).first?.records.count == 5)
        for id in 1...6 {
            orders.missing.append("30000\(id)")
            orders.pass(minutes: 3)
        }
        #expect(orders.detection.findings(at: orders.now).first?.records.count == 11)
        #expect(orders.states == ["opened"])
    }
}
