import Display
import EngineAPI
import Monitoring
import Text

/// Whose messages wait longest in one queue, by topic.
struct TopicsTable {
    let topics: QueueTopics
    let now: WallTime

    private static let most = 12

    var block: Block {
        let shown = topics.topics.prefix(Self.most)
        let rest = topics.topics.count - shown.count
        let read = "read \(Age.text(seconds: max(0, now.seconds(since: topics.readAt)))) ago"
        let part = "of the \(topics.looked) that wait longest in the database"
        let empty = shown.isEmpty ? ["none of its messages is \(part)"] : []
        let more = rest > 0 ? ["and \(Figures.counted(rest, "more topic"))"] : []
        return Block(rows: 1 + max(1, shown.count) + more.count) { painter, area in
            let short = "of the oldest \(topics.looked)"
            let counts =
                topics.isPart && !shown.isEmpty
                ? [part, short].map { Line("\($0), \(read)", .dim) } + [Line(short, .dim)] : []
            TitleRule("Oldest by topic", counts: counts + [Line(read, .dim)])
                .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, topic) in shown.enumerated() {
                let row = area.row + 1 + index
                let age = Age.text(seconds: max(0, now.seconds(since: topic.oldest)))
                let count = Figures.count(topic.count, isBound: topics.isPart)
                painter.putRight(Line("\(count) wait", .dim), row: row, endColumn: area.column + 12)
                painter.putRight(Line(age, .text), row: row, endColumn: area.column + 20)
                let name = Line(Sanitizer.line(topic.name, maxBytes: 256), .text)
                painter.put(
                    name.cut(to: area.columns - 23, painter.glyphs), row: row, column: area.column + 23)
            }
            for (index, text) in (empty + more).enumerated() {
                painter.put(text, .dim, row: area.row + 1 + shown.count + index, column: area.column + 2)
            }
        }
    }
}
