import Display

extension Frame {
    /// The screen as lines of text, as it is copied; blanks at the end of a line are left out.
    var text: String {
        var text = ""
        for row in 0..<size.rows {
            var line = String.UnicodeScalarView()
            for column in 0..<size.columns {
                let scalar = self[row, column].scalar
                if scalar != 0 { line.append(Unicode.Scalar(scalar) ?? "?") }
            }
            while line.last == " " { line.removeLast() }
            text.unicodeScalars += line
            text += "\n"
        }
        return text
    }
}
