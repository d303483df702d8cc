import Monitoring
import Platform
import Probes
import TestSupport
import Testing

/// Against two real nodes, one of which is killed.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RabbitMQClusterTests {
    @Test func `a node that is killed is told though every queue looks well, and its return too`()
        async throws
    {
        let first = try await RabbitMQServer()
        let second = try await RabbitMQServer(joining: first, as: "second")
        try await first.declare("orders")
        try await first.publish(2, to: "orders")
        let probe = try first.probe()
        try await eventually("both run", within: .seconds(60)) {
            let sample = try await probe.read()
            return sample.told.isEmpty && sample.queues.map(\.ready) == [Count(2)]
        }
        let nodes = await probe.examine().first { $0.name == "nodes" }
        #expect(nodes?.text == "2 nodes: hypercare@localhost, second@localhost")
        try await second.stop(9)
        try await eventually("its loss is told", within: .seconds(60)) {
            let sample = try await probe.read()
            return sample.told == ["critical: node second@localhost does not run"]
                && sample.queues.map(\.ready) == [Count(2)]
        }
        try await second.start()
        try await eventually("it is back", within: .seconds(60)) { try await probe.read().told.isEmpty }
    }
}
