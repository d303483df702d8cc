/// JSON text, strictly RFC 8259.
package enum JSON {
    /// The tree of one document. Refuses duplicate keys, trailing commas and bytes, comments, a byte order mark,
    /// invalid UTF-8, lone surrogates, and what exceeds `limits`. `name` stands in errors.
    package static func read(
        _ bytes: [UInt8], name: String, limits: ReadLimits = ReadLimits()
    ) throws(DocumentError) -> Node {
        var reader = JSONReader(bytes, name: name, limits: limits)
        return try reader.document()
    }

    /// Reads and decodes in one step.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8], name: String, limits: ReadLimits = ReadLimits()
    ) throws(DocumentError) -> Value {
        try NodeDecoder(name: name).decode(type, from: read(bytes, name: name, limits: limits))
    }
}
