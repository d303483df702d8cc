import Text

/// Texts and bytes of a recording, read and shown.
enum JSONShown {
    /// What stands between quotes with its escapes resolved; nil when one of them is not JSON's. A lone surrogate
    /// becomes the replacement character.
    static func unescaped(_ bytes: ArraySlice<UInt8>) -> String? {
        var plain: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == 0x5C else {
                plain.append(byte)
                continue
            }
            switch rest.popFirst() {
            case 0x22: plain.append(0x22)
            case 0x5C: plain.append(0x5C)
            case 0x2F: plain.append(0x2F)
            case 0x62: plain.append(0x08)
            case 0x66: plain.append(0x0C)
            case 0x6E: plain.append(0x0A)
            case 0x72: plain.append(0x0D)
            case 0x74: plain.append(0x09)
            case 0x75:
                guard let first = unit(&rest) else { return nil }
                var scalar = UInt32(first)
                if 0xD800...0xDBFF ~= first, rest.starts(with: [0x5C, 0x75]) {
                    var after = rest.dropFirst(2)
                    if let second = unit(&after), 0xDC00...0xDFFF ~= second {
                        scalar = 0x10000 + ((UInt32(first) - 0xD800) << 10) + (UInt32(second) - 0xDC00)
                        rest = after
                    }
                }
                plain += Array(String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            default: return nil
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        let digits = rest.prefix(4)
        guard digits.count == 4 else { return nil }
        rest = rest.dropFirst(4)
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// One byte for a message: `'x'` or `byte 0x1F`.
    static func byte(_ byte: UInt8) -> String {
        0x21..<0x7F ~= byte
            ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16, uppercase: true)
    }

    /// At most 60 bytes of `text` in quotes, cleaned.
    static func quoted(_ text: String) -> String { "\"\(Sanitizer.line(text, maxBytes: 60))\"" }
}
