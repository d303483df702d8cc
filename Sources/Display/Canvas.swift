/// Rows and columns of a screen or an area, in cells.
package struct Size: Hashable, Sendable {
    package var rows: Int
    package var columns: Int

    package init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
    }
}

/// Which characters the user's locale and terminal can show.
package enum GlyphSet: String, Sendable, CaseIterable {
    /// Braille charts, block trends, lines, arrows.
    case braille
    /// Everything but braille.
    case blocks
    /// ASCII only; anything else is drawn `?`.
    case ascii
}

/// What a view draws on: nothing else may influence a frame but the model.
package struct Canvas: Hashable, Sendable {
    package var size: Size
    package var glyphs: GlyphSet

    package init(size: Size, glyphs: GlyphSet) {
        self.size = size
        self.glyphs = glyphs
    }
}
