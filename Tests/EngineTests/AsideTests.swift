import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

@Suite struct AsideTests {
    private static func order(
        _ snapshot: Snapshot?, name: String = "erp", why: String = "ERP is closed",
        _ span: Aside.Span = .shift
    ) throws -> AsideOrder {
        let snapshot = try #require(snapshot)
        let row = try #require(snapshot.queues.first { $0.id.name == name })
        return AsideOrder(row.id, why: why, span, told: snapshot.told(of: row))
    }

    private static func sample(_ readings: QueueReading...) -> FakeProbe.Behaviour {
        .answer(Sample([.queues(readings)]))
    }

    /// An engine whose queues the test sets.
    private func made(stores: FakeStores = FakeStores(), _ first: QueueReading...) -> (Bench, FakeProbe) {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench(stores: stores) { clock in
            let probe = FakeProbe("queues", time: clock, .answer(Sample([.queues(first)])))
            held.set(probe)
            return [probe]
        }
        guard let probe = held.value else { preconditionFailure("the bench asks for its probes at once") }
        return (bench, probe)
    }

    private static func texts(_ snapshot: Snapshot?) -> [String] { snapshot?.events.map(\.text) ?? [] }

    private static func erp(_ snapshot: Snapshot) -> Judgement? {
        snapshot.queues.first { $0.id.name == "erp" }?.judgement
    }

