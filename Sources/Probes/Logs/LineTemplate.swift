/// Literal text with holes, found anywhere in a line: `Message has been rejected: * not found`.
///
/// `*` stands for any bytes, also none; `\*` is a star and `\\` a backslash. Time is linear in the line:
/// the pieces are looked for one after the other, and the first place that fits is always right.
package struct LineTemplate: Sendable, Hashable {
    private var pieces: [[UInt8]]

    /// Throws `RuleFailure` for a template without literal text, which every line would fit.
    package init(_ text: String) throws(RuleFailure) {
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                if byte != UInt8(ascii: "*"), byte != UInt8(ascii: "\\") { piece.append(UInt8(ascii: "\\")) }
                piece.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "*") {
                pieces.append(piece)
                piece = []
            } else {
                piece.append(byte)
            }
        }
        if isEscaped { piece.append(UInt8(ascii: "\\")) }
        pieces.append(piece)
        self.pieces = pieces.filter { !$0.isEmpty }
        if self.pieces.isEmpty { throw RuleFailure("a template needs literal text beside its `*`") }
    }

    package func matches(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        for piece in pieces {
            guard let at = Bytes.find(piece[...], in: rest) else { return false }
            rest = rest[(at + piece.count)...]
        }
        return true
    }
}
