import Text

/// Reads JSON text into nodes, front to back.
struct JSONReader {
    private let bytes: [UInt8]
    private let name: String
    private let limits: ReadLimits
    private var index = 0
    private var line = 1
    private var lineStart = 0
    // Bytes of this line that start no character: columns count characters, and one line may hold a megabyte.
    private var continuations = 0
    private var nodes = 0

    init(_ bytes: [UInt8], name: String, limits: ReadLimits) {
        self.bytes = bytes
        self.name = name
        self.limits = limits
    }

    mutating func document() throws(DocumentError) -> Node {
        if bytes.count > limits.bytes {
            throw error("\(bytes.count) bytes, at most \(limits.bytes) are read")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("a byte order mark is not allowed") }
        skipSpace()
        if index == bytes.count { throw error("expected a value, found the end") }
        let root = try value(depth: 0)
        skipSpace()
        if index < bytes.count { throw error("nothing may follow the value, found \(found)") }
        return root
    }

    private mutating func value(depth: Int) throws(DocumentError) -> Node {
        nodes += 1
        if nodes > limits.nodes { throw error("more than \(limits.nodes) values") }
        let begin = mark
        switch current {
        case UInt8(ascii: "{"): return try object(from: begin, depth: depth + 1)
        case UInt8(ascii: "["): return try array(from: begin, depth: depth + 1)
        case UInt8(ascii: "\""):
            let text = try string()
            return Node(.scalar(text, .doubleQuoted), at: place(from: begin))
        case UInt8(ascii: "-"): try number()
        case _ where isDigit: try number()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: throw error("expected a value, found \(found)")
        }
        let text = String(decoding: bytes[begin.index..<index], as: UTF8.self)
        return Node(.scalar(text, .literal), at: place(from: begin))
    }

