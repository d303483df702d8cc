import Monitoring
import Probes
import Synchronization
import TestSupport
import Testing

/// With many queues, those that are still are read less often, and nothing that waits or moves is.
@Suite struct RabbitMQRoundsTests {
    private struct Queue {
        var ready = 0
        var left = 0
        var consumers = 1
    }

    /// Answers full lists, totals and lists filtered by names as a broker does.
    private final class Store: Sendable {
        let queues = Mutex([String: Queue]())
        let refusesFilters = Mutex(false)

        init(_ count: Int) {
            queues.withLock { queues in
                for number in 0..<count { queues["shop.q\(number)"] = Queue() }
            }
        }

        func set(_ name: String, _ change: (inout Queue) -> Void) {
            queues.withLock { queues in
                var queue = queues[name] ?? Queue()
                change(&queue)
                queues[name] = queue
            }
        }

        func answer(_ path: String) -> RabbitMQAnswer? {
            guard path.hasPrefix("/api/queues/%2F?") else { return nil }
            let isTotals = path.contains("disable_stats")
            var wanted: Set<String>?
            if let pattern = path.split(separator: "&").first(where: { $0.hasPrefix("name=") }) {
                if refusesFilters.withLock({ $0 }) { return .init(414, "<html><title>Too long</title>") }
                // `^(?:shop\x2eq1|shop\x2eq2)$`, percent-encoded.
                let names = pattern.dropFirst("name=%5E%28%3F%3A".count).dropLast("%29%24".count)
                wanted = Set(
                    names.split(separator: "%7C").map {
                        $0.split(separator: "%5Cx2e").joined(separator: ".")
                    })
            }
            let items = queues.withLock { queues in
                queues.filter { wanted?.contains($0.key) ?? true }.map { name, queue in
                    let figures =
                        #""vhost":"/","name":"\#(name)","messages":\#(queue.ready),"messages_ready":\#(queue.ready),"messages_unacknowledged":0"#
                    return isTotals
                        ? figures
                        : figures
                            + #","consumers":\#(queue.consumers),"message_stats":{"publish":\#(queue.left),"ack":\#(queue.left)}"#
                }
            }
            return .page(items.sorted())
        }
    }

    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

    private func kinds(_ broker: ScriptedBroker) -> [String] {
        broker.paths.filter { $0.hasPrefix("/api/queues") }.map { path in
            path.contains("name=%5E") ? "some" : path.contains("disable_stats") ? "totals" : "all"
        }
    }

    private func setUp(_ count: Int) -> (Store, ScriptedBroker, RabbitMQProbe) {
        let store = Store(count)
        let broker = ScriptedBroker { path, _ in store.answer(path) }
        return (store, broker, broker.probe(RabbitMQSource("mq", virtualHosts: ["/"]), time))
    }

    private func read(_ probe: RabbitMQProbe, after seconds: Int = 10) async throws -> [String: QueueReading]
    {
        time.advance(by: .seconds(seconds))
        let queues = try await probe.read().queues
        return Dictionary(uniqueKeysWithValues: queues.map { ($0.name, $0) })
    }

    @Test func `of 150 still queues the depths alone are read, and everything each half minute`() async throws
    {
        let (_, broker, probe) = setUp(150)
        for _ in 0..<8 { #expect(try await read(probe).count == 150) }
        // Twice, to know what is still; then two in three are cheap.
        #expect(kinds(broker) == ["all", "all", "totals", "totals", "all", "totals", "totals", "all"])
        let (_, few, small) = setUp(50)
        for _ in 0..<4 { _ = try await read(small) }
        #expect(kinds(few) == ["all", "all", "all", "all"])
    }

    @Test func `what waits, moves or is new has every figure at every read`() async throws {
        let (store, broker, probe) = setUp(150)
        store.set("shop.q1") { $0.ready = 400 }
        for _ in 0..<2 { _ = try await read(probe) }
        // The consumer of a queue in which something waits goes: seen at the next read.
        store.set("shop.q1") { $0.consumers = 0 }
        store.set("shop.q2") {
            $0.ready = 1
            $0.left = 7
        }
        store.set("new") { $0.left = 3 }
        let third = try await read(probe)
        #expect(kinds(broker) == ["all", "all", "totals", "some"])
        #expect(third["shop.q1"]?.consumers == .nobody && third["shop.q1"]?.ready == Count(400))
        #expect(third["shop.q2"]?.leftCounter == 7 && third["shop.q2"]?.ready == Count(1))
        #expect(third["new"]?.leftCounter == 3)
        #expect(third.count == 151)
        // One that is empty and passes everything on is seen to move within half a minute, and read each time then.
        store.set("shop.q3") { $0.left = 100 }
        store.set("shop.q1") { $0.ready = 0 }
        #expect(try await read(probe)["shop.q3"]?.leftCounter == 0)
        #expect(try await read(probe)["shop.q3"]?.leftCounter == 100)
        store.set("shop.q3") { $0.left = 110 }
        #expect(try await read(probe)["shop.q3"]?.leftCounter == 110)
    }

    @Test func `a queue that is deleted is gone at the next read`() async throws {
        let (store, broker, probe) = setUp(150)
        for _ in 0..<2 { _ = try await read(probe) }
        store.queues.withLock { $0["shop.q5"] = nil }
        #expect(try await read(probe).count == 149)
        #expect(kinds(broker).last == "totals")
    }

    @Test func `when many move, or the names are refused, all are read`() async throws {
        let (store, broker, probe) = setUp(250)
        for _ in 0..<2 { _ = try await read(probe) }
        for number in 0..<120 { store.set("shop.q\(number)") { $0.ready = 1 } }
        #expect(try await read(probe).values.count { $0.ready == Count(1) } == 120)
        #expect(try await read(probe).values.count { $0.ready == Count(1) } == 120)
        #expect(kinds(broker) == ["all", "all", "totals", "all", "all"])

        let (other, refusing, second) = setUp(150)
        other.set("shop.q1") { $0.ready = 1 }
        for _ in 0..<2 { _ = try await read(second) }
        other.refusesFilters.withLock { $0 = true }
        #expect(try await read(second)["shop.q1"]?.ready == Count(1))
        #expect(kinds(refusing) == ["all", "all", "totals", "some", "all"])
        // It is not tried again and again.
        #expect(try await read(second)["shop.q1"]?.ready == Count(1))
        #expect(kinds(refusing).last == "all" && kinds(refusing).count == 6)
    }
}
