/// One word as a shell takes it, whatever is in it.
package enum ShellWord {
    /// For any POSIX shell, as one that ssh hands its words to.
    package static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
            + "'"
    }

    /// To be shown and pasted: what a screen would draw in another way, or not at all, is given by its bytes, as bash
    /// and zsh read them.
    package static func pasted(_ word: String) -> String {
        if word.unicodeScalars.allSatisfy(isSeen) { return quoted(word) }
        var text = "$'"
        for scalar in word.unicodeScalars {
            if !isSeen(scalar) {
                for byte in String(scalar).utf8 {
                    text += #"\x"# + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            } else {
                if scalar == "'" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? (0x20..<0x7F).contains(scalar.value) : scalar.properties.isAlphabetic
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_./:@%+,-".utf8.contains(byte)
        }
    }
}
