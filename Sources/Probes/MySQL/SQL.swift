/// Pieces of statements. Everything that is not a constant of ours passes here.
enum SQL {
    /// A string; anything but plain characters in hexadecimal, so that no quoting rule of the server matters.
    static func text(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "|"):
                true
            default: false
            }
        }
        if isPlain { return "'\(value)'" }
        let digits = Array("0123456789abcdef")
        var hex = ""
        for byte in value.utf8 {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        return "_utf8mb4 0x\(hex)"
    }

    static func list(_ values: some Sequence<String>) -> String {
        values.map(text).joined(separator: ",")
    }

    static func list(_ values: some Sequence<UInt64>) -> String {
        values.map(String.init).joined(separator: ",")
    }

    /// A name of a table or an index.
    static func name(_ value: String) -> String {
        var quoted = "`"
        for character in value.unicodeScalars where character != "\0" {
            quoted.unicodeScalars.append(character)
            if character == "`" { quoted.append("`") }
        }
        return quoted + "`"
    }
}
