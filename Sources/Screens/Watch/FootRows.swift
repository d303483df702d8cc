import Display
import EngineAPI
import Monitoring
import Text

/// The last two rows: the newest event or the answer to a key, then the keys that work here and now.
struct FootRows {
    let model: Model

    func drawNews(on painter: inout Painter, row: Int, width: Int) {
        if let storage = model.shown?.storage, storage.status.isTrouble, model.notice == nil {
            // What is decided is lost with the process while this lasts: it outweighs any news.
            let sign = Line(" " + storage.status.glyph + " ", storage.status.role)
            let line = sign + Line(storage.reason.joined(separator: " · "), .text)
            painter.put(line.cut(to: width, painter.glyphs), row: row, column: 0)
        } else {
            painter.put(model.statusLine(width: width, painter.glyphs), row: row, column: 0)
        }
    }

    func drawKeys(on painter: inout Painter, row: Int, width: Int) {
        painter.put(model.hintLine(width: width, painter.glyphs), row: row, column: 0, width: width)
    }
}
