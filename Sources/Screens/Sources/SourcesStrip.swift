import Display
import EngineAPI
import Monitoring
import Text

/// The sources above all other panes, as soon as one of them is not ok: those in trouble with their sentence,
/// the others in one line.
struct SourcesStrip {
    let sources: [SourceRow]
    let model: Model

    private var trouble: [SourceRow] {
        sources.filter { $0.judgement.isTrouble && !Self.isWaiting($0) }
    }
    private var others: [SourceRow] {
        sources.filter { !$0.judgement.isTrouble || Self.isWaiting($0) }
    }

    /// Its first read is still to come: no trouble yet, and the same for all.
    static func isWaiting(_ source: SourceRow) -> Bool {
        source.judgement.status == .unknown && source.readAt == nil
    }

    /// Some share a line.
    var hasOthers: Bool { !others.isEmpty }

    /// The rows it takes with a line for each of those in trouble.
    var least: Int { trouble.count + (others.isEmpty ? 0 : 1) }

    /// The rows it would like for its content at this width, without title.
    func height(_ width: Int, _ glyphs: GlyphSet) -> Int {
        trouble.reduce(others.isEmpty ? 0 : 1) { $0 + max(1, sentence($1, width, glyphs).count) }
    }

    func draw(on painter: inout Painter, in area: Rect) {
        painter.offer(Hit.pane(.sources), on: area)
        let glyphs = painter.glyphs
        var row = area.row
        let cursor = model.focus == .sources ? model.cursor(in: .sources) : nil
        let last = others.isEmpty ? area.endRow : area.endRow - 1
        let isShort = last - row < self.trouble.count
        let trouble = isShort ? Self.from(cursor, self.trouble) : self.trouble
        for (index, source) in trouble.enumerated() {
            let left = trouble.count - index
            // The last line tells how many have none.
            if row == last - 1, left > 1 {
                let counts = StatusCounts(trouble[index...].map(\.judgement))
                painter.put(counts.fold(area.columns - 2, glyphs), row: row, column: area.column + 2)
                row += 1
                break
            }
            guard row < last else { break }
            let lines = Array(sentence(source, area.columns, glyphs).prefix(max(1, last - row - (left - 1))))
            painter.put(
                source.judgement.status.glyph, source.judgement.status.role, row: row, column: area.column)
            let name = Name.cut(source.id.name, to: nameWidth(area.columns), ellipsis: glyphs.render("…"))
            painter.put(name, .strong, row: row, column: area.column + 2)
            for (offset, line) in lines.enumerated() {
                painter.put(
                    line, .text, row: row + offset, column: area.column + 4 + nameWidth(area.columns))
            }
            let used = max(1, lines.count)
            let place = Rect(row: row, column: area.column, rows: used, columns: area.columns)
            painter.offer(Hit.row(source.id), on: place)
            if source.id == cursor { painter.cursorBar(place) }
            row += used
        }
        drawOthers(on: &painter, row: row, in: area, cursor: cursor)
    }

    private func drawOthers(on painter: inout Painter, row: Int, in area: Rect, cursor: EntityID?) {
        guard row < area.endRow else { return }
        let isShort =
            cursor.map { id in !fitting(area.columns, painter.glyphs).contains { $0.id == id } } ?? false
        let others = isShort ? Self.from(cursor, self.others) : self.others
        var column = area.column
        for (index, source) in others.enumerated() {
            let line = short(source)
            let width = line.width(painter.glyphs)
            let left = others.count - index
            let rest = Line("… \(left) more", .dim)
            let room = area.endColumn - column - (left > 1 ? rest.width(painter.glyphs) + 3 : 0)
            guard width <= room else {
                painter.put(rest, row: row, column: column, width: area.endColumn - column)
                return
            }
            painter.put(line, row: row, column: column)
            let place = Rect(row: row, column: column, rows: 1, columns: width)
            painter.offer(Hit.row(source.id), on: place)
            if source.id == cursor { painter.cursorBar(place) }
            column += width + 3
        }
        guard let waiting = others.first(where: Self.isWaiting) else { return }
        let reason = Line(model.clock.words(waiting.judgement).joined(separator: " · "), .dim)
        if reason.width(painter.glyphs) <= area.endColumn - column {
            painter.put(reason, row: row, column: column)
        }
    }

    /// The one under the cursor first, where there is no room for all.
    private static func from(_ cursor: EntityID?, _ sources: [SourceRow]) -> [SourceRow] {
        guard let place = sources.firstIndex(where: { $0.id == cursor }) else { return sources }
        return Array(sources[place...] + sources[..<place])
    }

    /// Those of the others that a line has room for.
    private func fitting(_ width: Int, _ glyphs: GlyphSet) -> [SourceRow] {
        var used = 0
        let rest = Line("… \(others.count) more").width(glyphs) + 3
        return others.prefix { source in
            used += short(source).width(glyphs) + 3
            return used + rest <= width
        }
    }

    private func short(_ source: SourceRow) -> Line {
        let role: Role = source.judgement.aside == nil ? source.judgement.status.role : .dim
        var line = Line("\(source.judgement.status.glyph) ", role)
        line.append(source.id.name, .quiet)
        if let readAt = source.readAt {
            line.append(" " + Age.text(seconds: model.now.seconds(since: readAt)), .dim)
        }
        if source.openWay != nil { line.append(" no TLS", .warning) }
        return line
    }

    private func nameWidth(_ width: Int) -> Int {
        let longest = trouble.map { CellWidth.of($0.id.name) }.max() ?? 0
        return min(max(longest, 14), max(8, width / 4))
    }

    private func sentence(_ source: SourceRow, _ width: Int, _ glyphs: GlyphSet) -> [String] {
        Sentence.lines(
            model.clock.words(source.judgement), width: width - 4 - nameWidth(width), limit: 2, glyphs)
    }
}
