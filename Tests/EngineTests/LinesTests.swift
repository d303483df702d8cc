import EngineAPI
import Monitoring
import TestSupport
import Testing

@testable import Engine

/// What a page is told of the lines behind its entity.
@Suite struct LinesTests {
    private static let start = ManualTime().now
    private let flow = EntityID(.integration, "orders-erp")

    private func state() -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [
                Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1)
            ], limits: Limits())
        for (source, subject) in [
            ("app1", "outcomes"), ("app2", "outcomes"), ("check", "outcomes"), ("db", "cron"),
            ("db", "queues"),
        ] {
            state.add(
                probe: ProbeSchedule(
                    id: "\(source)/\(subject)", source: source, kind: "log", subject: subject,
                    interval: .seconds(5), deadline: .seconds(2)))
        }
        return state
    }

    private func reading(_ lines: [(Double, Outcome, String)]?, reads: Int = 1) -> Fact {
        var ledger = OutcomeLedger(since: Self.start.wall)
        for _ in 0..<reads { ledger.looked(at: Self.start.wall) }
        var kept = OutcomeLines()
        for (index, (second, outcome, text)) in (lines ?? []).enumerated() {
            kept.take(
                OutcomeLine(
                    at: Self.start.wall.advanced(bySeconds: second), number: UInt64(index + 1), outcome,
                    text: text))
        }
        return .outcomes([
            OutcomeReading(integration: "orders-erp", ledger: ledger, lines: lines == nil ? nil : kept)
        ])
    }

    @Test func `lines of all sources stand together by time, and who gives none is named`() throws {
        var state = state()
        let now = Self.start
        state.sampled(
            "app1/outcomes", Sample([reading([(-9, .failure, "a"), (-3, .success, "c")])]), latency: 0,
            at: now)
        state.sampled("app2/outcomes", Sample([reading([(-6, .retry, "b")])]), latency: 0, at: now)
        state.sampled("check/outcomes", Sample([reading(nil)]), latency: 0, at: now)
        let lines = try #require(state.detail(flow, at: now)?.lines)
        #expect(lines.lines.map(\.line.text) == ["a", "b", "c"])
        #expect(lines.lines.map(\.source) == ["app1", "app2", "app1"])
        #expect(lines.without == ["check"])
        // The same answer twice, and an older one late: nothing is doubled, nothing goes back.
        state.sampled(
            "app2/outcomes", Sample([reading([(-6, .retry, "b"), (-1, .failure, "d")], reads: 2)]),
            latency: 0,
            at: now)
        state.sampled("app2/outcomes", Sample([reading([(-6, .retry, "b")])]), latency: 0, at: now)
        #expect(state.detail(flow, at: now)?.lines?.lines.map(\.line.text) == ["a", "b", "c", "d"])
    }

    @Test func `times of a source whose clock is ahead are moved into ours`() throws {
        var state = state()
        let now = Self.start
        let theirs = now.wall.advanced(bySeconds: 600)
        state.sampled(
            "app1/outcomes", Sample([reading([(595, .failure, "a")])], serverTime: theirs), latency: 0,
            at: now)
        let at = try #require(state.detail(flow, at: now)?.lines?.lines.first?.line.at)
        #expect(abs(at.seconds(since: now.wall) + 5) < 1.5)
    }

    @Test func `the newest errors of a job are told as its rows have them`() throws {
        var state = state()
        let now = Self.start
        var job = CronJobReading(code: "acme")
        job.errors = ([(7, 300.0, "first"), (8, 100, nil)] as [(UInt64, Double, String?)]).map {
            id, age, message in
            var run = CronRun(
                .error, id: id, due: now.wall.advanced(bySeconds: -age - 1),
                started: now.wall.advanced(bySeconds: -age))
            run.message = message
            return run
        }
        let cron = CronReading(jobs: [job], newestRun: now.wall, newestScheduled: now.wall)
        state.sampled("db/cron", Sample([.cron(cron)]), latency: 0, at: now)
        let lines = try #require(state.detail(CronRow.id("acme", in: "db"), at: now)?.lines)
        #expect(lines.lines.map(\.line.text) == ["first", "none written: the process died"])
        #expect(lines.lines.map { now.wall.seconds(since: $0.line.at) } == [300, 100])
        #expect(state.detail(CronHeartbeat.id(in: "db"), at: now)?.lines == nil)
    }

    @Test func `topics of a queue are told for the queue they were read of`() throws {
        var state = state()
        let now = Self.start
        var reading = QueueReading(name: "export", transport: .db)
        reading.ready = Count(3)
        let oldest = now.wall.advanced(bySeconds: -90)
        reading.topics = QueueTopics(
            [QueueTopics.Topic("export", count: 3, oldest: oldest)], readAt: now.wall, looked: 3,
            isPart: false)
        var other = QueueReading(name: "other", transport: .db)
        other.ready = Count(1)
        state.sampled("db/queues", Sample([.queues([reading, other])]), latency: 0, at: now)
        #expect(state.detail(EntityID(.queue, "export", in: "db"), at: now)?.topics == reading.topics)
        #expect(state.detail(EntityID(.queue, "other", in: "db"), at: now)?.topics == nil)
    }
}
