import Display
import EngineAPI
import Monitoring
import Text

// `:save screen|pane FILE`: what is seen, as a file to hand on.
extension Model {
    mutating func save(_ words: String) -> [Effect] {
        var parts = words.split(separator: " ", maxSplits: 1).map(String.init)
        let isTable = parts.count == 2 && Self.take("--csv", from: &parts[1])
        guard parts.count == 2, ["screen", "pane"].contains(parts[0]), !parts[1].isEmpty else {
            say("save screen FILE, save pane FILE, save pane FILE --csv", status: .warning)
            return []
        }
        guard parts[0] == "pane" else {
            if isTable { say("a screen is no table: save pane FILE --csv", status: .warning) }
            return isTable ? [] : [.save(nil, path: parts[1])]
        }
        guard let text = paneText(isTable: isTable) else {
            say("nothing was read yet", status: .warning)
            return []
        }
        return [.save(text, path: parts[1])]
    }

    private static func take(_ option: String, from words: inout String) -> Bool {
        var all = words.split(separator: " ")
        guard let place = all.firstIndex(of: option[...]) else { return false }
        all.remove(at: place)
        words = all.joined(separator: " ")
        return true
    }

    /// All rows that the filter leaves, whether there is room for them or not, with every figure.
    private func paneText(isTable: Bool) -> String? {
        guard let shown else { return nil }
        guard focus != .events else { return eventsText(isTable: isTable) }
        guard focus != .alerts else { return alertsText(isTable: isTable) }
        let content = PaneContents(model: self, snapshot: shown).content(focus)
        let heads = ["name", "status"] + content.columns.map { $0.longTitle ?? $0.title } + ["reason"]
        let rows = rows(of: focus).map { row -> [String] in
            let cells = content.rows.firstIndex(of: row.id).map { content.rows[$0].cells } ?? [:]
            return [row.label, row.judgement.status.rawValue]
                + content.columns.map { cells[$0.id]?.text ?? "" }
                + [row.judgement.reason.joined(separator: " · ")]
        }
        return TextTable([heads] + rows).text(isTable: isTable)
    }

    private func alertsText(isTable: Bool) -> String {
        let rows = alerts.map { alert in
            [
                alert.label, alert.kind.word, alert.severity.rawValue, alert.since.civil.rfc3339,
                clock.told(alert),
                alert.owner ?? "", String(alert.foldedCount), alert.changes.joined(separator: "; "),
                alert.records.joined(separator: " "),
            ]
        }
        let heads = [
            "name", "what", "severity", "since", "sentence", "owner", "follow", "changed", "records",
        ]
        return TextTable([heads] + rows).text(isTable: isTable)
    }

    private func eventsText(isTable: Bool) -> String {
        let rows = events.map { [$0.at.civil.rfc3339, $0.text] }
        return TextTable([["time", "event"]] + rows).text(isTable: isTable)
    }
}

/// Rows of text, the first of them the heads.
struct TextTable {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows.map { $0.map { Sanitizer.line($0) } } }

    func text(isTable: Bool) -> String { isTable ? commaSeparated : plain }

    /// In columns as wide as their widest cell.
    private var plain: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// RFC 4180. A spreadsheet takes a cell that begins like a formula for one: such a cell gets an apostrophe.
    private var commaSeparated: String {
        rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let isFormula =
            text.first.map { "=+-@".contains($0) } == true && Double(text) == nil && text.count > 1
        let safe = isFormula ? "'" + text : text
        guard safe.utf8.contains(where: { [0x22, 0x2C].contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
