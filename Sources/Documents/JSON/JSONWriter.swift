/// Writes JSON: UTF-8, no newline at the end, the same bytes for the same value when keys are sorted.
package enum JSONWriter {
    /// Why a value cannot be written: a number that is not finite, or an `encode` that failed.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package var message: String
        package var description: String { message }
    }

    /// `pretty` puts one member on a line, indented by two spaces.
    package static func write(
        _ value: some Encodable, sortedKeys: Bool = true, pretty: Bool = false
    ) throws(Failure) -> [UInt8] {
        try write(tree(of: value), sortedKeys: sortedKeys, pretty: pretty)
    }

    /// `sortedKeys` sorts by UTF-8 bytes, else members stand in their own order.
    package static func write(
        _ value: JSONValue, sortedKeys: Bool = true, pretty: Bool = false
    ) throws(Failure) -> [UInt8] {
        var printer = Printer(sortedKeys: sortedKeys, pretty: pretty)
        try printer.add(value)
        return printer.bytes
    }

    /// What `value` encodes to, as a tree.
    package static func tree(of value: some Encodable) throws(Failure) -> JSONValue {
        let slot = TreeSlot()
        do {
            try value.encode(to: TreeEncoder(slot: slot))
        } catch let failure as Failure {
            throw failure
        } catch let EncodingError.invalidValue(_, context) {
            throw Failure(message: context.debugDescription)
        } catch {
            throw Failure(message: "cannot be written as JSON")
        }
        return slot.value
    }

    private struct Printer {
        let sortedKeys: Bool
        let pretty: Bool
        var bytes: [UInt8] = []
        private var depth = 0

        init(sortedKeys: Bool, pretty: Bool) {
            self.sortedKeys = sortedKeys
            self.pretty = pretty
        }

        mutating func add(_ value: JSONValue) throws(Failure) {
            switch value {
            case .null: bytes.append(contentsOf: "null".utf8)
            case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
            case .int(let value): bytes.append(contentsOf: String(value).utf8)
            case .number(let text): bytes.append(contentsOf: text.utf8)
            case .string(let text): JSONText.append(text, to: &bytes)
            case .double(let value):
                guard value.isFinite else { throw Failure(message: "\(value) is not a number in JSON") }
                bytes.append(contentsOf: value.description.utf8)
            case .array(let elements):
                try list("[", "]", elements) { (printer, element) throws(Failure) in try printer.add(element)
                }
            case .object(let members):
                let ordered =
                    sortedKeys
                    ? members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : members
                try list("{", "}", ordered) { (printer, member) throws(Failure) in
                    JSONText.append(member.key, to: &printer.bytes)
                    printer.bytes.append(contentsOf: (printer.pretty ? ": " : ":").utf8)
                    try printer.add(member.value)
                }
            }
        }

        private mutating func list<Item>(
            _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item],
            _ body: (inout Printer, Item) throws(Failure) -> Void
        ) throws(Failure) {
            bytes.append(UInt8(ascii: open))
            depth += 1
            for (number, item) in items.enumerated() {
                if number > 0 { bytes.append(UInt8(ascii: ",")) }
                breakLine()
                try body(&self, item)
            }
            depth -= 1
            if !items.isEmpty { breakLine() }
            bytes.append(UInt8(ascii: close))
        }

        private mutating func breakLine() {
            guard pretty else { return }
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
        }
    }
}
