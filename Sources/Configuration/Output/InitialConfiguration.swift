import Documents
import Text

/// A first config for `init`: what was answered, and every other key as a comment with its text and default.
///
/// `# text` explains the key below it; `#key: value` is a key that becomes active when its # is taken away.
package struct InitialConfiguration: Sendable, Hashable {
    package struct Log: Sendable, Hashable {
        package var name: String
        package var path: String
        /// `monolog` or `nginx`.
        package var format: String

        package init(name: String, path: String, format: String) {
            self.name = name
            self.path = path
            self.format = format
        }
    }

    /// What else is known of the way to a server.
    package struct Way: Sendable, Hashable {
        package var hasTLS = true
        /// Absolute path of a PEM file; nil takes the system's authorities.
        package var authority: String?
        /// Why the password may be read on its way.
        package var insecure: String?
    }

    package var environment = "my-store"
    package var isProduction = true
    package var operates = false
    /// In RFC 3339; nil leaves the window out.
    package var windowStart: String?
    package var databaseHost = "localhost"
    package var databasePort = "3306"
    package var databaseWay = Way()
    package var databaseUser = "hypercare"
    package var database = "magento"
    package var tablePrefix = ""
    /// Absolute path of the file that holds the password; nil leaves it out.
    package var databasePasswordFile: String?
    /// Nil leaves RabbitMQ out.
    package var rabbitURL: String?
    package var rabbitWay = Way()
    package var rabbitUser = "hypercare"
    package var rabbitPasswordFile: String?
    /// Nil is the one of the default; empty takes all.
    package var virtualHosts: [String]?
    package var logs: [Log] = []
    /// A file in flagd's format.
    package var flagFile: String?
    /// The whole path of the store's own bin/magento; and settings that it shows as flags, by their names.
    package var storeProgram = ""
    package var storeFlags: [String: String] = [:]

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
        var sources = [("magento-db", databaseKeys)]
        if let rabbitURL { sources.append(("rabbitmq", rabbitKeys(rabbitURL))) }
        for log in logs {
            let keys = [("type", "log"), ("path", quoted(log.path)), ("format", log.format)]
            sources.append((log.name, .keys(keys.map { ($0.0, .text($0.1)) })))
        }
        var environment: [(String, Given)] = [("production", .text(isProduction ? "true" : "false"))]
        if operates { environment.append(("access", .text("operate"))) }
        if let windowStart {
            environment.append(("window", .text("{start: \(quoted(windowStart)), days: 14}")))
        }
        environment.append(("sources", .keys(sources)))
        var flags: [(String, Given)] = []
        if let flagFile {
            flags.append(("flags", .keys([("type", .text("flagd")), ("path", .text(quoted(flagFile)))])))
        }
        if !storeFlags.isEmpty { flags.append(("store", storeKeys)) }
        if !flags.isEmpty { environment.append(("flags", .keys(flags))) }
        return .keys([("environments", .keys([(self.environment, .keys(environment))]))])
    }

    private var databaseKeys: Given {
        var keys = [
            ("type", "mysql"), ("host", quoted(databaseHost)), ("user", quoted(databaseUser)),
            ("database", quoted(database)),
        ]
        if databasePort != "3306" { keys.append(("port", databasePort)) }
        if !tablePrefix.isEmpty { keys.append(("table_prefix", quoted(tablePrefix))) }
        if let databasePasswordFile { keys.append(("password", "{file: \(quoted(databasePasswordFile))}")) }
        let tls = [
            databaseWay.hasTLS ? nil : "mode: off", databaseWay.authority.map { "ca: \(quoted($0))" },
        ].compactMap(\.self)
        if !tls.isEmpty { keys.append(("tls", "{\(tls.joined(separator: ", "))}")) }
        if let insecure = databaseWay.insecure { keys.append(("insecure", quoted(insecure))) }
        return .keys(keys.map { ($0.0, .text($0.1)) })
    }

    private func rabbitKeys(_ url: String) -> Given {
        var keys = [
            ("type", "rabbitmq"), ("url", quoted(url)), ("user", quoted(rabbitUser)),
            ("password", rabbitPasswordFile.map { "{file: \(quoted($0))}" } ?? "{env: RABBIT_PASSWORD}"),
        ]
        if let virtualHosts {
            keys.append(("vhosts", "[\(virtualHosts.map(quoted).joined(separator: ", "))]"))
        }
        if let authority = rabbitWay.authority { keys.append(("tls", "{ca: \(quoted(authority))}")) }
        if let insecure = rabbitWay.insecure { keys.append(("insecure", quoted(insecure))) }
        return .keys(keys.map { ($0.0, .text($0.1)) })
    }

    private var storeKeys: Given {
        let paths = storeFlags.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(quoted($0.value))" }
        return .keys([
            ("type", .text("magento-config")), ("command", .text("[\(quoted(storeProgram))]")),
            ("paths", .text("{\(paths.joined(separator: ", "))}")), ("database", .text("magento-db")),
        ])
    }

    private func quoted(_ text: String) -> String { JSONText.whole(text) }

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
