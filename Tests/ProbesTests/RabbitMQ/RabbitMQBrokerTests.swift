import Documents
import Monitoring
import Platform
import Probes
import Synchronization
import TestSupport
import Testing
import Text

/// Against a real broker: what the probe says is what `rabbitmqctl` says at that moment.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RabbitMQBrokerTests {
    private static let started = Task { try await RabbitMQServer() }
    private let server: RabbitMQServer

    init() async throws { server = try await Self.started.value }

    @Test func `every figure is rabbitmqctl's`() async throws {
        try await server.declare(
            "orders", #"{"x-dead-letter-exchange":"","x-dead-letter-routing-key":"orders.dead"}"#)
        try await server.declare("orders.dead")
        try await server.declare(
            "orders.wait", #"{"x-message-ttl":3600000,"x-dead-letter-exchange":"amq.direct"}"#)
        try await server.declare("exports", #"{"x-queue-type":"quorum"}"#)
        try await server.declare("stock/in € ü")
        try await server.publish(7, to: "orders")
        try await server.publish(2, to: "orders.dead")
        try await server.publish(3, to: "exports")
        let consumer = try await AMQPConsumer(port: server.port, queue: "orders", prefetch: 4)
        let probe = try server.probe()
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
            let queues = try await probe.read().queues
            let seen = Dictionary(uniqueKeysWithValues: queues.map { ($0.name, Figures($0)) })
            return seen == wanted && queues.contains { $0.name == "orders" && $0.arrivedCounter == 7 }
        }
        let queues = Dictionary(uniqueKeysWithValues: try await probe.read().queues.map { ($0.name, $0) })
        #expect(queues["orders"]?.consumers == .subscribed(1))
        #expect(queues["orders"]?.virtualHost == "/")
        // A dead letter target and a waiting room: what nobody takes from is seen as such.
        #expect(queues["orders.dead"]?.consumers == .nobody)
        #expect(queues["orders.wait"]?.consumers == .nobody)
        #expect(queues["orders.wait"]?.isWithoutConsumer == false)
        #expect(queues["exports"]?.consumers == .nobody)
        #expect(queues["exports"]?.serverState == nil)
        #expect(queues["stock/in € ü"]?.ready == Count(0))
        #expect(queues["stock/in € ü"]?.leftCounter == 0)
        let sample = try await probe.read()
        #expect(sample.cost.queries == 2 && sample.told.isEmpty)
        let behind = try #require(sample.serverTime).seconds(since: try SystemTime().now.wall)
        #expect(abs(behind) < 5)
        withExtendedLifetime(consumer) {}
        for name in wanted.keys { try await server.delete(name) }
    }

    @Test func `what left is counted for every way of taking, without anybody being seen`() async throws {
        for name in ["gets", "gets.noack", "subscribed", "subscribed.noack", "taken"] {
            try await server.declare(name)
        }
        try await server.declare("bounded", #"{"x-max-length":5}"#)
        try await server.declare("bounded.size", #"{"x-max-length-bytes":100}"#)
        try await server.declare("stream", #"{"x-queue-type":"stream"}"#)
        let port = server.port
        let channels = try await onThread {
            let channel = try AMQPChannel(port: port)
            for name in ["gets", "gets.noack", "subscribed", "subscribed.noack", "taken", "stream"] {
                try channel.publish(10, to: name)
            }
            try channel.publish(20, to: "bounded")
            try channel.publish(200, to: "bounded.size")
            try channel.settle()
            // Magento's consumer with --max-messages: basic.get, and an acknowledgement.
            for _ in 0..<4 { if let tag = try channel.get("gets") { try channel.acknowledge(tag) } }
            for _ in 0..<3 { _ = try channel.get("gets.noack", isAcknowledged: false) }
            for _ in 0..<2 { _ = try channel.get("taken") }
            let other = try AMQPChannel(port: port)
            try other.consume("subscribed", prefetch: 3)
            for _ in 0..<5 { try other.acknowledge(try other.delivery()) }
            let third = try AMQPChannel(port: port)
            try third.consume("subscribed.noack", prefetch: 0, isAcknowledged: false)
            for _ in 0..<10 { _ = try third.delivery() }
            return [channel, other, third]
        }
        let probe = try server.probe()
        let left: [String: UInt64] = [
            "gets": 4, "gets.noack": 3, "subscribed": 5, "subscribed.noack": 10, "taken": 0, "bounded": 0,
            "bounded.size": 0,
        ]
        try await eventually("all of it is counted", within: .seconds(60)) {
            let queues = try await probe.read().queues
            return left.allSatisfy { name, count in
                queues.contains {
                    $0.name == name && $0.leftCounter == count && ($0.arrivedCounter ?? 0) >= 10
                }
            } && queues.contains { $0.name == "stream" && $0.ready == Count(10) }
        }
        let queues = Dictionary(uniqueKeysWithValues: try await probe.read().queues.map { ($0.name, $0) })
        #expect(queues["gets"]?.consumers == .nobody && queues["gets"]?.ready == Count(6))
        #expect(queues["taken"]?.inProgress == Count(2))
        #expect(queues["stream"]?.isStream == true && queues["stream"]?.leftCounter == nil)
        let bounded = try #require(queues["bounded"])
        // Fifteen were dropped: more came than left and wait.
        #expect(bounded.maxLength == 5 && bounded.overflow == .dropHead && bounded.ready == Count(5))
        #expect(bounded.arrivedCounter == 20)
        let sized = try #require(queues["bounded.size"])
        let (bytes, count) = (try #require(sized.readyBytes), try #require(sized.ready?.value))
        #expect(sized.maxBytes == 100 && sized.maxLength == nil && bytes <= 100 && count < 200)
        #expect(bytes + bytes / max(count, 1) > 100, "\(bytes) bytes of \(count)")
        withExtendedLifetime(channels) {}
        for name in queues.keys { try await server.delete(name) }
    }

    @Test func `dead letters that a quorum queue holds are told`() async throws {
        try await server.declare(
            "held",
            #"{"x-queue-type":"quorum","x-dead-letter-exchange":"nowhere","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-message-ttl":200}"#
        )
        try await server.publish(9, to: "held")
        let probe = try server.probe()
        try await eventually("they are held", within: .seconds(60)) {
            try await probe.read().queues.contains {
                $0.name == "held" && $0.held == Count(9) && $0.ready == Count(0) && $0.inProgress == Count(0)
            }
        }
        try await server.delete("held")
    }

    @Test func `two names that look alike are two queues, and passing queues are none`() async throws {
        let port = server.port
        let channel = try await onThread {
            let channel = try AMQPChannel(port: port)
            _ = try channel.declare("caf\u{E9}")
            _ = try channel.declare("cafe\u{301}")
            try channel.publish(2, to: "cafe\u{301}")
            _ = try channel.declare("reply", isExclusive: true)
            let made = try channel.declare("", isAutoDelete: true)
            guard made.hasPrefix("amq.gen-") else { throw SystemError("declare", made) }
            return channel
        }
        let probe = try server.probe()
        try await eventually("both are told", within: .seconds(60)) {
            let queues = try await probe.read().queues
            let figures = queues.map { "\($0.name.utf8.count) \($0.ready?.value ?? -1)" }
            return figures.sorted() == ["5 0", "6 2"]
        }
        withExtendedLifetime(channel) {}
        for name in ["caf\u{E9}", "cafe\u{301}"] { try await server.delete(name) }
    }

    @Test func `turns the pages of 620 queues, and tells when their virtual host is gone`() async throws {
        try await server.ctl("add_vhost", "many")
        try await server.ctl("set_permissions", "-p", "many", "guest", ".*", ".*", ".*")
        let port = server.port
        try await onThread {
            let channel = try AMQPChannel(port: port, virtualHost: "many")
            for number in 0..<620 { _ = try channel.declare("q\(number)") }
        }
        let transport = Recording(
            RabbitMQOverHTTP(
                try HTTPClient(), address: server.url, user: "guest", password: { Secret("guest") }))
        let probe = RabbitMQProbe(
            RabbitMQSource("mq", virtualHosts: ["many"]), over: transport, clock: try SystemTime())
        let sample = try await probe.read()
        #expect(Set(sample.queues.map(\.name)) == Set((0..<620).map { "q\($0)" }))
        #expect(sample.queues.allSatisfy { $0.virtualHost == "many" })
        #expect(sample.cost.queries == 4)
        // All are still: from the third read on their depths alone are asked for, and what begins is told at once.
        try await eventually("all are told", within: .seconds(60)) {
            try await probe.read().queues.allSatisfy { $0.ready == Count(0) }
        }
        try await eventually("all are still", within: .seconds(60)) {
            _ = try await probe.read()
            return transport.last?.contains("disable_stats=true") == true
        }
        try await onThread {
            let channel = try AMQPChannel(port: port, virtualHost: "many")
            try channel.publish(2, to: "q7")
            try channel.settle()
        }
        try await eventually("what begins is told", within: .seconds(20)) {
            try await probe.read().queues.contains {
                $0.name == "q7" && $0.ready == Count(2) && $0.arrivedCounter == 2
            }
        }
        try await server.ctl("delete_vhost", "many")
        let gone = await probe.failure()
        #expect(gone?.kind == .gone)
        #expect(gone?.message == "there is no virtual host many any more; it had 620 queues")
        try await server.ctl("add_vhost", "many")
        try await server.ctl("set_permissions", "-p", "many", "guest", "^$", "^$", "^$")
        // Back, and empty, as an upgrade script makes it: the broker's own count says so.
        try await eventually("it is read again", within: .seconds(20)) {
            (try? await probe.read().queues.isEmpty) == true
        }
        try await server.ctl("delete_vhost", "many")
    }

    @Test func `a refused login, a missing permission, and a virtual host that is closed or absent`()
        async throws
    {
        try await server.declare("visible")
        try await server.ctl("add_user", "watcher", "w")
        try await server.ctl("set_user_tags", "watcher", "monitoring")
        let wrong = await (try server.probe(user: "watcher", password: "x")).failure()
        #expect(wrong?.kind == .loginRefused)
        let everywhere = RabbitMQSource("mq")
        let denied = await (try server.probe(everywhere, user: "watcher", password: "w")).failure()
        #expect(denied?.kind == .denied)
        #expect(denied?.message.contains("no permission on any virtual host (/)") == true)
        try await server.ctl("set_permissions", "-p", "/", "watcher", "^$", "^$", "^$")
        try await server.ctl("add_vhost", "closed")
        let sample = try await server.probe(everywhere, user: "watcher", password: "w").read()
        #expect(sample.told == ["warning: virtual host closed is not readable"])
        let named = await (try server.probe(RabbitMQSource("mq", virtualHosts: ["absent"]))).failure()
        #expect(named?.kind == .gone && named?.message == "there is no virtual host absent")
        let steps = await (try server.probe(everywhere, user: "watcher", password: "x")).examine()
        #expect(steps.map(\.outcome) == [.failed, .skipped])
        // May list queues, and neither nodes nor partitions.
        try await server.ctl("set_user_tags", "watcher", "management")
        let little = try await server.probe(user: "watcher", password: "w").read()
        #expect(little.queues.map(\.name) == ["visible"])
        #expect(
            little.told == ["ok: this account may not see nodes and partitions (it lacks the tag monitoring)"]
        )
        try await server.ctl("delete_vhost", "closed")
        try await server.ctl("delete_user", "watcher")
        try await server.delete("visible")
    }

    @Test func `a rotated password is taken up by the read after, however the two follow`() async throws {
        try await server.ctl("add_user", "rotating", "first")
        try await server.ctl("set_user_tags", "rotating", "monitoring")
        try await server.ctl("set_permissions", "-p", "/", "rotating", "^$", "^$", "^$")
        let kept = Mutex("first")
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: server.url, user: "rotating",
            password: { Secret(kept.withLock { $0 }) })
        let probe = RabbitMQProbe(
            RabbitMQSource("mq", virtualHosts: ["/"]), over: transport, clock: try SystemTime())
        _ = try await probe.read()
        // At the broker first: refused, until the file follows.
        try await server.ctl("change_password", "rotating", "second")
        #expect(await probe.failure()?.kind == .loginRefused)
        kept.withLock { $0 = "second" }
        _ = try await probe.read()
        // In the file and at the broker between two reads: no read fails.
        kept.withLock { $0 = "third" }
        try await server.ctl("change_password", "rotating", "third")
        _ = try await probe.read()
        try await server.ctl("delete_user", "rotating")
    }

    @Test func `a memory alarm is critical in words, and passes`() async throws {
        let probe = try server.probe()
        try await server.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
        try await eventually("the alarm is seen", within: .seconds(20)) {
            try await probe.read().told
                == ["critical: memory alarm on hypercare@localhost, publishers are blocked"]
        }
        try await server.ctl("set_vm_memory_high_watermark", "0.9")
        try await eventually("the alarm is over", within: .seconds(20)) {
            try await probe.read().told.isEmpty
        }
    }

    @Test func `a frozen broker is a failure in time, and recovers by itself`() async throws {
        try await server.declare("visible")
        let probe = try server.probe(RabbitMQSource("mq", virtualHosts: ["/"], deadline: .milliseconds(800)))
        try await eventually("it answers") { (try? await probe.read()) != nil }
        server.freeze()
        let clock = ContinuousClock()
        let start = clock.now
        let frozen = await probe.failure()
        #expect(frozen?.kind == .timedOut)
        #expect(clock.now - start < .seconds(5))
        server.thaw()
        try await eventually("it answers again", within: .seconds(20)) { (try? await probe.read()) != nil }
        try await server.delete("visible")
    }

    @Test func `a stopped broker is unreachable, and back with its counters at the beginning`() async throws {
        try await server.declare("kept")
        let port = server.port
        try await onThread {
            let channel = try AMQPChannel(port: port)
            try channel.publish(3, to: "kept")
            if let tag = try channel.get("kept") { try channel.acknowledge(tag) }
            try channel.settle()
        }
        let probe = try server.probe()
        try await eventually("one left", within: .seconds(30)) {
            try await probe.read().queues.contains { $0.name == "kept" && $0.leftCounter == 1 }
        }
        try await server.stop()
        #expect(await probe.failure()?.kind == .unreachable)
        try await server.start()
        try await eventually("its queue is listed again", within: .seconds(30)) {
            (try? await probe.read())?.queues.contains { $0.name == "kept" && $0.ready != nil } == true
        }
        let kept = try #require(try await probe.read().queues.first { $0.name == "kept" })
        #expect(kept.leftCounter == 0 && kept.arrivedCounter == nil)
        let steps = await probe.examine()
        #expect(steps.first?.text.hasPrefix("RabbitMQ 3.10.8, cluster hypercare@") == true)
        #expect(steps.dropFirst().first?.text == "1 node: hypercare@localhost")
        #expect(steps.allSatisfy { $0.outcome == .ok })
        try await server.delete("kept")
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
}

/// Passes requests on and remembers what was asked last.
private final class Recording: RabbitMQTransport {
    private let other: RabbitMQOverHTTP
    private let path = Mutex<String?>(nil)
    var last: String? { path.withLock { $0 } }

    init(_ other: RabbitMQOverHTTP) { self.other = other }

    @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer {
        self.path.withLock { $0 = path }
        return try await other.get(path, timeout: timeout)
    }

    @concurrent func close() async { await other.close() }
}

extension RabbitMQServer {
    /// Makes a durable queue in the virtual host `/`.
    func declare(_ name: String, _ arguments: String = "{}") async throws {
        let path = "/api/queues/%2F/\(HTTPRequest.encode(name))"
        let status = try await management("PUT", path, #"{"durable":true,"arguments":\#(arguments)}"#).status
        try #require(status == 201 || status == 204)
    }

    func delete(_ name: String) async throws {
        try await management("DELETE", "/api/queues/%2F/\(HTTPRequest.encode(name))")
    }

    func probe(
        _ source: RabbitMQSource = RabbitMQSource("mq", virtualHosts: ["/"]), user: String = "guest",
        password: String = "guest"
    ) throws -> RabbitMQProbe {
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: url, user: user, password: { Secret(password) })
        return RabbitMQProbe(source, over: transport, clock: try SystemTime())
    }
}
