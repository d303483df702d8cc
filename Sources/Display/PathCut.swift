/// Paths and addresses in a sentence, shortened in their middle: `/srv/sh…s.yaml`. What is said of one stands behind
/// it, and is what a narrow screen must not lose; a path is told by its ends.
package enum PathCut {
    /// How wide each may be, from what most screens have room for to what still tells one from another.
    private static let widths = [48, 32, 22, 14]

    /// The text with so much of its paths as `fits` lets stand; with the least where nothing does. Nil without one.
    package static func text(_ text: String, _ glyphs: GlyphSet, fits: (String) -> Bool) -> String? {
        guard text.utf8.contains(UInt8(ascii: "/")) else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.contains(where: isPath) else { return nil }
        var short = text
        for width in widths {
            short = words.map { isPath($0) ? cut($0, to: width, glyphs) : $0 }.joined(separator: " ")
            if fits(short) { break }
        }
        return short
    }

    private static func isPath(_ word: String) -> Bool {
        let bare = word.drop { "'\"([$".contains($0) }
        return bare.utf8.count { $0 == UInt8(ascii: "/") } > 1
            && (bare.hasPrefix("/") || bare.contains { $0 == ":" })
    }

    private static func cut(_ word: String, to width: Int, _ glyphs: GlyphSet) -> String {
        guard glyphs.width(word) > width else { return word }
        let scalars = Array(word.unicodeScalars)
        let room = width - glyphs.width("…")
        var head = 0
        var used = 0
        while head < scalars.count, used + GlyphSet.cells(scalars[head]) <= room / 3 {
            used += GlyphSet.cells(scalars[head])
            head += 1
        }
        var tail = scalars.count
        while tail > head, used + GlyphSet.cells(scalars[tail - 1]) <= room {
            used += GlyphSet.cells(scalars[tail - 1])
            tail -= 1
        }
        var out = String.UnicodeScalarView(scalars[..<head])
        out.append("…")
        // A mark is drawn over the character before it.
        out.append(contentsOf: scalars[tail...].drop { GlyphSet.cells($0) == 0 })
        return String(out)
    }
}
