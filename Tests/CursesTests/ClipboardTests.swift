import Testing

@testable import Curses

@Suite struct ClipboardTests {
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `writes base64 as RFC 4648 shows it`(text: String, expected: String) {
        #expect(Clipboard.base64(Array(text.utf8)) == Array(expected.utf8))
    }

    @Test func `no byte of the text itself is sent`() throws {
        let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J"
        let bytes = try #require(Clipboard.sequence(hostile, through: .none))
        #expect(bytes.filter { $0 == 0x1b }.count == 1)
        #expect(bytes.last == 7)
    }

    @Test func `refuses more than terminals take`() {
        let limit = Clipboard.longestText
        #expect(Clipboard.sequence(String(repeating: "x", count: limit), through: .none) != nil)
        #expect(Clipboard.sequence(String(repeating: "x", count: limit + 1), through: .none) == nil)
    }

    @Test func `screen gets pieces it hands through`() throws {
        let bytes = try #require(
            Clipboard.sequence(String(repeating: "x", count: 3_000), through: .screen))
        let pieces = bytes.split(separator: 0x1b).filter { $0.first == 0x50 }
        #expect(pieces.count == 8)
        #expect(pieces.allSatisfy { $0.count <= 513 })
    }

    @Test(arguments: [
        ("xterm-256color", nil, nil, TerminalSettings.Multiplexer.none),
        ("screen-256color", "/tmp/tmux-0/default,1,0", nil, .tmux), ("tmux-256color", nil, nil, .tmux),
        ("screen.xterm-256color", nil, "7.pts-0.host", .screen), ("screen-256color", nil, "", .tmuxOrScreen),
    ])
    func `TERM tells of a multiplexer where ssh left its variables behind`(
        type: String, tmux: String?, screen: String?, expected: TerminalSettings.Multiplexer
    ) {
        #expect(TerminalSettings.multiplexer(type: type, tmux: tmux, screen: screen) == expected)
    }

    @Test func `where it may be screen nothing is sent that screen would print`() throws {
        let bytes = try #require(Clipboard.sequence("foo", through: .tmuxOrScreen))
        let plain = "\u{1b}]52;c;Zm9v\u{7}"
        #expect(String(decoding: bytes, as: UTF8.self) == plain + "\u{1b}P" + plain + "\u{1b}\\")
    }
}
