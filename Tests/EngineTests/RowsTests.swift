import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport

@Suite struct RowsTests {
    @Test(.timeLimit(.minutes(1)))
    func `the same queue in two servers is two rows, the first server's under its plain name`() async throws {
        let bench = Bench { clock in
            [
                FakeProbe("queues", time: clock, .answer(Sample([.queues([queue("erp", ready: 1)])]))),
                FakeProbe(
                    "queues", source: "rabbitmq", kind: "rabbitmq", time: clock,
                    .answer(Sample([.queues([queue("erp", ready: 2)])]))),
            ]
        }
        try await bench.run { bench in
            try await bench.until("both, read twice") {
                $0.queues.count == 2 && $0.sources.allSatisfy { ($0.probes.first?.reads ?? 0) >= 2 }
            }
            let rows = bench.snapshot?.queues.map { "\($0.id.name) \($0.depth?.value ?? -1)" }
            #expect(rows == ["erp 1", "erp (rabbitmq) 2"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a queue that is gone leaves, and the journal says so`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock, .answer(Sample([.queues([queue("erp"), queue("old")])])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.queues.count == 2 }
            held.value?.behave(.answer(Sample([.queues([queue("erp")])])))
            try await bench.until("one") { $0.queues.map(\.id.name) == ["erp"] }
            #expect(bench.snapshot?.events.last?.text == "old is no longer in magento-db")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an integration counted in two places is unknown when one of them cannot be read`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        let counts = OutcomeReading(
            integration: "orders-erp", span: .sinceLastRead(OutcomeCounts(successes: 3)))
        let bench = Bench(integrations: [flow]) { clock in
            let app1 = FakeProbe(
                "outcomes", source: "app1", kind: "log", time: clock, .answer(Sample([.outcomes([counts])])))
            let app2 = FakeProbe(
                "outcomes", source: "app2", kind: "log", time: clock, .answer(Sample([.outcomes([counts])])))
            held.set(app2)
            return [app1, app2]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.integrations.first?.sources == ["app1", "app2"] }
            #expect(bench.snapshot?.integrations.first?.judgement.status == .ok)
            held.value?.behave(.fail(ReadFailure(.unreachable, "connect to app2 timed out")))
            try await bench.until("unknown") { $0.integrations.first?.judgement.status == .unknown }
            let reason = bench.snapshot?.integrations.first?.judgement.reason.first
            #expect(reason?.hasPrefix("app2, not read for ") == true)
            #expect(bench.snapshot?.verdict.worst == .critical)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `times of a server whose clock is off are told by ours`() async throws {
        let ours = ManualTime().now.wall
        // The server is an hour ahead.
        let theirs = ours.advanced(bySeconds: 3600)
        var reading = CronReading(
            jobs: [CronJobReading(code: "acme")], newestRun: theirs.advanced(bySeconds: -20),
            newestScheduled: theirs.advanced(bySeconds: 600))
        reading.jobs[0].success = CronRun(.success, ended: theirs.advanced(bySeconds: -20))
        let cron = reading
        let bench = Bench { clock in
            [FakeProbe("cron", time: clock, .answer(Sample([.cron(cron)], serverTime: theirs)))]
        }
        try await bench.run { bench in
            try await bench.until("cron") { $0.cron.lastBeat != nil }
            let snapshot = try #require(bench.snapshot)
            let age = try #require(snapshot.cron.lastBeat.map { snapshot.at.wall.seconds(since: $0) })
            #expect(age > 15 && age < 30)
            #expect(snapshot.cron.judgement.status == .ok)
        }
    }
}
