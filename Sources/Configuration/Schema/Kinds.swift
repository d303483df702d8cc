package import Documents
import Text

/// Kinds made of other kinds.
extension Kind {
    /// `off` is nil.
    package static func offOr<Wrapped>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        Kind(
            shape: .offOr(kind.shape),
            read: { node, base, reading in
                if let text = node.text, node.style == .plain, text == "off" { return .some(nil) }
                return kind.read(node, base ?? nil, &reading).map { .some($0) }
            },
            written: { $0.map(kind.written) ?? "off" })
    }

    package static func list<Element>(_ kind: Kind<Element>, isEmptyAllowed: Bool = false) -> Kind
    where Value == [Element] {
        Kind(
            shape: .list(kind.shape),
            read: { node, _, reading in
                guard let elements = node.elements, isEmptyAllowed || !elements.isEmpty else {
                    reading.expected("a list such as [\(listExample(kind.shape))]", at: node)
                    return nil
                }
                return elements.compactMap { kind.read($0, nil, &reading) }
            },
            written: { values in
                let texts = values.compactMap(kind.written)
                return texts.count == values.count ? "[\(texts.joined(separator: ", "))]" : nil
            })
    }

    /// Free keys in the order of the file. `key` names one in capitals.
    package static func entries<Element>(
        _ key: String, _ kind: Kind<Element>, keyRule: @escaping (String) -> Bool = { !$0.isEmpty },
        keyHint: String = "a name", make: @escaping (String, Element) -> Element
    ) -> Kind where Value == [Element] {
        Kind(
            shape: .map(key: key, kind.shape),
            read: { node, _, reading in
                guard let members = node.members else {
                    reading.expected("a mapping by \(key)", at: node)
                    return nil
                }
                return members.compactMap { member in
                    if !keyRule(member.key) {
                        reading.note(
                            "this cannot be a name, expected \(keyHint)", at: member.keyPlace)
                    }
                    return kind.read(member.value, nil, &reading).map { make(member.key, $0) }
                }
            },
            written: { $0.isEmpty ? "{}" : nil })
    }

    package static func dictionary<Element>(_ key: String, _ kind: Kind<Element>) -> Kind
    where Value == [String: Element] {
        Kind(
            shape: .map(key: key, kind.shape),
            read: { node, _, reading in
                guard let members = node.members else {
                    reading.expected("a mapping by \(key)", at: node)
                    return nil
                }
                var values: [String: Element] = [:]
                for member in members { values[member.key] = kind.read(member.value, nil, &reading) }
                return values
            },
            written: { $0.isEmpty ? "{}" : nil })
    }

    /// Which section reads it depends on the key `type`.
    package static func tagged(_ sections: [(shape: SectionShape, read: (Node, inout Reading) -> Value?)])
        -> Kind
    {
        Kind(
            shape: .tagged(sections.map(\.shape)),
            read: { node, _, reading in
                let tags = sections.map(\.shape.name)
                guard node.members != nil else {
                    reading.expected("a mapping with type \(tags.joined(separator: ", "))", at: node)
                    return nil
                }
                guard let type = node["type"] else {
                    reading.missing(
                        "\"type\" is missing, one of \(tags.joined(separator: ", "))", at: node.place,
                        in: node)
                    return nil
                }
                guard let section = sections.first(where: { $0.shape.name == type.text }) else {
                    let nearest = type.text.flatMap { Nearest.to($0, among: tags) }
                    reading.note(
                        "expected one of \(tags.joined(separator: ", "))\(Reading.found(type))"
                            + (nearest.map { ", did you mean \($0)?" } ?? ""), at: type.place)
                    return nil
                }
                return section.read(node, &reading)
            },
            written: { _ in nil })
    }

    private static func listExample(_ shape: Shape) -> String {
        switch shape {
        case .text(let hint, _) where hint.hasPrefix("a program"): "ssh, app1"
        default: "a, b"
        }
    }
}

extension Kind<[String]> {
    /// A list of names, each of which stands there once.
    static func names(_ hint: String) -> Kind {
        var kind = list(Kind<String>.text(hint), isEmptyAllowed: true)
        let plain = kind.read
        kind.read = { node, base, reading in
            var seen: Set<String> = []
            for element in node.elements ?? [] {
                guard let name = element.text, !seen.insert(name).inserted else { continue }
                reading.warn("this name stands in the list already", at: element.place)
            }
            return plain(node, base, &reading)
        }
        return kind
    }
}

extension Kind<[NamePattern]> {
    /// A list of names, `*` in them stands for any text; each stands there once.
    static var patterns: Kind {
        let names = Kind<[String]>.names("a name, * for any text")
        return Kind(
            shape: names.shape,
            read: { node, _, reading in names.read(node, nil, &reading)?.map(NamePattern.init) },
            written: { names.written($0.map(\.text)) })
    }
}
