package import Display
import Text

/// A sentence in parts, most important first, broken into lines at ` · `.
package enum Sentence {
    /// At most `limit` lines of at most `width` cells. One that is wider than a line is broken at words, its paths
    /// shortened before anything is cut; of what no longer fits the last line, its first clauses are told.
    package static func lines(
        _ parts: [String], width: Int, limit: Int = 2, _ glyphs: GlyphSet
    ) -> [String] {
        guard limit > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for part in parts where !part.isEmpty {
            let joined = line.isEmpty ? part : line + " · " + part
            if glyphs.width(joined) <= width {
                line = joined
                continue
            }
            if !line.isEmpty, lines.count == limit - 1 {
                let room = width - glyphs.width(line + " · ")
                return lines + [line + (clauses(of: part, in: room, glyphs).map { " · " + $0 } ?? "")]
            }
            if !line.isEmpty {
                lines.append(line)
                line = ""
            }
            guard lines.count < limit else { return lines }
            if glyphs.width(part) <= width {
                line = part
            } else {
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
            }
        }
        if !line.isEmpty, lines.count < limit { lines.append(line) }
        return lines
    }

    /// A sentence that stands alone in one line: whole parts of it, and else whole words.
    package static func line(_ text: String, width: Int, _ glyphs: GlyphSet) -> String {
        guard glyphs.width(text) > width else { return text }
        var (parts, rest) = ([String](), text[...])
        while let end = rest.firstPlace(of: " · ") {
            parts.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        parts.append(String(rest))
        if glyphs.width(parts[0]) <= width {
            return lines(parts, width: width, limit: 1, glyphs).first ?? parts[0]
        }
        let short = PathCut.text(parts[0], glyphs) { glyphs.width($0) <= width } ?? parts[0]
        if glyphs.width(short) <= width { return short }
        let mark = " …"
        var (told, whole) = ("", "")
        func isNumber(_ word: Substring) -> Bool { word.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
        let words = short.split(separator: " ")
        for (place, word) in words.enumerated() {
            whole += (whole.isEmpty ? "" : " ") + word
            let ending = whole.last.map { ",;:".contains($0) } == true ? String(whole.dropLast()) : whole
            guard glyphs.width(ending + mark) <= width else { break }
            // `18 420`: part of a figure is a wrong one.
            let isBegun = place + 1 < words.count && isNumber(word) && isNumber(words[place + 1])
            if !isBegun { told = ending }
        }
        let isTooShort = told.isEmpty || glyphs.width(told) * 2 < width
        return isTooShort ? Line(short).cut(to: width, glyphs).text : told + mark
    }

    /// As many clauses as fit, a mark for the others; of a quotation, `last: HTTP 401`, as much of it as fits. Nil
    /// where that is too little: part of a figure is a wrong one.
    private static func clauses(of part: String, in room: Int, _ glyphs: GlyphSet) -> String? {
        var told: String?
        var rest = part[...]
        while let end = [rest.firstPlace(of: ", "), rest.firstPlace(of: " (")].compactMap({ $0 }).min(by: {
            $0.lowerBound < $1.lowerBound
        }) {
            let head = String(part[..<end.lowerBound]) + " …"
            guard glyphs.width(head) <= room else { return told }
            told = head
            rest = rest[end.upperBound...]
        }
        guard told == nil, room >= 20, part.mentions(": ") else { return told }
        return Line(part).cut(to: room, glyphs).text
    }

    /// Nothing was cut off.
    private static func isAll(_ text: String, _ lines: [String]) -> Bool {
        lines.joined(separator: " ") == text.split(separator: " ").joined(separator: " ")
    }

    private static func cut(_ text: String, to width: Int, _ glyphs: GlyphSet) -> String {
        guard glyphs.width(text) > width else { return text }
        return clauses(of: text, in: width, glyphs) ?? Line(text).cut(to: width, glyphs).text
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
                return lines + [cut(rest, to: width, glyphs)]
            }
            lines.append(line)
            line = String(word)
            if glyphs.width(line) > width {
                return lines + [cut(words[index...].joined(separator: " "), to: width, glyphs)]
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
