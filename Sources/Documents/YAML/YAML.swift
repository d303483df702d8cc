/// YAML text, the part of it a configuration needs.
package enum YAML {
    /// The tree of one document; an empty one is an empty plain scalar. Refuses duplicate keys, keys that are not
    /// scalars, tags, a second document, a byte order mark, and what exceeds `limits`. Aliases stand for
    /// copies; merge keys (`<<`) are refused unless `merges`, and then stand for what they name. `name` stands in
    /// errors.
    package static func read(
        _ bytes: [UInt8], name: String, limits: ReadLimits = .yaml, merges: Bool = false
    ) throws(DocumentError) -> Node {
        let (root, duplicates) = try readNotingDuplicates(bytes, name: name, limits: limits, merges: merges)
        if let first = duplicates.first { throw first }
        return root
    }

    /// The same, but keys given twice are returned beside the tree, which holds the first of each: for a check that
    /// names all mistakes at once.
    package static func readNotingDuplicates(
        _ bytes: [UInt8], name: String, limits: ReadLimits = .yaml, merges: Bool = false
    ) throws(DocumentError) -> (root: Node, duplicates: [DocumentError]) {
        if bytes.count > limits.bytes {
            throw DocumentError(
                name: name, line: 1, column: 1,
                message: "\(bytes.count) bytes, at most \(limits.bytes) are read")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw DocumentError(name: name, line: 1, column: 1, message: "a byte order mark is not allowed")
        }
        guard let parser = YAMLParser(bytes) else {
            throw DocumentError(name: name, line: 1, column: 1, message: "no memory to read it")
        }
        var builder = YAMLBuilder(parser: parser, name: name, limits: limits, merges: merges)
        let root = try builder.document()
        return (root, builder.duplicates)
    }

    /// Reads and decodes in one step.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8], name: String, limits: ReadLimits = .yaml
    ) throws(DocumentError) -> Value {
        try NodeDecoder(name: name).decode(type, from: read(bytes, name: name, limits: limits))
    }
}
