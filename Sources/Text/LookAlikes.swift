/// Names made harmless so that two different ones are drawn differently: where a name looks like another, what
/// is not ASCII in it is shown as its number, `ERP.STOC\u{212A}`, and so is a blank that nobody sees, `orders\u{20}`.
package enum LookAlikes {
    /// Each name as it may be drawn, in the order given.
    package static func drawn(_ names: [String], maxBytes: Int = 512) -> [String] {
        var drawn = names.map { Sanitizer.line($0, maxBytes: maxBytes) }
        // Almost all names are ASCII, and no two of those look alike unless they are the same.
        let strange = names.indices.filter { !isPlain(names[$0]) }
        guard !strange.isEmpty else { return apart(drawn, names) }
        var byShape: [String: [Int]] = [:]
        var byLength: [Int: [(place: Int, scalars: [Unicode.Scalar])]] = [:]
        for place in names.indices {
            byShape[shape(names[place]), default: []].append(place)
            let scalars = Array(names[place].unicodeScalars)
            byLength[scalars.count, default: []].append((place, scalars))
        }
        // `é` is one character or two, and drawn the same: equal as Unicode has it, and not byte for byte.
        var spellings: [String: Set<ExactName>] = [:]
        for place in strange { spellings[names[place], default: []].insert(ExactName(names[place])) }
        var comparisons = 0
        for place in strange {
            let mine = Array(names[place].unicodeScalars)
            let sameLength = byLength[mine.count] ?? []
            comparisons += sameLength.count
            let isAlike =
                comparisons > mostComparisons || (spellings[names[place]]?.count ?? 0) > 1
                || (byShape[shape(names[place])] ?? []).contains { !ExactName.same(names[$0], names[place]) }
                || sameLength.contains {
                    fits(mine, $0.scalars) && !ExactName.same(names[$0.place], names[place])
                }
            if isAlike { drawn[place] = numbered(names[place], maxBytes: maxBytes) }
        }
        return apart(drawn, names)
    }

    /// A name may be spelled as another is drawn, and what is cut may differ behind the cut: such are counted, in the
    /// order of their bytes.
    private static func apart(_ drawn: [String], _ names: [String]) -> [String] {
        var places: [ExactName: [Int]] = [:]
        for place in drawn.indices { places[ExactName(drawn[place]), default: []].append(place) }
        guard places.count < drawn.count else { return drawn }
        var drawn = drawn
        for group in places.values where group.count > 1 {
            let distinct = Set(group.map { ExactName(names[$0]) }).sorted()
            guard distinct.count > 1 else { continue }
            for place in group {
                let number = distinct.firstIndex(of: ExactName(names[place])) ?? 0
                drawn[place] += " ~\(number + 1)"
            }
        }
        return drawn
    }

    /// Where thousands of names are strange they are not all compared: numbered, each differs from every other.
    private static let mostComparisons = 2_000_000

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
            && unseenBlanks(Array(name.unicodeScalars)).isEmpty
    }

    /// Blanks at the ends, and all but the first of several.
    private static func unseenBlanks(_ scalars: [Unicode.Scalar]) -> Set<Int> {
        guard scalars.contains(" ") else { return [] }
        let first = scalars.firstIndex { $0 != " " } ?? scalars.count
        let last = scalars.lastIndex { $0 != " " } ?? -1
        return Set(
            scalars.indices.filter { place in
                scalars[place] == " " && (place < first || place > last || scalars[place - 1] == " ")
            })
    }

    /// Strange characters left out: what hides in a name does not make it another.
    private static func shape(_ name: String) -> String {
        let scalars = Array(name.unicodeScalars)
        let unseen = unseenBlanks(scalars)
        let seen = scalars.indices.filter {
            (0x20..<0x7F).contains(scalars[$0].value) && !unseen.contains($0)
        }
        return String(String.UnicodeScalarView(seen.map { scalars[$0] }))
    }

    /// Whether each strange character may stand for one character of `other`, as long, and the rest is the same.
    private static func fits(_ mine: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Bool {
        zip(mine, other).allSatisfy { $0 == $1 || !(0x20..<0x7F).contains($0.value) }
    }

    private static func numbered(_ name: String, maxBytes: Int) -> String {
        var text = ""
        let scalars = Array(name.unicodeScalars)
        let unseen = unseenBlanks(scalars)
        for (place, scalar) in scalars.enumerated() {
            if (0x20..<0x7F).contains(scalar.value), !unseen.contains(place) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
        return Sanitizer.line(text, maxBytes: maxBytes)
    }
}
