import Monitoring
import Platform
import Probes
import Synchronization
import TestSupport
import Testing

/// What the probe makes of a broker's refusals and of answers that are none.
@Suite struct RabbitMQAnswersTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

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
            (RabbitMQAnswer(200, "[]"), .malformed), (RabbitMQAnswer(200, "{}"), .malformed),
            (RabbitMQAnswer(200, #"{"rabbitmq_version":null}"#), .malformed),
            (RabbitMQAnswer(502, "\u{1B}]0;x\u{7}"), .unreachable),
        ] as [(RabbitMQAnswer, ReadFailure.Kind)])
    func `tells one refusal from another`(answer: RabbitMQAnswer, kind: ReadFailure.Kind) async throws {
        let broker = ScriptedBroker { path, _ in path.hasPrefix("/api/overview") ? answer : nil }
        let failure = await broker.probe(time).failure()
        #expect(failure?.kind == kind)
        #expect(failure?.message.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test(arguments: [
        #"{"reason":"bad login a\u0026b<c>d12345"}"#, #"{"reason":"bad login a\u0026amp;b&#60;c&gt;d12345"}"#,
        "<title>bad login a&amp;#38;b<c>d12345</title>",
    ])
    func `a password that only decoding brings out is not shown`(body: String) async throws {
        var answer = RabbitMQAnswer(401, body, contentType: body.hasPrefix("<") ? "text/html" : nil)
        answer.redaction = Redaction(Secret("a&b<c>d12345"), user: "hc")
        let refused = answer
        let broker = ScriptedBroker { path, _ in path.hasPrefix("/api/overview") ? refused : nil }
        let message = await broker.probe(time).failure()?.message ?? ""
        #expect(message.contains("bad login •••") && !message.contains("d12345"), "\(message)")
    }

    @Test(
        arguments: [
            (
                502, "<html>\n<head><TITLE>502 Bad\n Gateway</TITLE></head>", nil,
                "502, a web page \"502 Bad Gateway\""
            ),
            (
                200, "\u{FEFF}<!DOCTYPE html><title>Sign in &amp; go\u{1B}[2J</title>", nil,
                "200, a web page \"Sign in & go␛[2J\""
            ),
            (200, "{}", "text/html; charset=utf-8", "200, a web page"),
            (401, "<html><title>Login</title>", "text/html", "401, a web page \"Login\""),
            (404, "<html><title></title>", "application/json", "404, a web page"),
        ] as [(Int, String, String?, String)])
    func `a proxy's page is told by status and title`(
        status: Int, body: String, type: String?, words: String
    ) async throws {
        let page = RabbitMQAnswer(status, body, contentType: type)
        // In the overview's place, and in that of a list whose 404 would be a virtual host that is gone.
        for place in ["/api/overview", "/api/queues/shop"] {
            let broker = ScriptedBroker { path, _ in path.hasPrefix(place) ? page : nil }
            let failure = await broker.probe(RabbitMQSource("mq", virtualHosts: ["shop"]), time).failure()
            #expect(failure?.kind == (status >= 500 ? .unreachable : .malformed))
            #expect(failure?.message == "\(place): \(words)")
            #expect(failure?.advice.contains("proxy") == true)
        }
    }

    @Test func `says that statistics are off or late`() async throws {
        let broker = ScriptedBroker { path, _ in
            path.hasPrefix("/api/overview")
                ? .init(
                    200, #"{"rabbitmq_version":"3","disable_stats":true,"statistics_db_event_queue":1234}"#)
                : nil
        }
        let sample = try await broker.probe(time).read()
        #expect(
            sample.told == [
                "warning: the broker's statistics are switched off: nothing is known of consumers, arrivals and progress",
                "warning: the broker's figures lag: 1234 events wait",
            ])
        #expect(broker.paths.contains { $0.contains("disable_stats=true&enable_queue_totals=true") })
    }

    @Test func `asks for one page of 500 with named columns, and for the overview once a minute`()
        async throws
    {
        let broker = ScriptedBroker(queues: [#""vhost":"/","name":"a","messages_ready":1"#])
        let probe = broker.probe(RabbitMQSource("mq", virtualHosts: ["/"]), time)
        let sample = try await probe.read()
        #expect(
            broker.paths.map { String($0.prefix { $0 != "=" }) } == [
                "/api/overview?columns", "/api/nodes?columns", "/api/queues/%2F?page",
            ])
        #expect(broker.paths[2].hasPrefix("/api/queues/%2F?page=1&page_size=500&columns=vhost,name,"))
        #expect(!broker.paths[2].contains("rate"))
        #expect(sample.cost.queries == 3 && sample.cost.bytes > 100)
        time.advance(by: .seconds(59))
        #expect(try await probe.read().cost.queries == 2)
        time.advance(by: .seconds(1))
        #expect(try await probe.read().cost.queries == 3)
    }

    @Test func `a login that is refused is tried once a read, whatever was known before`() async throws {
        let isRefused = Mutex(false)
        let broker = ScriptedBroker { _, _ in
            isRefused.withLock { $0 }
                ? .init(401, #"{"error":"not_authorized","reason":"Login failed"}"#, asksForLogin: true) : nil
        }
        let probe = broker.probe(time)
        _ = try await probe.read()
        let asked = broker.paths.count
        isRefused.withLock { $0 = true }
        #expect(await probe.failure()?.kind == .loginRefused)
        #expect(broker.paths.count == asked + 1)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `no answer makes it trap`(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let good = Array(
            #"{"page_count":1,"total_count":1e30,"items":[{"vhost":"/","name":"a","consumers":-1,"messages":9223372036854775807,"messages_ready":1e300,"messages_unacknowledged":9223372036854775807,"head_message_timestamp":9223372036854775807,"message_stats":{"ack":9223372036854775807,"get_no_ack":9223372036854775807,"deliver_no_ack":9223372036854775807}}]}"#
                .utf8)
        for place in ["/api/queues?", "/api/nodes", "/api/overview", "/api/vhosts"] {
            for _ in 0..<25 {
                var body = good
                for _ in 0..<3 {
                    body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                let answer = RabbitMQAnswer(status: 200, body: body)
                let broker = ScriptedBroker { path, _ in path.hasPrefix(place) ? answer : nil }
                if let failure = await broker.probe(time).failure() {
                    #expect(failure.kind == .malformed || failure.kind == .denied)
                }
            }
        }
    }
}

extension ScriptedBroker {
    func probe(_ time: ManualTime) -> RabbitMQProbe { probe(RabbitMQSource("mq"), time) }
}
