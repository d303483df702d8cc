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
            let ends = (limit: area.endColumn - 20, now: area.endColumn - 9, since: area.endColumn)
            func put(_ text: String, _ role: Role, _ row: Int, _ end: Int, _ width: Int) {
                painter.putRight(Line(text, role), row: row, endColumn: end, width: width)
            }
            painter.put("rule", .dim, row: area.row + 1, column: area.column + 2)
            put("limit", .dim, area.row + 1, ends.limit, 14)
            put("now", .dim, area.row + 1, ends.now, 10)
            put("since", .dim, area.row + 1, ends.since, 8)
            for (index, rule) in rules.enumerated() {
                let row = area.row + 2 + index
                let isBad = rule.status.isTrouble
                painter.put(rule.status.glyph, rule.status.role, row: row, column: area.column)
                let name = Line(Sanitizer.line(rule.rule), isBad ? .text : .quiet)
                painter.put(
                    name.cut(to: ends.limit - 15 - area.column - 2, painter.glyphs), row: row,
                    column: area.column + 2)
                put(rule.limit, .dim, row, ends.limit, 14)
                put(rule.now, isBad ? rule.status.role : .quiet, row, ends.now, 10)
                if let since = rule.since {
                    put(Age.text(seconds: now.wall.seconds(since: since)), .dim, row, ends.since, 8)
                }
            }
        }
    }
}