    private mutating func object(from begin: Mark, depth: Int) throws(DocumentError) -> Node {
        try enter(depth)
        var members: [Node.Member] = []
        var keys: Set<ExactName> = []
        skipSpace()
        if current == UInt8(ascii: "}") {
            index += 1
            return Node(.mapping([]), at: place(from: begin))
        }
        while true {
            let keyBegin = mark
            guard current == UInt8(ascii: "\"") else {
                throw closing(begin, "expected a key in double quotes, found \(found)")
            }
            let key = try string()
            let keyPlace = place(from: keyBegin)
            if isKnown(key, members, &keys) {
                throw DocumentError(
                    name: name, at: keyPlace, message: "duplicate key \(JSONText.quoted(key))")
            }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw closing(begin, "expected ':', found \(found)") }
            index += 1
            skipSpace()
            members.append(Node.Member(key: key, keyPlace: keyPlace, value: try value(depth: depth)))
            if try !goesOn(begin, until: UInt8(ascii: "}"), "expected ',' or '}'") { break }
        }
        return Node(.mapping(members), at: place(from: begin))
    }

    private mutating func array(from begin: Mark, depth: Int) throws(DocumentError) -> Node {
        try enter(depth)
        var elements: [Node] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            index += 1
            return Node(.sequence([]), at: place(from: begin))
        }
        repeat {
            elements.append(try value(depth: depth))
        } while try goesOn(begin, until: UInt8(ascii: "]"), "expected ',' or ']'")
        return Node(.sequence(elements), at: place(from: begin))
    }

    private mutating func enter(_ depth: Int) throws(DocumentError) {
        if depth > limits.depth { throw error("nested deeper than \(limits.depth)") }
        index += 1
    }

    /// Past a comma (true) or the closing bracket (false).
    private mutating func goesOn(
        _ begin: Mark, until close: UInt8, _ expected: String
    ) throws(DocumentError) -> Bool {
        skipSpace()
        switch current {
        case UInt8(ascii: ","):
            index += 1
            skipSpace()
            if current == close { throw error("trailing comma before \(found)") }
            return true
        case close:
            index += 1
            return false
        default: throw closing(begin, "\(expected), found \(found)")
        }
    }

    private func isKnown(_ key: String, _ members: [Node.Member], _ keys: inout Set<ExactName>) -> Bool {
        // Most objects are small, and a set for each costs more than looking.
        if members.count < 16 { return members.contains { ExactName.same($0.key, key) } }
        if members.count == 16 { keys = Set(members.map { ExactName($0.key) }) }
        return !keys.insert(ExactName(key)).inserted
    }

    // MARK: Scalars

    private mutating func string() throws(DocumentError) -> String {
        let begin = mark
        index += 1
        var start = index
        // Grown in place: a copy for each escape would cost the square of their number.
        var decoded: [UInt8] = []
        var hasEscapes = false
        while true {
            guard let byte = current else {
                throw DocumentError(
                    name: name, at: place(from: begin), message: "this string is never closed")
            }
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                decoded.append(contentsOf: bytes[start..<index])
                try escape(into: &decoded)
                start = index
                continue
            }
            if byte < 0x20 { throw error("a control character in a string must be escaped") }
            if byte & 0xC0 == 0x80 { continuations += 1 }
            index += 1
        }
        let rest = bytes[start..<index]
        let text: String?
        if hasEscapes {
            decoded.append(contentsOf: rest)
            text = String(validating: decoded, as: UTF8.self)
        } else {
            text = String(validating: rest, as: UTF8.self)
        }
        index += 1
        guard let text else {
            throw DocumentError(name: name, at: place(from: begin), message: "this string is not valid UTF-8")
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(DocumentError) {
        let begin = mark
        index += 1
        guard let byte = current else { throw error("this escape is not complete") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var value = try fourHex()
            if (0xD800...0xDBFF).contains(value), current == UInt8(ascii: "\\") {
                index += 1
                if current == UInt8(ascii: "u") {
                    index += 1
                    let low = try fourHex()
                    if (0xDC00...0xDFFF).contains(low) {
                        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00)
                    }
                }
            }
            guard let scalar = Unicode.Scalar(value) else {
                throw DocumentError(name: name, at: place(from: begin), message: "half of a surrogate pair")
            }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default:
            throw DocumentError(name: name, at: place(from: begin), message: "no such escape")
        }
    }

    private mutating func fourHex() throws(DocumentError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch current {
            case .some(let byte) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - UInt8(ascii: "0")
            case .some(let byte) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw error("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func number() throws(DocumentError) {
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") {
            index += 1
            if isDigit { throw error("a number must not begin with 0") }
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(DocumentError) {
        guard isDigit else { throw error("expected a digit, found \(found)") }
        while isDigit { index += 1 }
    }

    private mutating func word(_ word: String) throws(DocumentError) {
        guard bytes[index...].starts(with: word.utf8) else { throw error("expected a value, found \(found)") }
        index += word.utf8.count
    }

    // MARK: Places

    private struct Mark {
        var line: Int
        var column: Int
        var index: Int
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var isDigit: Bool {
        guard let current else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current)
    }

    private var mark: Mark { Mark(line: line, column: index - lineStart - continuations + 1, index: index) }

    private func place(from begin: Mark) -> Place {
        Place(line: begin.line, column: begin.column, bytes: begin.index..<max(begin.index, index))
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A:
                line += 1
                lineStart = index + 1
                continuations = 0
            case 0x20, 0x09, 0x0D: break
            default: return
            }
            index += 1
        }
    }

    private var found: String {
        guard let current else { return "the end" }
        if (0x21..<0x7F).contains(current) { return "'\(Unicode.Scalar(current))'" }
        return "byte 0x" + String(current, radix: 16, uppercase: true)
    }

    private func error(_ message: String) -> DocumentError {
        DocumentError(name: name, line: mark.line, column: mark.column, message: message)
    }

    /// At the end of the text the bracket that was never closed is the place to look at.
    private func closing(_ begin: Mark, _ message: String) -> DocumentError {
        guard index == bytes.count else { return error(message) }
        let bracket = Unicode.Scalar(bytes[begin.index])
        return DocumentError(
            name: name, line: begin.line, column: begin.column, message: "'\(bracket)' is never closed")
    }
}
