/// Names made harmless so that two different ones are drawn differently: where a name looks like another, what
/// is not ASCII in it is shown as its number, `ERP.STOC\u{212A}`.
package enum LookAlikes {
    /// Each name as it may be drawn, in the order given.
    package static func drawn(_ names: [String], maxBytes: Int = 512) -> [String] {
        var drawn = names.map { Sanitizer.line($0, maxBytes: maxBytes) }
        // Almost all names are ASCII, and no two of those look alike unless they are the same.
        let strange = names.indices.filter { !isPlain(names[$0]) }
        guard !strange.isEmpty else { return drawn }
        var byShape: [String: [Int]] = [:]
        for place in names.indices { byShape[shape(names[place]), default: []].append(place) }
        for place in strange {
            let mine = Array(names[place].unicodeScalars)
            let rivals = byShape[shape(names[place])] ?? []
            let isAlike =
                rivals.contains { $0 != place && !ExactName.same(names[$0], names[place]) }
                || names.indices.contains { other in
                    other != place && !ExactName.same(names[other], names[place])
                        && fits(mine, names[other].unicodeScalars)
                }
            if isAlike { drawn[place] = numbered(names[place], maxBytes: maxBytes) }
        }
        return drawn
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// Strange characters left out: what hides in a name does not make it another.
    private static func shape(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }))
    }

    /// Whether each strange character may stand for one character of `other`, and the rest is the same.
    private static func fits(_ mine: [Unicode.Scalar], _ other: String.UnicodeScalarView) -> Bool {
        let other = Array(other)
        guard mine.count == other.count else { return false }
        return zip(mine, other).allSatisfy { $0 == $1 || !(0x20..<0x7F).contains($0.value) }
    }

    private static func numbered(_ name: String, maxBytes: Int) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            if (0x20..<0x7F).contains(scalar.value) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
        return Sanitizer.line(text, maxBytes: maxBytes)
    }
}
