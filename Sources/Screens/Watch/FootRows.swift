import Display

/// The last two rows: the newest event or the answer to a key, then the keys that work here and now.
struct FootRows {
    let model: Model

    func drawNews(on painter: inout Painter, row: Int, width: Int) {
        painter.put(model.statusLine(width: width, painter.glyphs), row: row, column: 0)
    }

    func drawKeys(on painter: inout Painter, row: Int, width: Int) {
        painter.put(model.hintLine(width: width, painter.glyphs), row: row, column: 0, width: width)
    }
}
