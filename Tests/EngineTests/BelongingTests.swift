@testable import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing
import Text

/// What the page of a thing is told of the flow it belongs to.
@Suite struct BelongingTests {
    private static let flow = EntityID(.integration, "orders-erp")
    private static let queue = EntityID(.queue, "erp.order", in: "magento-db")

    /// A store with four queues of a flow and one that is nobody's.
    private static func state() -> StoreState {
        var flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        flow.flags = ["erp.v2"]
        flow.ties.queues = [NamePattern("erp.*")]
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [flow], limits: Limits())
        state.add(
            probe: ProbeSchedule(
                id: "magento-db/queues", source: "magento-db", kind: "mysql", subject: "queues",
                interval: .seconds(5), deadline: .seconds(2)))
        let queues = ["erp.order", "erp.order.failed", "export", "erp.a", "erp.b", "erp.c"].map {
            EngineTests.queue($0)
        }
        state.sampled(
            "magento-db/queues", Sample([.queues(queues)]), latency: 0, at: ManualTime().now)
        return state
    }

    @Test func `the events of a flag stand beside those of what it switches, and of nothing else`() {
        let now = ManualTime().now
        var state = Self.state()
        state.note(nil, EntityID(.flag, "erp.v2", in: "flagd"), "mira turns erp.v2 ON", at: now.wall)
        state.note(nil, EntityID(.flag, "other", in: "flagd"), "jonas turns other ON", at: now.wall)
        state.note(.critical, Self.queue, "its last consumer is gone", at: now.wall)
        func told(_ id: EntityID) -> [String]? { state.detail(id, at: now)?.events.map(\.text) }
        #expect(told(Self.queue) == ["mira turns erp.v2 ON", "its last consumer is gone"])
        #expect(told(Self.flow) == ["mira turns erp.v2 ON"])
        #expect(told(EntityID(.queue, "export", in: "magento-db")) == [])
    }

    @Test func `a flow names what belongs to it, of many the first four and how many there are`() {
        let facts = Self.state().detail(Self.flow, at: ManualTime().now)?.facts ?? []
        #expect(
            facts.filter { $0.label.utf8.starts(with: "its".utf8) }
                == [.init("its queues", "5: erp.a, erp.b, erp.c, erp.order, …")])
    }
}
