import Configuration
import Curses
import Display
import Glibc
import Testing

/// WCAG 2.1: 4.5 for text (1.4.3), 3 for lines and pictures (1.4.11).
@Suite struct ThemeContrastTests {
    /// What terminals have behind everything: black, One Dark, Solarized dark; and white.
    private static func grounds(_ theme: String) -> [UInt32] {
        theme == "light" ? [0xFFFFFF] : [0x000000, 0x282C34, 0x002B36]
    }

    private static let lines: Set<Role> = [.rule, .focus, .productionFrame, .chart, .chartOver]

    @Test(
        arguments: ["dark", "light", "high-contrast", "colour-blind-safe"],
        [ColorDepth.palette, .sixteen, .direct])
    func `text and lines are read on every ground and under the cursor`(
        name: String, depth: ColorDepth
    ) throws {
        let theme = try ThemeFileTests.theme(name)
        for role in Role.allCases {
            let least = Self.lines.contains(role) ? 3.0 : 4.5
            for (place, style) in [
                ("", theme[role]), ("under the cursor", ColorDepth.underCursor(theme[role], theme.cursor)),
            ] {
                let look = depth.look(style)
                let fore = try #require(Self.rgb(look.foreground, depth), "\(role)")
                for ground in Self.grounds(name) {
                    // Letters and background exchanged differ as much.
                    let contrast = Self.contrast(fore, Self.rgb(look.background, depth) ?? ground)
                    #expect(contrast >= least, "\(role) \(place): \(contrast)")
                }
            }
        }
    }

    @Test func `the theme for tired eyes has 7 to 1 on black`() throws {
        let theme = try ThemeFileTests.theme("high-contrast")
        for role in Role.allCases where !Self.lines.contains(role) {
            let look = ColorDepth.palette.look(theme[role])
            let fore = try #require(Self.rgb(look.foreground, .palette))
            #expect(Self.contrast(fore, Self.rgb(look.background, .palette) ?? 0) >= 7, "\(role)")
        }
    }

    @Test func `one of 16 colours that cannot be read on another gives way to black or white`() throws {
        for back in UInt8(0)..<16 {
            for fore in UInt8(0)..<16 {
                let look = ColorDepth.sixteen.look(
                    Style(
                        foreground: Color(palette: nil, basic: fore),
                        background: Color(palette: nil, basic: back)))
                let asked = Self.contrast(ColorDepth.rgb(fore), ColorDepth.rgb(back))
                if asked >= 4.5 { #expect(look.foreground == Int32(fore)) }
                let shown = try #require(Self.rgb(look.foreground, .sixteen))
                #expect(Self.contrast(shown, ColorDepth.rgb(back)) >= 4.5, "\(fore) on \(back)")
            }
        }
    }

    /// Of the 16 colours terminals make what they like: these are xterm's.
    private static func rgb(_ number: Int32, _ depth: ColorDepth) -> UInt32? {
        guard number >= 0 else { return nil }
        return depth == .direct ? UInt32(number) : UInt8(exactly: number).map(ColorDepth.rgb)
    }

    private static func contrast(_ one: UInt32, _ two: UInt32) -> Double {
        let (one, two) = (luminance(one), luminance(two))
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    private static func luminance(_ color: UInt32) -> Double {
        func linear(_ shift: UInt32) -> Double {
            let part = Double(color >> shift & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
    }
}
