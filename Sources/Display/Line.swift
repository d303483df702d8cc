/// A piece of text that means one thing.
package struct Span: Hashable, Sendable {
    package var text: String
    package var role: Role

    package init(_ text: String, _ role: Role) {
        self.text = text
        self.role = role
    }
}

/// Text of one row, in pieces; how wide it is depends on the glyphs it is drawn with.
package struct Line: Hashable, Sendable {
    package var spans: [Span]

    package init(_ spans: [Span] = []) { self.spans = spans }
    package init(_ text: String, _ role: Role = .text) { spans = text.isEmpty ? [] : [Span(text, role)] }

    package var isEmpty: Bool { spans.isEmpty }
    package var text: String { spans.map(\.text).joined() }

    /// In cells, after the glyphs were replaced.
    package func width(_ glyphs: GlyphSet) -> Int {
        spans.reduce(0) { $0 + glyphs.width($1.text) }
    }

    package mutating func append(_ text: String, _ role: Role) {
        if !text.isEmpty { spans.append(Span(text, role)) }
    }

    package static func + (left: Line, right: Line) -> Line { Line(left.spans + right.spans) }
    package static func += (left: inout Line, right: Line) { left.spans += right.spans }

    /// When it is wider than `width` cells, with its paths shortened in their middle, and cut at the end with `…` when
    /// that is not enough.
    package func cut(to width: Int, _ glyphs: GlyphSet) -> Line {
        guard self.width(glyphs) > width else { return self }
        let line = shortened(to: width, glyphs)
        return line.width(glyphs) > width ? line.cutAtEnd(to: width, glyphs) : line
    }

    private func shortened(to width: Int, _ glyphs: GlyphSet) -> Line {
        var line = self
        for place in spans.indices {
            let others = line.width(glyphs) - glyphs.width(spans[place].text)
            let short = PathCut.text(spans[place].text, glyphs) { others + glyphs.width($0) <= width }
            if let short { line.spans[place].text = short }
            if line.width(glyphs) <= width { break }
        }
        return line
    }

    private func cutAtEnd(to width: Int, _ glyphs: GlyphSet) -> Line {
        let mark = glyphs.width("…")
        var room = width - mark
        guard room >= 0 else { return Line() }
        var line = Line()
        for span in spans {
            var kept = String.UnicodeScalarView()
            var isCut = false
            for scalar in glyphs.render(span.text).unicodeScalars {
                let cells = GlyphSet.cells(scalar)
                guard cells <= room else {
                    isCut = true
                    break
                }
                room -= cells
                kept.append(scalar)
            }
            while isCut, kept.last == " " { kept.removeLast() }
            line.append(String(kept), span.role)
            if isCut {
                line.append("…", span.role)
                break
            }
        }
        return line
    }
}
