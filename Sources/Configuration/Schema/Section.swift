package import Documents

/// One key of a mapping, declared once: its name, where its value goes, its kind and its text.
package struct Field<Owner> {
    let name: String
    let isRequired: Bool
    let apply: (Node, inout Owner, inout Reading) -> Void
    let describe: (Owner) -> KeyShape

    package init<Value>(
        _ name: String, _ path: WritableKeyPath<Owner, Value>, _ kind: Kind<Value>, _ text: String,
        required: Bool = false, example: String? = nil
    ) {
        self.name = name
        isRequired = required
        apply = { node, owner, reading in
            if let value = kind.read(node, owner[keyPath: path], &reading) { owner[keyPath: path] = value }
        }
        describe = { owner in
            KeyShape(
                name: name, text: text, shape: kind.shape, isRequired: required,
                standard: required ? nil : kind.written(owner[keyPath: path]), example: example)
        }
    }

    /// A key that may be left out and then has no value.
    package init<Value>(
        _ name: String, _ path: WritableKeyPath<Owner, Value?>, optional kind: Kind<Value>, _ text: String,
        required: Bool = false, example: String? = nil
    ) {
        self.name = name
        isRequired = required
        apply = { node, owner, reading in
            if let value = kind.read(node, owner[keyPath: path], &reading) { owner[keyPath: path] = value }
        }
        describe = { _ in
            KeyShape(
                name: name, text: text, shape: kind.shape, isRequired: required, standard: nil,
                example: example)
        }
    }

    /// A key whose value depends on other keys: the section reads it when it finishes.
    package init(later name: String, _ shape: Shape, _ text: String, example: String? = nil) {
        self.name = name
        isRequired = false
        apply = { _, _, _ in }
        describe = { _ in
            KeyShape(name: name, text: text, shape: shape, isRequired: false, standard: nil, example: example)
        }
    }
}

/// A mapping with known keys that makes an `Owner`; what is not said stays as in the prototype.
package struct Section<Owner> {
    package let name: String
    package let text: String
    private let prototype: Owner
    private let fields: [Field<Owner>]
    private let finish: (Node, inout Owner, inout Reading) -> Void

    package init(
        _ name: String, _ text: String, _ prototype: Owner, _ fields: [Field<Owner>],
        finish: @escaping (Node, inout Owner, inout Reading) -> Void = { _, _, _ in }
    ) {
        self.name = name
        self.text = text
        self.prototype = prototype
        self.fields = fields
        self.finish = finish
    }

    package var shape: SectionShape {
        SectionShape(name: name, text: text, keys: fields.map { $0.describe(prototype) })
    }

    package var kind: Kind<Owner> {
        Kind(shape: .section(shape), read: { read($0, onto: $1, &$2) }, written: { _ in nil })
    }

    /// `isTagged` lets the key `type` stand, which has been read already.
    package func read(
        _ node: Node, onto base: Owner? = nil, isTagged: Bool = false, _ reading: inout Reading
    ) -> Owner? {
        guard let members = node.members else {
            reading.expected(
                "a mapping with \(fields.prefix(4).map(\.name).joined(separator: ", "))", at: node)
            return nil
        }
        var owner = base ?? prototype
        for member in members where !(isTagged && member.key == "type") {
            guard let field = fields.first(where: { $0.name == member.key }) else {
                reading.unknownKey(member, known: fields.map(\.name), in: name)
                continue
            }
            // `key:` with nothing after it is as if it were not there.
            if member.value.isNull, !field.isRequired { continue }
            field.apply(member.value, &owner, &reading)
        }
        for field in fields where field.isRequired && node[field.name] == nil {
            let key = field.describe(prototype)
            reading.missing(
                "\"\(field.name)\" is missing, expected \(key.shape.words)", at: node.place, in: node)
        }
        finish(node, &owner, &reading)
        return owner
    }
}
