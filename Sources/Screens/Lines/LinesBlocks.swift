import Display
import EngineAPI
import Monitoring
import Text

/// What a page tells of the lines behind its entity: the last error in full, and the newest few.
struct LinesBlocks {
    let lines: Detail.Lines?
    let row: any Row
    let clock: Clock

    private static let newest = 5

    /// In full, with when and where; of a source that gives no lines as much as it tells.
    func lastError(width: Int, _ glyphs: GlyphSet) -> Block? {
        let texts: [String]
        var about: [String] = []
        if let line = lines?.last(.failure) {
            texts = line.wholeText(width: width - 2, glyphs)
            let age = Age.text(seconds: clock.now.seconds(since: line.line.at))
            about =
                ["\(age) ago, \(LineRows.time(line.line, clock))"] + [line.line.level].compactMap { $0 }
            about.append(Sanitizer.line(line.source))
        } else if let error = (row as? IntegrationRow)?.lastError ?? (row as? CronRow)?.lastError {
            let known = error.isEmpty ? "none written: the process died" : error
            texts = Wrap.whole(Sanitizer.line(known), width: width - 2, by: glyphs.width)
            if let at = (row as? IntegrationRow)?.lastErrorAt {
                about = [
                    "\(Age.text(seconds: clock.now.seconds(since: at))) ago, \(clock.text(at))"
                ]
            }
        } else {
            return nil
        }
        return Block(rows: texts.count + 1) { painter, area in
            TitleRule(
                "Last error", counts: [Line(about.joined(separator: ", "), .dim)].filter { !$0.spans.isEmpty }
            )
            .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, text) in texts.enumerated() {
                painter.put(
                    text, .text, row: area.row + 1 + index, column: area.column + 2, width: area.columns - 2)
            }
        }
    }

    /// The newest last; nil where there is nothing to say of lines.
    var newestLines: Block? {
        guard let lines else { return nil }
        let isJob = row is CronRow
        let title = isJob ? "Newest errors" : "Newest lines"
        let part = Array(lines.lines.suffix(Self.newest))
        let silent = lines.without.map { "\(Sanitizer.line($0)): this source gives no lines" }
        if part.isEmpty, silent.isEmpty { return nil }
        let rows = LineRows(part, clock: clock)
        let count = part.count + silent.count
        return Block(rows: count + 1) { painter, area in
            let key = KeyMap.name(of: .lines)
            let all = "\(key) shows \(lines.lines.count > 1 ? "all \(lines.lines.count)" : "it")"
            TitleRule(title, counts: part.isEmpty ? [] : [Line(all, .dim)])
                .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in part.enumerated() {
                painter.put(
                    rows.row(line, painter.glyphs).cut(to: area.columns, painter.glyphs),
                    row: area.row + 1 + index, column: area.column)
            }
            for (index, text) in silent.enumerated() {
                painter.put(
                    Line(text, .dim).cut(to: area.columns - 2, painter.glyphs),
                    row: area.row + 1 + part.count + index, column: area.column + 2)
            }
        }
    }
}
