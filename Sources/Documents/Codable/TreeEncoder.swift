import Text

/// Where one encoded value comes to stand; containers of the same value share it.
final class TreeSlot {
    enum Content {
        case nothing
        case scalar(JSONValue)
        case elements([TreeSlot])
        case members([(key: String, slot: TreeSlot)])
    }

    var content = Content.nothing
    /// Where each member stands, once there are many.
    private var places: [ExactName: Int] = [:]

    /// What never encoded anything is an empty object, as for a struct without members.
    var value: JSONValue {
        switch content {
        case .nothing: .object([])
        case .scalar(let value): value
        case .elements(let slots): .array(slots.map(\.value))
        case .members(let members): .object(members.map { .init($0.key, $0.slot.value) })
        }
    }

    func addElement() -> TreeSlot {
        let slot = TreeSlot()
        if case .elements(var slots) = content {
            content = .nothing
            slots.append(slot)
            content = .elements(slots)
        } else {
            content = .elements([slot])
        }
        return slot
    }

    func addMember(_ key: String) -> TreeSlot {
        let slot = TreeSlot()
        if case .members(var members) = content {
            content = .nothing
            // The same key again replaces the first, as JSON must not hold it twice.
            if let known = place(of: key, in: members) {
                members[known].slot = slot
            } else {
                if members.count >= Self.few { places[ExactName(key)] = members.count }
                members.append((key, slot))
            }
            content = .members(members)
        } else {
            content = .members([(key, slot)])
        }
        return slot
    }

    private static let few = 16

    private func place(of key: String, in members: [(key: String, slot: TreeSlot)]) -> Int? {
        members.prefix(Self.few).firstIndex { ExactName.same($0.key, key) } ?? places[ExactName(key)]
    }
}

/// Turns `Encodable` values into a tree. Coding paths stay empty: nothing here reads them.
struct TreeEncoder: Encoder {
    let slot: TreeSlot

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .members = slot.content {} else { slot.content = .members([]) }
        return KeyedEncodingContainer(Keyed<Key>(slot: slot))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .elements = slot.content {} else { slot.content = .elements([]) }
        return Unkeyed(slot: slot)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(slot: slot) }

    // The generic `encode` of the first two also meets the protocols' demand for each basic type.
    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let slot: TreeSlot
        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) { slot.addMember(key.stringValue).content = .scalar(.null) }
        func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            try value.encode(to: TreeEncoder(slot: slot.addMember(key.stringValue)))
        }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            TreeEncoder(slot: slot.addMember(key.stringValue)).container(keyedBy: type)
        }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            TreeEncoder(slot: slot.addMember(key.stringValue)).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { TreeEncoder(slot: slot.addMember("super")) }
        func superEncoder(forKey key: Key) -> any Encoder {
            TreeEncoder(slot: slot.addMember(key.stringValue))
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let slot: TreeSlot
        var codingPath: [any CodingKey] { [] }
        var count: Int { if case .elements(let slots) = slot.content { slots.count } else { 0 } }

        func encodeNil() { slot.addElement().content = .scalar(.null) }
        func encode<Value: Encodable>(_ value: Value) throws {
            try value.encode(to: TreeEncoder(slot: slot.addElement()))
        }
        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            TreeEncoder(slot: slot.addElement()).container(keyedBy: type)
        }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            TreeEncoder(slot: slot.addElement()).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { TreeEncoder(slot: slot.addElement()) }
    }

    private struct Single: SingleValueEncodingContainer {
        let slot: TreeSlot
        var codingPath: [any CodingKey] { [] }

        func encodeNil() { slot.content = .scalar(.null) }
        func encode(_ value: Bool) { slot.content = .scalar(.bool(value)) }
        func encode(_ value: String) { slot.content = .scalar(.string(value)) }
        func encode(_ value: Double) throws { try number(value, isFinite: value.isFinite) }
        func encode(_ value: Float) throws { try number(value, isFinite: value.isFinite) }
        func encode(_ value: Int) { slot.content = .scalar(.int(value)) }
        func encode(_ value: Int8) { integer(value) }
        func encode(_ value: Int16) { integer(value) }
        func encode(_ value: Int32) { integer(value) }
        func encode(_ value: Int64) { integer(value) }
        func encode(_ value: UInt) { integer(value) }
        func encode(_ value: UInt8) { integer(value) }
        func encode(_ value: UInt16) { integer(value) }
        func encode(_ value: UInt32) { integer(value) }
        func encode(_ value: UInt64) { integer(value) }
        func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: TreeEncoder(slot: slot)) }

        private func integer(_ value: some FixedWidthInteger) {
            slot.content = .scalar(.number(String(value)))
        }
        private func number(_ value: some CustomStringConvertible, isFinite: Bool) throws {
            guard isFinite else { throw JSONWriter.Failure(message: "\(value) is not a number in JSON") }
            slot.content = .scalar(.number(value.description))
        }
    }
}
