/// Names made to fit a column: cut in the middle, at a separator, with their tail kept
/// (`media.storage.…resize`; the rule is `screens/README.md`, "Layout").
package enum Name {
    /// `name` in at most `cells` cells; `ellipsis` is `…` or, in ASCII, `...`.
    package static func cut(_ name: String, to cells: Int, ellipsis: String = "…") -> String {
        if CellWidth.of(name) <= cells { return name }
        let cutter = Cutter(name, to: cells, ellipsis: ellipsis)
        return cutter.forms().first.map(cutter.text) ?? ""
    }

    /// Each name cut so that two different ones do not look alike, in the order given.
    ///
    /// The outcome depends on which names there are, not on their order. Names stay alike only where
    /// `cells` has no room for a difference.
    package static func cut(_ names: [String], to cells: Int, ellipsis: String = "…") -> [String] {
        var taken: Set<String> = []
        var wide: Set<String> = []
        for name in names {
            if CellWidth.of(name) <= cells { taken.insert(name) } else { wide.insert(name) }
        }
        guard !wide.isEmpty else { return names }
        var firsts: [String: Int] = [:]
        let cutters = wide.sorted().map { name in
            let cutter = Cutter(name, to: cells, ellipsis: ellipsis)
            let forms = cutter.forms()
            let first = forms.first.map(cutter.text) ?? ""
            firsts[first, default: 0] += 1
            return (name: name, cutter: cutter, forms: forms, first: first)
        }
        var cuts: [String: String] = [:]
        for (name, cutter, forms, first) in cutters {
            // A first form that several would share says nothing: all of them are cut elsewhere.
            func isFree(_ text: String) -> Bool { !taken.contains(text) && firsts[text, default: 0] < 2 }
            let cut =
                isFree(first)
                ? first
                : forms.dropFirst().lazy.map(cutter.text).first(where: isFree)
                    ?? cutter.everyCut { !taken.contains($0) } ?? first
            taken.insert(cut)
            cuts[name] = cut
        }
        return names.map { cuts[$0] ?? $0 }
    }
}

/// The ways to cut one name that is too wide, best first.
private struct Cutter {
    /// What of the name stands before the ellipsis, and what behind it; no tail: no ellipsis either.
    struct Form {
        var head: Range<Int>
        var tail: Range<Int>?
    }

    private let scalars: [Unicode.Scalar]
    /// Cells before each scalar, and of all.
    private let at: [Int]
    private let ellipsis: String
    private let room: Int
    private let cells: Int

    init(_ name: String, to cells: Int, ellipsis: String) {
        scalars = Array(name.unicodeScalars)
        var at = [0]
        at.reserveCapacity(scalars.count + 1)
        for scalar in scalars { at.append(at[at.count - 1] + CellWidth.of(scalar)) }
        self.at = at
        self.ellipsis = ellipsis
        self.cells = max(0, cells)
        room = max(0, cells - CellWidth.of(ellipsis))
    }

    func forms() -> [Form] {
        let end = scalars.count
        guard room >= 2 else { return [Form(head: prefix(0..<end, cells))] }
        let breaks = scalars.indices.filter { Self.isSeparator(scalars[$0]) }.map { $0 + 1 }
        var found: [(form: Form, width: Int)] = []
        for tailStart in breaks where width(tailStart..<end) < room && tailStart < end {
            let left = room - width(tailStart..<end)
            for headEnd in breaks where headEnd < tailStart && width(0..<headEnd) <= left {
                found.append(
                    (
                        Form(head: 0..<headEnd, tail: tailStart..<end),
                        width(0..<headEnd) + width(tailStart..<end)
                    ))
            }
        }
        // At separators only while that wastes less than a third of the room.
        var forms = found.filter { $0.width * 3 >= room * 2 }.sorted { $0.width > $1.width }.map(\.form)
        for tailStart in breaks where width(tailStart..<end) <= room - 2 && tailStart < end {
            let tail = tailStart..<end
            forms.append(Form(head: prefix(0..<tailStart, room - width(tail)), tail: tail))
        }
        // A whole first word and as much of the end as there is room for.
        for headEnd in breaks.reversed() where (4...max(4, room / 2)).contains(width(0..<headEnd)) {
            let tail = suffix(room - width(0..<headEnd))
            if tail.lowerBound > headEnd { forms.append(Form(head: 0..<headEnd, tail: tail)) }
        }
        let half = suffix((room + 1) / 2)
        forms.append(Form(head: prefix(0..<half.lowerBound, room - width(half)), tail: half))
        return forms
    }

    /// The first that is free of cuts anywhere, and of windows that show neither head nor tail.
    func everyCut(_ isFree: (String) -> Bool) -> String? {
        guard room >= 2 else { return nil }
        for tailRoom in stride(from: room - 1, through: 1, by: -1) {
            let tail = suffix(tailRoom)
            let text = text(Form(head: prefix(0..<tail.lowerBound, room - width(tail)), tail: tail))
            if isFree(text) { return text }
        }
        let inner = room - CellWidth.of(ellipsis)
        guard inner >= 1 else { return nil }
        for start in scalars.indices.dropFirst() {
            let text = ellipsis + text(prefix(start..<scalars.count, inner)) + ellipsis
            if isFree(text) { return text }
        }
        return nil
    }

    func text(_ form: Form) -> String {
        text(form.head) + (form.tail.map { ellipsis + text($0) } ?? "")
    }

    private func text(_ part: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[part]))
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "_", "-", "/", ":", " ", "\\": true
        default: false
        }
    }

    private func width(_ part: Range<Int>) -> Int { at[part.upperBound] - at[part.lowerBound] }

    private func prefix(_ part: Range<Int>, _ room: Int) -> Range<Int> {
        let end = part.first { at[$0 + 1] - at[part.lowerBound] > room }
        return part.lowerBound..<(end ?? part.upperBound)
    }

    private func suffix(_ room: Int) -> Range<Int> {
        var start = scalars.count
        while start > 0, at[scalars.count] - at[start - 1] <= room { start -= 1 }
        // A mark must not lose the character it sits on.
        while start < scalars.count, CellWidth.isCombining(scalars[start]) { start += 1 }
        return start..<scalars.count
    }
}
