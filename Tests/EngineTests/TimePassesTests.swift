@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// What time alone brings about, and what must not begin it anew.
@Suite struct TimePassesTests {
    private static let start = ManualTime().now

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: Self.start.boot + .seconds(seconds), wall: Self.start.wall.advanced(bySeconds: seconds),
            bootID: Self.start.bootID)
    }

    private func state(_ subjects: [String], every seconds: Int, flows: [Integration] = []) -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: flows, limits: Limits())
        for subject in subjects {
            state.add(
                probe: ProbeSchedule(
                    id: subject, source: subject == "outcomes" ? "app-log" : "magento-db", kind: "mysql",
                    subject: subject, interval: .seconds(seconds), deadline: .seconds(2)))
        }
        return state
    }

    private func told(_ row: (any Row)?) -> String {
        guard let judgement = row?.judgement else { return "no row" }
        return ([judgement.status.rawValue] + judgement.reason).joined(separator: " · ")
    }

    @Test func `what is due becomes due in every row without another reading`() {
        let flow = Integration(
            name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1)
        var state = state(["queues", "indexers", "outcomes"], every: 1200, flows: [flow])
        var indexer = IndexerReading(name: "price", mode: .schedule)
        (indexer.status, indexer.viewStatus) = ("valid", "idle")
        (indexer.version, indexer.newestVersion) = (5, 9)
        let limit = state.limits.integration(flow).lastSuccess.inSeconds
        let silence = limit.warning ?? limit.critical ?? 0
        var ledger = OutcomeLedger(since: at(-3600).wall)
        ledger.add(OutcomeCounts(successes: 30), at: at(0).wall)
        ledger.note(success: at(0).wall)
        ledger.looked(at: at(0).wall)
        let outcomes = OutcomeReading(integration: "orders-erp", ledger: ledger)
        for seconds in [0.0, 60] {
            for (probe, fact) in [
                ("queues", Fact.queues([queue("erp", ready: 3, consumers: .nobody)])),
                ("indexers", .indexers([indexer])), ("outcomes", .outcomes([outcomes])),
            ] { state.sampled(probe, Sample([fact]), latency: 0, at: at(seconds)) }
        }
        func shown(at seconds: Double) -> [String] {
            let rows = state.snapshot(generation: 1, at: at(seconds))
            return [told(rows.queues.first), told(rows.indexers.first), told(rows.integrations.first)]
        }
        #expect(shown(at: 119)[0] == "ok · nobody takes messages, critical in 1 s")
        #expect(shown(at: 120)[0] == "critical · nobody takes messages since 03:00 or earlier · 3 wait")
        #expect(shown(at: 599)[1] == "ok")
        #expect(shown(at: 600)[1].hasPrefix("warning · has not moved since 03:00"))
        #expect(silence > 600 && silence < 2400, "the figures are fresh until then: \(silence)")
        #expect(shown(at: silence - 1)[2] == "ok")
        #expect(shown(at: silence)[2].contains(" · silent since 03:00"))
        let journal = state.takeUnwritten().compactMap(\.entity?.kind)
        #expect(Set(journal).isSuperset(of: [.queue, .indexer, .integration]))
    }

    @Test func `an empty queue whose name looks alike does not begin the hold of another anew`() {
        var state = state(["queues"], every: 5)
        let readings = [
            queue("erp_push", ready: 12, consumers: .nobody), queue("erp_push\u{FE0F}", consumers: .nobody),
            queue("ERP.STOCK", ready: 5, consumers: .nobody), queue("ERP.STOC\u{212A}"),
        ]
        for second in stride(from: 0.0, through: 125, by: 5) {
            state.sampled("queues", Sample([.queues(readings)]), latency: 0, at: at(second))
        }
        let rows = state.snapshot(generation: 1, at: at(125)).queues
        #expect(
            readings.map { reading in
                told(rows.first { $0.id.name.utf8.elementsEqual(reading.name.utf8) })
            } == [
                "critical · nobody takes messages since 03:00 or earlier · 12 wait", "ok",
                "critical · nobody takes messages since 03:00 or earlier · 5 wait", "ok",
            ])
    }
}
