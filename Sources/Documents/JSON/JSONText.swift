/// How a string is written in JSON.
package enum JSONText {
    /// Appends `text` in quotes. Whatever could act on a terminal or hide in it is escaped as well, so that a file
    /// may be read with `cat`.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Most texts have nothing to escape.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
            return bytes.append(contentsOf: text.utf8)
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: bytes.append(contentsOf: [0x5C, 0x22])
            case 0x5C: bytes.append(contentsOf: [0x5C, 0x5C])
            case 0x20..<0x7F: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case let value where isEscaped(value):
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    bytes.append(contentsOf: "\\u".utf8)
                    bytes.append(
                        contentsOf: String(repeating: "0", count: max(0, 4 - digits.utf8.count)).utf8)
                    bytes.append(contentsOf: digits.utf8)
                }
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }

    /// All of `text` in quotes, as a JSON or YAML document takes it.
    package static func whole(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// At most 60 characters of `text`, in quotes, for a message.
    package static func quoted(_ text: String) -> String {
        let short = String(text.unicodeScalars.prefix(60))
        var bytes: [UInt8] = []
        append(short.utf8.count < text.utf8.count ? short + "…" : short, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isEscaped(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
            0xFEFF,
            0xE0000...0xE007F:
            true
        default: false
        }
    }
}
