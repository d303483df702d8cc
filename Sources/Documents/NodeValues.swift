import Text

/// What callers ask of a node; nil when it is something else.
extension Node {
    package var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    package var elements: [Node]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The text of any scalar, quoted or not.
    package var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    package var style: Style? {
        if case .scalar(_, let style) = content { style } else { nil }
    }

    /// A JSON string, or any YAML scalar.
    package var string: String? { style == .literal ? nil : text }

    /// `null`; in YAML also `~` and nothing.
    package var isNull: Bool {
        switch content {
        case .scalar("null", .literal), .scalar("null", .plain), .scalar("Null", .plain),
            .scalar("NULL", .plain),
            .scalar("~", .plain), .scalar("", .plain):
            true
        default: false
        }
    }

    /// `true` and `false`, unquoted; YAML's capitals too, but not `yes` and `on`.
    package var bool: Bool? {
        switch unquoted {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// A whole number, unquoted; `3.0` and `3e2` are whole.
    package var int: Int? { integer() }

    /// A finite number, unquoted.
    package var double: Double? {
        guard let unquoted, let first = unquoted.utf8.first,
            first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            !unquoted.utf8.contains(UInt8(ascii: "x")), !unquoted.utf8.contains(UInt8(ascii: "X")),
            let value = Double(unquoted), value.isFinite
        else { return nil }
        return value
    }

    /// The key's bytes decide, not Unicode's idea of them: keys that only look alike are two.
    package subscript(key: String) -> Node? { members?.first { ExactName.same($0.key, key) }?.value }

    package subscript(index: Int) -> Node? {
        guard let elements, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Keys of mappings and numbers of elements, from here down.
    package subscript(path path: [String]) -> Node? {
        var node = self
        for part in path {
            guard let next = node.elements == nil ? node[part] : Int(part).flatMap({ node[$0] }) else {
                return nil
            }
            node = next
        }
        return node
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        guard let unquoted else { return nil }
        if unquoted.utf8.first != UInt8(ascii: "+"), let value = Number(unquoted) { return value }
        guard let value = double, abs(value) < 9_007_199_254_740_992 else { return nil }
        return Number(exactly: value)
    }

    /// What it is, for messages: `a mapping`, `a list`, `the text "x"`, `true`.
    package var kind: String {
        switch content {
        case .mapping(let members): members.isEmpty ? "an empty mapping" : "a mapping"
        case .sequence: "a list"
        case .scalar(let text, .literal): text
        case .scalar(let text, .plain): isNull ? "nothing" : JSONText.quoted(text)
        case .scalar(let text, _): "the text \(JSONText.quoted(text))"
        }
    }

    private var unquoted: String? {
        switch content {
        case .scalar(let text, .plain), .scalar(let text, .literal): text
        default: nil
        }
    }
}
