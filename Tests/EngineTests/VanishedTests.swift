@testable import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport

/// What leaves its server while no console runs.
@Suite struct VanishedTests {
    private let clock = ManualTime()

    /// A run that takes up `kept`, reads this once, and is left.
    private struct Run {
        var rows: [QueueRow]
        var indexers: [IndexerRow]
        var events: [String]
        var kept: EngineState
    }

    private func run(
        _ queues: [QueueReading], indexers: [IndexerReading] = [], reach: String = "db1",
        after kept: EngineState? = nil, hours: Double = 0
    ) -> Run {
        let start = clock.now
        let now = Timestamp(
            boot: start.boot, wall: start.wall.advanced(bySeconds: hours * 3600), bootID: start.bootID)
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        if let kept { state.take(kept, at: now.wall) }
        for subject in ["queues", "indexers"] {
            var schedule = ProbeSchedule(
                id: "db/\(subject)", source: "db", kind: "mysql", subject: subject, interval: .seconds(5),
                deadline: .seconds(2))
            schedule.reach = reach
            state.add(probe: schedule)
        }
        state.sampled("db/queues", Sample([.queues(queues)]), latency: 0, at: now)
        state.sampled("db/indexers", Sample([.indexers(indexers)]), latency: 0, at: now)
        let shown = state.snapshot(generation: 1, at: now)
        return Run(
            rows: shown.queues, indexers: shown.indexers, events: state.takeUnwritten().map(\.text),
            kept: state.toKeep(at: now.wall))
    }

    private let before = [queue("erp", ready: 600), queue("idle"), queue("busy", ready: 1)]

    @Test func `a queue deleted meanwhile with messages in it is told, and told after the next start too`() {
        let first = run(before)
        let second = run([queue("idle"), queue("busy", ready: 1)], after: first.kept, hours: 2)
        let gone = second.rows.first { $0.id.name == "erp" }
        #expect(gone?.judgement.status == .critical && gone?.goneSince != nil)
        #expect(gone?.judgement.reason.contains("600 messages when last seen") == true)
        #expect(gone?.judgement.reason.first?.hasSuffix("or earlier") == true)
        #expect(second.events.contains { $0.hasPrefix("erp: no longer in db") })

        let third = run([queue("idle")], after: second.kept, hours: 200)
        #expect(third.rows.filter { $0.goneSince != nil }.map(\.id.name) == ["erp"])
        #expect(third.rows.first { $0.id.name == "erp" }?.goneSince == gone?.goneSince)
        #expect(third.events.isEmpty, "it was told before: \(third.events)")

        let back = run([queue("idle"), queue("erp")], after: third.kept, hours: 201)
        #expect(back.rows.allSatisfy { $0.goneSince == nil && $0.judgement.status == .ok })
        #expect(run([queue("idle")], after: back.kept, hours: 202).rows.count == 1)
    }

    @Test func `nobody misses what was empty, what was seen days ago, or what the config reads no more`() {
        let first = run(before)
        #expect(first.kept.listed.keys.sorted() == ["queue@db:busy", "queue@db:erp"])
        #expect(run([queue("busy", ready: 1), queue("erp", ready: 600)], after: first.kept).rows.count == 2)
        #expect(run([queue("idle")], after: first.kept, hours: 30).rows.count == 1)
        #expect(run([queue("idle")], reach: "db2", after: first.kept, hours: 1).rows.count == 1)
    }

    @Test func `an indexer that left while it was not well is told, one that was well is not`() {
        var ill = IndexerReading(name: "ill", mode: .schedule)
        ill.lacksChangelog = true
        var well = IndexerReading(name: "well", mode: .schedule)
        well.status = "valid"
        well.viewStatus = "idle"
        let first = run([], indexers: [ill, well])
        #expect(first.indexers.first { $0.id.name == "ill" }?.judgement.status != .ok)
        let second = run([], after: first.kept, hours: 1)
        #expect(second.indexers.map(\.id.name) == ["ill"])
        #expect(second.indexers.first?.judgement.reason.first?.hasPrefix("no longer in db") == true)
    }
}
