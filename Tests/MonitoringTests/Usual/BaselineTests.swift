import Monitoring
import TestSupport
import Testing

/// What a store was like before its upgrade, frozen and compared with.
@Suite struct BaselineTests {
    private let flow = EntityID(.integration, "orders-erp")
    private let queue = EntityID(.queue, "erp", in: "rabbit", virtualHost: "/")
    private let now = UsualCurveTests.monday.advanced(bySeconds: 14 * 86_400 + 12.25 * 3600)

    private func baseline(days: Int = 9) -> Baseline {
        let values = UsualCurveTests.days(days)
        return Baseline(
            at: UsualCurveTests.monday.advanced(bySeconds: 10 * 86_400), by: "mira", origin: "history",
            from: UsualCurveTests.monday,
            figures: [
                Baseline.Figure(flow, .success, values),
                Baseline.Figure(queue, .depth, values.map { $0 * 10 }),
                Baseline.Figure(flow, .p99, values.prefix(40) + values.dropFirst(40).map { _ in Double.nan }),
            ])
    }

    @Test func `it is called by its day and how much it stands on`() {
        #expect(baseline().name == "baseline of 2026-11-12, 9 d")
    }

    @Test func `detectors get it as their past, by the names they know, what is too short left out`() {
        let past = baseline().past { EntityID($0.kind, $0.name) }
        #expect(past.map(\.measure) == [.successes, .depth])
        #expect(past[1].entity == EntityID(.queue, "erp") && past[1].step == 1800)
        #expect(past.allSatisfy { $0.from == past[0].from && $0.values.count == 9 * 48 })
    }

    @Test func `a figure now stands beside what it was at this hour`() throws {
        let book = BaselineBook(baseline(), clock: UsualCurveTests.utc)
        let half = [Double?](repeating: 6, count: 180)
        let one = try #require(book.comparison(SeriesID(flow, .success), half, at: now))
        #expect(one.now == 6 && one.seconds == 1800 && one.halfHours == 9 * 48)
        #expect(abs(one.then - 12) < 1 && one.isWithin == false)
        #expect(abs((one.change ?? 0) + 0.5) < 0.06)
        let well = try #require(
            book.comparison(SeriesID(flow, .success), half.map { $0.map { $0 * 2 } }, at: now))
        #expect(well.isWithin == true)
        let few = try #require(
            book.comparison(SeriesID(flow, .success), [nil, 6, 6], at: now))
        #expect(few.isWithin == nil && few.seconds == 20)
        #expect(book.comparison(SeriesID(flow, .success), [nil], at: now) == nil)
        #expect(book.comparison(SeriesID(flow, .retry), half, at: now) == nil)
    }

    @Test func `a recording's is known by kind and name, this store's own by its source too`() throws {
        let past = [
            PastSeries(
                entity: EntityID(.queue, "erp"), measure: .depth, from: 1_793_577_600, step: 1800,
                values: UsualCurveTests.days(5)),
            PastSeries(
                entity: flow, measure: .p99, from: 1_793_577_600 + 3600, step: 1800,
                values: UsualCurveTests.days(5)),
            PastSeries(entity: flow, measure: .p50, from: 1_793_577_600, step: 60, values: [1, 2]),
        ]
        let taken = try #require(Baseline(past, at: now, by: "mira", origin: "recording eu"))
        #expect(taken.figures.map(\.measure) == [.depth, .p99], "another step is left out")
        #expect(taken.figures.allSatisfy { $0.values.count == 5 * 48 + 2 })
        #expect(taken.figures[1].values[0].isNaN && taken.figures[1].values[2].isFinite)
        let book = BaselineBook(taken, clock: UsualCurveTests.utc)
        #expect(book.curve(of: SeriesID(queue, .depth)) != nil)
        #expect(
            BaselineBook(baseline(), clock: UsualCurveTests.utc).curve(
                of: SeriesID(EntityID(.queue, "erp", in: "other"), .depth)) == nil)
        #expect(Baseline([], at: now, by: "mira", origin: "") == nil)
    }
}
