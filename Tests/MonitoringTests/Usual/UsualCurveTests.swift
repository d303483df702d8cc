import Monitoring
import TestSupport
import Testing

/// What is usual of a figure, and how far it may be off.
@Suite struct UsualCurveTests {
    /// Monday 2026-11-02 00:00 UTC.
    static let monday = WallTime(seconds: 1_793_577_600)
    static let utc = StoreClock(zone: "UTC", offsetSeconds: 0, changes: [])

    /// Half hours of so many days: 12 a minute by day, 0.5 by night, with the chance of counts and a wander of 10 %.
    static func days(_ days: Int, seed: UInt64 = 3) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<days * 48).map { slot in
            let usual = Self.usual(slot) * Double.random(in: 0.9...1.1, using: &random)
            // A sum of even ones is near enough to a normal one.
            let spread = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &random) }
            return max(0, usual + spread * (usual / 30).squareRoot())
        }
    }

    private static func usual(_ slot: Int) -> Double { (14..<44).contains(slot % 48) ? 12 : 0.5 }

    private func curve(_ values: [Double], _ measure: SeriesID.Measure = .success) throws -> UsualCurve {
        try #require(UsualCurve(values, from: Self.monday, step: 1800, measure, clock: Self.utc))
    }

    @Test(arguments: [4, 7, 21])
    func `nine of ten healthy half hours of the next week are within it, and few fallen ones`(days: Int)
        throws
    {
        let curve = try curve(Self.days(days))
        let next = Self.days(7, seed: 99)
        // The clock times of a weekend are those of a work day here.
        let start = Self.monday.advanced(bySeconds: 21 * 86_400)
        var (within, fallen, all) = (0, 0, 0)
        for (slot, value) in next.enumerated() where (16..<42).contains(slot % 48) {
            let range = curve.range(
                at: start.advanced(bySeconds: (Double(slot) + 0.5) * 1800), seconds: 1800)
            all += 1
            if range.contains(value) { within += 1 }
            if range.contains(value / 2) { fallen += 1 }
        }
        let share = Double(within) / Double(all)
        #expect(share > 0.82 && share < 0.995, "\(share) of \(all)")
        #expect(fallen == 0)
    }

    @Test func `a minute may be further off than half an hour, and a night of one in two minutes be silent`()
        throws
    {
        let curve = try curve(Self.days(14))
        let noon = Self.monday.advanced(bySeconds: 14 * 86_400 + 12.25 * 3600)
        let (minute, half) = (curve.range(at: noon, seconds: 60), curve.range(at: noon, seconds: 1800))
        #expect(minute.lowerBound < half.lowerBound && half.upperBound < minute.upperBound)
        // Twelve in a minute, with their wander and the little that is known of them: 12 ± 1.645 √12 at least.
        #expect(abs(minute.lowerBound - 5.5) < 1.5 && abs(minute.upperBound - 20) < 2.5, "\(minute)")
        #expect(curve.range(at: noon, seconds: 10) == minute, "it is counted over a minute at least")
        let night = Self.monday.advanced(bySeconds: 14 * 86_400 + 3.25 * 3600)
        #expect(curve.range(at: night, seconds: 60).lowerBound == 0)
    }

    @Test func `a level that is nothing for hours is not allowed nothing`() throws {
        var random = SeededGenerator(seed: 5)
        let levels = (0..<7 * 48).map { slot in
            slot % 48 == 20 ? 40.0 : Double(Int.random(in: 0...2, using: &random))
        }
        let curve = try curve(levels, .depth)
        let quiet = curve.range(at: Self.monday.advanced(bySeconds: 7 * 86_400 + 3600), seconds: 60)
        #expect(quiet.contains(0.5) && quiet.contains(1.5) && !quiet.contains(12), "\(quiet)")
    }

    @Test func `gaps are none of it, and of nothing nothing is known`() throws {
        var values = Self.days(7)
        for slot in 100..<200 { values[slot] = .nan }
        #expect(try curve(values).halfHours == 7 * 48 - 100)
        let none = [Double](repeating: .nan, count: 96)
        #expect(UsualCurve(none, from: Self.monday, step: 1800, .depth, clock: Self.utc) == nil)
        #expect(UsualCurve([], from: Self.monday, step: 1800, .depth, clock: Self.utc) == nil)
    }

    @Test(arguments: [(0.0, "learning, 0 s of 3 d"), (10_800, "learning, 3 h of 3 d"), (3 * 86_400, nil)])
    func `until enough is known it is said how much is`(seconds: Double, words: String?) {
        #expect(Learning.words(seconds) == words)
    }
}
