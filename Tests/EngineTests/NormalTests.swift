@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// What a store was like before stands beside now, and a level that lasts is a person's to take as usual.
@Suite(.timeLimit(.minutes(1))) struct NormalTests {
    private let time = ManualTime()
    private let id = EntityID(.queue, "erp", in: "rabbit")
    private var series: SeriesID { SeriesID(id, .depth) }

    private struct Kept: BaselineStore {
        var baseline: Baseline?
        var failure: StorageFailure?

        @concurrent func mark() async -> String? { baseline == nil && failure == nil ? nil : "1" }
        @concurrent func load() async throws(StorageFailure) -> Baseline? {
            if let failure { throw failure }
            return baseline
        }
    }

    /// Twelve days around `usual`, then so many of which the daily levels are told.
    private func minutes(_ series: SeriesID, _ usual: Double, then days: [Double]) -> [HistoryMinute] {
        (0..<(12 + days.count) * 48).map { back in
            let day = days.count - 1 - back / 48
            let level = days.indices.contains(day) ? days[day] : usual
            let value = level * (1 + Double(back * 7919 % 31 - 15) / 200)
            let minute = time.now.wall.advanced(bySeconds: -Double(back + 1) * 1800)
            return HistoryMinute(series: series, minute: minute, average: value, maximum: value)
        }
    }

    /// The depth of a queue, usually 100.
    private func stores(then days: [Double], open: Bool = true) -> FakeStores {
        let stores = FakeStores()
        let now = time.now.wall
        var state = EngineState()
        let since = now.advanced(bySeconds: -Double(days.count) * 86_400)
        if open {
            state.alerts = [
                KeptAlert(id, .growing, .warning, since: since, openedAt: since, sentence: "it grows")
            ]
        }
        state.savedAt = now
        stores.change { contents in
            contents.state = state
            contents.minutes = minutes(series, 100, then: days)
        }
        return stores
    }

    private func engine(_ stores: FakeStores, baseline: Kept? = nil) async -> LocalEngine {
        var setup = EngineSetup(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), probes: [],
            stores: stores.stores)
        setup.stores.baseline = baseline
        let engine = LocalEngine(setup, time: time)
        await engine.load()
        _ = await engine.current()
        return engine
    }

    @Test(
        arguments: [
            ([150, 152, 149], true), ([150, 152, 149, 151], true), ([150, 151], false),
            ([120, 150, 190], false),
            ([150, 20, 150], false), ([101, 102, 100], false),
        ] as [([Double], Bool)])
    func `only what stood for three days without getting worse is offered`(days: [Double], isOffered: Bool)
        async throws
    {
        let shift = await engine(stores(then: days)).lastingShift(of: id)
        #expect((shift != nil) == isOffered, "\(String(describing: shift))")
        guard isOffered else { return }
        let offered = try #require(shift)
        #expect(abs(offered.level - 150) < 6 && abs(offered.usual - 100) < 6, "\(offered)")
    }

    @Test func `what no alert speaks of is offered by what is learned, not by a look at its page`() async {
        #expect(await engine(stores(then: [150, 150, 150], open: false)).lastingShift(of: id) == nil)
    }

    @Test func `who takes it is told and kept, and from then on it is what is usual`() async throws {
        let stores = stores(then: [150, 152, 149, 151])
        let engine = await engine(stores)
        let range = HistoryRange(seconds: 21_600, points: 100)
        let before = try #require(await engine.history(series, range).usual?.high.max())
        #expect(before < 130)
        #expect(await engine.submit(.takeNormal(id), by: .mira) == .done)
        let after = try #require(await engine.history(series, range).usual)
        #expect(after.low.allSatisfy { $0 > 120 } && after.high.allSatisfy { $0 > 145 }, "\(after)")
        let told = await engine.state.events.last?.text ?? ""
        #expect(
            told == "mira took 151.1 as the new normal of erp, where 99.6 was usual", "\(told)")
        await engine.keep(isLast: true)
        let kept = try #require(stores.now.state?.normals[id.key])
        #expect(kept.by == "mira" && kept.since < kept.at)
        // And so it is after a restart.
        let next = await self.engine(stores)
        #expect(try #require(await next.history(series, range).usual).low.allSatisfy { $0 > 120 })
    }

    @Test func `what is not offered is refused, and nothing is taken`() async throws {
        let stores = stores(then: [150, 152])
        let engine = await engine(stores)
        guard
            case .refused(let refusal) = await engine.submit(
                .takeNormal(id), by: .mira)
        else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.message.contains("3 d without getting worse"))
        #expect(await engine.state.normals.isEmpty)
    }

    // MARK: What no alert speaks of

    /// A flow read by no probe, of whose calls nine in ten took so long on each of the last days; 0.4 s on twelve before.
    private func calls(then days: [Double]) -> FakeStores {
        let stores = FakeStores()
        let series = SeriesID(Self.flow, .latency)
        var state = EngineState()
        state.savedAt = time.now.wall
        stores.change { contents in
            contents.state = state
            contents.minutes = minutes(series, 0.4, then: days)
        }
        return stores
    }

    private static let flow = EntityID(.integration, "orders")

    private func learned(_ stores: FakeStores) async -> LocalEngine {
        let setup = EngineSetup(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate),
            integrations: [Integration(name: "orders", thing: "orders", direction: .out, system: "ERP")],
            probes: [], stores: stores.stores)
        let engine = LocalEngine(setup, time: time)
        await engine.load()
        _ = await engine.past()
        return engine
    }

    @Test(
        arguments: [
            ([0.6, 0.61, 0.59], true), ([0.6, 0.6, 0.6, 0.61, 0.6], true), ([0.25, 0.25, 0.26], true),
            ([0.6, 0.6], false), ([0.6, 0.4, 0.6], false), ([0.5, 0.6, 0.8], false),
            ([0.43, 0.43, 0.43], false), ([0.6, 0.6, 0.6, 0.4], false),
        ] as [([Double], Bool)])
    func
        `a level that stood off all days before for three days is offered without an alert, on page and in journal`(
            days: [Double], isOffered: Bool
        ) async throws
    {
        let engine = await learned(calls(then: days))
        let shift = await engine.detail(Self.flow)?.shift
        #expect((shift != nil) == isOffered, "\(String(describing: shift))")
        let told = await engine.state.events.filter { $0.entity == Self.flow }.map(\.text)
        #expect(told.count == (isOffered ? 1 : 0), "\(told)")
        guard let shift else { return }
        let began = time.now.wall.seconds(since: shift.since)
        #expect(abs(began - Double(days.count) * 86_400) < 3600 && abs(shift.usual - 0.4) < 0.02, "\(shift)")
        #expect(told.first?.contains("p95 of orders → ERP has stood at ") == true, "\(told)")
        // Not again, also after a restart.
        _ = await engine.past()
        await engine.keep(isLast: true)
        #expect(await engine.state.events.filter { $0.entity == Self.flow }.count == 1)
    }

    @Test
    func `what was offered is told once over restarts, taken by its word, and forgotten when it returns`()
        async throws
    {
        let stores = calls(then: [0.6, 0.61, 0.59])
        let first = await learned(stores)
        await first.keep(isLast: true)
        #expect(stores.now.state?.offers[Self.flow.key]?.measure == .latency)
        let second = await learned(stores)
        #expect(
            await second.state.events.filter { $0.entity == Self.flow && $0.text.contains(":normal") }.count
                <= 1)
        #expect(await second.detail(Self.flow)?.shift != nil)
        #expect(await second.submit(.takeNormal(Self.flow), by: .mira) == .done)
        #expect(await second.state.offers.isEmpty)
        #expect(await second.detail(Self.flow)?.shift == nil)
        #expect(await second.state.normals[Self.flow] != nil)

        // It returns: nothing is offered any more.
        let returned = calls(then: [0.6, 0.61, 0.59])
        let third = await learned(returned)
        await third.keep(isLast: true)
        let kept = returned.now.state
        let calm = calls(then: [0.6, 0.61, 0.4])
        calm.change { $0.state = kept }
        let fourth = await learned(calm)
        #expect(await fourth.state.offers.isEmpty)
        guard case .refused = await fourth.submit(.takeNormal(Self.flow), by: .mira) else {
            Issue.record("it was taken")
            return
        }
    }

    // MARK: Before the upgrade

    private func baseline() -> Baseline {
        let levels: [Double] = (0..<480).map { 40 + Double($0 * 7919 % 31) / 10 }
        let now = time.now.wall
        let from = now.advanced(bySeconds: -30 * 86_400)
        return Baseline(
            at: now.advanced(bySeconds: -20 * 86_400), by: "mira", origin: "history", from: from,
            figures: [
                Baseline.Figure(id, .depth, levels),
                Baseline.Figure(EntityID(.integration, "orders"), .success, levels.map { _ in 12 }),
            ])
    }

    @Test func `each chart has what was before, and a store with nothing learned compares with it`()
        async throws
    {
        let stores = FakeStores()
        let engine = await engine(stores, baseline: Kept(baseline: baseline()))
        let history = await engine.history(series, HistoryRange(seconds: 21_600, points: 100))
        #expect(try #require(history.before).allSatisfy { (38...46).contains($0) })
        #expect(history.before?.count == history.values.count)
        let past = await engine.past()
        #expect(past.map(\.measure) == [.depth, .successes])
        let snapshot = await engine.current()
        #expect(snapshot.baseline?.isCompared == true)
        #expect(
            snapshot.learningSentence
                == "learning, 0 s of 3 d: until then compared with the baseline of 2026-11-08, 10 d")
    }

    @Test func `a baseline that cannot be read is told once, and none is compared with`() async {
        let engine = await engine(FakeStores(), baseline: Kept(failure: StorageFailure("it is damaged")))
        for _ in 0..<3 {
            #expect(await engine.past().isEmpty)
            time.advance(by: .seconds(11))
        }
        let told = await engine.state.events.filter { $0.text.contains("no baseline is compared with") }
        #expect(told.count == 1 && told.first?.text.hasSuffix("it is damaged") == true)
    }
}
