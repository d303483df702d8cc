import Display

extension Line {
    /// As many lines of at most `width` cells as it takes, broken between words; only a word that is wider than all of
    /// a line is cut.
    func broken(to width: Int, _ glyphs: GlyphSet) -> [Line] {
        guard self.width(glyphs) > width else { return [self] }
        var lines: [Line] = []
        var line = Line()
        for (word, hasGap) in words {
            let wider = line + (line.isEmpty || !hasGap ? Line() : Line(" ", .dim)) + word
            if wider.width(glyphs) <= width {
                line = wider
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = word.cut(to: width, glyphs)
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Its words in their roles, each with whether a blank stood before it; one may be of several roles.
    private var words: [(word: Line, hasGap: Bool)] {
        var words: [(word: Line, hasGap: Bool)] = []
        var word = Line()
        var hasGap = false
        for span in spans {
            let parts = span.text.split(separator: " ", omittingEmptySubsequences: false)
            for (place, part) in parts.enumerated() {
                if place > 0 {
                    if !word.isEmpty { words.append((word, hasGap)) }
                    (word, hasGap) = (Line(), true)
                }
                word.append(String(part), span.role)
            }
        }
        if !word.isEmpty { words.append((word, hasGap)) }
        return words
    }

    /// `text` behind its head, on more lines where one has no room for it: under its own beginning, or, where that
    /// leaves too little, under the head.
    static func told(_ head: Line, _ text: String, width: Int, limit: Int, _ glyphs: GlyphSet) -> [Line] {
        let used = head.width(glyphs)
        let room = width - used
        if glyphs.width(text) <= room { return [head + Line(text, .text)] }
        let isBelow = room < leastForText
        let indent = Line(String(repeating: " ", count: isBelow ? 4 : used))
        let lines = Sentence.lines(
            [text], width: max(10, isBelow ? width - 4 : room), limit: limit, glyphs
        ).map { Line($0, .text) }
        guard !isBelow, let first = lines.first else { return [head] + lines.map { indent + $0 } }
        return [head + first] + lines.dropFirst().map { indent + $0 }
    }

    private static let leastForText = 30

    /// Parts one after the other with ` · ` between, on as many lines of `width` cells as it takes: a part stays whole
    /// where a line has room for it.
    static func flowing(_ parts: [Line], width: Int, _ glyphs: GlyphSet) -> [Line] {
        var lines: [Line] = []
        for part in parts {
            if let last = lines.last {
                let joined = last + Line(" · ", .dim) + part
                if joined.width(glyphs) <= width {
                    lines[lines.count - 1] = joined
                    continue
                }
            }
            lines += part.broken(to: width, glyphs)
        }
        return lines
    }
}
