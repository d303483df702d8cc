import Curses
import Display
import Testing

@Suite struct ColorDepthTests {
    private let badge = Style(
        foreground: Color(palette: 231, basic: 15), background: Color(palette: 161, basic: 1), isBold: true)
    private let dim = Style(foreground: Color(palette: 245, basic: 8))

    @Test func `takes the number that the terminal has`() {
        let red = Style(foreground: Color(palette: 203, basic: 9))
        #expect(ColorDepth.palette.look(red).foreground == 203)
        #expect(ColorDepth.sixteen.look(red).foreground == 9)
        #expect(ColorDepth.direct.look(red).foreground == 0xFF5F5F)
        #expect(ColorDepth.none.look(red).foreground == -1)
        let bright = ColorDepth.eight.look(red)
        #expect(bright.foreground == 1 && bright.isBold)
    }

    @Test func `dim text is never black on black`() {
        #expect(ColorDepth.eight.look(dim) == ColorDepth.palette.look(Style()))
    }

    @Test func `a background that cannot be shown becomes reverse video`() {
        let look = ColorDepth.none.look(badge)
        #expect(look.isReverse && look.isBold && look.background == -1)
        #expect(ColorDepth.eight.look(badge).background == 1)
        #expect(!ColorDepth.eight.look(badge).isReverse)
    }

    @Test func `the cursor bar lies under all but cells with a background`() {
        let cursor = Style(background: Color(palette: 236, basic: 8))
        #expect(ColorDepth.underCursor(dim, cursor).background == cursor.background)
        #expect(ColorDepth.underCursor(badge, cursor).background == badge.background)
        #expect(!ColorDepth.underCursor(Style(isReverse: true), Style(isReverse: true)).isReverse)
    }

    @Test func `nothing red, blue or dark stands on a blue bar`() {
        let bar = Style(background: Color(palette: 236, basic: 4))
        for basic: UInt8 in [0, 1, 4, 5, 8, 9, 12, 13] {
            let cell = ColorDepth.underCursor(Style(foreground: Color(palette: 203, basic: basic)), bar)
            for depth in [ColorDepth.eight, .sixteen] {
                // A colour that eight cannot show is the terminal's own.
                let white: Int32 = depth == .eight ? 7 : 15
                #expect([white, -1].contains(depth.look(cell).foreground))
            }
            #expect(ColorDepth.palette.look(cell).foreground == 203)
        }
    }

    @Test func `a badge that only few colours need is none where there is a palette, nor under the bar`() {
        let red = Style(
            foreground: Color(palette: 203, basic: 0), background: Color(palette: nil, basic: 9), isBold: true
        )
        let bar = Style(background: Color(palette: 18, basic: 4))
        #expect(ColorDepth.sixteen.look(red).background == 9)
        #expect(ColorDepth.palette.look(red).foreground == 203)
        #expect(ColorDepth.palette.look(red).background == -1)
        #expect(!ColorDepth.palette.look(red).isReverse)
        #expect(ColorDepth.sixteen.look(ColorDepth.underCursor(red, bar)).background == 9)
        #expect(ColorDepth.palette.look(ColorDepth.underCursor(red, bar)).background == 18)
        #expect(ColorDepth.direct.look(ColorDepth.underCursor(red, bar)).background == 0x000087)
        #expect(ColorDepth.none.look(red).isReverse)
    }

    @Test func `greys and cube of the palette keep their values as direct colours`() {
        func direct(_ index: UInt8) -> Int32 {
            ColorDepth.direct.look(Style(foreground: Color(palette: index, basic: 7))).foreground
        }
        #expect(direct(16) == 0)
        #expect(direct(231) == 0xFFFFFF)
        #expect(direct(232) == 0x080808)
        #expect(direct(255) == 0xEEEEEE)
    }
}
