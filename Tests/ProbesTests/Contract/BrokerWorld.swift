import Monitoring
import Platform
import Probes
import TestSupport

/// A queue of a real RabbitMQ, over a line that can be cut.
final class BrokerWorld: ProbeWorld {
    private static let started = Task { try await RabbitMQServer() }

    let hasClock = true
    let isDistant = true
    let probe: any Probe
    private let server: RabbitMQServer
    private let relay: Relay
    private let queue = "contract.\(UInt32.random(in: 0...UInt32.max))"

    init() async throws {
        server = try await Self.started.value
        try await server.declareQueue(queue)
        relay = try Relay(to: server.managementPort)
        let source = RabbitMQSource(
            "mq", virtualHosts: ["/"], interval: .seconds(1), deadline: .seconds(1))
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: "http://127.0.0.1:\(relay.port)", user: "guest",
            password: { Secret("guest") })
        probe = RabbitMQProbe(source, over: transport, clock: try SystemTime())
    }

    func figure(_ sample: Sample) -> Int? {
        sample.queues.first { $0.name == queue }.flatMap { $0.ready?.value }
    }

    func happen(_ times: Int) async throws -> Int {
        try await server.publish(times, to: queue)
        return times
    }

    func hold(_ isHeld: Bool) { if isHeld { server.freeze() } else { server.thaw() } }
    func cut(after bytes: Int?) { relay.cut(after: bytes) }
    func withhold() async throws { try await server.delete(queue) }
    func open() -> [String] { relay.open > 0 ? ["\(relay.open) connections"] : [] }
}
