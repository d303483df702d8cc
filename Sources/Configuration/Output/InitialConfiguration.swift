import Documents
import Text

/// A first config for `init`: what was answered, and every other key as a comment with its text and default.
///
/// `# text` explains the key below it; `#key: value` is a key that becomes active when its # is taken away.
package struct InitialConfiguration: Sendable, Hashable {
    package var environment = "my-store"
    package var isProduction = true
    package var databaseHost = "localhost"
    package var databaseUser = "hypercare"
    package var database = "magento"
    /// Absolute path of the file that holds the password; nil leaves it out.
    package var databasePasswordFile: String?
    /// Nil leaves RabbitMQ out.
    package var rabbitURL: String?
    package var rabbitUser = "hypercare"
    package var rabbitPasswordFile: String?

    package init() {}

    /// The file's text.
    package var text: String {
        var lines = [
            "# hypercare: `hypercare config check` names all mistakes, `hypercare help config` explains every key.",
            "# A line `#key: value` is off; take its # away.",
        ]
        let printer = Printer()
        printer.section(StoreConfiguration.shape, given: given, indent: 0, &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private var given: Given {
        let password = databasePasswordFile.map { [("password", Given.text("{file: \(quoted($0))}"))] } ?? []
        var sources: [(String, Given)] = [
            (
                "magento-db",
                .keys(
                    [
                        ("type", .text("mysql")), ("host", .text(quoted(databaseHost))),
                        ("user", .text(quoted(databaseUser))), ("database", .text(quoted(database))),
                    ] + password)
            )
        ]
        if let rabbitURL {
            let password = rabbitPasswordFile.map { "{file: \(quoted($0))}" } ?? "{env: RABBIT_PASSWORD}"
            sources.append(
                (
                    "rabbitmq",
                    .keys([
                        ("type", .text("rabbitmq")), ("url", .text(quoted(rabbitURL))),
                        ("user", .text(quoted(rabbitUser))), ("password", .text(password)),
                    ])
                ))
        }
        let environment: Given = .keys([
            ("production", .text(isProduction ? "true" : "false")), ("sources", .keys(sources)),
        ])
        return .keys([("environments", .keys([(self.environment, environment)]))])
    }

    private func quoted(_ text: String) -> String { JSONText.quoted(text) }

    private indirect enum Given {
        case text(String)
        case keys([(String, Given)])

        subscript(key: String) -> Given? {
            guard case .keys(let keys) = self else { return nil }
            return keys.first { $0.0 == key }?.1
        }
    }

    private struct Printer {
        /// Active keys; those not given follow as comments.
        func section(
            _ section: SectionShape, given: Given, indent: Int, isTagged: Bool = false,
            _ lines: inout [String]
        ) {
            let margin = String(repeating: " ", count: indent)
            if isTagged, case .text(let type) = given["type"] { lines.append("\(margin)type: \(type)") }
            for key in section.keys {
                comment(key.text, margin, &lines)
                switch given[key.name] {
                case .text(let text): lines.append("\(margin)\(key.name): \(text)")
                case .some(let below):
                    lines.append("\(margin)\(key.name):")
                    nested(key.shape, given: below, indent: indent + 2, &lines)
                case nil: off(key, margin + "#", &lines)
                }
            }
        }

        private func nested(_ shape: Shape, given: Given, indent: Int, _ lines: inout [String]) {
            guard case .map(_, let element) = shape, case .keys(let entries) = given else { return }
            for (name, below) in entries {
                lines.append(String(repeating: " ", count: indent) + name + ":")
                if case .section(let section) = element {
                    self.section(section, given: below, indent: indent + 2, &lines)
                } else if case .tagged(let sections) = element, case .text(let type) = below["type"],
                    let section = sections.first(where: { $0.name == type })
                {
                    self.section(section, given: below, indent: indent + 2, isTagged: true, &lines)
                }
            }
            if case .tagged(let sections) = element {
                examples(sections, String(repeating: " ", count: indent) + "#", &lines)
            }
        }

        /// One of each type that can stand there.
        private func examples(_ sections: [SectionShape], _ margin: String, _ lines: inout [String]) {
            for section in sections {
                comment(section.text, margin, &lines)
                lines.append("\(margin)my-\(section.name):")
                lines.append("\(margin)  type: \(section.name)")
                off(section, margin + "  ", &lines)
            }
        }

        private func off(_ section: SectionShape, _ margin: String, _ lines: inout [String]) {
            for key in section.keys {
                comment(key.text, margin, &lines)
                off(key, margin, &lines)
            }
        }

        private func off(_ key: KeyShape, _ margin: String, _ lines: inout [String]) {
            // An empty list shows nothing; an example does.
            let standard = ["[]", "{}"].contains(key.standard) ? key.example ?? key.standard : key.standard
            if let text = standard ?? key.example, !isMapWithShape(key) {
                lines.append("\(margin)\(key.name): \(text)")
                return
            }
            switch key.shape {
            case .section(let section):
                lines.append("\(margin)\(key.name):")
                off(section, margin + "  ", &lines)
            case .map(let name, .section(let section)):
                lines.append("\(margin)\(key.name):")
                lines.append("\(margin)  my-\(name.lowercased()):")
                off(section, margin + "    ", &lines)
            case .map(_, .tagged(let sections)):
                lines.append("\(margin)\(key.name):")
                examples(sections, margin + "  ", &lines)
            case .map: lines.append("\(margin)\(key.name): {}")
            default: lines.append("\(margin)\(key.name):")
            }
        }

        /// Maps whose elements have keys worth showing; their default is only `{}`.
        private func isMapWithShape(_ key: KeyShape) -> Bool {
            guard key.example == nil, case .map(_, let element) = key.shape else { return false }
            switch element {
            case .section, .tagged: return true
            default: return false
            }
        }

        /// Below a key that is off a comment has two #, so that one is left when the first is taken away.
        private func comment(_ text: String, _ margin: String, _ lines: inout [String]) {
            let margin = margin.hasSuffix("#") ? margin + " " : margin + "# "
            for line in Wrap.lines(text, width: max(30, 100 - margin.utf8.count)) {
                lines.append(margin + line)
            }
        }
    }
}
