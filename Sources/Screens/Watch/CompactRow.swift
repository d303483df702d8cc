import Display
import Monitoring
import Text

/// A row in one line: sign, name, the figure at fault, the sentence as far as it goes.
struct CompactRow {
    let row: PaneRow

    func draw(on painter: inout Painter, row line: Int, in area: Rect, name width: Int) {
        painter.put(row.sign.glyph, row.signRole, row: line, column: area.column)
        let name = Line(row.name(width, painter.glyphs), row.nameRole)
        painter.put(name, row: line, column: area.column + 2)
        let start = area.column + 2 + width + 2
        painter.put(
            sentence(area.endColumn - start, painter.glyphs), row: line, column: start,
            width: area.endColumn - start)
    }

    /// The figure in its colour where the sentence tells it, else with its name before the sentence.
    private func sentence(_ width: Int, _ glyphs: GlyphSet) -> Line {
        let figure = row.figure
        guard row.isTrouble else {
            if let news = row.news { return news }
            let quiet: Role = row.status == .off || row.isAside ? .dim : .quiet
            let named = Line(row.namedFigure.text, quiet)
            guard row.reason.isEmpty else {
                let rest = Sentence.lines(
                    row.reason, width: width - named.width(glyphs) - 2, limit: 1, glyphs)
                return named + Line("  ") + Line(rest.first ?? "", row.reasonRole)
            }
            return row.instead ?? named
        }
        let room = width - glyphs.width(row.mark)
        let text = Sentence.lines(row.reason, width: room, limit: 1, glyphs).first ?? ""
        guard !figure.text.isEmpty, figure.text != "-" else { return Line(text, .text) }
        if let place = text.firstPlace(of: figure.text) {
            return Line(String(text[..<place.lowerBound]), .text) + Line([row.markedFigure])
                + Line(String(text[place.upperBound...]), .text)
        }
        let named = row.namedFigure
        // What the sentence begins with, as it was when it was judged, is not said again as it is now.
        let shown = row.markedFigure.text
        if text.hasPrefix(named.text.dropLast(shown.count)), named.text != shown {
            return Line(text, .text)
        }
        let rest = Sentence.lines(row.reason, width: width - named.width(glyphs) - 2, limit: 1, glyphs).first
        return named + Line(rest.map { "  " + $0 } ?? "", .text)
    }
}
