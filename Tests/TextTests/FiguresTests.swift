import Testing
import Text

struct FiguresTests {
    @Test func `an old figure says that it is old in eight cells, however old it is`() {
        let ages: [(Double, String)] = [
            (-3, "0 s old"), (76, "76 s old"), (99.9, "99 s old"), (100, "1 m old"), (5999, "99 m old"),
            (6000, "1 h old"), (359_999, "99 h old"), (360_000, "4 d old"), (1e9, "99+d old"),
            (.nan, "0 s old"),
        ]
        for (seconds, text) in ages { #expect(Age.old(seconds: seconds) == text) }
        for seconds in stride(from: 0.0, to: 2e7, by: 37) {
            let text = Age.old(seconds: seconds)
            #expect(text.utf8.count <= 8 && text.hasSuffix(" old"), "\(seconds): \(text)")
        }
    }

    @Test(
        arguments: [
            (0.0, "0 s"), (0.9, "0 s"), (-5, "0 s"), (9.99, "9 s"), (100, "100 s"), (119.9, "119 s"),
            (120, "2 min"),
            (12 * 60 + 59, "12 min"), (99 * 60 + 59, "99 min"), (100 * 60, "1 h 40"),
            (7980, "2 h 13"),
            (7380, "2 h 03"), (10 * 3600, "10 h"), (21 * 3600 + 1, "21 h"), (86_399, "23 h"),
            (3 * 86_400, "3 d"), (.nan, "-"), (.infinity, "-"), (1e300, ">9 ky"),
        ] as [(Double, String)])
    func `reads ages as people do, in six cells`(seconds: Double, expected: String) {
        #expect(Age.text(seconds: seconds) == expected)
        #expect(CellWidth.of(expected) <= 6)
    }

    @Test func `reads a duration`() { #expect(Age.text(.milliseconds(61_500)) == "61 s") }

    @Test func `counts one of a thing as one`() {
        #expect(Figures.counted(1, "flag") == "1 flag")
        #expect(Figures.counted(0, "flag") == "0 flags" && Figures.counted(2, "flag") == "2 flags")
        #expect(Figures.counted(1, "event waits", "events wait") == "1 event waits")
        #expect(Figures.counted(1, "queue", isBound: true) == "1+ queues", "it may be more")
        #expect(Figures.counted(18_420, "query", "queries") == "18 420 queries")
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (3870, "3870"), (9999, "9999"), (10_000, "10 000"), (18_420, "18 420"),
            (100_007, "100 007"), (999_999, "999 999"), (1_000_000, "1.0 M"), (1_234_567, "1.2 M"),
            (999_949_999, "999.9 M"), (999_950_000, "1.0 G"), (2_500_000_000, "2.5 G"), (-18_420, "-18 420"),
            (.max, "9223372036.9 G"), (.min, "-"),
        ] as [(Int, String)])
    func `groups digits from five on`(value: Int, expected: String) {
        #expect(Figures.count(value) == expected)
    }

    @Test(
        arguments: [
            (0.0, 2, "0.00"), (1.005, 1, "1.0"), (8.249, 2, "8.25"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"),
            (0.95, 1, "1.0"), (12.0, 0, "12"), (.nan, 1, "-"), (1e16, 1, "-"), (99.99, 1, "100.0"),
            (5, 9, "5.000000"),
        ] as [(Double, Int, String)])
    func `rounds to fixed decimals`(value: Double, decimals: Int, expected: String) {
        #expect(Figures.fixed(value, decimals: decimals) == expected)
    }

    @Test func `keeps a column's decimals and writes zero as 0`() {
        #expect(Figures.perSecond(0) == "0")
        #expect(Figures.perSecond(8.2) == "8.20")
        #expect(Figures.perMinute(31) == "31.0")
        #expect(Figures.share(0.084) == "8.4")
        #expect(Figures.count(5000, isBound: true) == "5000+")
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (65_536, "64.0 KB"), (2_000_000, "1.9 MB"),
            (1_048_570, "1.0 MB"), (.max, "8192.0 PB"), (-1, "0 B"),
        ] as [(Int, String)])
    func `reads bytes`(bytes: Int, expected: String) { #expect(ByteSize.text(bytes) == expected) }
}
