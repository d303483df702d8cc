import Display
import EngineAPI
import Monitoring

/// Where nothing else has room: the verdict in a word.
struct WordView {
    let model: Model

    func draw(on painter: inout Painter) {
        let size = painter.frame.size
        let word = words.first { $0.width(painter.glyphs) <= size.columns } ?? Line()
        painter.put(word, row: size.rows / 2, column: max(0, (size.columns - word.width(painter.glyphs)) / 2))
    }

    /// The longest first.
    private var words: [Line] {
        let verdict = model.board.verdict
        guard verdict.checks > 0 else {
            return [Line("no data yet", .unknown), Line("no data", .unknown), Line("?", .unknown)]
        }
        if model.shown?.storage.status == .critical, verdict.worst >= .ok {
            return [Line("not kept", .critical), Line(Status.critical.glyph, .critical)]
        }
        let count = verdict.counts[verdict.worst] ?? 0
        let role = verdict.worst.role
        if verdict.setAside > 0, verdict.worst >= .ok || count == 0 {
            return [
                Line("ok \(verdict.setAside) aside", role), Line("\(verdict.setAside) aside", role),
                Line(verdict.worst.glyph, role),
            ].suffix(count == 0 ? 2 : 3)
        }
        return [
            Line(verdict.worst == .ok ? "all ok" : "\(count) \(verdict.worst.word)", role),
            Line(verdict.worst == .ok ? "ok" : "\(count) \(verdict.worst.shortWord)", role),
            Line(verdict.worst.glyph, role),
        ]
    }
}