    @Test(.timeLimit(.minutes(1)))
    func `is counted apart, told in the journal, and kept over a restart`() async throws {
        let stores = FakeStores()
        let (bench, _) = made(stores: stores, queue("erp", ready: 600), queue("well"))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(bench.snapshot?.verdict.worst == .warning)
            let reply = await bench.engine.submit(.setAside(try Self.order(bench.snapshot)))
            #expect(reply == .done)
            try await bench.until("aside") { Self.erp($0)?.aside != nil }
            let verdict = try #require(bench.snapshot?.verdict)
            #expect(verdict.worst == .ok && verdict.setAside == 1 && verdict.counts[.warning] == nil)
            #expect(verdict.checks == 3 && verdict.counts[.ok] == 2, "the source and the other queue")
            #expect(bench.snapshot.flatMap(Self.erp)?.status == .warning, "it still is what it is")
            try await bench.until("kept") { _ in stores.now.state?.asides.count == 1 }
            #expect(stores.now.events.map(\.text).contains("mira set erp aside for 8 h: ERP is closed"))
        }
        let (second, _) = made(stores: stores, queue("erp", ready: 650), queue("well"))
        try await second.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            let aside = try #require(bench.snapshot.flatMap(Self.erp)?.aside)
            #expect(aside.by == "mira" && aside.why == "ERP is closed")
            #expect(aside.until == aside.at.advanced(bySeconds: 8 * 3600))
            #expect(bench.snapshot?.verdict.setAside == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `is back when it gets worse, and the journal says why`() async throws {
        let stores = FakeStores()
        let (bench, probe) = made(stores: stores, queue("erp", ready: 600))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot))) == .done)
            probe.behave(Self.sample(queue("erp", ready: 5000)))
            try await bench.until("critical") { Self.erp($0)?.status == .critical }
            #expect(
                bench.snapshot.flatMap(Self.erp)?.aside == nil && bench.snapshot?.verdict.worst == .critical)
            try await bench.until("told") { Self.texts($0).contains("erp is back: it got worse (depth)") }
            try await bench.until("kept") { _ in stores.now.state?.asides.isEmpty == true }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `is over once it is well, and told again when it is bad again`() async throws {
        let (bench, probe) = made(queue("erp", ready: 600))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot, .change))) == .done)
            probe.behave(Self.sample(queue("erp")))
            try await bench.until("well") { Self.erp($0)?.status == .ok }
            #expect(bench.snapshot?.verdict.setAside == 0)
            probe.behave(Self.sample(queue("erp", ready: 600)))
            try await bench.until("bad again") { Self.erp($0)?.status == .warning }
            #expect(bench.snapshot.flatMap(Self.erp)?.aside == nil)
            #expect(Self.texts(bench.snapshot).contains("erp is no longer set aside: it is ok"))
            #expect(Self.texts(bench.snapshot).contains("mira set erp aside until it changes: ERP is closed"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `is back when its time is over, and when a person takes it back`() async throws {
        // One whose trouble does not grow with time.
        var slow = brokered("erp")
        slow.serverState = "flow"
        let (bench, _) = made(slow)
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            let order = try Self.order(bench.snapshot, .hour)
            #expect(await bench.engine.submit(.setAside(order)) == .done)
            #expect(await bench.engine.submit(.takeBack(order.entity)) == .done)
            try await bench.until("told again") { Self.texts($0).contains("mira took erp back") }
            #expect(bench.snapshot.flatMap(Self.erp)?.aside == nil)
            guard case .refused = await bench.engine.submit(.takeBack(order.entity)) else {
                Issue.record("taken back twice")
                return
            }
            #expect(await bench.engine.submit(.setAside(order)) == .done)
            try await bench.until("aside") { $0.verdict.setAside == 1 }
            bench.time.advance(by: .seconds(3590))
            try await bench.until("over") { Self.texts($0).contains("erp is back: its time is over") }
            #expect(bench.snapshot?.verdict.setAside == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `is in sight while it cannot be read, and aside again when it can`() async throws {
        let (bench, probe) = made(queue("erp", ready: 600))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot))) == .done)
            probe.behave(.fail(ReadFailure(.unreachable, "connect to db1:3306 timed out after 2 s")))
            try await bench.until("unknown") { Self.erp($0)?.status == .unknown }
            #expect(bench.snapshot.flatMap(Self.erp)?.aside == nil && bench.snapshot?.verdict.setAside == 0)
            probe.behave(Self.sample(queue("erp", ready: 600)))
            try await bench.until("aside", within: 120) { Self.erp($0)?.aside != nil }
            #expect(!Self.texts(bench.snapshot).contains { $0.contains("is back") })
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what leaves its server is back, can be set aside as gone, and is back when it returns`()
        async throws
    {
        let (bench, probe) = made(queue("erp", ready: 600))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot))) == .done)
            probe.behave(Self.sample(queue("other")))
            try await bench.until("gone") { Self.texts($0).contains("erp is back: it is no longer there") }
            #expect(bench.snapshot.flatMap(Self.erp)?.status == .critical)
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot, .change))) == .done)
            try await bench.until("aside") { $0.verdict.setAside == 1 }
            probe.behave(Self.sample(queue("other"), queue("erp", ready: 600)))
            try await bench.until("there") { Self.texts($0).contains("erp is back: it is there again") }
            #expect(
                bench.snapshot.flatMap(Self.erp)?.aside == nil
                    && bench.snapshot.flatMap(Self.erp)?.status == .warning)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is gone leaves the list for good when a person says so, and only what is gone`() async throws {
        let (bench, probe) = made(queue("erp", ready: 600), queue("other"))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            let early = await bench.engine.submit(.setAside(try Self.order(bench.snapshot, .forget)))
            guard case .refused(let refusal) = early else {
                Issue.record("forgot what is there")
                return
            }
            #expect(refusal.message == "erp is there: only what is gone is forgotten")
            probe.behave(Self.sample(queue("other")))
            try await bench.until("gone") { Self.erp($0)?.status == .critical }
            let order = try Self.order(bench.snapshot, why: "removed with module", .forget)
            #expect(await bench.engine.submit(.setAside(order)) == .done)
            try await bench.until("off the list") { Self.erp($0) == nil }
            let reads = probe.reads
            try await bench.until("read again") { _ in probe.reads > reads + 1 }
            #expect(bench.snapshot.flatMap(Self.erp) == nil && bench.snapshot?.verdict.worst == .ok)
            #expect(Self.texts(bench.snapshot).last == "mira took erp off the list: removed with module")
            #expect(bench.snapshot?.assessments.contains { $0.entity.name == "erp" } == false)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an indexer whose changelog was dropped stays told until it is forgotten`() async throws {
        var price = IndexerReading(name: "catalog_product_price", mode: .schedule)
        price.version = 50
        price.newestVersion = 10
        let ahead: [IndexerReading] = [price]
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe("indexers", time: clock, .answer(Sample([.indexers(ahead)])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("critical") { $0.indexers.first?.judgement.status == .critical }
            held.value?.behave(.answer(Sample([.indexers([])])))
            try await bench.until("gone") { $0.indexers.first?.goneSince != nil }
            try await bench.pass(20)
            let snapshot = try #require(bench.snapshot)
            let row = try #require(snapshot.indexers.first)
            #expect(row.judgement.status < .ok && row.isGone)
            let order = AsideOrder(row.id, why: "module removed", .forget, told: snapshot.told(of: row))
            #expect(await bench.engine.submit(.setAside(order)) == .done)
            try await bench.until("off the list") { $0.indexers.isEmpty }
            try await bench.pass(12)
            #expect(bench.snapshot?.indexers.isEmpty == true && bench.snapshot?.verdict.worst == .ok)
            held.value?.behave(.answer(Sample([.indexers(ahead)])))
            try await bench.until("there, and told") { $0.indexers.first?.judgement.status == .critical }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `sets nothing aside unseen, without a reason, or that is well`() async throws {
        let (bench, probe) = made(queue("erp", ready: 600), queue("well"))
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            let early = try Self.order(bench.snapshot)
            var orders = [
                try Self.order(bench.snapshot, name: "well"), try Self.order(bench.snapshot, why: "  "),
            ]
            orders.append(AsideOrder(EntityID(.queue, "none"), why: "x", .day, told: early.told))
            probe.behave(Self.sample(queue("erp", ready: 5000), queue("well")))
            try await bench.until("critical") { Self.erp($0)?.status == .critical }
            orders.append(early)
            var messages: [String] = []
            for order in orders {
                if case .refused(let refusal) = await bench.engine.submit(.setAside(order)) {
                    messages.append(refusal.message)
                }
            }
            #expect(
                messages == [
                    "well is not told: nothing to set aside", "erp stays in sight: say why",
                    "it is no longer there", "erp stays in sight: it got worse (depth) by now, look again",
                ])
            #expect(bench.snapshot?.verdict.setAside == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `sets nothing aside where nothing is kept`(isSecondConsole: Bool) async throws {
        let stores = FakeStores()
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench(
            stores: stores, watchesOnly: isSecondConsole ? "another console keeps the state" : nil
        ) { clock in
            let probe = FakeProbe("queues", time: clock, Self.sample(queue("erp", ready: 600)))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            if !isSecondConsole {
                stores.change { $0.failure = StorageFailure("the disk is full") }
                try await bench.until("no storage", within: 120) { $0.storage.status == .critical }
            }
            let reply = await bench.engine.submit(.setAside(try Self.order(bench.snapshot)))
            guard case .refused(let refusal) = reply else {
                Issue.record("set aside: \(reply)")
                return
            }
            let why =
                isSecondConsole ? "another console keeps the state" : "nothing can be kept: the disk is full"
            #expect(refusal.message == "erp stays in sight: \(why)")
            #expect(bench.snapshot?.verdict.setAside == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a read-only environment may set aside: nothing in the store changes`() async throws {
        let bench = Bench(access: .readOnly) { clock in
            [FakeProbe("queues", time: clock, Self.sample(queue("erp", ready: 600)))]
        }
        try await bench.run { bench in
            try await bench.until("a warning") { Self.erp($0)?.status == .warning }
            #expect(await bench.engine.submit(.setAside(try Self.order(bench.snapshot))) == .done)
        }
    }
}
