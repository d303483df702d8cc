/// Breaks text at spaces.
package enum Wrap {
    /// Lines of at most `width` cells; a longer word stands alone on its line.
    package static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ") {
            let cells = CellWidth.of(String(word))
            if !line.isEmpty, used + 1 + cells > width {
                lines.append(line)
                line = ""
                used = 0
            }
            if !line.isEmpty {
                line += " "
                used += 1
            }
            line += word
            used += cells
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// All of the text in lines of at most `width` cells, as `cells` counts them; a word that is longer goes on in the
    /// next line.
    package static func whole(_ text: String, width: Int, by cells: (String) -> Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ") {
            var wide = cells(String(word))
            if used > 0, used + 1 + wide > width {
                lines.append(line)
                (line, used) = ("", 0)
            }
            if used > 0 {
                line += " "
                used += 1
            }
            guard wide > width else {
                line += word
                used += wide
                continue
            }
            for character in word {
                wide = cells(String(character))
                if used > 0, used + wide > width {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
                line.append(character)
                used += wide
            }
        }
        if used > 0 { lines.append(line) }
        return lines
    }
}
