import Curses
import Display
import TestSupport
import Testing

@Suite struct KeyDecoderTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.feed(Array(text.utf8)) + decoder.flush()
    }

    @Test(arguments: [
        ("q", [Key.character("q")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]),
        ("\u{7f}", [.backspace]), ("\u{8}", [.backspace]), ("\u{c}", [.control("l")]),
        ("\u{1a}", [.control("z")]), ("\u{1c}", [.control("\\")]), ("\0", [.control(" ")]),
        ("ä€😀", [.character("ä"), .character("€"), .character("😀")]),
        ("\u{1b}[A", [.up]), ("\u{1b}OB", [.down]), ("\u{1b}[1;5C", [.right]), ("\u{1b}[D", [.left]),
        ("\u{1b}[H", [.home]), ("\u{1b}[1~", [.home]), ("\u{1b}OF", [.end]), ("\u{1b}[4~", [.end]),
        ("\u{1b}[5~", [.pageUp]), ("\u{1b}[6~", [.pageDown]), ("\u{1b}[2~", [.insert]),
        ("\u{1b}[3~", [.delete]), ("\u{1b}[Z", [.backTab]),
        ("\u{1b}OP", [.function(1)]), ("\u{1b}[[B", [.function(2)]), ("\u{1b}[15~", [.function(5)]),
        ("\u{1b}[24~", [.function(12)]), ("\u{1b}[1;2S", [.function(4)]),
        ("\u{1b}Ok", [.character("+")]), ("\u{1b}OM", [.enter]),
        ("\u{1b}", [.escape]), ("\u{1b}\u{1b}", [.escape, .escape]),
        ("\u{1b}x", [.escape, .character("x")]),
    ])
    func `reads the sequences of the usual terminals`(text: String, expected: [Key]) {
        #expect(keys(text) == expected)
    }

    @Test(arguments: [
        "\u{1b}[<0;12;7m", "\u{1b}[M !!", "\u{1b}]11;rgb:0000/0000/0000\u{7}", "\u{1b}P1+r436f\u{1b}\\",
        "\u{1b}[?62;22c", "\u{1b}[I", "\u{1b}[99999999999999999999999~",
        "\u{1b}[" + String(repeating: "1;", count: 29) + "y",
    ])
    func `drops what is no key and goes on reading`(noise: String) {
        #expect(keys(noise + "q") == [.character("q")])
    }

    @Test func `reads the same keys however the bytes are cut`() {
        let text = "aä\u{1b}[1;5C\u{1b}OP😀\u{1b}[200~x\u{1b}y\u{1b}[201~\u{1b}[Z"
        let whole = keys(text)
        var decoder = KeyDecoder()
        #expect(text.utf8.flatMap { decoder.feed([$0]) } == whole)
        #expect(
            whole == [
                .character("a"), .character("ä"), .right, .function(1), .character("😀"), .paste("x\u{1b}y"),
                .backTab,
            ])
    }

    @Test func `a lone ESC is pending until nothing follows it`() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0x1b]) == [])
        #expect(decoder.pending == .forKey)
        #expect(decoder.flush() == [.escape])
        #expect(decoder.pending == nil)
    }

    @Test func `a paste is cut at its limit and what follows it is read`() throws {
        let long = String(repeating: "x", count: 3 * KeyDecoder.longestPaste)
        let found = keys("\u{1b}[200~" + long + "\u{1b}[201~q")
        #expect(found == [.paste(String(long.prefix(KeyDecoder.longestPaste))), .character("q")])
    }

    @Test func `a byte of a paste costs the same however many came before`() {
        var decoder = KeyDecoder()
        var random = SeededGenerator(seed: 3)
        _ = decoder.feed(Array("\u{1b}[200~".utf8))
        // 2 MB in pieces; at a copy of the paste so far for each byte this takes minutes.
        for _ in 0..<512 {
            #expect(decoder.feed((0..<4096).map { _ in UInt8.random(in: 0x1b...0x7e, using: &random) }) == [])
        }
        guard case .paste(let text) = decoder.feed(Array("\u{1b}[201~".utf8)).first else {
            Issue.record("it did not end")
            return
        }
        #expect(text.utf8.count == KeyDecoder.longestPaste && decoder.feed([0x71]) == [.character("q")])
    }

    @Test func `a paste without its end is over when nothing comes any more, or by Esc`() {
        for ending in ["", "\u{1b}"] {
            var decoder = KeyDecoder()
            #expect(decoder.feed(Array("\u{1b}[200~q quit\(ending)".utf8)) == [])
            #expect(decoder.pending == (ending.isEmpty ? .forPaste : .forMarker))
            #expect(decoder.flush() == [.paste("q quit")])
            #expect(decoder.pending == nil && decoder.feed([0x71]) == [.character("q")])
        }
        // An ESC of the text itself, and one that is the marker's.
        var decoder = KeyDecoder()
        #expect(decoder.feed(Array("\u{1b}[200~a\u{1b}".utf8)) == [])
        #expect(decoder.feed(Array("b\u{1b}".utf8)) == [])
        #expect(decoder.feed(Array("[201~".utf8)) == [.paste("a\u{1b}b")])
    }

    @Test func `random bytes never end it and never leave it deaf`() {
        var random = SeededGenerator(seed: 7)
        var decoder = KeyDecoder()
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: .min ... .max, using: &random)
                    : [0x1b, 0x5b, 0x4f, 0x5d, 0x7e][
                        Int.random(in: 0..<5, using: &random)]
            }
            _ = decoder.feed(bytes)
            _ = decoder.flush()
        }
        #expect(decoder.feed([0x71]) == [.character("q")])
    }
}
