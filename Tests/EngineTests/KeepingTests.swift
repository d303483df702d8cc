import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// What becomes of what is kept while it cannot be read or written.
@Suite(.timeLimit(.minutes(1))) struct KeepingTests {
    private let failure = StorageFailure("cannot read state.json: Input/output error")
    private let erp = EntityID(.queue, "erp", in: "magento-db")

    private func bench(_ stores: FakeStores) -> Bench {
        Bench(stores: stores) { clock in
            [FakeProbe("queues", time: clock, .answer(Sample([.queues([queue(ready: 600)])])))]
        }
    }

    private func kept() -> EngineState {
        let began = ManualTime().now.wall.advanced(bySeconds: -3600)
        var kept = EngineState()
        kept.savedAt = ManualTime().now.wall
        kept.since[erp.key] = .init(status: .warning, since: began)
        kept.lastSuccesses["integration:orders-erp"] = began
        kept.triggerBaselines["indexer@db:price"] = 9
        kept.flagValues["flag@features:erp.v2"] = .variant("os2")
        return kept
    }

    @Test func `a state that could not be read at the start is not written over, and that is told`()
        async throws
    {
        let stores = FakeStores(state: kept())
        stores.change { $0.loadFailure = failure }
        let bench = bench(stores)
        try await bench.run { bench in
            try await bench.until("told") { $0.storage.status == .critical }
            #expect(bench.snapshot?.storage.reason == [failure.message])
            try await bench.pass(130)
            #expect(bench.snapshot?.storage.status == .critical)
        }
        #expect(stores.now.state == kept() && stores.now.saves == 0)
    }

    @Test
    func `a state that can be read again is taken up beside what was seen since, and kept from then on`()
        async throws
    {
        let stores = FakeStores(state: kept())
        stores.change { $0.loadFailure = failure }
        let bench = bench(stores)
        try await bench.run { bench in
            try await bench.until("a warning", within: 30) { $0.queues.first?.judgement.status == .warning }
            let since = bench.snapshot?.queues.first?.judgement.since
            #expect(since != kept().since[erp.key]?.since)
            stores.change { $0.loadFailure = nil }
            try await bench.until("all is kept", within: 20) { $0.storage.status == .ok }
            try await bench.until("since then", within: 20) {
                $0.queues.first?.judgement.since == kept().since[erp.key]?.since
            }
            #expect(bench.snapshot?.queues.first?.judgement.status == .warning)
            try await bench.pass(70)
        }
        let saved = try #require(stores.now.state)
        #expect(stores.now.saves >= 1)
        #expect(saved.since[erp.key] == kept().since[erp.key])
        #expect(saved.lastSuccesses == kept().lastSuccesses)
        #expect(saved.triggerBaselines == kept().triggerBaselines)
        #expect(saved.flagValues == kept().flagValues)
    }

    @Test func `minutes that the history could not take are told, and written once it can`() async throws {
        let stores = FakeStores()
        stores.change { $0.recordFailure = StorageFailure("history.sqlite: the disk is full") }
        let bench = bench(stores)
        try await bench.run { bench in
            try await bench.until("told", within: 150) { $0.storage.status == .critical }
            try await bench.pass(130)
            #expect(bench.snapshot?.storage.reason == ["history.sqlite: the disk is full"])
            #expect(stores.now.minutes.isEmpty)
            stores.change { $0.recordFailure = nil }
            try await bench.until("written", within: 90) { $0.storage.status == .ok }
        }
        let depths = stores.now.minutes.filter { $0.series == SeriesID(erp, .depth) }.map(\.minute)
        #expect(depths.count >= 3 && Set(depths).count == depths.count, "\(depths)")
        for (one, next) in zip(depths, depths.dropFirst()) { #expect(next.seconds(since: one) == 60) }
    }

    @Test func `a history that cannot be read is told, and shown as none`() async throws {
        let stores = FakeStores()
        stores.change { $0.historyReadFailure = StorageFailure("history.sqlite: Input/output error") }
        let bench = bench(stores)
        try await bench.run { bench in
            let range = HistoryRange(seconds: 86_400, points: 100)
            #expect(await bench.engine.history(SeriesID(erp, .depth), range).values.isEmpty)
            try await bench.until("told", within: 20) { $0.storage.status == .critical }
            #expect(bench.snapshot?.storage.reason == ["history.sqlite: Input/output error"])
        }
    }

    @Test
    func
        `a record that is not anchored outside is told, keeps no change from being sent, and is anchored later`()
        async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        stores.change { $0.anchorFailure = StorageFailure("the audit log is not anchored: no route to host") }
        let change = FlagChange(
            opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            _ = await bench.engine.submit(.change(change))
            try await bench.until("told", within: 20) { $0.storage.status == .critical }
            #expect(bench.snapshot?.flags.first?.refusal == nil && flags.applied.count == 1)
            #expect(stores.now.audit.map(\.phase) == [.intent, .confirmed] && stores.now.anchored == 0)
            stores.change { $0.anchorFailure = nil }
            try await bench.until("anchored", within: 20) { $0.storage.status == .ok }
            #expect(stores.now.anchored == 2)
        }
    }

    @Test func `what the history had to do first is an event`() async throws {
        let stores = FakeStores()
        stores.change { $0.historyNote = "history.sqlite was damaged: it is kept as history.sqlite.bad-1" }
        let bench = bench(stores)
        try await bench.run { bench in
            try await bench.until("told", within: 150) { snapshot in
                snapshot.events.contains { $0.text.hasPrefix("history.sqlite was damaged") }
            }
            stores.change { $0.historyNote = nil }
        }
        #expect(stores.now.events.contains { $0.text.hasPrefix("history.sqlite was damaged") })
    }
}
