import Text

/// Help as blocks: printed as text or as a man page.
package struct HelpPage: Sendable, Hashable {
    package enum Block: Sendable, Hashable {
        case heading(String)
        case text(String)
        /// As it stands, indented.
        case code([String])
        /// A term and what it means.
        case items([Item])
    }

    package struct Item: Sendable, Hashable {
        package var term: String
        package var text: String
        package init(_ term: String, _ text: String) {
            self.term = term
            self.text = text
        }
    }

    package var title: String
    package var blocks: [Block]

    package init(title: String, blocks: [Block]) {
        self.title = title
        self.blocks = blocks
    }

    /// For a terminal of `width` columns.
    package func plain(width: Int = 80) -> String {
        let width = min(max(width, 40), 100)
        var lines: [String] = []
        for block in blocks {
            if !lines.isEmpty { lines.append("") }
            switch block {
            case .heading(let text): lines.append(text)
            case .text(let text): lines += Wrap.lines(text, width: width)
            case .code(let code): lines += code.map { "    " + $0 }
            case .items(let items): lines += Self.plain(items, width)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func plain(_ items: [Item], _ width: Int) -> [String] {
        let column = min(26, 4 + (items.map { CellWidth.of($0.term) }.max() ?? 0))
        let margin = String(repeating: " ", count: column)
        return items.flatMap { item in
            var lines = Wrap.lines(item.text, width: width - column).map { margin + $0 }
            let term = "  " + item.term
            if CellWidth.of(term) + 2 > column || lines.isEmpty {
                lines.insert(term, at: 0)
            } else {
                lines[0] = term + lines[0].dropFirst(CellWidth.of(term))
            }
            return lines
        }
    }
}
