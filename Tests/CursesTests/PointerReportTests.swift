import Curses
import Display
import Testing

/// What xterm and its kin report of the mouse.
struct PointerReportTests {
    private static func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.feed(text.utf8)
    }

    @Test(arguments: [
        ("\u{1b}[<0;12;7M", Pointer(.click, row: 6, column: 11)),
        ("\u{1b}[<64;1;1M", Pointer(.wheelUp, row: 0, column: 0)),
        ("\u{1b}[<65;300;80M", Pointer(.wheelDown, row: 79, column: 299)),
    ])
    func `a press and the wheel are told, with the cell`(text: String, pointer: Pointer) {
        #expect(Self.keys(text + "q") == [.pointer(pointer), .character("q")])
    }

    @Test(arguments: [
        "\u{1b}[<0;12;7m", "\u{1b}[<1;12;7M", "\u{1b}[<2;12;7M", "\u{1b}[<32;12;7M", "\u{1b}[<4;12;7M",
        "\u{1b}[<0;0;7M", "\u{1b}[<0;12M", "\u{1b}[<0;12;7;9M", "\u{1b}[<;;M",
        "\u{1b}[<99999999999999999999;1;1M", "\u{1b}[<0;-1;1M", "\u{1b}[M !!",
    ])
    func `anything else is no key`(text: String) {
        #expect(Self.keys(text + "q") == [.character("q")])
    }
}
