@testable import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

@Suite struct FlagRowTests {
    private func change() -> FlagChange {
        FlagChange(
            opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
    }

    private func code(_ reply: Reply) -> Refusal.Code? {
        if case .refused(let refusal) = reply { return refusal.code }
        return nil
    }

    @Test(.timeLimit(.minutes(1)))
    func `what could not be told is unknown with its reason, and no turn`() async throws {
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.set("erp.v2", to: .unknown("config:show said nothing"))
            try await bench.until("unknown") { $0.flags.first?.judgement.status == .unknown }
            let row = bench.snapshot?.flags.first
            #expect(row?.judgement.reason == ["not known: config:show said nothing"])
            #expect(row?.next == nil && row?.refusal?.contains("said nothing") == true)
            let detail = await bench.engine.detail(FlagKey(backend: "flagd", name: "erp.v2").id)
            #expect(detail?.rules.first { $0.rule == "read" }?.status == .unknown, "row and detail agree")
            flags.set("erp.v2", to: .on)
            try await bench.until("known") { $0.flags.first?.judgement.status == .ok }
            #expect(bench.snapshot?.events.contains { $0.text.contains("elsewhere") } == false)
            #expect(
                bench.snapshot?.events.contains { $0.text == "erp.v2: not known: config:show said nothing" }
                    == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a flag that goes while it is not well stays told, a well one leaves`() async throws {
        let flags = FakeFlags([flag("erp.v2", .on), flag("stock.delta", .on)])
        let bench = Bench(backends: [flags]) { _ in [] }
        try await bench.run { bench in
            flags.set("erp.v2", to: .unknown("config:show said nothing"))
            try await bench.until("unknown") { $0.flags.first?.judgement.status == .unknown }
            flags.remove("erp.v2")
            flags.remove("stock.delta")
            try await bench.until("gone") { $0.flags.count == 1 }
            let row = bench.snapshot?.flags.first
            #expect(row?.flag.name == "erp.v2" && row?.judgement.status == .unknown && row?.next == nil)
            #expect(row?.judgement.reason.first?.hasPrefix("no longer in flagd since") == true)
            flags.edit { $0 = [flag("erp.v2", .on)] }
            try await bench.until("back") { $0.flags.first?.judgement.status == .ok }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `two flags of one name in two places, and names that look alike, are kept apart over a restart`()
        async throws
    {
        let stores = FakeStores()
        var alike = flag("caf\u{E9}", .on)
        alike.backend = "settings"
        let names = ["erp.v2", "caf\u{E9}", "cafe\u{301}"]
        let there = FakeFlags(names.map { flag($0, .on) })
        let other = FakeFlags(
            [
                alike,
                FlagReading(
                    name: "erp.v2", backend: "settings", value: .off, variants: [], revision: "r1"),
            ],
            name: "settings")
        let bench = Bench(stores: stores, backends: [there, other]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("all five") { $0.flags.count == 5 }
            _ = await bench.engine.submit(.change(change()))
            there.edit { $0[2].value = .off }
            try await bench.until("one of the two") { snapshot in
                snapshot.flags.filter { $0.flag.value == .off }.count == 3
            }
            let off = bench.snapshot?.flags.filter { $0.flag.value == .off }.map(\.id.key)
            #expect(off == ["flag@flagd:cafe%CC%81", "flag@flagd:erp.v2", "flag@settings:erp.v2"])
        }
        let kept = stores.now.state?.flagChanges ?? [:]
        #expect(kept["flag@flagd:erp.v2"]?.by == "mira" && kept["flag@settings:erp.v2"] == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `what the first version kept of a flag's change is still known`() async throws {
        var state = EngineState()
        let then = WallTime(seconds: 1_700_000_000)
        state.flagChanges = ["erp.v2@flagd": EngineState.KeptFlagChange(by: "deniz", at: then)]
        let bench = Bench(stores: FakeStores(state: state), backends: [FakeFlags([flag("erp.v2", .on)])]) {
            _ in []
        }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            #expect(bench.snapshot?.flags.first?.flag.changedBy == "deniz")
            #expect(bench.snapshot?.flags.first?.flag.changedAt == then)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what was turned elsewhere while no console ran is told, and not as the last one's change`()
        async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        try await Bench(stores: stores, backends: [flags]) { _ in [] }.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            _ = await bench.engine.submit(.change(change()))
            try await bench.until("off") { $0.flags.first?.flag.value == .off }
        }
        flags.set("erp.v2", to: .on)
        try await Bench(stores: stores, backends: [flags]) { _ in [] }.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            let row = bench.snapshot?.flags.first
            #expect(row?.flag.value == .on && row?.flag.changedBy == nil && row?.flag.changedAt == nil)
            let told = bench.snapshot?.events.last { $0.entity == row?.id }
            #expect(told?.text == "erp.v2 was turned ON elsewhere, was OFF")
        }
    }

    @Test func `a flag's file of a clock that runs ahead makes no change that is yet to come`() {
        let now = ManualTime().now
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        state.add(
            probe: ProbeSchedule(
                id: "flagd/flags", source: "flagd", kind: "flags", subject: "flags", interval: .seconds(5),
                deadline: .seconds(2)))
        for (second, value) in [(0.0, FlagValue.on), (5, .off)] {
            let began = now.earlier(bySeconds: 10 - second)
            var sample = FlagSample([flag("erp.v2", value)], cost: ReadCost())
            sample.changedAt = now.wall.advanced(bySeconds: 3600)
            _ = state.sampledFlags("flagd/flags", sample, began: began, at: began)
        }
        let changed = state.snapshot(generation: 1, at: now).flags.first?.flag.changedAt
        #expect(changed == now.earlier(bySeconds: 5).wall)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change at default is not called OFF while a narrower scope stays ON`() async throws {
        var shipping = flag("erp.v2", .on)
        shipping.scope = .all
        shipping.overrides = [
            FlagOverride(FlagScope(.storeView, "de"), .on), FlagOverride(FlagScope(.storeView, "fr"), .on),
        ]
        let bench = Bench(backends: [FakeFlags([shipping])]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            #expect(
                bench.snapshot?.flags.first?.judgement
                    == Judgement(.ok, since: bench.snapshot?.flags.first?.judgement.since))
            _ = await bench.engine.submit(.change(change()))
            try await bench.until("OFF") { $0.flags.first?.flag.value == .off }
            #expect(bench.snapshot?.flags.first?.judgement.status == .ok, "not off: two store views have it")
            #expect(bench.snapshot?.flags.first?.judgement.reason == ["ON in 2 store views"])
            #expect(
                bench.snapshot?.events.last?.text
                    == "mira turned erp.v2 OFF in eu-shop, was ON, still ON in 2 store views")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a file that flagd refuses is critical where the mistake is, and unknown beside it`() async throws {
        var flags = [flag("good", .unknown("flagd refuses the file")), flag("bad", .unknown("the same"))]
        let why = "flagd refuses the file: bad has the default variant \"nwe\", which is none of its variants"
        flags[0].acceptance = .refused(why, isOwnFault: false)
        flags[1].acceptance = .refused(why, isOwnFault: true)
        let refused = flags
        let backend = FakeFlags([flag("good", .on), flag("bad", .on)])
        let bench = Bench(backends: [backend]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("both") { $0.flags.count == 2 }
            backend.say([SourceNotice(.critical, why)])
            backend.edit { $0 = refused }
            try await bench.until("refused") { $0.flags.first?.judgement.status == .critical }
            #expect(bench.snapshot?.sources.first?.judgement.status == .critical)
            #expect(bench.snapshot?.flags.map(\.id.name) == ["bad", "good"])
            #expect(bench.snapshot?.flags.map(\.judgement.status) == [.critical, .unknown])
            #expect(
                bench.snapshot?.flags.allSatisfy { $0.judgement.reason == [why] && $0.next == nil } == true)
            #expect(bench.snapshot?.events.contains { $0.text == "bad: \(why)" } == true)
            let detail = await bench.engine.detail(FlagKey(backend: "flagd", name: "bad").id)
            #expect(detail?.rules.first { $0.rule == "flag file" }?.status == .critical)
            var change = change()
            (change.flag, change.expectedRevision) = ("good", "r1")
            #expect(code(await bench.engine.submit(.change(change))) == .notToggleable)
            #expect(backend.applied.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a turn made elsewhere has its time, and by whom where that is said`() async throws {
        let backend = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(backends: [backend]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            #expect(bench.snapshot?.flags.first?.flag.changedAt == nil, "nothing is known of before")
            backend.set("erp.v2", to: .off)
            try await bench.until("OFF") { $0.flags.first?.flag.value == .off }
            let changed = try #require(bench.snapshot?.flags.first?.flag.changedAt)
            #expect(abs(bench.time.now.wall.seconds(since: changed)) < 6)
            #expect(bench.snapshot?.flags.first?.flag.changedBy == nil)
            let then = changed.advanced(bySeconds: -30)
            backend.edit {
                $0[0].value = .on
                $0[0].changedAt = then
                $0[0].changedBy = "deniz"
            }
            try await bench.until("ON") { $0.flags.first?.flag.value == .on }
            #expect(bench.snapshot?.flags.first?.flag.changedAt == then)
            #expect(bench.snapshot?.flags.first?.flag.changedBy == "deniz")
        }
    }
}
