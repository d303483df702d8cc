import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// What is kept is not where others look for it, cannot be reached yet, or is not what was kept.
@Suite(.timeLimit(.minutes(1))) struct KeptPlaceTests {
    private static let why = "/state/eu-shop was moved away or replaced"
    private static let ola = Operator(login: "magento", uid: 33, sudoUser: "ola")

    private static func change(_ opID: String, revision: String = "r1") -> FlagChange {
        FlagChange(
            opID: opID, flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: revision)
    }

    private struct Place: Sendable {
        let keepers: FakeKeepers
        let stores: FakeStores
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench: Bench

        init(
            _ keeper: Keeper = .us, state: EngineState? = nil, failure: StorageFailure? = nil,
            access: EnvironmentFacts.Access = .operate
        ) {
            keepers = FakeKeepers(keeper)
            stores = FakeStores(state: state, keepers: keepers)
            stores.change { $0.failure = failure }
            var watchesOnly: String?
            if case .lost(let why) = keeper { watchesOnly = why }
            if case .another(let why) = keeper { watchesOnly = why }
            bench = Bench(
                stores: stores, access: access, watchesOnly: watchesOnly, backends: [flags]
            ) { clock in
                [FakeProbe("queues", time: clock, .answer(Sample([.queues([queue("erp", ready: 600)])])))]
            }
        }

        /// What another one keeps there meanwhile.
        func record(_ phase: AuditEntry.Phase, _ result: String = "") {
            stores.change {
                $0.audit.append(
                    AuditEntry(
                        phase: phase, at: bench.time.now, environment: "eu-shop",
                        change: KeptPlaceTests.change("theirs"), by: KeptPlaceTests.ola, result: result))
            }
        }
    }

    @Test
    func
        `while it is moved away nothing is written or sent, and what was kept meanwhile is known once it is back`()
        async throws
    {
        let place = Place()
        try await place.bench.run { bench in
            try await bench.until("a warning, kept") { snapshot in
                snapshot.queues.first?.judgement.status == .warning && place.stores.now.saves > 0
            }
            place.keepers.set(.lost(Self.why))
            try await bench.until("told, and refused") { snapshot in
                snapshot.storage == Judgement(.critical, [Self.why], since: snapshot.storage.since)
                    && snapshot.flags.first?.refusal == Self.why
            }
            let before = place.stores.now
            guard case .refused(let refusal) = await bench.engine.submit(.change(Self.change("ours"))) else {
                Issue.record("sent")
                return
            }
            #expect(refusal == Refusal(.auditUnwritable, Self.why) && place.flags.applied.isEmpty)
            try await bench.pass(130)
            #expect(place.stores.now.saves == before.saves && place.stores.now.audit.isEmpty)
            #expect(place.stores.now.minutes == before.minutes && place.stores.now.events == before.events)
            #expect(bench.snapshot?.storage.reason == [Self.why])

            place.flags.set("erp.v2", to: .off)
            place.record(.intent)
            place.record(.confirmed, "reads OFF")
            place.keepers.set(.us)
            try await bench.until("it keeps again") { $0.storage == .ok && $0.environment.mayChange }
            try await bench.until("who turned it", within: 4) { snapshot in
                snapshot.flags.first?.flag.value == .off
                    && snapshot.flags.first?.flag.changedBy == "ola as magento"
            }
            try await bench.until("kept") { _ in place.stores.now.saves > before.saves }
        }
        let told = place.stores.now.events.map(\.text)
        #expect(told.contains("what this console keeps is in its place again"))
        #expect(place.stores.now.minutes.count > 1)
    }

    @Test func `one whose place another one has taken watches, and takes over again when that one has ended`()
        async throws
    {
        let place = Place()
        try await place.bench.run { bench in
            try await bench.until("kept") { _ in place.stores.now.saves > 0 }
            place.keepers.set(.lost(Self.why))
            try await bench.until("told") { $0.storage.status == .critical }
            place.keepers.set(.another("another console (pid 7) keeps it"))
            place.record(.intent)
            place.keepers.touch()
            try await bench.until("it watches") { snapshot in
                snapshot.storage == Judgement(.warning, ["another console (pid 7) keeps it"])
                    && snapshot.flags.first?.progress == .asked(to: .off, opID: "theirs")
            }
            let saves = place.stores.now.saves
            try await bench.pass(70)
            #expect(place.stores.now.saves == saves)
            place.keepers.set(.us)
            try await bench.until("it keeps") { $0.storage == .ok && $0.environment.mayChange }
            // What that one left open is not known.
            #expect(bench.snapshot?.flags.first?.judgement.status == .unknown)
            try await bench.until("kept") { _ in place.stores.now.saves > saves }
        }
    }

    @Test
    func `what could not be reached at the start is taken up when it can be, beside what was seen since`()
        async throws
    {
        let began = ManualTime().now.wall.advanced(bySeconds: -3600)
        let erp = EntityID(.queue, "erp", in: "magento-db")
        var kept = EngineState()
        kept.savedAt = ManualTime().now.wall
        kept.since[erp.key] = .init(status: .warning, since: began)
        kept.flagValues["flag@flagd:erp.v2"] = .on
        let why = "the state cannot be kept: others may enter it"
        let place = Place(.lost(why), state: kept, failure: StorageFailure(why))
        try await place.bench.run { bench in
            try await bench.until("a warning") { $0.queues.first?.judgement.status == .warning }
            #expect(bench.snapshot?.storage.status == .critical)
            #expect(bench.snapshot?.storage.reason == [why] && bench.snapshot?.flags.first?.refusal == why)
            place.stores.change { $0.failure = nil }
            place.record(.intent)
            place.keepers.set(.us)
            try await bench.until("it keeps") { $0.storage == .ok && $0.environment.mayChange }
            try await bench.until("since then", within: 10) { $0.queues.first?.judgement.since == began }
            #expect(bench.snapshot?.flags.first?.progress == .unknown(to: .off, opID: "theirs"))
            try await bench.until("kept") { _ in place.stores.now.saves > 0 }
        }
        #expect(place.stores.now.state?.since[erp.key]?.since == began)
        #expect(
            place.stores.now.events.map(\.text).contains { $0.hasPrefix("what is kept can be reached now") })
    }

    @Test func `a keeper that gives no sign of life is told as silent, until it gives one`() async throws {
        let who = "another console (pid 123 since 30 Nov 02:14) keeps it"
        let place = Place(.another(who))
        try await place.bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            try await bench.pass(130)
            #expect(bench.snapshot?.storage == Judgement(.warning, [who]))
            place.keepers.beat(false)
            try await bench.pass(90)
            #expect(bench.snapshot?.storage == Judgement(.warning, [who]))
            try await bench.until("silent", within: 10) { snapshot in
                snapshot.storage
                    == Judgement(.critical, ["silent for 95 s, what it does is not known: \(who)"])
            }
            #expect(bench.snapshot?.flags.first?.refusal == who)
            place.keepers.beat(true)
            try await bench.until("heard again", within: 3) { $0.storage == Judgement(.warning, [who]) }
            place.keepers.beat(false)
            try await bench.pass(100)
            place.keepers.set(.us)
            try await bench.until("its place is taken", within: 3) { $0.storage == .ok }
        }
    }

    @Test func `a log that is not the one that was written is told before a change is asked for`()
        async throws
    {
        let place = Place()
        let why = "audit.jsonl is older than what was written"
        try await place.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            place.stores.change { $0.auditBreach = StorageFailure(why) }
            try await bench.until("told, and refused", within: 3) { snapshot in
                snapshot.storage.reason == [why]
                    && snapshot.flags.first?.refusal == "no audit record can be kept: \(why)"
            }
            place.stores.change { $0.auditBreach = nil }
            try await bench.until("well again", within: 3) {
                $0.storage == .ok && $0.flags.first?.next == .off
            }
        }
    }

    @Test func `a change that ends while its place is lost goes on record once, when it is back`()
        async throws
    {
        let place = Place()
        try await place.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            place.flags.holdChanges(true)
            async let reply = bench.engine.submit(.change(Self.change("ours")), by: Self.ola)
            try await bench.until("on its way") { _ in place.flags.heldChanges == 1 }
            place.keepers.set(.lost(Self.why))
            place.stores.change { $0.auditFailure = StorageFailure(Self.why) }
            try await bench.until("told") { $0.storage.status == .critical }
            place.flags.holdChanges(false)
            guard case .changed(.confirmed) = await reply else {
                Issue.record("not confirmed")
                return
            }
            try await bench.pass(20)
            #expect(place.stores.now.audit.map(\.phase) == [.intent])
            place.stores.change { $0.auditFailure = nil }
            place.keepers.set(.us)
            try await bench.until("it keeps again") { $0.storage == .ok && $0.environment.mayChange }
            try await bench.pass(12)
            #expect(place.stores.now.audit.map(\.phase) == [.intent, .confirmed])
            #expect(bench.snapshot?.flags.first?.flag.changedBy == "ola as magento")
            #expect(bench.snapshot?.flags.first?.progress == .seen)
        }
        #expect(!place.stores.now.events.contains { $0.text.contains("elsewhere") })
    }

    @Test(arguments: [Keeper.us, .another("another console keeps it")])
    func `what was left open is told where the config lets nothing be changed, also after a takeover`(
        keeper: Keeper
    ) async throws {
        let place = Place(keeper, access: .readOnly)
        let writer = ProcessMark(pid: 4242, startTicks: 350_500, bootID: "test")
        place.record(.intent)
        place.record(.started, writer.text)
        place.keepers.run([writer])
        try await place.bench.run { bench in
            place.keepers.set(.us)
            try await bench.until("at work") { snapshot in
                guard case .running = snapshot.flags.first?.progress else { return false }
                return snapshot.environment.watchesOnly == nil
            }
            place.keepers.run([])
            try await bench.until("not known") { snapshot in
                snapshot.environment.watchesOnly == nil
                    && snapshot.flags.first?.progress == .unknown(to: .off, opID: "theirs")
            }
            try await bench.pass(12)
            #expect(bench.snapshot?.flags.first?.judgement.status == .unknown)
            #expect(bench.snapshot?.verdict.worst == .unknown && place.stores.now.audit.count == 2)
        }
    }
}
