import Curses
import Display
import Testing

/// What a terminal says of its background.
struct BackgroundTests {
    private static func answers(_ text: String) -> (keys: [Key], isLight: Bool?) {
        var decoder = KeyDecoder()
        let keys = decoder.feed(text.utf8)
        return (keys, decoder.takeBackground()?.isLight)
    }

    @Test(arguments: [
        ("\u{1b}]11;rgb:0000/0000/0000\u{7}", false), ("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\", true),
        ("\u{1b}]11;rgb:28/2c/34\u{7}", false), ("\u{1b}]11;rgb:fdf6/f6f6/e3e3\u{1b}\\", true),
        ("\u{1b}]11;rgb:f/f/f\u{7}", true),
    ])
    func `is read, light or dark, and is no key`(text: String, isLight: Bool) {
        let found = Self.answers(text + "q")
        #expect(found.keys == [.character("q")] && found.isLight == isLight)
    }

    @Test(arguments: [
        "\u{1b}]11;rgb:zz/zz/zz\u{7}", "\u{1b}]11;rgb:1/2\u{7}", "\u{1b}]10;rgb:ffff/ffff/ffff\u{7}",
        "\u{1b}]11;rgb:fffff/0/0\u{7}", "\u{1b}]11;\u{7}", "\u{1b}P11;rgb:ffff/ffff/ffff\u{1b}\\",
        "\u{1b}]11;rgb:///\u{7}", "\u{1b}]11;rgb:-1/-1/-1\u{7}",
    ])
    func `anything else says nothing`(text: String) {
        let found = Self.answers(text + "q")
        #expect(found.keys == [.character("q")] && found.isLight == nil)
    }

    @Test func `an answer cut by a slow line is waited for, and is no key`() {
        var decoder = KeyDecoder()
        #expect(decoder.feed("\u{1b}]11;rgb:ffff/ff".utf8) == [])
        #expect(decoder.pending == .forMarker)
        #expect(decoder.feed("ff/ffff\u{7}".utf8) == [])
        #expect(decoder.takeBackground()?.isLight == true && decoder.takeBackground() == nil)
    }

    @Test func `a person who pressed Alt and a bracket waits as for any key`() {
        for text in ["\u{1b}]", "\u{1b}P", "\u{1b}]1"] {
            var decoder = KeyDecoder()
            #expect(decoder.feed(text.utf8) == [] && decoder.pending == .forKey)
        }
    }

    @Test(arguments: [
        ("15;0", false as Bool?), ("0;15", true), ("0;default;7", true), ("7;8", false), ("", nil),
        ("x", nil), ("1;99", nil),
    ])
    func `COLORFGBG says it too`(text: String, isLight: Bool?) {
        #expect(TerminalSettings.isLight(text) == isLight)
    }
}
