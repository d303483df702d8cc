import Documents
import Monitoring
import Text

/// One member of a JSON document, declared once: what it is called, what it means, what it may hold and where
/// it comes from. Document and schema are both made of it, so that they cannot differ.
struct Field<Subject>: Sendable {
    let name: String
    let text: String
    let schema: JSONValue
    let isRequired: Bool
    /// The records it leads to, with those they lead to.
    let definitions: [Definition]
    let value: @Sendable (Subject) -> JSONValue?
    /// The same as a number, where it is one: a count, seconds, a time since 1970, 1 for true; nil for words.
    let number: (@Sendable (Subject) -> Double?)?

    struct Definition: Sendable {
        var name: String
        var schema: JSONValue
    }

    /// A member that is always there.
    init<Value>(
        _ name: String, _ type: FieldType<Value>, _ text: String,
        _ get: @escaping @Sendable (Subject) -> Value
    ) {
        let number = type.number.map { number in { @Sendable (subject: Subject) in number(get(subject)) } }
        self.init(name, type, text, isRequired: true, number) { type.write(get($0)) ?? .null }
    }

    /// A member that is left out while it is not known.
    init<Value>(
        _ name: String, _ type: FieldType<Value>, _ text: String,
        ifKnown get: @escaping @Sendable (Subject) -> Value?
    ) {
        let number = type.number.map { number in
            { @Sendable (subject: Subject) in get(subject).flatMap(number) }
        }
        self.init(name, type, text, isRequired: false, number) { get($0).flatMap(type.write) }
    }

    private init<Value>(
        _ name: String, _ type: FieldType<Value>, _ text: String, isRequired: Bool,
        _ number: (@Sendable (Subject) -> Double?)?, _ value: @escaping @Sendable (Subject) -> JSONValue?
    ) {
        self.name = name
        self.text = text
        schema = type.schema
        definitions = type.definitions.map { Definition(name: $0.name, schema: $0.schema) }
        self.isRequired = isRequired
        self.value = value
        self.number = number
    }
}

/// What a member may hold. What cannot be so (a negative count, a number that is none) is not written: it is
/// not known.
struct FieldType<Value>: Sendable {
    let schema: JSONValue
    var definitions: [(name: String, schema: JSONValue)] = []
    /// Nil of what is no number.
    var number: (@Sendable (Value) -> Double?)?
    let write: @Sendable (Value) -> JSONValue?
}

extension FieldType<String> {
    /// Made harmless: no control characters in it.
    static var text: Self { Self(schema: ["type": "string"]) { .string(Sanitizer.line($0)) } }

    /// The exact name of an entity, `EntityID.key`: ASCII, escaped as in addresses.
    static var key: Self { Self(schema: ["type": "string", "pattern": "^[ -~]+$"]) { .string($0) } }
}

extension FieldType<WallTime> {
    /// RFC 3339, UTC, whole seconds.
    static var time: Self {
        Self(
            schema: ["type": "string", "format": "date-time", "pattern": "^[0-9]{4}-.*Z$"],
            number: { Double($0.milliseconds) / 1000 }
        ) { .string($0.civil.rfc3339) }
    }
}

extension FieldType<Int> {
    static var count: Self {
        Self(schema: ["type": "integer", "minimum": 0], number: { $0 < 0 ? nil : Double($0) }) {
            $0 < 0 ? nil : .int($0)
        }
    }

    static func constant(_ value: Int) -> Self { Self(schema: ["const": .int(value)]) { .int($0) } }
}

extension FieldType<Double> {
    /// Seconds, a rate, a share.
    static var amount: Self {
        Self(schema: ["type": "number", "minimum": 0], number: { $0.isFinite && $0 >= 0 ? $0 : nil }) {
            $0.isFinite && $0 >= 0 ? .double($0) : nil
        }
    }
}

extension FieldType<Bool> {
    static var bool: Self { Self(schema: ["type": "boolean"], number: { $0 ? 1 : 0 }) { .bool($0) } }
}

extension FieldType where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One word of a closed list.
    static var word: Self {
        Self(schema: ["enum": .array(Value.allCases.map { .string($0.rawValue) })]) { .string($0.rawValue) }
    }
}

extension FieldType {
    static func list<Element>(_ element: FieldType<Element>) -> Self where Value == [Element] {
        Self(
            schema: ["type": "array", "items": element.schema], definitions: element.definitions
        ) { .array($0.compactMap(element.write)) }
    }

    static func record(_ record: Record<Value>) -> Self {
        Self(
            schema: ["$ref": .string("#/$defs/\(record.name)")],
            definitions: [(record.name, record.schema)] + record.definitions,
            write: record.object)
    }
}

/// A JSON object: its members in order.
struct Record<Subject>: Sendable {
    let name: String
    let text: String
    let fields: [Field<Subject>]

    init(_ name: String, _ text: String, @FieldList<Subject> _ fields: () -> [Field<Subject>]) {
        self.name = name
        self.text = text
        self.fields = fields()
    }

    @Sendable func object(_ subject: Subject) -> JSONValue {
        .object(fields.compactMap { field in field.value(subject).map { .init(field.name, $0) } })
    }

    /// Open: a later version of the program may add members, which a reader passes over.
    var schema: JSONValue {
        let properties = fields.map { field -> JSONValue.Member in
            guard case .object(var members) = field.schema else { return .init(field.name, field.schema) }
            members.append(.init("description", .string(field.text)))
            return .init(field.name, .object(members))
        }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        return [
            "type": "object", "description": .string(text), "properties": .object(properties),
            "required": .array(required),
        ]
    }

    var definitions: [(name: String, schema: JSONValue)] {
        fields.flatMap { $0.definitions.map { ($0.name, $0.schema) } }
    }
}

/// Lists fields, and lists of them.
@resultBuilder
enum FieldList<Subject> {
    static func buildExpression(_ field: Field<Subject>) -> [Field<Subject>] { [field] }
    static func buildExpression(_ fields: [Field<Subject>]) -> [Field<Subject>] { fields }
    static func buildBlock(_ parts: [Field<Subject>]...) -> [Field<Subject>] { parts.flatMap(\.self) }
}
