/// The man page, made of the help topics, in man(7) macros.
package struct ManPage: Sendable {
    private let pages: HelpPages
    private let version: String

    package init(_ pages: HelpPages, version: String) {
        self.pages = pages
        self.version = version
    }

    package var roff: String {
        var lines = [
            ".TH HYPERCARE 1 \"\" \"hypercare \(Self.escaped(version))\" \"User Commands\"", ".SH NAME",
            "hypercare \\- watch a Magento 2 store after an upgrade", ".SH SYNOPSIS",
        ]
        for entry in Grammar.entries where entry.words != ["init"] {
            lines += [".nf", Self.line(entry.usage), ".fi"]
        }
        lines += [".nf", "hypercare init [OPTION]...", ".fi", ".SH DESCRIPTION"]
        lines += pages.page(nil).blocks.flatMap { Self.lines($0, heading: ".SS") }
        for topic in HelpTopic.allCases {
            lines.append(".SH \(Self.escaped(pages.page(topic).title.uppercased()))")
            lines += pages.page(topic).blocks.flatMap { Self.lines($0, heading: ".SS") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ block: HelpPage.Block, heading: String) -> [String] {
        switch block {
        case .heading(let text): ["\(heading) \(escaped(text))"]
        case .text(let text): [".PP", line(text)]
        case .code(let code): [".PP", ".RS 4", ".nf"] + code.map(line) + [".fi", ".RE"]
        case .items(let items): items.flatMap { [".TP", ".B \(escaped($0.term))", line($0.text)] }
        }
    }

    /// A line that begins with . or ' would be a request.
    private static func line(_ text: String) -> String {
        let text = escaped(text)
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            // Read as Latin 1 by some.
            case let scalar where !scalar.isASCII:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "]"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
