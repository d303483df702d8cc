@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing
import Text

/// An alert of a queue is as bad as the flow that the queue belongs to makes it, and says so.
@Suite struct WeightTests {
    private let start = ManualTime().now
    private let id = EntityID(.queue, "psp.capture", in: "rabbit")

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
            bootID: start.bootID)
    }

    /// A consumer is there, 30 messages wait, and nothing leaves for `length` seconds. `tier`: of the flow that claims the
    /// queue; `isClaimed`: whether one does.
    private func stuck(_ length: Double, tier: Int?, isClaimed: Bool = true) -> Snapshot {
        var flow = Integration(
            name: "payments-psp", thing: "payments", direction: .out, system: "PSP", tier: tier)
        if isClaimed { flow.ties.queues = [NamePattern("psp.*")] }
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [flow], limits: Limits())
        state.add(
            probe: ProbeSchedule(
                id: "queues", source: "rabbit", kind: "rabbitmq", subject: "queues", interval: .seconds(10),
                deadline: .seconds(2)))
        state.beginDetecting(past: [], at: at(0))
        for seconds in stride(from: 0, through: length, by: 10) {
            var reading = QueueReading(name: "psp.capture", transport: .amqp)
            reading.ready = Count(30)
            reading.inProgress = Count(0)
            reading.consumers = .subscribed(1)
            (reading.arrivedCounter, reading.leftCounter) = (30, 0)
            state.sampled("queues", Sample([.queues([reading])]), latency: 0.1, at: at(seconds))
            state.reassess(at: at(seconds))
        }
        return state.snapshot(generation: 1, at: at(length))
    }

    @Test func `of the first tier what stands still is critical, in row, alert and page alike`() throws {
        let snapshot = stuck(200, tier: 1)
        let row = try #require(snapshot.queues.first)
        let alert = try #require(snapshot.alerts.first { $0.entity == id })
        #expect(row.judgement.status == .critical && alert.severity == .critical)
        #expect(alert.weight == "critical, not a warning: it belongs to payments → PSP, tier 1")
    }

    @Test(arguments: [2, 3, nil]) func `else it is a warning first`(tier: Int?) throws {
        for isClaimed in [true, false] {
            let snapshot = stuck(200, tier: isClaimed ? tier : 1, isClaimed: isClaimed)
            let row = try #require(snapshot.queues.first)
            let alert = try #require(snapshot.alerts.first { $0.entity == id })
            #expect(row.judgement.status == .warning && alert.severity == .warning && alert.weight == nil)
        }
    }

    @Test func `of the fifth tier it is never more than a warning, also after an hour`() throws {
        let bad = try #require(stuck(3600, tier: 3).alerts.first { $0.entity == id })
        #expect(bad.severity == .critical && bad.weight == nil)
        let snapshot = stuck(3600, tier: 5)
        let alert = try #require(snapshot.alerts.first { $0.entity == id })
        #expect(alert.severity == .warning && snapshot.queues.first?.judgement.status == .warning)
        #expect(alert.weight == "a warning, not critical: it belongs to payments → PSP, tier 5")
    }
}
