/// How one character stands in a text that was made for a browser or a program: `%2F`, `\u00f6`, `\/`, `&#246;`,
/// `&#xF6;`, `&amp;`, `+`.
enum TextCarriage {
    private static let names: [(String, Unicode.Scalar)] = [
        ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
    ]
    private static let longest = "&#x0010FFFF;".utf8.count

    /// Whether a byte may begin something that stands for another.
    static func begins(_ byte: UInt8) -> Bool { "%\\&+".utf8.contains(byte) }

    /// What may be meant from `place` on, in UTF-8, and how long it is; first the byte that is there.
    static func readings(_ bytes: [UInt8], at place: Int) -> [(means: [UInt8], length: Int)] {
        guard place < bytes.count else { return [] }
        let byte = bytes[place]
        var all: [(means: [UInt8], length: Int)] = [([byte], 1)]
        let rest = bytes[place...].prefix(longest)
        switch byte {
        case UInt8(ascii: "+"): all.append(([0x20], 1))
        case UInt8(ascii: "%"):
            if let value = number(rest.dropFirst().prefix(2), count: 2) { all.append(([UInt8(value)], 3)) }
        case UInt8(ascii: "\\"): if let escape = escape(rest) { all.append(escape) }
        case UInt8(ascii: "&"): if let entity = entity(rest) { all.append(entity) }
        default: break
        }
        return all
    }

    /// The text ends there, or within what stands for the next character.
    static func isEnd(_ bytes: [UInt8], _ place: Int) -> Bool {
        let rest = bytes[place...]
        guard let first = rest.first else { return true }
        guard first != UInt8(ascii: "+"), begins(first), rest.count < longest else { return false }
        return readings(bytes, at: place).count == 1
            && rest.dropFirst().allSatisfy { "#;".utf8.contains($0) || isLetterOrDigit($0) }
    }

    private static func escape(_ text: ArraySlice<UInt8>) -> ([UInt8], Int)? {
        guard let letter = text.dropFirst().first else { return nil }
        guard letter == UInt8(ascii: "u") else {
            return "\"\\/'".utf8.contains(letter) ? ([letter], 2) : nil
        }
        guard let first = number(text.dropFirst(2).prefix(4), count: 4) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (Array(String(scalar).utf8), 6) }
        let second = text.dropFirst(6)
        guard second.starts(with: "\\u".utf8), first < 0xDC00,
            let low = number(second.dropFirst(2).prefix(4), count: 4), (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (Array(String(scalar).utf8), 12)
    }

    private static func entity(_ text: ArraySlice<UInt8>) -> ([UInt8], Int)? {
        for (name, scalar) in names where text.starts(with: name.utf8) {
            return (Array(String(scalar).utf8), name.utf8.count)
        }
        guard text.starts(with: "&#".utf8), let end = text.firstIndex(of: UInt8(ascii: ";")) else {
            return nil
        }
        let digits = text[..<end].dropFirst(2)
        let isHex = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let value =
            isHex
            ? number(digits.dropFirst(), count: digits.count - 1)
            : UInt32(String(decoding: digits, as: UTF8.self))
        return value.flatMap(Unicode.Scalar.init).map {
            (Array(String($0).utf8), end - text.startIndex + 1)
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>, count: Int) -> UInt32? {
        guard digits.count == count, digits.first != UInt8(ascii: "+") else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
