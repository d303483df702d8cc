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

/// A part of a page, by a word that stands in its headings or is one of its terms.
extension HelpPage {
    /// Nil when the page has no such part.
    package func part(_ name: String) -> HelpPage? {
        let wanted = Self.plain(name)
        var parts = sections.filter { Self.words($0.heading).contains(wanted) }
        if parts.isEmpty {
            parts = sections.compactMap { section in
                let items = section.blocks.flatMap { block -> [Item] in
                    guard case .items(let items) = block else { return [] }
                    return items.filter { Self.plain($0.term) == wanted }
                }
                return items.isEmpty ? nil : (section.heading, [.items(items)])
            }
        }
        guard !parts.isEmpty else { return nil }
        return HelpPage(
            title: "\(title) \(name)",
            blocks: parts.flatMap { ($0.heading.isEmpty ? [] : [.heading($0.heading)]) + $0.blocks })
    }

    /// What `part` knows.
    package var parts: [String] {
        let terms = sections.flatMap(\.blocks).flatMap { block -> [String] in
            guard case .items(let items) = block else { return [] }
            return items.map { Self.plain($0.term) }
        }
        var seen: Set<String> = []
        return (sections.flatMap { Self.words($0.heading) } + terms).filter { seen.insert($0).inserted }
    }

    private var sections: [(heading: String, blocks: [Block])] {
        var sections: [(heading: String, blocks: [Block])] = [("", [])]
        for block in blocks {
            if case .heading(let text) = block {
                sections.append((text, []))
            } else {
                sections[sections.count - 1].blocks.append(block)
            }
        }
        return sections
    }

    /// The last of a path of keys, its type, and all of a heading: `environments.NAME.sources.SOURCE, type: mysql` is
    /// `mysql`, `environments.NAME.queues.limits` is `queues.limits` and `limits`.
    private static func words(_ heading: String) -> [String] {
        if heading.isEmpty { return [] }
        let whole = plain(heading)
        guard heading.contains(".") else {
            return [whole] + whole.split(separator: " ").map(String.init).filter { $0.count > 3 }
        }
        if let type = heading.split(separator: " ").last, heading.mentions(", type:") {
            return [plain(String(type))]
        }
        let keys = heading.split(separator: ".").filter {
            !$0.allSatisfy(\.isUppercase) && $0 != "environments"
        }
        return keys.indices.map { plain(keys[$0...].joined(separator: ".")) } + [whole]
    }

    private static func plain(_ text: String) -> String { text.lowercased() }
}
