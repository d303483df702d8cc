import Monitoring
import Probes
import Synchronization
import TestSupport
import Testing
import Text

@Suite struct RabbitMQAnswersTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

    @Test func `reads figures, missing figures and figures in quotes`() async throws {
        let page = """
            {"page":1,"page_count":1,"total_count":4,"items":[
            {"vhost":"/","name":"orders","state":"running","messages_ready":181,"messages_unacknowledged":"5",
             "consumers":1,"head_message_timestamp":1795254218,
             "message_stats":{"publish":437,"publish_details":{"rate":10.0},"ack_details":{"rate":5.2}}},
            {"vhost":"/","name":"young","state":"running"},
            {"vhost":"shop","name":"hurt\\u001b[2J","state":"minority","messages_ready":null,"consumers":0,
             "head_message_timestamp":1795254218000,"message_stats":{"publish":0,"publish_details":{"rate":0}}},
            {"vhost":"/","state":"nameless"}]}
            """
        let queues = try await queues(answers(pages: [page]))
        #expect(queues.map(\.name) == ["orders", "shop/hurt␛[2J", "young"])
        let orders = queues[0]
        #expect(orders.ready == Count(181))
        #expect(orders.inProgress == Count(5))
        #expect(orders.consumers == .subscribed(1))
        #expect(orders.arrivedCounter == 437)
        #expect(orders.inRate == 10)
        #expect(orders.outRate == 5.2)
        #expect(orders.oldestSeconds == 82)
        #expect(orders.isOldestReckoned)
        #expect(orders.serverState == nil)
        let hurt = queues[1]
        #expect(hurt.ready == nil)
        #expect(hurt.consumers == .nobody)
        #expect(hurt.serverState == "minority")
        #expect(hurt.oldestSeconds == nil)
        #expect(hurt.outRate == 0)
        let young = queues[2]
        #expect(young.inRate == nil)
        #expect(young.outRate == nil)
        #expect(young.consumers == .unreadable)
    }

    @Test func `no consumer is by design only where arguments or policies show it`() async throws {
        let page = """
            {"page":1,"page_count":1,"total_count":5,"items":[
            {"vhost":"/","name":"work","consumers":0,
             "arguments":{"x-dead-letter-exchange":"","x-dead-letter-routing-key":"dead"}},
            {"vhost":"/","name":"dead","consumers":0,"arguments":{}},
            {"vhost":"/","name":"wait","consumers":0,"arguments":{"x-message-ttl":60000},
             "effective_policy_definition":{"dead-letter-exchange":"x"}},
            {"vhost":"b","name":"dead","consumers":0,"arguments":{"x-message-ttl":60000}},
            {"vhost":"/","name":"told","consumers":0}]}
            """
        let queues = try await queues(
            answers(pages: [page]), RabbitMQSource("mq", withoutConsumers: [NamePattern("told")]))
        let consumers = Dictionary(uniqueKeysWithValues: queues.map { ($0.name, $0.consumers) })
        #expect(
            consumers == [
                "work": .nobody, "dead": .byDesign, "wait": .byDesign, "b/dead": .nobody, "told": .byDesign,
            ])
    }

    @Test func `begins again when queues went away between two pages`() async throws {
        @Sendable func page(_ number: Int, of count: Int, _ name: String) -> String {
            #"{"page":\#(number),"page_count":\#(count),"total_count":\#(count),"items":[{"vhost":"/","name":"\#(name)"}]}"#
        }
        let script = Script { path, call in
            guard path.hasPrefix("/api/queues?page=") else { return nil }
            return switch call {
            case 1: .init(200, page(1, of: 2, "gone"))
            case 2: .init(400, #"{"error":"page_out_of_range","reason":"x"}"#)
            default: .init(200, page(1, of: 1, "stays"))
            }
        }
        #expect(try await queues(script).map(\.name) == ["stays"])
    }

    @Test func `an empty list without permission is no access, not zero queues`() async throws {
        let closed = RabbitMQAnswer(
            401, #"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#)
        let script = Script { path, _ in
            if path.hasPrefix("/api/queues?") {
                return .init(200, #"{"page_count":0,"total_count":0,"items":[]}"#)
            }
            return path.hasPrefix("/api/queues/") ? closed : nil
        }
        let failure = await #expect(throws: ReadFailure.self) { _ = try await read(script) }
        #expect(failure?.kind == .denied)
        #expect(failure?.message.contains("no permission on any virtual host (/, shop)") == true)
        #expect(failure?.advice.contains("set_permissions") == true)
    }

    @Test func `names the virtual hosts it may not read, and an empty one is none of them`() async throws {
        let script = Script { path, _ in
            if path.hasPrefix("/api/queues?") {
                return .init(200, #"{"page_count":0,"total_count":0,"items":[]}"#)
            }
            if path.hasPrefix("/api/queues/%2F?") { return .init(200, #"{"items":[]}"#) }
            return path.hasPrefix("/api/queues/shop?") ? .init(401, #"{"error":"not_authorised"}"#) : nil
        }
        let facts = try await read(script).facts
        #expect(notices(facts) == ["virtual host shop is not readable"])
    }

    @Test func `a failed health check is an answer, with its alarms in words`() async throws {
        let script = Script { path, _ in
            path == "/api/health/checks/alarms"
                ? .init(
                    503,
                    #"{"status":"failed","reason":"r","alarms":[{"node":"a@b","resource":"memory"},{"node":"c","resource":"disk"}]}"#
                ) : nil
        }
        let facts = try await read(script).facts
        #expect(
            notices(facts) == [
                "memory alarm on a@b, publishers are blocked", "disk alarm on c, publishers are blocked",
            ])
    }

    @Test(
        arguments: [
            (
                RabbitMQAnswer(
                    401, #"{"error":"not_authorized","reason":"Login failed"}"#, asksForLogin: true),
                .loginRefused
            ),
            (RabbitMQAnswer(401, ""), .loginRefused),
            (RabbitMQAnswer(401, #"{"error":"not_authorised","reason":"Not management user"}"#), .denied),
            (RabbitMQAnswer(302, ""), .malformed), (RabbitMQAnswer(404, "nginx"), .malformed),
            (RabbitMQAnswer(200, "<html>"), .malformed), (RabbitMQAnswer(200, ""), .malformed),
            (RabbitMQAnswer(502, "\u{1B}]0;x\u{7}"), .unreachable),
        ] as [(RabbitMQAnswer, ReadFailure.Kind)])
    func `tells one refusal from another`(answer: RabbitMQAnswer, kind: ReadFailure.Kind) async throws {
        let script = Script { path, _ in path == "/api/overview" ? answer : nil }
        let failure = await #expect(throws: ReadFailure.self) { _ = try await read(script) }
        #expect(failure?.kind == kind)
        #expect(failure?.message.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test func `says that statistics are off or late`() async throws {
        let script = Script { path, _ in
            path == "/api/overview"
                ? .init(200, #"{"disable_stats":true,"statistics_db_event_queue":1234}"#) : nil
        }
        let facts = try await read(script).facts
        #expect(
            notices(facts) == [
                "the broker's statistics are switched off: no rates, no consumers",
                "the broker's figures lag: 1234 events wait",
            ])
        #expect(script.paths.contains { $0.contains("disable_stats=true&enable_queue_totals=true") })
    }

    @Test func `asks for pages of at most 100 with named columns, and counts the cost`() async throws {
        let script = answers(pages: [#"{"page_count":1,"total_count":1,"items":[{"vhost":"/","name":"a"}]}"#])
        let sample = try await read(script)
        let lists = script.paths.filter { $0.hasPrefix("/api/queues") }
        #expect(lists.first?.contains("page_size=100&columns=vhost,name,") == true)
        #expect(sample.cost.queries == script.paths.count)
        #expect(sample.cost.bytes > 60)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `no answer makes it trap`(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let good = Array(
            #"{"page_count":1,"total_count":1e30,"items":[{"vhost":"/","name":"a","consumers":-1,"messages_ready":1e300}]}"#
                .utf8)
        for _ in 0..<40 {
            var body = good
            for _ in 0..<3 {
                body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let answer = RabbitMQAnswer(status: 200, body: body)
            let script = Script { path, _ in path.hasPrefix("/api/queues?") ? answer : nil }
            do throws(ReadFailure) {
                _ = try await read(script)
            } catch {
                #expect(error.kind == .malformed || error.kind == .denied)
            }
        }
    }

    private func read(_ script: Script, _ source: RabbitMQSource = RabbitMQSource("mq"))
        async throws(ReadFailure) -> Sample
    {
        try await RabbitMQProbe(source, over: script, clock: time).read()
    }

    private func queues(_ script: Script, _ source: RabbitMQSource = RabbitMQSource("mq")) async throws
        -> [QueueReading]
    {
        try await read(script, source).facts.flatMap { fact -> [QueueReading] in
            if case .queues(let queues) = fact { queues } else { [] }
        }
    }

    private func answers(pages: [String]) -> Script {
        Script { path, call in
            path.hasPrefix("/api/queues?") ? .init(200, pages[min(call, pages.count) - 1]) : nil
        }
    }
}

/// Answers as told, else as a healthy broker with two virtual hosts and no queue.
private final class Script: RabbitMQTransport {
    private let answer: @Sendable (String, Int) -> RabbitMQAnswer?
    private let asked = Mutex<[String]>([])

    init(_ answer: @escaping @Sendable (_ path: String, _ call: Int) -> RabbitMQAnswer?) {
        self.answer = answer
    }

    var paths: [String] { asked.withLock { $0 } }

    @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer {
        let start = path.prefix { $0 != "=" && $0 != "&" }
        let call = asked.withLock { asked in
            asked.append(path)
            return asked.count { $0.hasPrefix(start) }
        }
        if let answer = answer(path, call) { return answer }
        if path == "/api/overview" { return .init(200, #"{"rabbitmq_version":"3.10.8"}"#) }
        if path == "/api/vhosts?columns=name" { return .init(200, #"[{"name":"/"},{"name":"shop"}]"#) }
        if path == "/api/health/checks/alarms" { return .init(200, #"{"status":"ok"}"#) }
        return .init(200, #"{"page_count":1,"total_count":0,"items":[]}"#)
    }

    @concurrent func close() async {}
}

extension RabbitMQAnswer {
    fileprivate init(_ status: Int, _ body: String, asksForLogin: Bool = false) {
        self.init(status: status, body: Array(body.utf8), asksForLogin: asksForLogin)
    }
}
