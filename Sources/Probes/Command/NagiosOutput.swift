/// What a Nagios plugin says: a word in its exit code, a line for people, figures after a `|`
/// (Monitoring Plugins Development Guidelines).
package struct NagiosOutput: Sendable, Hashable {
    package enum State: Int32, Sendable, Hashable {
        case ok, warning, critical, unknown
    }

    package var state: State
    /// The first line without its figures. Not sanitised.
    package var text: String
    package var figures: [NagiosFigure]

    /// Not one word and no figure.
    package var isEmpty: Bool { text.isEmpty && figures.isEmpty }

    /// Nil when the exit code is none of 0 to 3: then the plugin itself failed.
    package init?(exitCode: Int32, output: [UInt8]) {
        guard let state = State(rawValue: exitCode) else { return nil }
        self.state = state
        let lines = String(decoding: output, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let first = lines.first.map(Self.halves)
        text = first.map { Self.trimmed($0.text) } ?? ""
        var figures = first.map { String($0.figures) } ?? ""
        // After the first `|` of the long text all lines are figures.
        var isFigures = false
        for line in lines.dropFirst() {
            if isFigures {
                figures += " \(line)"
            } else if let bar = line.firstIndex(of: "|") {
                isFigures = true
                figures += " \(line[line.index(after: bar)...])"
            }
        }
        self.figures = NagiosFigure.list(figures)
    }

    private static func halves(_ line: Substring) -> (text: Substring, figures: Substring) {
        guard let bar = line.firstIndex(of: "|") else { return (line, "") }
        return (line[..<bar], line[line.index(after: bar)...])
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
