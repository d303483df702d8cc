import Display
import EngineAPI
import Monitoring

/// The journal in sentences, newest last.
struct EventsPane {
    let model: Model

    func draw(on painter: inout Painter, in area: Rect, isFocused: Bool) {
        painter.offer(Hit.pane(.events), on: area)
        let events = model.events
        var counts: [Line] = []
        if !model.filter.isEmpty {
            let (found, all) = model.extent(of: .events)
            counts = [Line("\(found) of \(all) · newest last", .dim), Line("\(found) of \(all)", .dim)]
        } else if let first = events.first {
            counts = [Line("since \(model.clock.text(first.at)) · newest last", .dim)]
        }
        TitleRule("\(Pane.events.rawValue) \(Pane.events.title)", counts: counts, isFocused: isFocused)
            .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        guard !events.isEmpty else {
            let isHidden = model.shown?.events.isEmpty == false
            painter.put(
                isHidden ? "no event matches \(model.filter.text)" : "nothing has happened yet", .dim,
                row: area.row + 1, column: area.column + 2, width: area.columns - 2)
            return
        }
        let body = area.rows(1, area.rows)
        let chosen = isFocused ? model.eventPlace : nil
        let glyphs = painter.glyphs
        // Where there is little room the words come first: they name what they are about.
        let widest = body.columns < 60 ? 0 : min(11, events.map { glyphs.width($0.subject) }.max() ?? 0)
        let subject = widest > 0 ? widest + 2 : 0
        // The one under the cursor is told whole.
        func lines(_ place: Int) -> [String] {
            let room = max(12, body.columns - start(events[place], subject, glyphs))
            guard place == chosen else { return [Sentence.line(events[place].text, width: room, glyphs)] }
            let limit = max(1, min(Self.most, body.rows))
            return Sentence.lines([events[place].text], width: room, limit: limit, glyphs)
        }
        // The newest stand at the bottom, unless the cursor went up beyond them.
        let extra = chosen.map { lines($0).count - 1 } ?? 0
        var first = max(0, events.count - body.rows + extra)
        if let chosen, chosen < first { first = chosen }
        var row = body.row
        for place in first..<events.count where row < body.endRow {
            let text = lines(place)
            let end = min(body.endRow, row + max(1, text.count))
            let area = body.rows(row - body.row, end - body.row)
            draw(events[place], text, on: &painter, in: area, subject: subject)
            painter.offer(Hit.event(events[place]), on: area)
            if chosen == place { painter.cursorBar(area) }
            row = end
        }
    }

    /// Lines that an event gets at most.
    private static let most = 4

    /// Where its words begin, behind so many cells for its subject.
    private func start(_ event: Event, _ subject: Int, _ glyphs: GlyphSet) -> Int {
        2 + glyphs.width(model.clock.text(event.at)) + 2 + subject
    }

    private func draw(
        _ event: Event, _ text: [String], on painter: inout Painter, in area: Rect, subject width: Int
    ) {
        if let status = event.status {
            painter.put(status.glyph, status.role, row: area.row, column: area.column)
        }
        let used = painter.put(model.clock.text(event.at), .dim, row: area.row, column: area.column + 2)
        painter.put(
            event.subject, .dim, row: area.row, column: area.column + 4 + used, width: max(0, width - 2))
        let start = area.column + start(event, width, painter.glyphs)
        for (offset, line) in text.prefix(area.rows).enumerated() {
            painter.put(
                line, event.status?.isTrouble == true ? .text : .quiet, row: area.row + offset, column: start)
        }
    }
}
