import Monitoring
import Platform
@testable import Probes
import Synchronization
import TestSupport

extension Fuzzed {
    /// What servers and programs answer.
    static let answers = [
        Fuzzed(
            "report",
            [#"{"success": 3, "latency": [0.5], "queues": [{"name": "q", "ready": 5}], "status": "ok"}"#]
        ) {
            _ = try? CommandReport($0, of: "f")
        },
        Fuzzed("plugin", ["OK - 3 sent | success=3c;10:;@1:2;0;100 'a b'=5ms\nmore\n"]) { bytes in
            guard let output = NagiosOutput(exitCode: 0, output: bytes) else { return }
            let answer = PluginAnswer(output, complaint: nil, counts: .totals)
            _ = (answer.notice, try? answer.outcomes)
        },
        Fuzzed("release", ["m time 1795834800\nm flag 1795834000\nm link 1795834000\nreleases/41\nm end\n"]) {
            for hasLink in [true, false] {
                guard let reading = ReleaseScript.reading($0, mark: "m", hasLink: hasLink) else { continue }
                var watch = ChangesWatch(ReleaseSource("r", root: "/x").schedule)
                _ = watch.observe(reading)
            }
        },
        Fuzzed("rabbitmq", [queues]) { bytes in
            let probe = RabbitMQProbe(
                RabbitMQSource("mq", virtualHosts: ["/"]), over: Said(bytes), clock: ManualTime())
            for _ in 0..<2 { wait { _ = try? await probe.read() } }
        },
    ]

    private static let queues = """
        {"items":[{"name":"q","vhost":"/","messages":3,"messages_ready":2,"messages_unacknowledged":1,"consumers":1,
        "message_stats":{"ack":5,"publish":8,"deliver_get":6},"arguments":{"x-max-length":9},"state":"running",
        "node":"a","type":"classic"}],"page":1,"page_count":1,"total_count":1,"filtered_count":1,"item_count":1,
        "rabbitmq_version":"3.12.1","cluster_name":"c","object_totals":{"queues":1},"statistics_db_event_queue":0}
        """

    /// A broker that has one answer to everything.
    private struct Said: RabbitMQTransport {
        let body: [UInt8]
        init(_ body: [UInt8]) { self.body = body }

        @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer {
            RabbitMQAnswer(status: 200, body: body, contentType: "application/json")
        }
        @concurrent func close() async {}
    }

    private static func wait(_ work: @escaping @Sendable () async -> Void) {
        final class Bell: Sendable {
            let event: Event
            init(_ event: consuming Event) { self.event = event }
        }
        guard let event = try? Event() else { return }
        let bell = Bell(event)
        Task { @concurrent in
            await work()
            bell.event.ring()
        }
        bell.event.wait()
    }
}
