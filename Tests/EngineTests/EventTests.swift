import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// The journal as people read it.
@Suite struct EventTests {
    @Test(.timeLimit(.minutes(1)))
    func `a source that is read for the first time is no news`() async throws {
        let bench = Bench { clock in
            ["queues", "cron"].enumerated().map { place, subject in
                FakeProbe(
                    subject, interval: .seconds(place * 3 + 2), deadline: .seconds(1), time: clock,
                    .answer(Sample([.queues([queue(subject)])])))
            }
        }
        try await bench.run { bench in
            try await bench.until("a good source") { $0.sources.first?.judgement.status == .ok }
            #expect(bench.snapshot?.events.isEmpty == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a source that answers again and is not well by its own word is told as both`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe("queues", time: clock, .fail(ReadFailure(.unreachable, "refused")))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("it is silent") { $0.sources.first?.judgement.status == .critical }
            let notice = SourceNotice(.unknown, "3 queues tell no figures")
            held.value?.behave(.answer(Sample([.notice(notice)])))
            try await bench.until("it answers") { $0.sources.first?.judgement.status == .unknown }
            held.value?.behave(.answer(Sample([])))
            try await bench.until("it is well") { $0.sources.first?.judgement.status == .ok }
            #expect(
                bench.snapshot?.events.map(\.text).suffix(2) == [
                    "magento-db answers again: 3 queues tell no figures", "magento-db is ok",
                ])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a source that was ill when the console was left is told well`() async throws {
        var state = EngineState()
        state.since["source:magento-db"] = .init(
            status: .critical, since: ManualTime().now.wall.advanced(bySeconds: -600))
        let bench = Bench(stores: FakeStores(state: state)) { clock in
            ["queues", "cron"].map { FakeProbe($0, time: clock, .answer(Sample([]))) }
        }
        try await bench.run { bench in
            try await bench.until("news") { !$0.events.isEmpty }
            #expect(bench.snapshot?.events.map(\.text) == ["magento-db is ok again"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a flow is called by what goes where, and its event brings the evidence`() async throws {
        let flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        let counts = outcome(OutcomeCounts(successes: 60, failures: 40))
        let bench = Bench(integrations: [flow]) { clock in
            [
                FakeProbe(
                    "outcomes", source: "app1", kind: "log", time: clock,
                    .answer(Sample([.outcomes([counts])])))
            ]
        }
        try await bench.run { bench in
            try await bench.until("news") { !$0.events.isEmpty }
            #expect(
                bench.snapshot?.events.first?.text == "orders → ERP: 40 of 100 failed in 5 min, 40.0 %")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `getting better without being well is told as such`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock, .answer(Sample([.queues([queue("erp", ready: 3000)])])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("critical") { $0.queues.first?.judgement.status == .critical }
            held.value?.behave(.answer(Sample([.queues([queue("erp", ready: 700)])])))
            try await bench.until("warning") { $0.queues.first?.judgement.status == .warning }
            #expect(
                bench.snapshot?.events.last?.text == "erp is now warning: backlog · 700 wait (limit 500)"
            )
        }
    }
}
