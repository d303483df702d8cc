package import Documents

/// The JSON Schema (2020-12) of the config, so that editors complete and check it.
package enum ConfigurationSchema {
    package static var document: JSONValue {
        let root = StoreConfiguration.shape
        var sections: [SectionShape] = []
        collect(.section(root), &sections)
        let definitions = sections.filter { $0.name != root.name }.map {
            JSONValue.Member($0.name, object($0))
        }
        guard case .object(let members) = object(root) else { return .null }
        return .object(
            [
                .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
                .init("title", "hypercare"),
            ] + members + [.init("$defs", .object(definitions))])
    }

    private static func object(_ section: SectionShape, tag: String? = nil) -> JSONValue {
        var properties = section.keys.map { key in JSONValue.Member(key.name, property(key)) }
        var required = section.keys.filter(\.isRequired).map(\.name)
        if let tag {
            properties.insert(.init("type", ["const": .string(tag)]), at: 0)
            required.insert("type", at: 0)
        }
        var members: [JSONValue.Member] = [
            .init("type", "object"), .init("description", .string(section.text)),
            .init("properties", .object(properties)), .init("additionalProperties", false),
        ]
        if !required.isEmpty { members.append(.init("required", .array(required.map(JSONValue.string)))) }
        return .object(members)
    }

    private static func property(_ key: KeyShape) -> JSONValue {
        guard case .object(var members) = schema(key.shape) else { return .null }
        members.append(.init("description", .string(key.text)))
        if let standard = key.standard, let value = value(standard, of: key.shape) {
            members.append(.init("default", value))
        }
        return .object(members)
    }

    /// A default as JSON, where it is a scalar.
    private static func value(_ text: String, of shape: Shape) -> JSONValue? {
        switch shape {
        case .bool: .bool(text == "true")
        case .whole, .decimal: .number(text)
        case .text, .duration, .size, .choice: text == "\"\"" ? "" : .string(text)
        default: nil
        }
    }

    private static func schema(_ shape: Shape) -> JSONValue {
        switch shape {
        case .text(_, nil): ["type": ["string", "number", "boolean"]]
        case .text(_, let pattern?): ["type": "string", "pattern": .string(pattern)]
        case .whole(let range):
            ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
        case .decimal(let range):
            ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
        case .bool: ["enum": [true, false, "yes", "no", "on", "off"]]
        case .duration: ["type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"]
        case .size: ["type": "string", "pattern": "^[0-9]+(B|KB|MB|GB)$"]
        case .moment:
            ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:]{8}(Z|z|[+-][0-9:]{5}))?$"]
        // Some editors take `off` for false.
        case .choice(let words):
            ["enum": .array(words.map(JSONValue.string) + (words.contains("off") ? [.bool(false)] : []))]
        case .offOr(let shape): ["anyOf": [schema(shape), ["enum": ["off", false]]]]
        case .secret:
            [
                "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
                "properties": [
                    "file": ["type": "string"], "env": ["type": "string"],
                    "command": ["type": "array", "items": ["type": "string"], "minItems": 1],
                ],
            ]
        case .list(let shape): ["type": "array", "items": schema(shape)]
        case .map(_, let shape): ["type": "object", "additionalProperties": schema(shape)]
        case .section(let section): ["$ref": .string("#/$defs/\(section.name)")]
        case .tagged(let sections): tagged(sections)
        case .either(let shapes): ["anyOf": .array(shapes.map(schema))]
        }
    }

    /// What `type` says decides what else may stand there, so that a mistake is told of the one that was meant.
    private static func tagged(_ sections: [SectionShape]) -> JSONValue {
        [
            "type": "object", "required": ["type"],
            "properties": ["type": ["enum": .array(sections.map { .string($0.name) })]],
            "allOf": .array(
                sections.map { section in
                    [
                        "if": [
                            "properties": ["type": ["const": .string(section.name)]], "required": ["type"],
                        ],
                        "then": object(section, tag: section.name),
                    ]
                }),
        ]
    }

    private static func collect(_ shape: Shape, _ found: inout [SectionShape]) {
        switch shape {
        case .section(let section):
            if found.contains(where: { $0.name == section.name }) { return }
            found.append(section)
            for key in section.keys { collect(key.shape, &found) }
        case .tagged(let sections): for key in sections.flatMap(\.keys) { collect(key.shape, &found) }
        case .list(let shape), .map(_, let shape), .offOr(let shape): collect(shape, &found)
        case .either(let shapes): for shape in shapes { collect(shape, &found) }
        default: break
        }
    }
}
