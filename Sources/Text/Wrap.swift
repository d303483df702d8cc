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
}
