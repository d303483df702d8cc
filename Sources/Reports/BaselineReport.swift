import Documents
package import Monitoring
import Text

/// A baseline as a table for people and as JSON: of each figure the median by day and by night, the range of nine of ten
/// half hours, and what it stands on.
package struct BaselineReport {
    private let baseline: Baseline
    private let rows: [Row]

    private struct Row {
        var figure: Baseline.Figure
        var day: Double?
        var night: Double?
        var low: Double
        var high: Double
        var halfHours: Int
    }

    /// The day is from 07:00 to 23:00 by `clock`.
    package init(_ baseline: Baseline, clock: StoreClock) {
        self.baseline = baseline
        rows = baseline.figures.compactMap { figure in
            var (day, night): ([Double], [Double]) = ([], [])
            for (place, value) in figure.values.enumerated() where value.isFinite {
                let at = baseline.from.advanced(bySeconds: Double(place * Baseline.step))
                if (7..<23).contains(clock.civil(at).hour) { day.append(value) } else { night.append(value) }
            }
            let all = (day + night).sorted()
            guard !all.isEmpty else { return nil }
            return Row(
                figure: figure, day: Self.median(day), night: Self.median(night), low: all[all.count / 20],
                high: all[min(all.count - 1, all.count * 19 / 20)], halfHours: all.count)
        }
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    // MARK: In words

    package var text: String {
        let head = ["FIGURE", "DAY", "NIGHT", "RANGE", "STANDS ON"]
        let cells = [head] + rows.map(cells)
        let widths = head.indices.map { column in cells.map { CellWidth.of($0[column]) }.max() ?? 0 }
        let table = cells.map { line in
            line.enumerated().map { column, cell in
                column == line.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - CellWidth.of(cell) + 2)
            }.joined()
        }
        let by =
            "\(Sanitizer.line(baseline.by, maxBytes: 64)), from \(Sanitizer.line(baseline.origin, maxBytes: 120))"
        let left = baseline.leftOut > 0 ? ["\(baseline.leftOut) more were left out"] : []
        return (["\(baseline.name), by \(by)"] + table + left).joined(separator: "\n") + "\n"
    }

    private func cells(_ row: Row) -> [String] {
        func text(_ value: Double?) -> String { value.map { Self.text($0, row.figure.measure) } ?? "-" }
        let name = "\(row.figure.entity) \(Self.name(row.figure.measure))"
        let days = Figures.fixed(Double(row.halfHours * Baseline.step) / 86_400, decimals: 1)
        return [
            Sanitizer.line(name, maxBytes: 120), text(row.day), text(row.night),
            "\(text(row.low)) to \(text(row.high))", "\(row.halfHours) half hours, \(days) d",
        ]
    }

    private static func name(_ measure: Baseline.Measure) -> String {
        switch measure {
        case .success: "ok/min"
        case .failure: "fail/min"
        case .retry: "retry/min"
        case .median: "p50"
        case .latency: "p95"
        case .p99: "p99"
        case .depth: "depth"
        case .backlog: "events waiting"
        case .oldest: "oldest"
        case .lag: "lag"
        case .inRate: "in/s"
        case .outRate: "out/s"
        case .heartbeat: "last beat"
        case .mismatches: "records that differ"
        case .duration: "longest run"
        }
    }

    private static func text(_ value: Double, _ measure: Baseline.Measure) -> String {
        switch measure {
        case .success, .failure, .retry, .inRate, .outRate: figure(value)
        case .median, .latency, .p99: figure(value) + " s"
        case .depth, .backlog, .mismatches: Figures.count(Int(exactly: value.rounded()) ?? 0)
        case .oldest, .lag, .heartbeat, .duration: Age.text(seconds: value)
        }
    }

    /// Three digits that count: a retry in half an hour is not nothing.
    private static func figure(_ value: Double) -> String {
        if value == 0 { return "0" }
        let size = abs(value)
        return Figures.fixed(value, decimals: size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
    }

    // MARK: For a script

    package func json() throws -> String {
        let bytes = try JSONWriter.write(Self.document.object(self), sortedKeys: false, pretty: true)
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private static let document = Record<BaselineReport>(
        "baseline", "What a store was like before its upgrade."
    ) {
        Field("version", .constant(1), "Of this document.") { _ in 1 }
        Field("capturedAt", .time, "When it was captured.") { $0.baseline.capturedAt }
        Field("by", .text, "Who did.") { $0.baseline.by }
        Field("origin", .text, "From what: the history, or a recording.") { $0.baseline.origin }
        Field("leftOut", .count, "So many figures more were there than are kept.") { $0.baseline.leftOut }
        Field("figures", .list(.record(row)), "Each figure, in its own unit.") { $0.rows }
    }

    private static let row = Record<Row>("figure", "A figure.") {
        Field("key", .key, "Exactly of what.") { $0.figure.entity.key }
        Field("measure", .text, "Which figure: success, failure and retry are per minute, times are seconds.")
        {
            $0.figure.measure.rawValue
        }
        Field("dayMedian", .amount, "From 07:00 to 23:00 by the store's clock.", ifKnown: { $0.day })
        Field("nightMedian", .amount, "The rest of the day.", ifKnown: { $0.night })
        Field("low", .amount, "One half hour of twenty is lower.") { $0.low }
        Field("high", .amount, "One half hour of twenty is higher.") { $0.high }
        Field("halfHours", .count, "What it stands on.") { $0.halfHours }
    }
}
