@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// When it will hurt, of each kind of thing, with figures; nothing where nothing can be said.
@Suite struct OutlookTests {
    private let start = ManualTime().now

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
            bootID: start.bootID)
    }

    private func state(_ kind: String, _ subject: String, flows: [Integration] = []) -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: flows, limits: Limits())
        state.add(
            probe: ProbeSchedule(
                id: "probe", source: "db", kind: kind, subject: subject, interval: .seconds(10),
                deadline: .seconds(2)))
        state.beginDetecting(past: [], at: at(0))
        return state
    }

    // MARK: Indexers

    private func indexer(_ length: Double, backlog: (Double) -> Double) -> (StoreState, EntityID) {
        var state = state("mysql", "indexers")
        for seconds in stride(from: 0, through: length, by: 10) {
            var reading = IndexerReading(name: "stock", mode: .schedule)
            (reading.viewStatus, reading.status) = ("idle", "valid")
            (reading.version, reading.newestVersion) = (1000, UInt64(1000 + backlog(seconds)))
            state.sampled("probe", Sample([.indexers([reading])]), latency: 0.1, at: at(seconds))
            state.reassess(at: at(seconds))
        }
        return (state, state.indexers.rows[0].id)
    }

    @Test func `an indexer that stands says when twice as much waits and when it is too far behind`() throws {
        let (state, id) = indexer(900) { 30 + $0 }
        let words = try #require(state.outlook(of: id, at: at(900)))
        // 60 more each minute, 930 wait; ten minutes behind are a warning, and half an hour is the next.
        #expect(words.hasPrefix("60 more each minute: twice as many in 15 min"), "\(words)")
        #expect(words.hasSuffix(" · 30 min behind in 15 min if it does not move"), "\(words)")
        var told = state
        let alert = told.snapshot(generation: 1, at: at(900)).alerts.first { $0.entity == id }
        #expect(alert?.outlook == words)
    }

    @Test func `an indexer that waits for its minute says nothing`() {
        let (state, id) = indexer(60) { _ in 5 }
        #expect(state.outlook(of: id, at: at(60)) == nil)
    }

    // MARK: Queues

    @Test(arguments: [true, false]) func `a queue that nobody takes from says when its oldest is too old`(
        isTold: Bool
    ) throws {
        var state = state("rabbitmq", "queues")
        let length = isTold ? 300.0 : 60
        for seconds in stride(from: 0, through: length, by: 10) {
            var reading = QueueReading(name: "erp", transport: .amqp)
            (reading.ready, reading.consumers) = (Count(20), .nobody)
            (reading.oldestSeconds, reading.leftCounter) = (seconds + 60, 0)
            state.sampled("probe", Sample([.queues([reading])]), latency: 0.1, at: at(seconds))
            state.reassess(at: at(seconds))
        }
        let words = state.outlook(of: state.queues.rows[0].id, at: at(length))
        #expect(words == (isTold ? "the oldest has waited 10 min in 4 min" : nil), "\(words ?? "nothing")")
    }

    // MARK: Cron

    @Test(arguments: [true, false]) func `a job that runs too long says which run is skipped`(isLong: Bool) {
        var state = state("mysql", "cron")
        let now = at(0)
        var job = CronJobReading(code: "acme_import")
        job.runningSince = now.wall.advanced(bySeconds: isLong ? -1800 : -60)
        job.lock = .held
        job.nextDue = now.wall.advanced(bySeconds: 360)
        var reading = CronReading(jobs: [job], newestRun: now.wall, newestScheduled: nil)
        reading.readAt = now.wall
        state.sampled("probe", Sample([.cron(reading)]), latency: 0.1, at: now)
        let words = state.outlook(of: state.cron.rows.jobs[0].id, at: now)
        #expect(
            words == (isLong ? "its next run, due in 6 min, is skipped if it still runs then" : nil),
            "\(words ?? "nothing")")
    }

    // MARK: Flows

    @Test func `a silent flow says when its last success is as old as its limit`() {
        let flow = Integration(name: "orders", thing: "orders", direction: .out, system: "ERP", tier: 1)
        var state = state("log", "outcomes", flows: [flow])
        var ledger = OutcomeLedger(since: at(0).wall)
        let id = EntityID(.integration, "orders")
        for seconds in stride(from: 10.0, through: 2400, by: 10) {
            if seconds <= 60 {
                ledger.add(
                    OutcomeCounts(successes: 3, failures: 0, retries: 0),
                    at: at(seconds).wall.advanced(bySeconds: -1))
                ledger.note(success: at(seconds).wall)
            }
            ledger.looked(at: at(seconds).wall)
            let reading = OutcomeReading(integration: "orders", ledger: ledger)
            state.sampled("probe", Sample([.outcomes([reading])]), latency: 0.1, at: at(seconds))
            state.reassess(at: at(seconds))
            // A flow that is well says nothing.
            if seconds == 60 { #expect(state.outlook(of: id, at: at(60)) == nil) }
        }
        // Half an hour is a warning; two hours are the next, 39 minutes have passed.
        let words = state.outlook(of: id, at: at(2400))
        #expect(words == "2 h 00 without a success in 81 min", "\(words ?? "nothing")")
    }
}
