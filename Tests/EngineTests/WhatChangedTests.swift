import EngineAPI
import Monitoring
import TestSupport
import Testing

@testable import Engine

/// What was changed on the store: told once, kept, and beside what went wrong soon after.
@Suite struct WhatChangedTests {
    private static let plan = "crontab/default/jobs/erp/schedule/cron_expr"
    private let start = ManualTime().now

    private func state(_ kept: EngineState? = nil) -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        for (subject, seconds) in [("queues", 5), ("changes", 30)] {
            state.add(
                probe: ProbeSchedule(
                    id: "magento-db/\(subject)", source: "magento-db", kind: "mysql", subject: subject,
                    interval: .seconds(seconds), deadline: .seconds(2)))
        }
        if let kept { state.take(kept, at: start.wall) }
        return state
    }

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: start.boot + .milliseconds(Int(seconds * 1000)),
            wall: start.wall.advanced(bySeconds: seconds), bootID: start.bootID)
    }

    private func patches(_ count: Int, at now: Timestamp, ahead: Double = 0) -> Sample {
        let wall = now.wall.advanced(bySeconds: ahead)
        var reading = ChangesReading(readAt: wall)
        reading.patches = .init(count: count, newestID: UInt64(count))
        reading.config = .init(
            count: 9, newestID: 9,
            rows: count > 10
                ? [.init(4, Self.plan, updated: start.wall.advanced(bySeconds: 10 + ahead))] : [])
        return Sample([.changes(reading)], serverTime: wall)
    }

    @Test func `a change is an event of its own time, neither good nor bad, and goes to the journal once`() {
        var state = state()
        state.sampled("magento-db/changes", patches(10, at: at(0)), latency: 0, at: at(0))
        _ = state.takeUnwritten()
        state.note(.warning, nil, "something else", at: at(15).wall)
        state.sampled("magento-db/changes", patches(11, at: at(30)), latency: 0, at: at(30))
        state.sampled("magento-db/changes", patches(11, at: at(60)), latency: 0, at: at(60))
        let snapshot = state.snapshot(generation: 1, at: at(60))
        #expect(
            snapshot.events.map(\.text) == [
                "setting \(Self.plan) is saved", "something else",
                "1 patch is applied",
            ])
        let told = snapshot.events.filter { $0.subject == "change" }
        #expect(told.count == 2 && told.allSatisfy { $0.status == nil })
        #expect(told.first?.at == at(10).wall)
        #expect(state.takeUnwritten().count { $0.subject == "change" } == 2)
        #expect(snapshot.changes.map(\.kind) == [.config, .patch])
    }

    @Test func `times of a server whose clock is ahead are told as its other times are`() {
        var state = state()
        state.sampled("magento-db/changes", patches(10, at: at(0), ahead: 600), latency: 0, at: at(0))
        state.sampled("magento-db/changes", patches(11, at: at(30), ahead: 600), latency: 0, at: at(30))
        let changes = state.snapshot(generation: 1, at: at(30)).changes
        #expect(changes.map { $0.at.seconds(since: start.wall) } == [10, 30])
    }

    @Test func `trouble is shown with what changed in the quarter of an hour before, nearest first`() {
        var state = state()
        for (id, minutes) in [("early", -20.0), ("one", -9), ("two", -3), ("after", 1)] {
            state.take(
                Change(id: id, .note, id, at: at(minutes * 60).wall, by: "mira"), at: at(0).wall)
        }
        func read(_ depth: Int, _ seconds: Double) {
            let queues: [QueueReading] = [queue("erp", ready: depth)]
            state.sampled("magento-db/queues", Sample([.queues(queues)]), latency: 0, at: at(seconds))
        }
        let id = EntityID(.queue, "erp", in: "magento-db")
        read(0, -5)
        #expect(state.detail(id, at: at(-5))?.changedBefore.isEmpty == true)
        read(100_000, 0)
        let near = state.detail(id, at: at(60))?.changedBefore
        #expect(near?.map(\.change.id) == ["two", "one"])
        #expect(near?.map(\.seconds) == [180, 540])
    }

    @Test func `what was told is not told again by the next run, and what changed between is`() {
        var first = state()
        first.sampled("magento-db/changes", patches(10, at: at(0)), latency: 0, at: at(0))
        first.sampled("magento-db/changes", patches(11, at: at(30)), latency: 0, at: at(30))
        var next = state(first.toKeep(at: at(40).wall))
        #expect(next.snapshot(generation: 1, at: at(50)).changes.count == 2)
        next.sampled("magento-db/changes", patches(11, at: at(60)), latency: 0, at: at(60))
        #expect(next.takeUnwritten().isEmpty)
        next.sampled("magento-db/changes", patches(14, at: at(90)), latency: 0, at: at(90))
        #expect(next.takeUnwritten().map(\.text) == ["3 patches are applied"])
        // Events of the journal are not shown a second time.
        next.remember([Event(at: at(30).wall, status: nil, entity: nil, subject: "change", text: "x")])
        #expect(!next.snapshot(generation: 2, at: at(90)).events.contains { $0.text == "x" })
    }

    @Test func `what only compares has no age of its own in the source's row`() {
        var state = state()
        state.sampled("magento-db/changes", patches(10, at: at(0)), latency: 0, at: at(0))
        state.sampled("magento-db/queues", Sample([.queues([])]), latency: 0, at: at(25))
        #expect(state.snapshot(generation: 1, at: at(26)).sources.first?.readAt == at(25))
    }
}
