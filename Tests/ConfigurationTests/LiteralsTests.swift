import Configuration
import Monitoring
import Testing
import Text

struct LiteralsTests {
    @Test(
        arguments: [
            ("5s", .seconds(5)), ("2m", .seconds(120)), ("1h", .seconds(3600)), ("3d", .seconds(259_200)),
            ("500ms", .milliseconds(500)), ("0s", .zero), ("5", nil), ("s", nil), ("5 s", nil), ("-5s", nil),
            ("1.5s", nil),
            ("5sec", nil), ("99999999999999999999s", nil), ("9223372036854775807d", nil), ("", nil),
            ("٥s", nil),
        ] as [(String, Duration?)])
    func `reads durations with their unit`(text: String, expected: Duration?) {
        #expect(Literals.duration(text) == expected)
    }

    @Test(arguments: ["500ms", "5s", "90s", "2m", "36h", "2d", "0s", "1500ms"])
    func `writes durations as they were`(text: String) {
        #expect(Literals.duration(text).map(Literals.text) == text)
    }

    @Test(
        arguments: [
            ("64KB", 65_536), ("1MB", 1_048_576), ("12B", 12), ("2GB", 2_147_483_648), ("64", nil),
            ("64kb", nil),
            ("99999999999GB", nil),
        ] as [(String, Int?)])
    func `reads sizes`(text: String, expected: Int?) { #expect(Literals.size(text) == expected) }

    @Test(
        arguments: [
            ("2026-11-19T12:00:00Z", "2026-11-19T12:00:00Z"), ("2026-11-19", "2026-11-19T00:00:00Z"),
            ("2026-11-19T12:00:00+02:00", "2026-11-19T10:00:00Z"),
            ("2026-11-19 12:00:00Z", "2026-11-19T12:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"), ("2026-02-29", nil), ("2026-13-01", nil),
            ("2026-11-19T24:00:00Z", nil),
            ("2026-11-19T12:00", nil), ("yesterday", nil), ("", nil), ("2026-11-19T12:00:00", nil),
            ("２026-11-19", nil),
        ] as [(String, String?)])
    func `reads times, days that exist only`(text: String, expected: String?) {
        #expect(Literals.moment(text)?.civil.rfc3339 == expected)
    }

    @Test func `reads the words for yes and no`() {
        #expect(["true", "yes", "on", "On"].allSatisfy { Literals.bool($0) == true })
        #expect(["false", "no", "off", "OFF"].allSatisfy { Literals.bool($0) == false })
        #expect(["1", "y", "", "enabled", "tRue"].allSatisfy { Literals.bool($0) == nil })
    }
}
