import Text

/// Decodes values from a tree; every error names the place of the value at fault.
package struct NodeDecoder: Sendable {
    private let name: String

    /// `name` stands in errors.
    package init(name: String) { self.name = name }

    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from node: Node
    ) throws(DocumentError) -> Value {
        do {
            return try TreeDecoder(node: node, name: name).value(type)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError(name: name, at: node.place, message: "cannot be read as \(type)")
        }
    }
}

/// Unknown keys are ignored here: the config checks its own. Coding paths stay empty, places are better.
private struct TreeDecoder: Decoder {
    let node: Node
    let name: String

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The nearest node to a failure gives its place.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try Value(from: self)
        } catch let error as DecodingError {
            throw failure(Self.text(of: error))
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = node.members else { throw failure("expected a mapping, found \(node.kind)") }
        return KeyedDecodingContainer(Keyed<Key>(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = node.elements else { throw failure("expected a list, found \(node.kind)") }
        return Unkeyed(decoder: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    func child(_ node: Node) -> TreeDecoder { TreeDecoder(node: node, name: name) }

    func failure(_ message: String) -> DocumentError {
        DocumentError(name: name, at: node.place, message: message)
    }

    private static func text(of error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            String(context.debugDescription.unicodeScalars.prefix(200))
        @unknown default: "cannot be read"
        }
    }

    // The generic `decode` of the first two also meets the protocols' demand for each basic type.
    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: TreeDecoder
        let members: [Node.Member]
        /// Where each key stands, when there are many: a dictionary asks for every one of them.
        private let places: [ExactName: Int]
        var codingPath: [any CodingKey] { [] }

        init(decoder: TreeDecoder, members: [Node.Member]) {
            self.decoder = decoder
            self.members = members
            // Most objects are small, and a table for each costs more than looking.
            places =
                members.count < 16
                ? [:]
                : Dictionary(
                    members.enumerated().map { (ExactName($1.key), $0) },
                    uniquingKeysWith: { first, _ in first })
        }

        var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

        func contains(_ key: Key) -> Bool { node(key) != nil }
        func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }
        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try child(key).value(type)
        }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try child(key).unkeyedContainer()
        }
        func superDecoder() throws -> any Decoder {
            guard let node = members.first(where: { $0.key == "super" })?.value else {
                throw decoder.failure("\"super\" is missing")
            }
            return decoder.child(node)
        }
        func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }

        private func node(_ key: Key) -> Node? {
            guard places.isEmpty else { return places[ExactName(key.stringValue)].map { members[$0].value } }
            return members.first { ExactName.same($0.key, key.stringValue) }?.value
        }
        private func child(_ key: Key) throws -> TreeDecoder {
            guard let node = node(key) else {
                throw decoder.failure("\(JSONText.quoted(key.stringValue)) is missing")
            }
            return decoder.child(node)
        }
    }

    private struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: TreeDecoder
        let elements: [Node]
        var currentIndex = 0
        var codingPath: [any CodingKey] { [] }
        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }

        init(decoder: TreeDecoder, elements: [Node]) {
            self.decoder = decoder
            self.elements = elements
        }

        mutating func decodeNil() throws -> Bool {
            let isNull = try peek().node.isNull
            if isNull { currentIndex += 1 }
            return isNull
        }
        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().value(type) }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try next().unkeyedContainer()
        }
        mutating func superDecoder() throws -> any Decoder { try next() }

        private func peek() throws -> TreeDecoder {
            guard !isAtEnd else { throw decoder.failure("the list ends after \(elements.count) values") }
            return decoder.child(elements[currentIndex])
        }
        private mutating func next() throws -> TreeDecoder {
            let decoder = try peek()
            currentIndex += 1
            return decoder
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: TreeDecoder
        var codingPath: [any CodingKey] { [] }
        private var node: Node { decoder.node }

        init(decoder: TreeDecoder) { self.decoder = decoder }

        func decodeNil() -> Bool { node.isNull }
        func decode(_ type: Bool.Type) throws -> Bool { try need(node.bool, "true or false") }
        func decode(_ type: String.Type) throws -> String { try need(node.string, "a text") }
        func decode(_ type: Double.Type) throws -> Double { try need(node.double, "a finite number") }
        func decode(_ type: Float.Type) throws -> Float {
            // By its own text: through a Double it would be rounded twice.
            let value = node.double == nil ? nil : node.text.flatMap { Float($0) }
            return try need(value.flatMap { $0.isFinite ? $0 : nil }, "a finite number")
        }
        func decode(_ type: Int.Type) throws -> Int { try integer() }
        func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
        func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
        func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
        func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
        func decode(_ type: UInt.Type) throws -> UInt { try integer() }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }

        private func integer<Number: FixedWidthInteger>() throws -> Number {
            try need(node.integer(), "a whole number from \(Number.min) to \(Number.max)")
        }
        private func need<Value>(_ value: Value?, _ expected: String) throws -> Value {
            guard let value else { throw decoder.failure("expected \(expected), found \(node.kind)") }
            return value
        }
    }
}
