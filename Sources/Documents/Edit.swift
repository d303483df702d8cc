import Text

/// Changes one value inside a document and leaves every other byte, comments and order included.
package enum Edit {
    package enum Format: Sendable, Hashable {
        case json, yaml
        /// YAML in which `<<` takes up what it names.
        case mergingYAML
    }

    package enum NewScalar: Sendable, Hashable {
        case string(String)
        case bool(Bool)
        case int(Int)
        /// Must be finite.
        case double(Double)
        case null
    }

    /// The bytes with the scalar at `path` (keys, or numbers of elements) replaced. Throws when there is no such
    /// scalar, and rather than touch anything else: the result is read again and compared.
    package static func replaceScalar(
        in bytes: [UInt8], at path: [String], with new: NewScalar, format: Format, name: String
    ) throws(DocumentError) -> [UInt8] {
        let root = try read(bytes, format, name)
        guard let node = root[path: path] else {
            throw DocumentError(name: name, at: root.place, message: "there is no \(shown(path))")
        }
        func refuse(_ why: String) -> DocumentError {
            DocumentError(name: name, at: node.place, message: "\(shown(path)) \(why), edit it by hand")
        }
        guard let style = node.style else { throw refuse("is \(node.kind)") }
        guard style != .block else { throw refuse("is a block of text") }
        let range = node.place.bytes
        guard range.upperBound <= bytes.count else { throw refuse("could not be found") }
        if format != .json, let first = bytes[range].first,
            [UInt8(ascii: "&"), UInt8(ascii: "*")].contains(first)
        {
            throw refuse("has an anchor")
        }
        guard var text = written(new, style, format) else {
            throw refuse("cannot become a number that is not finite")
        }
        // `key:` with nothing after it: the value needs a space before it.
        if range.isEmpty, range.lowerBound > 0, ![0x20, 0x0A, 0x09].contains(bytes[range.lowerBound - 1]) {
            text.insert(0x20, at: 0)
        }
        var result = bytes
        result.replaceSubrange(range, with: text)
        guard let after = try? read(result, format, name), differsOnly(at: path[...], root, after, new) else {
            throw refuse("cannot be changed without touching more")
        }
        return result
    }

    private static func read(_ bytes: [UInt8], _ format: Format, _ name: String) throws(DocumentError) -> Node
    {
        switch format {
        case .json: try JSON.read(bytes, name: name)
        case .yaml: try YAML.read(bytes, name: name)
        case .mergingYAML: try YAML.read(bytes, name: name, merges: true)
        }
    }

    private static func written(_ new: NewScalar, _ style: Node.Style, _ format: Format) -> [UInt8]? {
        switch new {
        case .bool(let value): return Array((value ? "true" : "false").utf8)
        case .int(let value): return Array(String(value).utf8)
        case .double(let value): return value.isFinite ? Array(value.description.utf8) : nil
        case .null: return Array("null".utf8)
        case .string(let text):
            if format != .json, style == .plain, isPlain(text) { return Array(text.utf8) }
            if format != .json, style == .singleQuoted, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
                return Array("'".utf8) + text.utf8.flatMap { $0 == 0x27 ? [0x27, 0x27] : [$0] }
                    + Array("'".utf8)
            }
            var bytes: [UInt8] = []
            JSONText.append(text, to: &bytes)
            return bytes
        }
    }

    /// A word that no YAML reader, old ones included, takes for anything but text.
    private static func isPlain(_ text: String) -> Bool {
        let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        guard let first = text.utf8.first, isLetter(first), !words.contains(text.lowercased()) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func differsOnly(
        at path: ArraySlice<String>, _ old: Node, _ new: Node, _ value: NewScalar
    ) -> Bool {
        guard let part = path.first else { return means(new, value) }
        if let before = old.members, let after = new.members {
            return before.count == after.count
                && zip(before, after).allSatisfy { pair in
                    guard ExactName.same(pair.0.key, pair.1.key) else { return false }
                    return ExactName.same(pair.0.key, part)
                        ? differsOnly(at: path.dropFirst(), pair.0.value, pair.1.value, value)
                        : isAlike(pair.0.value, pair.1.value)
                }
        }
        guard let before = old.elements, let after = new.elements, let chosen = Int(part) else {
            return false
        }
        return before.count == after.count
            && before.indices.allSatisfy { index in
                index == chosen
                    ? differsOnly(at: path.dropFirst(), before[index], after[index], value)
                    : isAlike(before[index], after[index])
            }
    }

    /// The same content and style, wherever it stands.
    private static func isAlike(_ left: Node, _ right: Node) -> Bool {
        switch (left.content, right.content) {
        case (.scalar(let one, let style), .scalar(let two, let other)):
            one.utf8.elementsEqual(two.utf8) && style == other
        case (.sequence(let one), .sequence(let two)):
            one.count == two.count && zip(one, two).allSatisfy(isAlike)
        case (.mapping(let one), .mapping(let two)):
            one.count == two.count
                && zip(one, two).allSatisfy { ExactName.same($0.key, $1.key) && isAlike($0.value, $1.value) }
        default: false
        }
    }

    private static func means(_ node: Node, _ value: NewScalar) -> Bool {
        switch value {
        case .string(let text): node.string.map { $0.utf8.elementsEqual(text.utf8) } == true
        case .bool(let value): node.bool == value
        case .int(let value): node.int == value
        case .double(let value): node.double == value
        case .null: node.isNull
        }
    }

    private static func shown(_ path: [String]) -> String {
        path.isEmpty ? "the document" : JSONText.quoted(path.joined(separator: "."))
    }
}
