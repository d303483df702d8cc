/// The help topic of the config: every key with its kind, default and text.
package enum ConfigurationHelp {
    /// Keys that belong together, under the path that leads to them: `environments.NAME.sources.SOURCE`.
    package struct Group: Sendable, Hashable {
        package var path: String
        package var text: String
        package var keys: [Entry]
    }

    package struct Entry: Sendable, Hashable {
        package var name: String
        /// Kind and default in words.
        package var kind: String
        package var text: String
        package var example: String?
    }

    package static var groups: [Group] {
        var groups: [Group] = []
        var known: [String: String] = [:]
        add(StoreConfiguration.shape, at: "", type: nil, &groups, &known)
        return groups
    }

    private static func add(
        _ section: SectionShape, at path: String, type: String?, _ groups: inout [Group],
        _ known: inout [String: String]
    ) {
        if known[section.name] != nil { return }
        known[section.name] = path
        let title = path.isEmpty ? "the file" : path
        groups.append(
            Group(
                path: type.map { "\(title), type: \($0)" } ?? title, text: section.text,
                keys: section.keys.map { entry($0, known) }))
        for key in section.keys {
            let below = path.isEmpty ? key.name : "\(path).\(key.name)"
            descend(key.shape, below, &groups, &known)
        }
    }

    private static func descend(
        _ shape: Shape, _ path: String, _ groups: inout [Group], _ known: inout [String: String]
    ) {
        switch shape {
        case .section(let section) where !section.isThreshold:
            add(section, at: path, type: nil, &groups, &known)
        case .map(let key, let shape): descend(shape, "\(path).\(key)", &groups, &known)
        case .list(let shape): descend(shape, path, &groups, &known)
        case .tagged(let sections):
            for section in sections { add(section, at: path, type: section.name, &groups, &known) }
        case .either(let shapes): for shape in shapes { descend(shape, path, &groups, &known) }
        default: break
        }
    }

    private static func entry(_ key: KeyShape, _ known: [String: String]) -> Entry {
        var kind = words(key.shape)
        if let path = known[key.shape.sectionName ?? ""], !path.isEmpty {
            kind += ", with the keys of \(path)"
        }
        if key.isRequired { kind += "; must be there" }
        if let standard = key.standard { kind += "; default \(standard)" }
        return Entry(name: key.name, kind: kind, text: key.text, example: key.example)
    }

    private static func words(_ shape: Shape) -> String {
        if case .section(let section) = shape, section.isThreshold, let figure = section.keys.first?.shape {
            return "{warning: …, critical: …}, each \(figure.words)"
        }
        return shape.words
    }
}

extension SectionShape {
    /// Two limits of one figure, which are written on one line.
    var isThreshold: Bool { keys.map(\.name) == ["warning", "critical"] }
}

extension Shape {
    /// Of the section it is or holds, unless that is a threshold.
    var sectionName: String? {
        switch self {
        case .section(let section): section.isThreshold ? nil : section.name
        case .map(_, let shape), .list(let shape): shape.sectionName
        default: nil
        }
    }
}
