package import Display

/// A sentence in parts, most important first, broken into lines at ` · `.
package enum Sentence {
    /// At most `limit` lines of at most `width` cells. A part that does not fit is left out whole, from the
    /// end; only a first part that is wider than the room is broken at words, its paths shortened before anything is
    /// cut in the last line. With `isWhole` every part is.
    package static func lines(
        _ parts: [String], width: Int, limit: Int = 2, isWhole: Bool = false, _ glyphs: GlyphSet
    ) -> [String] {
        var lines: [String] = []
        var line = ""
        for part in parts where !part.isEmpty {
            let joined = line.isEmpty ? part : line + " · " + part
            if glyphs.width(joined) <= width {
                line = joined
                continue
            }
            if !line.isEmpty {
                lines.append(line)
                line = ""
            }
            guard lines.count < limit else { return lines }
            if glyphs.width(part) <= width {
                line = part
            } else if lines.isEmpty || isWhole {
                let room = limit - lines.count
                var broken = words(part, width: width, limit: room, glyphs)
                if !isAll(part, broken) {
                    // What is said of a path stands behind it.
                    let short = PathCut.text(part, glyphs) {
                        isAll($0, words($0, width: width, limit: room, glyphs))
                    }
                    if let short { broken = words(short, width: width, limit: room, glyphs) }
                }
                line = broken.popLast() ?? ""
                lines += broken
            } else if let short = PathCut.text(part, glyphs, fits: { glyphs.width($0) <= width }),
                glyphs.width(short) <= width
            {
                line = short
            } else {
                return lines
            }
        }
        if !line.isEmpty, lines.count < limit { lines.append(line) }
        return lines
    }

    /// Nothing was cut off.
    private static func isAll(_ text: String, _ lines: [String]) -> Bool {
        lines.joined(separator: " ") == text.split(separator: " ").joined(separator: " ")
    }

    private static func words(_ text: String, width: Int, limit: Int, _ glyphs: GlyphSet) -> [String] {
        var lines: [String] = []
        var line = ""
        let words = text.split(separator: " ")
        for (index, word) in words.enumerated() {
            let joined = line.isEmpty ? String(word) : line + " " + word
            if glyphs.width(joined) <= width {
                line = joined
                continue
            }
            let isLast = lines.count == limit - 1
            if isLast || line.isEmpty {
                let rest = (line.isEmpty ? "" : line + " ") + words[index...].joined(separator: " ")
                return lines + [Line(rest).cut(to: width, glyphs).text]
            }
            lines.append(line)
            line = String(word)
            if glyphs.width(line) > width {
                return lines + [
                    Line(words[index...].joined(separator: " ")).cut(to: width, glyphs).text
                ]
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
