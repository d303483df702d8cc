package import Display

/// A frame as text that a person can read and review: what is drawn, and what each cell means.
extension Frame {
    /// One line a row, trailing blanks cut.
    package var glyphText: String {
        lines { cells in
            var text = ""
            for cell in cells where cell.scalar != 0 {
                text.unicodeScalars.append(Unicode.Scalar(cell.scalar) ?? "?")
            }
            return text
        }
    }

    /// One letter a cell, in capitals under the cursor bar; a blank of plain text is a blank.
    package var roleText: String {
        lines { cells in
            var text = ""
            for cell in cells {
                let isBlank = cell.role == .text && cell.scalar == 0x20
                let letter = isBlank ? (cell.isUnderCursor ? "_" : " ") : Self.letter(cell.role)
                text += cell.isUnderCursor ? letter.uppercased() : letter
            }
            return text
        }
    }

    /// The text of one row.
    package func row(_ row: Int) -> String {
        let rows = glyphText.split(separator: "\n", omittingEmptySubsequences: false)
        return rows.indices.contains(row) ? String(rows[row]) : ""
    }

    private func lines(_ text: ([Cell]) -> String) -> String {
        (0..<size.rows).map { row in
            var line = text((0..<size.columns).map { self[row, $0] })
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// What a letter of `roleText` stands for; nil of one that stands for nothing.
    package static func role(of letter: Character) -> Role? {
        if letter == " " || letter == "_" { return .text }
        return Role.allCases.first { self.letter($0) == letter.lowercased() }
    }

    private static func letter(_ role: Role) -> String {
        switch role {
        case .text: "t"
        case .strong: "s"
        case .quiet: "q"
        case .dim: "d"
        case .faint: "f"
        case .rule: "r"
        case .focus: "e"
        case .focusTitle: "g"
        case .critical: "c"
        case .unknown: "u"
        case .warning: "w"
        case .stale: "a"
        case .ok: "o"
        case .off: "z"
        case .lease: "l"
        case .production: "p"
        case .productionFrame: "m"
        case .armed: "x"
        case .chart: "h"
        case .chartOver: "v"
        case .field: "i"
        }
    }
}
