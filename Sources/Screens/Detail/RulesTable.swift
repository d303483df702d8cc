import Display
import EngineAPI
import Monitoring
import Text

/// The limits that judge one entity, beside what is now.
struct RulesTable {
    let rules: [Detail.Rule]
    let now: Timestamp

    var block: Block {
        Block(rows: rules.count + 2) { painter, area in
            TitleRule("Rules").draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            let limit = min(20, max(14, rules.map { CellWidth.of($0.limit) }.max() ?? 0))
            let ends = (limit: area.endColumn - 22, now: area.endColumn - 8, since: area.endColumn)
            func put(_ text: String, _ role: Role, _ row: Int, _ end: Int, _ width: Int) {
                painter.putRight(Line(text, role), row: row, endColumn: end, width: width)
            }
            painter.put("rule", .dim, row: area.row + 1, column: area.column + 2)
            put("limit", .dim, area.row + 1, ends.limit, limit)
            put("now", .dim, area.row + 1, ends.now, 12)
            put("since", .dim, area.row + 1, ends.since, 7)
            for (index, rule) in rules.enumerated() {
                let row = area.row + 2 + index
                let isBad = rule.status.isTrouble
                painter.put(rule.status.glyph, rule.status.role, row: row, column: area.column)
                let name = Line(Sanitizer.line(rule.rule), isBad ? .text : .quiet)
                painter.put(
                    name.cut(to: ends.limit - limit - 1 - area.column - 2, painter.glyphs), row: row,
                    column: area.column + 2)
                put(rule.limit, .dim, row, ends.limit, limit)
                put(rule.now, isBad ? rule.status.role : .quiet, row, ends.now, 12)
                if let since = rule.since {
                    put(Age.text(seconds: now.wall.seconds(since: since)), .dim, row, ends.since, 7)
                }
            }
        }
    }
}
