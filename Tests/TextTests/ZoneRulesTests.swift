import Glibc
import Platform
import Testing

@testable import Text

struct ZoneRulesTests {
    private func seconds(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0, _ second: Int = 0) -> Int64
    {
        CivilTime.secondsSinceEpoch(
            year: 2026, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    @Test(
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", [(3, 29, 1, 7200), (10, 25, 1, 3600)]),
            ("EST5EDT,M3.2.0,M11.1.0", [(3, 8, 7, -14_400), (11, 1, 6, -18_000)]),
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", [(4, 4, 14, 43_200), (9, 26, 14, 46_800)]),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", [(4, 4, 15, 37_800), (10, 3, 15, 39_600)]),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [(3, 29, 1, -3600), (10, 25, 1, -7200)]), ("UTC0", []),
            ("<+0545>-5:45", []),
        ] as [(String, [(Int, Int, Int, Int)])])
    func `the rule of a zone says when its clocks are put`(rule: String, expected: [(Int, Int, Int, Int)])
        throws
    {
        let rule = try #require(ZoneRules.YearRule(rule))
        let changes = rule.changes(in: 2026)
        #expect(changes.map(\.offsetSeconds) == expected.map(\.3))
        for (change, wanted) in zip(changes, expected) {
            #expect(abs(change.atSeconds - seconds(wanted.0, wanted.1, wanted.2)) <= 1800)
        }
    }

    @Test func `agrees with the system on every zone it can read`() throws {
        let zones = [
            "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "Asia/Kolkata",
            "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Auckland", "America/Sao_Paulo", "UTC",
            "America/Nuuk",
        ]
        var read = 0
        for zone in zones {
            guard let bytes = try? Files.read("/usr/share/zoneinfo/\(zone)", limit: 1 << 20, links: .followed)
            else { continue }
            read += 1
            let rules = try #require(ZoneRules(bytes, years: 2025...2040), "\(zone)")
            for month in [1, 4, 7, 11] {
                for year in [2026, 2039] {
                    let time = CivilTime.secondsSinceEpoch(year: year, month: month, day: 15)
                    #expect(
                        rules.offset(atSeconds: time) == Self.system(zone, time), "\(zone) \(year)-\(month)")
                }
            }
        }
        #expect(read > 0, "this machine has no zoneinfo")
    }

    /// What `date` of the system says.
    private static func system(_ zone: String, _ time: Int64) -> Int? {
        guard let pipe = unsafe popen("TZ=\(zone) date -d @\(time) +%z", "r") else { return nil }
        defer { unsafe pclose(pipe) }
        var line = [CChar](repeating: 0, count: 32)
        guard unsafe fgets(&line, 32, pipe) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 > 32 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard text.count == 5, let number = Int(text.dropFirst()) else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (number / 100 * 3600 + number % 100 * 60)
    }

    @Test func `junk is no zone and no trap`() throws {
        #expect(ZoneRules([], years: 2026...2026) == nil)
        #expect(
            ZoneRules(Array("TZif2".utf8) + [UInt8](repeating: 0xff, count: 400), years: 2026...2026) == nil)
        for rule in ["", "CET", "CET-1CEST", "CET-1CEST,J60,J300", "CET-1CEST,M13.1.0,M1.1.0", "A1", "<x"] {
            #expect(ZoneRules.YearRule(rule) == nil, "\(rule)")
        }
        guard
            let bytes = try? Files.read("/usr/share/zoneinfo/Europe/Berlin", limit: 1 << 20, links: .followed)
        else { return }
        for length in stride(from: 0, to: bytes.count, by: 7) {
            _ = ZoneRules(Array(bytes.prefix(length)), years: 2026...2026)
        }
    }
}
