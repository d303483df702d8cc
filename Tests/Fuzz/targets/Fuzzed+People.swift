import Commands
import Curses
import Text

extension Fuzzed {
    /// What people type and see.
    static let people = [
        Fuzzed("keys", ["\u{1b}[A\u{1b}OPx\u{1b}[200~pasted\u{1b}[201~\u{1b}[<0;1;2M\u{1b}]52;c;x\u{7}é"]) {
            bytes in
            var (whole, cut) = (KeyDecoder(), KeyDecoder())
            let keys = whole.feed(bytes) + whole.flush()
            var pieces = bytes.flatMap { cut.feed([$0]) }
            pieces += cut.flush()
            hold(keys == pieces, "keys are told by how they arrive")
            hold(whole.pending == nil, "a key is waited for after all")
        },
        Fuzzed("arguments", ["status\0--json\0--env\0eu-shop", "demo\0--seed\u{0}3"]) { bytes in
            _ = try? Parser.parse(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
        },
        Fuzzed("text", ["größer → 価格 ✘ e\u{301}\u{200b}\u{202e}", "\u{1b}]0;x\u{7}\u{9b}31m"]) { bytes in
            let line = Sanitizer.line(bytes: bytes, maxBytes: 256)
            hold(line.utf8.count <= 256, "a line is longer than its limit")
            hold(Sanitizer.line(line, maxBytes: 256) == line, "a harmless line is changed")
            hold(
                line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) },
                "a line acts on a terminal")
            for cells in [0, 1, 7, 24] {
                hold(CellWidth.of(Name.cut(line, to: cells)) <= cells, "a name is wider than its column")
            }
            _ = Wrap.lines(line, width: 9)
            let text = String(decoding: bytes, as: UTF8.self)
            _ = NamePattern(text).matches(line)
            _ = LookAlikes.drawn([text, line, "a"])
        },
    ]
}
