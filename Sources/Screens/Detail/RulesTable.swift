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
            // A narrow table has no room to spare, and none for when it began.
            let isNarrow = area.columns < 48
            func widest(_ text: (Detail.Rule) -> String, _ least: Int, _ most: Int) -> Int {
                min(most, rules.reduce(least) { max($0, CellWidth.of(text($1))) })
            }
            let limit = widest(\.limit, isNarrow ? 5 : 14, 20)
            let current = widest(\.now, isNarrow ? 3 : 12, 16)
            let since = isNarrow ? 0 : 7
            let nowEnd = area.endColumn - (isNarrow ? 0 : since + 1)
            let ends = (limit: nowEnd - current - 2, now: nowEnd, since: area.endColumn)
            func put(_ text: String, _ role: Role, _ row: Int, _ end: Int, _ width: Int) {
                painter.putRight(Line(text, role), row: row, endColumn: end, width: width)
            }
            painter.put("rule", .dim, row: area.row + 1, column: area.column + 2)
            put("limit", .dim, area.row + 1, ends.limit, limit)
            put("now", .dim, area.row + 1, ends.now, current)
            if !isNarrow { put("since", .dim, area.row + 1, ends.since, since) }
            for (index, rule) in rules.enumerated() {
                let row = area.row + 2 + index
                let isBad = rule.status.isTrouble
                painter.put(rule.status.glyph, rule.status.role, row: row, column: area.column)
                let name = Line(Sanitizer.line(rule.rule), isBad ? .text : .quiet)
                painter.put(
                    name.cut(to: ends.limit - limit - 1 - area.column - 2, painter.glyphs), row: row,
                    column: area.column + 2)
                put(rule.limit, .dim, row, ends.limit, limit)
                put(rule.now, isBad ? rule.status.role : .quiet, row, ends.now, current)
                if !isNarrow, isBad, let began = rule.since {
                    put(Age.text(seconds: now.wall.seconds(since: began)), .dim, row, ends.since, since)
                }
            }
        }
    }
}
