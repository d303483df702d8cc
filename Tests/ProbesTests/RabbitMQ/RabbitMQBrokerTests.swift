import Documents
import Monitoring
import Platform
import Probes
import TestSupport
import Testing

/// Against a real broker: what the probe says is what `rabbitmqctl` says at that moment.
@Suite(.serialized) struct RabbitMQBrokerTests {
    private static let started = Task { try await RabbitMQServer() }
    private let server: RabbitMQServer

    init() async throws { server = try await Self.started.value }

    @Test func `every figure is rabbitmqctl's`() async throws {
        try await declare(
            "orders", #"{"x-dead-letter-exchange":"","x-dead-letter-routing-key":"orders.dead"}"#)
        try await declare("orders.dead")
        try await declare("orders.wait", #"{"x-message-ttl":3600000,"x-dead-letter-exchange":"amq.direct"}"#)
        try await declare("exports", #"{"x-queue-type":"quorum"}"#)
        try await declare("stock/in € ü")
        try await server.publish(7, to: "orders")
        try await server.publish(2, to: "orders.dead")
        try await server.publish(3, to: "exports")
        let consumer = try await AMQPConsumer(port: server.port, queue: "orders", prefetch: 4)
        let probe = try probe()
        // The broker gathers what the API tells once a second, and a quorum queue's own figures each five.
        // How many arrived is gathered by those who published, and later than how many there are.
        let none = Figures(ready: 0, unacknowledged: 0, consumers: 0)
        let wanted = [
            "orders": Figures(ready: 3, unacknowledged: 4, consumers: 1),
            "orders.dead": Figures(ready: 2, unacknowledged: 0, consumers: 0),
            "orders.wait": none,
            "exports": Figures(ready: 3, unacknowledged: 0, consumers: 0),
            "stock/in € ü": none,
        ]
        try await eventually("rabbitmqctl tells all of it", within: .seconds(60)) {
            try await self.listing() == wanted
        }
        try await eventually("the probe says the same", within: .seconds(60)) {
            let queues = try await Self.queues(probe)
            let seen = Dictionary(uniqueKeysWithValues: queues.map { ($0.name, Figures($0)) })
            return seen == wanted && queues.contains { $0.name == "orders" && $0.arrivedCounter == 7 }
        }
        let queues = Dictionary(uniqueKeysWithValues: try await Self.queues(probe).map { ($0.name, $0) })
        #expect(queues["orders"]?.consumers == .subscribed(1))
        #expect(queues["orders"]?.arrivedCounter == 7)
        #expect(queues["orders.dead"]?.consumers == .byDesign)
        #expect(queues["orders.wait"]?.consumers == .byDesign)
        #expect(queues["exports"]?.consumers == .nobody)
        #expect(queues["exports"]?.serverState == nil)
        // Never used: no rate is known, which is not the rate 0.
        #expect(queues["stock/in € ü"]?.inRate == nil)
        #expect(queues["stock/in € ü"]?.ready == Count(0))
        #expect(try await probe.read().cost.queries == 3)
        withExtendedLifetime(consumer) {}
    }

    @Test func `turns the pages of 150 queues`() async throws {
        try await server.ctl("add_vhost", "many")
        try await server.ctl("set_permissions", "-p", "many", "guest", ".*", ".*", ".*")
        for number in 0..<150 { try await declare("q\(number)", in: "many") }
        let probe = try probe(RabbitMQSource("mq", virtualHosts: ["many"]))
        let names = try await Self.queues(probe).map(\.name)
        #expect(Set(names) == Set((0..<150).map { "q\($0)" }))
        try await server.ctl("delete_vhost", "many")
    }

    @Test func `a refused login, a missing permission and a closed virtual host are three things`()
        async throws
    {
        try await declare("visible")
        try await server.ctl("add_user", "watcher", "w")
        try await server.ctl("set_user_tags", "watcher", "monitoring")
        let wrong = await failure(of: try probe(user: "watcher", password: "x"))
        #expect(wrong?.kind == .loginRefused)
        let everywhere = RabbitMQSource("mq")
        let denied = await failure(of: try probe(everywhere, user: "watcher", password: "w"))
        #expect(denied?.kind == .denied)
        #expect(denied?.message.contains("no permission on any virtual host (/)") == true)
        try await server.ctl("set_permissions", "-p", "/", "watcher", "^$", "^$", "^$")
        try await server.ctl("add_vhost", "closed")
        let facts = try await probe(everywhere, user: "watcher", password: "w").read().facts
        #expect(notices(facts) == ["virtual host closed is not readable"])
        let named = RabbitMQSource("mq", virtualHosts: ["absent"])
        #expect(await failure(of: try probe(named))?.kind == .denied)
        let steps = await (try probe(everywhere, user: "watcher", password: "x")).examine()
        #expect(steps.map(\.outcome) == [.failed, .skipped])
        try await server.ctl("delete_vhost", "closed")
        try await server.ctl("delete_user", "watcher")
    }

    @Test func `a memory alarm is critical in words, and passes`() async throws {
        let probe = try probe()
        try await server.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
        try await eventually("the alarm is seen", within: .seconds(20)) {
            notices(try await probe.read().facts)
                == ["memory alarm on hypercare@localhost, publishers are blocked"]
        }
        try await server.ctl("set_vm_memory_high_watermark", "0.9")
        try await eventually("the alarm is over", within: .seconds(20)) {
            notices(try await probe.read().facts).isEmpty
        }
    }

    @Test func `a frozen broker is a failure in time, and recovers by itself`() async throws {
        try await declare("visible")
        let probe = try probe(RabbitMQSource("mq", deadline: .milliseconds(800)))
        _ = try await probe.read()
        server.freeze()
        let clock = ContinuousClock()
        let start = clock.now
        let frozen = await failure(of: probe)
        #expect(frozen?.kind == .timedOut)
        #expect(clock.now - start < .seconds(5))
        server.thaw()
        try await eventually("it answers again", within: .seconds(20)) { (try? await probe.read()) != nil }
    }

    @Test func `a stopped broker is unreachable, and back with its figures after a restart`() async throws {
        try await declare("kept")
        try await server.stop()
        let probe = try probe()
        #expect(await failure(of: probe)?.kind == .unreachable)
        try await server.start()
        try await eventually("its queue is listed again", within: .seconds(30)) {
            (try? await Self.queues(probe))?.contains { $0.name == "kept" && $0.ready != nil } == true
        }
        let steps = await probe.examine()
        #expect(steps.first?.text == "RabbitMQ 3.10.8")
        #expect(steps.allSatisfy { $0.outcome == .ok })
    }

    private struct Figures: Equatable {
        var ready: Int?
        var unacknowledged: Int?
        var consumers: Int

        init(ready: Int?, unacknowledged: Int?, consumers: Int) {
            (self.ready, self.unacknowledged, self.consumers) = (ready, unacknowledged, consumers)
        }

        init(_ queue: QueueReading) {
            ready = queue.ready?.value
            unacknowledged = queue.inProgress?.value
            if case .subscribed(let count) = queue.consumers { consumers = count } else { consumers = 0 }
        }
    }

    private func listing() async throws -> [String: Figures] {
        let text = try await server.ctl(
            "list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers", "--formatter",
            "json")
        let list = try JSON.read(Array(text.utf8), name: "rabbitmqctl").elements ?? []
        return Dictionary(
            uniqueKeysWithValues: list.map { queue in
                (
                    queue["name"]?.string ?? "",
                    Figures(
                        ready: queue["messages_ready"]?.int,
                        unacknowledged: queue["messages_unacknowledged"]?.int,
                        consumers: queue["consumers"]?.int ?? -1)
                )
            })
    }

    private func declare(_ name: String, _ arguments: String = "{}", in virtualHost: String = "/")
        async throws
    {
        let path = "/api/queues/\(HTTPRequest.encode(virtualHost))/\(HTTPRequest.encode(name))"
        let status = try await server.management("PUT", path, #"{"durable":true,"arguments":\#(arguments)}"#)
            .status
        try #require(status == 201 || status == 204)
    }

    private func probe(
        _ source: RabbitMQSource = RabbitMQSource("mq", virtualHosts: ["/"]), user: String = "guest",
        password: String = "guest"
    ) throws -> RabbitMQProbe {
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: server.url, user: user, password: { Secret(password) })
        return RabbitMQProbe(source, over: transport, clock: try SystemTime())
    }

    private static func queues(_ probe: RabbitMQProbe) async throws -> [QueueReading] {
        try await probe.read().facts.flatMap { fact -> [QueueReading] in
            if case .queues(let queues) = fact { queues } else { [] }
        }
    }

    private func failure(of probe: RabbitMQProbe) async -> ReadFailure? {
        do throws(ReadFailure) {
            _ = try await probe.read()
            return nil
        } catch {
            return error
        }
    }
}
