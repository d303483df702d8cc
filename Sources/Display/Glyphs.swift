import Text

extension GlyphSet {
    /// `text` as this set can show it: in ASCII the symbols get their stand-ins (`screens/README.md`,
    /// "Colour") and everything else that is not ASCII becomes `?`.
    package func render(_ text: String) -> String {
        guard self == .ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "·":
                // The dot hangs on the word before it: `a · b` is `a, b`.
                if out.last == " " { out.removeLast() }
                out += ","
            case _ where scalar.isASCII: out.unicodeScalars.append(scalar)
            case _ where Self.cells(scalar) == 0: continue
            default: out += Self.standIn(scalar)
            }
        }
        return out
    }

    /// Cells that `text` takes once rendered.
    package func width(_ text: String) -> Int {
        // Plain ASCII is nearly all there is.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
        return render(text).unicodeScalars.reduce(0) { $0 + Self.cells($1) }
    }

    /// 0, 1 or 2; a control character takes none and is never drawn.
    package static func cells(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x7F { return scalar.value < 0x20 ? 0 : 1 }
        return CellWidth.of(scalar)
    }

    private static func standIn(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "✘": "X"
        case "▲": "!"
        case "◌": "~"
        case "●": "."
        case "○": "o"
        case "→": "->"
        case "←": "<-"
        case "⇄": "<>"
        case "↑": "^"
        case "↓": "v"
        case "…": "..."
        case "─", "╌": "-"
        case "│", "┊": "|"
        case "░": ":"
        case "┄": "="
        case "┌", "┐", "└", "┘", "├", "┬": "+"
        case "▁"..."█": String(Sparkline.ascii[Int(scalar.value - 0x2581)])
        default: "?"
        }
    }
}
