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
