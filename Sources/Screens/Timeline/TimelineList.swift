import Display
import EngineAPI
import Monitoring
import Text

/// What stands on the axis, in words: those around the cursor, the one under it whole, with its times.
struct TimelineList {
    let model: Model
    let timeline: Timeline
    let chosen: Int?

    /// Of the one under the cursor.
    private static let mostLines = 3

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        guard let chosen else {
            let key = KeyMap.name(of: .moreHours)
            let words = ["nothing stands here of the last \(model.timelineSpan)", "\(key) shows more time"]
            for (offset, line) in Sentence.lines(
                words, width: area.columns - 2, limit: area.rows, painter.glyphs
            ).enumerated() {
                painter.put(line, .dim, row: area.row + offset, column: area.column + 2)
            }
            return
        }
        let own = whole(chosen, area, painter.glyphs)
        let others = max(0, area.rows - own.count)
        // About the middle, and all rows used at either end.
        let above = min(chosen, max(others / 2, others - (timeline.entries.count - 1 - chosen)))
        var row = area.row
        for place in max(0, chosen - min(above, others))..<timeline.entries.count where row < area.endRow {
            let lines = place == chosen ? own : [line(place, area, painter.glyphs)]
            let rect = area.rows(row - area.row, row - area.row + lines.count)
            for (offset, line) in lines.prefix(rect.rows).enumerated() {
                painter.put(line, row: rect.row + offset, column: rect.column, width: rect.columns)
            }
            painter.offer(Hit.moment(timeline.entries[place].id), on: rect)
            if place == chosen { painter.cursorBar(rect) }
            row += lines.count
        }
    }

    // MARK: Lines

    private func isWide(_ area: Rect) -> Bool { area.columns >= 60 }

    private var widths: (time: Int, word: Int) {
        let entries = timeline.entries
        return (
            entries.map { model.clock.text($0.from).count }.max() ?? 5, entries.map(\.word.count).max() ?? 5
        )
    }

    private func head(_ entry: TimelineEntry, _ area: Rect) -> Line {
        let isTrouble = entry.status?.isTrouble == true
        let role: Role = entry.isQuiet ? .dim : entry.status?.role ?? .dim
        let sign = Line(entry.sign + " ", isTrouble || entry.status != nil ? role : .strong)
        let time = model.clock.text(entry.from)
        guard isWide(area) else { return sign + Line(time + "  ", .dim) }
        return sign + Line(time.padded(to: widths.time + 2), .dim)
            + Line(entry.word.padded(to: widths.word + 2), .dim)
    }

    private func line(_ place: Int, _ area: Rect, _ glyphs: GlyphSet) -> Line {
        let entry = timeline.entries[place]
        let head = head(entry, area)
        let tail = area.columns >= 100 ? Line(lasted(entry), .dim) : Line()
        let room = area.columns - head.width(glyphs) - (tail.isEmpty ? 0 : tail.width(glyphs) + 2)
        let told = Sentence.lines([entry.text], width: max(8, room), limit: 1, glyphs).first ?? ""
        let text = Line(told, entry.isQuiet || !entry.lasts ? .quiet : .text).cut(to: max(8, room), glyphs)
        let gap = area.columns - head.width(glyphs) - text.width(glyphs) - tail.width(glyphs)
        return head + text + (tail.isEmpty ? Line() : Line(String(repeating: " ", count: max(2, gap))) + tail)
    }

    /// Its sentence, then when that was by every clock that is known, and what came before it.
    private func whole(_ place: Int, _ area: Rect, _ glyphs: GlyphSet) -> [Line] {
        let entry = timeline.entries[place]
        let head = head(entry, area)
        let indent = head.width(glyphs)
        let room = max(12, area.columns - indent - 1)
        let most = max(1, min(Self.mostLines, area.rows - 1))
        var lines = Sentence.lines([entry.text], width: room, limit: most, glyphs).enumerated().map {
            ($0 == 0 ? head : Line(String(repeating: " ", count: indent))) + Line($1, .strong)
        }
        let left = area.rows - lines.count
        guard left > 0 else { return lines }
        let narrow = area.columns < 60
        let facts = Sentence.lines(
            facts(entry), width: narrow ? area.columns - 3 : room, limit: min(left, narrow ? 2 : 3), glyphs)
        lines += facts.map { Line(String(repeating: " ", count: narrow ? 2 : indent)) + Line($0, .text) }
        return lines
    }

    private func facts(_ entry: TimelineEntry) -> [String] {
        var facts = [model.clock.everywhere(entry.from)]
        let age = Age.text(seconds: max(0, timeline.to.seconds(since: entry.from)))
        facts.append("\(age) ago")
        if entry.kind == .alert { facts.append(lasted(entry)) }
        for before in timeline.changes(before: entry).prefix(3) {
            let distance = before.seconds < 1 ? "just after" : "\(Age.text(seconds: before.seconds)) after"
            facts.append("\(distance) \(before.change.word): \(before.change.text)")
        }
        return facts
    }

    /// `open 25 min`, `11 min`; nothing of a moment.
    private func lasted(_ entry: TimelineEntry) -> String {
        let seconds = max(0, (entry.to ?? timeline.to).seconds(since: entry.from))
        if entry.lasts { return "open \(Age.text(seconds: seconds))" + entry.quiet }
        return entry.to == nil ? "" : "lasted " + Age.text(seconds: seconds)
    }

    /// The entry in one line, for who copies it.
    static func text(_ entry: TimelineEntry, _ clock: Clock) -> String {
        let end = entry.to.map { " to \(clock.text($0))" } ?? (entry.lasts ? ", open" : "")
        let status = entry.status.map { $0.rawValue + " " } ?? ""
        return Sanitizer.line("\(clock.text(entry.from))\(end) · \(status)\(entry.word) · \(entry.text)")
    }
}
