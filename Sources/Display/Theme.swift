/// How each role looks.
package struct Theme: Hashable, Sendable {
    package var name: String
    package var styles: [Role: Style]
    /// Under the cursor: a background, or reverse video where there is none.
    package var cursor: Style

    package init(name: String, styles: [Role: Style], cursor: Style) {
        self.name = name
        self.styles = styles
        self.cursor = cursor
    }

    package subscript(role: Role) -> Style { styles[role] ?? Style() }
}

package struct Style: Hashable, Sendable {
    package var foreground: Color?
    package var background: Color?
    package var isBold: Bool
    package var isReverse: Bool
    package var isUnderlined: Bool

    package init(
        foreground: Color? = nil, background: Color? = nil, isBold: Bool = false, isReverse: Bool = false,
        isUnderlined: Bool = false
    ) {
        self.foreground = foreground
        self.background = background
        self.isBold = isBold
        self.isReverse = isReverse
        self.isUnderlined = isUnderlined
    }
}

/// A colour with its poorer relatives: what a terminal of 256, 16 or direct colours uses.
package struct Color: Hashable, Sendable {
    /// 0...255 of the xterm palette; nil is the terminal's own.
    package var palette: UInt8?
    /// 0...15.
    package var basic: UInt8
    /// 0xRRGGBB, where direct colours are to be had; nil takes the palette's.
    package var direct: UInt32?

    package init(palette: UInt8?, basic: UInt8, direct: UInt32? = nil) {
        self.palette = palette
        self.basic = basic
        self.direct = direct
    }
}
