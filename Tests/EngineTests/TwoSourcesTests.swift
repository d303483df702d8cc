@testable import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport

/// A flow that two sources count, each a part of its attempts.
@Suite struct TwoSourcesTests {
    private static let flow = Integration(
        name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1)
    private static let start = ManualTime().now

    private struct World {
        var state: StoreState
        var ledgers: [String: OutcomeLedger] = [:]

        init() {
            state = StoreState(
                environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
                integrations: [flow], limits: Limits())
            state.flows.sources[EntityID(.integration, "orders-erp")] = ["app1", "app2"]
            for source in ["app1", "app2"] {
                state.add(
                    probe: ProbeSchedule(
                        id: "\(source)/outcomes", source: source, kind: "log", subject: "outcomes",
                        interval: .seconds(5), deadline: .seconds(2)))
            }
        }

        func at(_ seconds: Double) -> Timestamp {
            Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }

        /// Nil: the source is read and says nothing of the flow.
        mutating func read(_ source: String, _ counts: OutcomeCounts?, at seconds: Double) {
            let now = at(seconds)
            var facts: [Fact] = []
            if let counts {
                var ledger = ledgers[source] ?? OutcomeLedger(since: at(-3600).wall)
                ledger.add(counts, at: now.wall)
                if counts.successes > 0 { ledger.note(success: now.wall) }
                ledger.looked(at: now.wall)
                ledgers[source] = ledger
                facts = [.outcomes([OutcomeReading(integration: "orders-erp", ledger: ledger)])]
            }
            state.sampled("\(source)/outcomes", Sample(facts), latency: 0, at: now)
        }

        mutating func fail(_ source: String, at seconds: Double) {
            let why = ReadFailure(.unreachable, "connect to \(source): refused")
            state.failed("\(source)/outcomes", why, latency: 0, at: at(seconds))
        }

        mutating func row(at seconds: Double) -> IntegrationRow? {
            state.snapshot(generation: 1, at: at(seconds)).integrations.first
        }

        var told: [String] { state.events.map(\.text).filter { $0.hasPrefix("orders") } }
    }

    private let good = OutcomeCounts(successes: 40)
    private let bad = OutcomeCounts(successes: 10, failures: 30)

    @Test func `one that was never read keeps the flow from being called well`() {
        var world = World()
        for second in stride(from: 0.0, through: 30, by: 5) {
            world.fail("app1", at: second)
            world.read("app2", good, at: second)
        }
        #expect(world.row(at: 31)?.judgement.status == .unknown)
        #expect(world.row(at: 31)?.judgement.reason == ["app1, not read yet"])
        world.read("app1", good, at: 35)
        world.read("app2", good, at: 35)
        #expect(world.row(at: 36)?.judgement.status == .ok)
    }

    @Test func `what one alone says is not told as the flow's recovery`() {
        var world = World()
        world.read("app1", good, at: 0)
        world.read("app2", bad, at: 0)
        world.fail("app1", at: 5)
        for second in stride(from: 20.0, through: 400, by: 5) {
            world.fail("app1", at: second)
            world.read("app2", good, at: second)
            _ = world.row(at: second)
        }
        #expect(world.row(at: 400)?.judgement.status == .unknown)
        #expect(world.told.first == "orders → ERP: 30 of 80 failed in 5 min, 37.5 %")
        #expect(!world.told.contains { $0.hasSuffix("is ok again") })
        world.read("app1", good, at: 405)
        world.read("app2", good, at: 405)
        #expect(world.row(at: 405)?.judgement.status == .ok)
        #expect(world.told.last == "orders → ERP is ok again")
    }

    @Test func `what is critical by the one that is read is told, with who is not`() {
        var world = World()
        for second in stride(from: 0.0, through: 60, by: 5) {
            world.fail("app1", at: second)
            world.read("app2", bad, at: second)
        }
        let judgement = world.row(at: 61)?.judgement
        #expect(judgement?.status == .critical && judgement?.asOf == nil)
        #expect(judgement?.reason.first?.hasSuffix(", 75.0 %") == true)
        #expect(judgement?.reason.contains("app1, not read yet") == true)
    }

    @Test func `a source that answers and tells nothing of its flow has not counted it`() {
        var world = World()
        for source in ["app1", "app2"] { world.read(source, good, at: 0) }
        for second in stride(from: 5.0, through: 60, by: 5) {
            world.read("app1", nil, at: second)
            world.read("app2", good, at: second)
        }
        #expect(world.row(at: 60)?.judgement.status == .unknown)
        #expect(world.row(at: 60)?.judgement.reason == ["app1 has told nothing of it for 60 s"])
    }

    @Test func `a source that answers and lists its queues no more has not read them`() {
        var state = World().state
        let start = Self.start
        state.add(
            probe: ProbeSchedule(
                id: "erp/queues", source: "erp", kind: "command", subject: "queues", interval: .seconds(5),
                deadline: .seconds(2)))
        func judgement(_ facts: [Fact], at seconds: Double) -> Judgement? {
            let now = Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
            state.sampled("erp/queues", Sample(facts), latency: 0, at: now)
            return state.snapshot(generation: 1, at: now).queues.first?.judgement
        }
        #expect(judgement([.queues([queue("out", ready: 1)])], at: 0)?.status == .ok)
        let word = [Fact.notice(SourceNotice(.warning, "ERP is busy"))]
        for second in stride(from: 5.0, through: 10, by: 5) { _ = judgement(word, at: second) }
        #expect(judgement(word, at: 20)?.status == .unknown)
        #expect(judgement(word, at: 25)?.reason == ["erp has told nothing of it for 25 s"])
        #expect(judgement([.queues([queue("out")])], at: 30)?.status == .ok)
    }
}
