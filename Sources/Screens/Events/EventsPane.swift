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
        if let first = events.first {
            counts = [Line("since \(model.clock.text(first.at)) · newest last", .dim)]
        }
        TitleRule("\(Pane.events.rawValue) \(Pane.events.title)", counts: counts, isFocused: isFocused)
            .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        guard !events.isEmpty else {
            painter.put("nothing has happened yet", .dim, row: area.row + 1, column: area.column + 2)
            return
        }
        let body = area.rows(1, area.rows)
        let chosen = isFocused ? events.lastIndex { $0 == model.eventCursor } ?? events.count - 1 : nil
        // The newest stand at the bottom, unless the cursor went up beyond them.
        var start = max(0, events.count - body.rows)
        if let chosen, chosen < start { start = chosen }
        let subject = min(11, events.map { painter.glyphs.width($0.subject) }.max() ?? 0)
        for (offset, event) in events[start...].prefix(body.rows).enumerated() {
            let row = body.row + offset
            draw(event, on: &painter, row: row, in: body, subject: subject)
            let place = body.rows(offset, offset + 1)
            painter.offer(Hit.event(event), on: place)
            if chosen == start + offset { painter.cursorBar(place) }
        }
    }

    private func draw(
        _ event: Event, on painter: inout Painter, row: Int, in area: Rect, subject width: Int
    ) {
        if let status = event.status {
            painter.put(status.glyph, status.role, row: row, column: area.column)
        }
        let time = model.clock.text(event.at)
        let used = painter.put(time, .dim, row: row, column: area.column + 2)
        let subject = area.column + 2 + used + 2
        painter.put(event.subject, .dim, row: row, column: subject, width: width)
        let text = Line(event.text, event.status?.isTrouble == true ? .text : .quiet)
        let start = subject + width + 2
        painter.put(text.cut(to: area.endColumn - start, painter.glyphs), row: row, column: start)
    }
}
