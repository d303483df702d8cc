import Display

/// The last two rows: the newest event or the answer to a key, then the keys that work here and now.
struct FootRows {
    let model: Model

    func drawNews(on painter: inout Painter, row: Int, width: Int) {
        painter.put(model.statusLine(width: width, painter.glyphs), row: row, column: 0)
    }

    func drawKeys(on painter: inout Painter, row: Int, width: Int) {
        let glyphs = painter.glyphs
        painter.put(model.hintLine(width: width, glyphs), row: row, column: 0, width: width)
        // A question is answered with keys.
        guard model.dialog == nil, let place = painter.pointed, place.row == row,
            let hint = model.hint(at: place.column, width: width, glyphs),
            let key = KeyMap.key(named: hint.key)
        else { return }
        painter.offer(Hit.key(key), on: Rect(row: row, column: place.column, rows: 1, columns: 1))
    }
}
