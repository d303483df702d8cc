import Display
import EngineAPI
import Monitoring
import Text

/// Lines of logs as rows: sign, time, level, source, text; the columns as wide as these lines need them.
struct LineRows {
    let lines: [Detail.Lines.Line]
    let clock: Clock
    private let levelWidth: Int
    private let sourceWidth: Int
    private let timeWidth: Int

    init(_ lines: [Detail.Lines.Line], clock: Clock) {
        self.lines = lines
        self.clock = clock
        levelWidth = lines.compactMap { $0.line.level?.count }.max() ?? 0
        let sources = Set(lines.map(\.source))
        sourceWidth = sources.count > 1 ? min(16, sources.map(CellWidth.of).max() ?? 0) : 0
        timeWidth = lines.map { Self.time($0.line, clock).count }.max() ?? 8
    }

    func row(_ line: Detail.Lines.Line, _ glyphs: GlyphSet) -> Line {
        let status = line.line.outcome.status
        var row = Line([
            Span(status.glyph + " ", status.role),
            Span(Self.time(line.line, clock).padded(to: timeWidth) + "  ", .dim),
        ])
        if levelWidth > 0 {
            row += Line((line.line.level ?? "").padded(to: levelWidth) + "  ", .dim)
        }
        if sourceWidth > 0 {
            let name = Line(Sanitizer.line(line.source), .dim).cut(to: sourceWidth, glyphs)
            let blanks = String(repeating: " ", count: sourceWidth - name.width(glyphs) + 2)
            row += name + Line(blanks)
        }
        return row + Line(Sanitizer.line(line.line.text), line.line.outcome == .success ? .quiet : .text)
    }

    /// `02:14:07`, of another day `22 Nov 02:14:07`; one that was read then, and has no time of its own, `~02:14:07`.
    static func time(_ line: OutcomeLine, _ clock: Clock) -> String {
        (line.isTimeRead ? "~" : "") + clock.exact(line.at)
    }
}

extension Detail.Lines.Line {
    /// The whole text in lines of `width`, and what is not kept of the record.
    func wholeText(width: Int, _ glyphs: GlyphSet) -> [String] {
        let more = line.more > 0 ? ["(and \(Figures.counted(line.more, "more line")) in the log)"] : []
        return Wrap.whole(Sanitizer.line(line.text), width: width, by: glyphs.width) + more
    }
}
