import TestSupport
import Testing
import Text

struct CivilTimeTests {
    @Test(
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (1_795_229_677, "2026-11-21T02:54:37Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (.max, "9999-12-31T23:59:59Z"), (.min, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func `writes RFC 3339`(seconds: Int64, expected: String) {
        #expect(CivilTime(secondsSinceEpoch: seconds).rfc3339 == expected)
    }

    @Test func `knows which days there are`() {
        #expect(
            CivilTime.exists(year: 2024, month: 2, day: 29) && CivilTime.exists(year: 2000, month: 2, day: 29)
        )
        for (year, month, day) in [
            (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (0, 1, 1), (.max, 1, 1),
        ] {
            #expect(!CivilTime.exists(year: year, month: month, day: day), "\(year)-\(month)-\(day)")
        }
    }

    @Test(arguments: [UInt64(21), 22])
    func `taking apart and putting together are inverse`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator)
            let time = CivilTime(secondsSinceEpoch: seconds)
            let back = CivilTime.secondsSinceEpoch(
                year: time.year, month: time.month, day: time.day, hour: time.hour, minute: time.minute,
                second: time.second)
            #expect(back == seconds, "seed \(seed)")
            #expect((1...12).contains(time.month) && (1...31).contains(time.day), "seed \(seed)")
        }
    }

    @Test func `names the day only when it is another`() {
        let now = CivilTime(secondsSinceEpoch: 1_795_229_677)
        #expect(CivilTime(secondsSinceEpoch: 1_795_229_677 - 3600).short(asOf: now) == "01:54")
        #expect(CivilTime(secondsSinceEpoch: 1_795_229_677 - 86_400).short(asOf: now) == "20 Nov 02:54")
    }
}
