import Documents
import Monitoring
import Reports
import Testing

@Suite struct BaselineReportTests {
    private static let berlin = StoreClock(zone: "Europe/Berlin", offsetSeconds: 3600, changes: [])

    /// Two days: 12 a minute from 07:00 to 23:00 in Berlin, 1 by night.
    private var report: BaselineReport {
        let from = WallTime(seconds: 1_793_577_600)
        let values = (0..<96).map { place -> Double in
            let hour = (place / 2 + 1) % 24
            return place == 5 ? .nan : (7..<23).contains(hour) ? 12 : 1
        }
        var baseline = Baseline(
            at: from.advanced(bySeconds: 3 * 86_400), by: "mira", origin: "recording a\u{1B}b", from: from,
            figures: [
                Baseline.Figure(EntityID(.integration, "orders"), .success, values),
                Baseline.Figure(EntityID(.queue, "none"), .depth, [.nan]),
            ])
        baseline.leftOut = 2
        return BaselineReport(baseline, clock: Self.berlin)
    }

    @Test func `a table tells day and night by the store's clock, the range and what it stands on`() {
        let lines = report.text.split(separator: "\n")
        #expect(lines[0] == "baseline of 2026-11-05, 2 d, by mira, from recording a␛b")
        #expect(
            lines[1].split(separator: " ").map(String.init) == [
                "FIGURE", "DAY", "NIGHT", "RANGE", "STANDS", "ON",
            ])
        #expect(
            lines[2] == "integration:orders ok/min  12.0  1.00   1.00 to 12.0  95 half hours, 2.0 d",
            "\(lines[2])")
        #expect(lines.count == 4 && lines[3] == "2 more were left out")
    }

    @Test func `a script gets the same`() throws {
        let document = try JSON.read(Array(report.json().utf8), name: "baseline")
        let figure = document["figures"]?.elements?.first
        #expect(document["figures"]?.elements?.count == 1)
        #expect(figure?["key"]?.text == "integration:orders" && figure?["measure"]?.text == "success")
        #expect(figure?["dayMedian"]?.double == 12 && figure?["nightMedian"]?.double == 1)
        #expect(figure?["halfHours"]?.int == 95 && document["by"]?.text == "mira")
    }
}
