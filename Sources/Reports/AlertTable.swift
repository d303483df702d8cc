package import Monitoring
import Text

/// Alerts as a table for people, one line each, in the order they opened.
package struct AlertTable: Sendable {
    private struct Row: Sendable {
        var alert: Alert
        var ended: Double?
    }

    private var rows: [Row] = []

    package init() {}

    package mutating func add(_ change: AlertChange) {
        switch change.what {
        case .opened: rows.append(Row(alert: change.alert))
        case .worsened, .resolved:
            guard let place = rows.lastIndex(where: { $0.alert.key == change.alert.key && $0.ended == nil })
            else {
                return
            }
            rows[place].alert = change.alert
            if change.what == .resolved { rows[place].ended = change.at }
        }
    }

    /// Lines with a newline each. Times are UTC.
    package var text: String {
        guard !rows.isEmpty else { return "no alert\n" }
        let head = ["BEGAN", "TOLD", "LASTED", "SEVERITY", "ALERT", "WHAT"]
        let cells = [head] + rows.map(Self.cells)
        let widths = head.indices.map { column in cells.map { CellWidth.of($0[column]) }.max() ?? 0 }
        return cells.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                text += cell
                if column < line.count - 1 {
                    text += String(repeating: " ", count: widths[column] - CellWidth.of(cell) + 2)
                }
            }
            return text + "\n"
        }.joined()
    }

    private static func cells(_ row: Row) -> [String] {
        let alert = row.alert
        let began = CivilTime(secondsSinceEpoch: Int64(exactly: alert.since.rounded(.down)) ?? 0)
        let follows = alert.folded.isEmpty ? "" : " (+\(alert.folded.count) that follow from it)"
        return [
            "\(began.dayMonth) \(began.hourMinuteSecond)",
            "+" + Age.text(seconds: alert.opened - alert.since),
            row.ended.map { Age.text(seconds: $0 - alert.opened) } ?? "stands", alert.severity.rawValue,
            Sanitizer.line("\(alert.key.entity) \(alert.key.kind.rawValue)", maxBytes: 80),
            Sanitizer.line(alert.sentence) + follows,
        ]
    }
}
