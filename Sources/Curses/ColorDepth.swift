package import Display

/// How many colours a terminal has, and what a style becomes with so many.
package enum ColorDepth: Int32, Sendable, CaseIterable {
    case none = 0
    case eight = 8
    case sixteen = 16
    case palette = 256
    /// Values are 0xRRGGBB.
    case direct = 0x1000000

    /// A style in the numbers of the terminal; a colour of -1 is the terminal's own.
    package struct Look: Hashable, Sendable {
        package var foreground: Int32 = -1
        package var background: Int32 = -1
        package var isBold = false
        package var isReverse = false
        package var isUnderlined = false

        /// What a blank shows of it.
        package var onBlank: Look {
            isReverse || isUnderlined ? self : Look(background: background)
        }
    }

    package func look(_ style: Style) -> Look {
        var look = Look()
        look.isBold = style.isBold
        look.isReverse = style.isReverse
        look.isUnderlined = style.isUnderlined
        look.foreground = style.foreground.map(number) ?? -1
        look.background = style.background.map(number) ?? -1
        guard self != .palette && self != .direct else { return look }
        // Eight colours have no bright ones: bold takes their place, and dim text is drawn as text, since black
        // would not be seen.
        if let basic = style.foreground?.basic, self == .eight, basic > 8 { look.isBold = true }
        // A badge, a field or a cursor whose background cannot be shown must still be seen.
        if style.background != nil && look.background < 0 {
            look.isReverse = true
            look.foreground = -1
        }
        // The sign and the word must do then.
        if let better = readable(look.foreground, on: look.background) {
            look.foreground = better
            look.isBold = true
        }
        return look
    }

    /// Black or white in place of one of the 16 colours that cannot be read on another; nil where it can.
    private func readable(_ foreground: Int32, on background: Int32) -> Int32? {
        let luminances = Self.luminances
        let places = luminances.indices
        guard let fore = Int(exactly: foreground), let back = Int(exactly: background),
            places.contains(fore), places.contains(back)
        else { return nil }
        func contrast(_ one: Int) -> Double {
            let (one, two) = (luminances[one], luminances[back])
            return (max(one, two) + 0.05) / (min(one, two) + 0.05)
        }
        // What text of any size needs: WCAG 2.1, 1.4.3.
        if contrast(fore) >= 4.5 { return nil }
        let white = self == .sixteen ? 15 : 7
        return contrast(0) > contrast(white) ? 0 : Int32(white)
    }

    /// How bright xterm's 16 colours are, from 0 to 1.
    private static let luminances = [
        0, 0.1298, 0.4366, 0.5664, 0.0617, 0.1739, 0.4807, 0.7835,
        0.2122, 0.2126, 0.7152, 0.9278, 0.1715, 0.2848, 0.7874, 1,
    ]

    /// The style of a cell under the cursor bar: the bar's background unless the cell has one of its own.
    package static func underCursor(_ style: Style, _ cursor: Style) -> Style {
        var style = style
        if var own = style.background, let bar = cursor.background {
            // Some have one only where there are few colours.
            if own.palette == nil && own.direct == nil {
                (own.palette, own.direct) = (bar.palette, bar.direct)
            }
            style.background = own
        } else if style.background == nil {
            style.background = cursor.background
        }
        style.isBold = style.isBold || cursor.isBold
        style.isUnderlined = style.isUnderlined || cursor.isUnderlined
        if cursor.isReverse { style.isReverse.toggle() }
        return style
    }

    private func number(_ color: Color) -> Int32 {
        switch self {
        case .none: -1
        case .eight: color.basic == 8 ? -1 : Int32(color.basic & 7)
        case .sixteen: Int32(color.basic & 15)
        case .palette: color.palette.map { Int32($0) } ?? -1
        case .direct:
            (color.direct ?? color.palette.map(Self.rgb)).map { Int32(truncatingIfNeeded: $0 & 0xFFFFFF) }
                ?? -1
        }
    }

    /// The xterm palette as 0xRRGGBB: 16 basic colours, a cube of 6 × 6 × 6, 24 greys.
    package static func rgb(_ index: UInt8) -> UInt32 {
        let basic: [UInt32] = [
            0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
            0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
        ]
        if index < 16 { return basic[Int(index)] }
        if index >= 232 { return 0x010101 * (8 + 10 * UInt32(index - 232)) }
        let cube = UInt32(index - 16)
        func level(_ step: UInt32) -> UInt32 { step == 0 ? 0 : 55 + 40 * step }
        return level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6)
    }
}
