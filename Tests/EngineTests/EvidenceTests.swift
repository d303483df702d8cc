@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// What an alert stands on, and when it will hurt.
@Suite struct EvidenceTests {
    private let start = ManualTime().now
    private let id = EntityID(.queue, "erp", in: "rabbit")

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
            bootID: start.bootID)
    }

    /// A queue read every ten seconds for so long, with what waits in it then.
    private func state(_ length: Int, limit: Int? = 2000, _ depth: (Double) -> Double) -> StoreState {
        var limits = Limits()
        limits.queues.backlog = Threshold(critical: limit)
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: limits)
        state.add(
            probe: ProbeSchedule(
                id: "queues", source: "rabbit", kind: "rabbitmq", subject: "queues", interval: .seconds(10),
                deadline: .seconds(2)))
        for seconds in stride(from: 0, through: Double(length), by: 10) {
            var reading = QueueReading(name: "erp", transport: .amqp)
            reading.ready = Count(Int(depth(seconds)))
            reading.consumers = .subscribed(1)
            state.sampled("queues", Sample([.queues([reading])]), latency: 0.1, at: at(seconds))
        }
        return state
    }

    @Test func `a queue that grows steadily reaches its limit in a span`() {
        let state = state(1800) { 100 + $0 / 6 }
        let words = state.detail(id, at: at(1800))?.outlook
        // 10 more each minute, 1600 to go.
        #expect(words == "10 more each minute: 2000 in 2 h 40", "\(words ?? "none")")
        // The newest minutes are twice as fast as the half hour.
        let faster = self.state(1800) { $0 < 1500 ? 100 + $0 / 6 : 350 + ($0 - 1500) / 2 }
        let span = faster.detail(id, at: at(1800))?.outlook ?? ""
        #expect(span.contains("each minute: 2000 in ") && span.contains(" to "), "\(span)")
    }

    @Test func `no time is told where the paces disagree, there is no limit, or it shrinks`() {
        let jump = state(1800) { $0 < 1700 ? 100 : 100 + ($0 - 1700) * 5 }
        #expect(jump.detail(id, at: at(1800))?.outlook?.contains(" in ") != true)
        let unlimited = state(1800, limit: nil) { 100 + $0 / 6 }
        #expect(unlimited.detail(id, at: at(1800))?.outlook == "10 more each minute")
        let young = state(300) { 100 + $0 / 6 }
        #expect(young.detail(id, at: at(300))?.outlook == "10 more each minute")
        let draining = state(1800) { 3000 - $0 / 6 }
        #expect(draining.detail(id, at: at(1800))?.outlook == "10 fewer each minute")
        #expect(state(1800) { _ in 100 }.detail(id, at: at(1800))?.outlook == nil)
    }

    @Test func `each rule that is told is evidence, with its limit and what is now`() throws {
        let state = state(600) { 2100 + $0 / 6 }
        let evidence = try #require(state.detail(id, at: at(600))?.evidence.first)
        #expect(evidence.kind == .growing && evidence.rule == "depth" && evidence.basis == nil)
        #expect(evidence.limit == "- / 2000" && evidence.now == "2200", "\(evidence)")
        #expect(self.state(600) { _ in 3 }.detail(id, at: at(600))?.evidence == [])
    }

    @Test func `what a detector found says what it compared`() throws {
        let flow = EntityID(.integration, "orders")
        var state = state(0) { _ in 0 }
        var said = Assessment(.lessThanUsual, of: flow, .critical, "nothing came for 20 min")
        said.basis = Basis(expected: "40 in 20 min", came: "0 in 20 min", samples: 0, test: "counts")
        state.assessments[flow] = [said]
        let evidence = try #require(state.evidence(of: flow).first)
        #expect(evidence.kind == .silent && evidence.basis == said.basis && evidence.limit == nil)
    }
}
