@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// What is usual of a series that is looked at: learned from what was kept, without what was wrong.
@Suite struct UsualTests {
    private let time = ManualTime()
    private let series = SeriesID(EntityID(.queue, "erp", in: "rabbit"), .depth)

    /// A minute of each half hour of so many days until now: 10 to 13, and 500 from `wrong` hours ago on for six hours.
    private func stores(days: Int, wrong: Double? = nil) -> FakeStores {
        let stores = FakeStores()
        let now = time.now.wall
        stores.change { contents in
            contents.minutes = (1...days * 48).map { back in
                let minute = now.advanced(bySeconds: -Double(back) * 1800)
                let isWrong = wrong.map { (($0 - 6) * 2..<$0 * 2).contains(Double(back)) } ?? false
                let value = isWrong ? 500 : 10 + Double(back * 7919 % 31) / 10
                return HistoryMinute(series: series, minute: minute, average: value, maximum: value)
            }
        }
        return stores
    }

    private func engine(_ stores: FakeStores) -> LocalEngine {
        LocalEngine(
            EngineSetup(
                environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), probes: [],
                stores: stores.stores), time: time)
    }

    @Test(arguments: [HistoryRange(seconds: 21_600, points: 100), HistoryRange(seconds: 300, points: 60)])
    func `a series of days has a range for each of its steps`(range: HistoryRange) async throws {
        let history = await engine(stores(days: 5)).history(series, range)
        let learned = try #require(history.learnedSeconds)
        #expect(abs(learned - 5 * 86_400) < 7200)
        // Of what is not polled there is nothing in memory.
        guard range.seconds > 3600 else { return }
        let usual = try #require(history.usual)
        #expect(usual.low.count == history.values.count && usual.high.count == history.values.count)
        #expect(usual.low.allSatisfy { (6...12).contains($0) }, "\(usual.low)")
        #expect(usual.high.allSatisfy { (11...18).contains($0) }, "\(usual.high)")
    }

    @Test func `one of hours says of how many, and has none`() async throws {
        let stores = stores(days: 1)
        let engine = engine(stores)
        let range = HistoryRange(seconds: 21_600, points: 100)
        let history = await engine.history(series, range)
        #expect(history.usual == nil)
        #expect(Learning.words(try #require(history.learnedSeconds)) == "learning, 24 h of 3 d")
        let none = await engine.history(SeriesID(series.entity, .oldest), range)
        #expect(none.learnedSeconds == 0)
        // What was just learned is not learned again.
        stores.change { $0.historyReadFailure = StorageFailure("the disk is gone") }
        #expect(await engine.history(series, range).learnedSeconds == history.learnedSeconds)
        let unread = await engine.history(SeriesID(series.entity, .inRate), range)
        #expect(unread.learnedSeconds == nil && unread.usual == nil)
    }

    @Test func `what was wrong, what is open and maintenance are not learned`() async throws {
        let wrong = time.now.wall.advanced(bySeconds: -12 * 3600)
        let range = HistoryRange(seconds: 86_400, points: 100)
        let naive = await engine(stores(days: 5, wrong: 12)).history(series, range)
        #expect(try #require(naive.usual).high.max() ?? 0 > 100)
        let until = wrong.advanced(bySeconds: 6.5 * 3600)
        func learned(_ kept: (inout EngineState) -> Void) async throws -> Double {
            let stores = stores(days: 5, wrong: 12)
            var state = EngineState()
            kept(&state)
            state.savedAt = time.now.wall
            stores.change { $0.state = state }
            let engine = engine(stores)
            await engine.load()
            _ = await engine.current()
            return try #require(await engine.history(series, range).usual).high.max() ?? 0
        }
        #expect(
            try await learned {
                $0.troubles = [Trouble(entity: series.entity, from: wrong, until: until)]
            } < 20)
        #expect(
            try await learned {
                $0.alerts = [
                    KeptAlert(
                        series.entity, .growing, .warning, since: wrong, openedAt: wrong, sentence: "it grows"
                    )
                ]
            } < 20)
        let on = Change(id: "1", .maintenance, "maintenance mode is on", at: wrong)
        #expect(try await learned { $0.changes = [on] } < 20)
    }

    @Test func `a maintenance that ended is trouble of the whole store from its beginning to its end`() {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        let (now, wall) = (time.now, time.now.wall)
        func tell(_ id: String, _ text: String, _ seconds: Double) {
            state.take(
                Change(id: id, .maintenance, text, at: wall.advanced(bySeconds: seconds)), at: now.wall)
        }
        tell("0", "maintenance mode is off", -9000)
        tell("1", "maintenance mode is on", -900)
        tell("2", "maintenance mode is on again, it was off for a moment", -600)
        #expect(state.detecting.troubles.isEmpty)
        tell("3", "maintenance mode is off; when is not known, nobody watched for 5 min", -60)
        #expect(
            state.detecting.troubles == [
                Trouble(
                    entity: CauseMap.shop, from: wall.advanced(bySeconds: -900),
                    until: wall.advanced(bySeconds: -60))
            ])
    }

    @Test func `how much was known is known to the next run, and to who looks once`() {
        var kept = EngineState()
        kept.learnedSeconds = 10_800
        kept.comparedWith = "baseline of 2026-11-20, 9 d"
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        state.take(kept, at: time.now.wall)
        #expect(state.snapshot(generation: 1, at: time.now).learning == "learning, 3 h of 3 d")
        #expect(state.toKeep(at: time.now.wall).learnedSeconds == 10_800)
        #expect(
            state.snapshot(generation: 1, at: time.now).learningSentence
                == "learning, 3 h of 3 d: until then compared with the baseline of 2026-11-20, 9 d")
        state.detecting.learned = (86_400, time.now)
        let next = state.toKeep(at: time.now.wall.advanced(bySeconds: 60))
        #expect(next.learnedSeconds == 86_460 && next.comparedWith == nil)
    }
}
