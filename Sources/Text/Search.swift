/// Text in text, byte for byte. What Swift has for it would link its regular expressions: 1.3 MB.
extension StringProtocol {
    /// Whether `part` stands somewhere in it.
    package func mentions(_ part: some StringProtocol) -> Bool { firstPlace(of: part) != nil }

    /// Where `part` stands first; the empty text stands at the start.
    package func firstPlace(of part: some StringProtocol) -> Range<String.Index>? {
        var start = utf8.startIndex
        while true {
            let rest = utf8[start...]
            if rest.starts(with: part.utf8) {
                return start..<utf8.index(start, offsetBy: part.utf8.count)
            }
            guard start < utf8.endIndex else { return nil }
            utf8.formIndex(after: &start)
        }
    }
}

extension String {
    /// Whether `part`, which is in lower case, stands somewhere in it, whatever its own case.
    package func mentions(lowercase part: String) -> Bool {
        let (text, wanted) = (utf8.span, part.utf8.span)
        guard wanted.count > 0 else { return true }
        // Nearly all there is is ASCII, and thousands of names are looked at for each letter that is typed.
        guard utf8.allSatisfy({ $0 < 0x80 }) else { return lowercased().mentions(part) }
        guard text.count >= wanted.count else { return false }
        for start in 0...(text.count - wanted.count) {
            var place = 0
            while place < wanted.count, Self.lowercase(text[start + place]) == wanted[place] { place &+= 1 }
            if place == wanted.count { return true }
        }
        return false
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
