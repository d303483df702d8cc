/// Names made to fit a column: cut in the middle, at a separator, with their tail kept
/// (`media.storage.…resize`; the rule is `screens/README.md`, "Layout").
package enum Name {
    /// `name` in at most `cells` cells; `ellipsis` is `…` or, in ASCII, `...`.
    package static func cut(_ name: String, to cells: Int, ellipsis: String = "…") -> String {
        if CellWidth.of(name) <= cells { return name }
        return Cutter(name, to: cells, ellipsis: ellipsis).candidates().first ?? ""
    }

    /// Each name cut so that two different ones do not look alike, in the order given.
    ///
    /// The outcome depends on which names there are, not on their order. Names stay alike only where
    /// `cells` has no room for a difference.
    package static func cut(_ names: [String], to cells: Int, ellipsis: String = "…") -> [String] {
        if names.allSatisfy({ CellWidth.of($0) <= cells }) { return names }
        let different = Set(names)
        var taken = different.filter { CellWidth.of($0) <= cells }
        var forms: [String: String] = [:]
        var firsts: [String: Int] = [:]
        for name in different.subtracting(taken) {
            firsts[cut(name, to: cells, ellipsis: ellipsis), default: 0] += 1
        }
        for name in different.subtracting(taken).sorted() {
            let cutter = Cutter(name, to: cells, ellipsis: ellipsis)
            let options = cutter.candidates()
            // A first form that several would share says nothing: all of them are cut elsewhere.
            let form =
                options.first { !taken.contains($0) && firsts[$0, default: 0] < 2 }
                ?? cutter.everyCut().first { !taken.contains($0) } ?? options.first ?? ""
            taken.insert(form)
            forms[name] = form
        }
        return names.map { forms[$0] ?? $0 }
    }
}

/// The ways to cut one name that is too wide, best first.
private struct Cutter {
    private let scalars: [Unicode.Scalar]
    private let ellipsis: String
    private let room: Int
    private let cells: Int

    init(_ name: String, to cells: Int, ellipsis: String) {
        scalars = Array(name.unicodeScalars)
        self.ellipsis = ellipsis
        self.cells = max(0, cells)
        room = max(0, cells - CellWidth.of(ellipsis))
    }

    func candidates() -> [String] {
        guard room >= 2 else { return [Self.text(prefix(scalars[...], cells))] }
        var found: [(text: String, width: Int)] = []
        let breaks = scalars.indices.filter { Self.separators.contains(scalars[$0]) }.map { $0 + 1 }
        for tailStart in breaks where width(scalars[tailStart...]) < room && tailStart < scalars.count {
            let tail = scalars[tailStart...]
            let left = room - width(tail)
            for headEnd in breaks where headEnd < tailStart && width(scalars[..<headEnd]) <= left {
                add(scalars[..<headEnd], tail, to: &found)
            }
        }
        // At separators only while that wastes less than a third of the room.
        found = found.filter { $0.width * 3 >= room * 2 }.sorted { $0.width > $1.width }
        for tailStart in breaks where width(scalars[tailStart...]) <= room - 2 && tailStart < scalars.count {
            let tail = scalars[tailStart...]
            add(prefix(scalars[..<tailStart], room - width(tail)), tail, to: &found)
        }
        // A whole first word and as much of the end as there is room for.
        for headEnd in breaks.reversed() where (4...max(4, room / 2)).contains(width(scalars[..<headEnd])) {
            let tail = suffix(room - width(scalars[..<headEnd]))
            if tail.startIndex > headEnd { add(scalars[..<headEnd], tail, to: &found) }
        }
        let half = suffix((room + 1) / 2)
        add(prefix(scalars[..<half.startIndex], room - width(half)), half, to: &found)
        return found.map(\.text)
    }

    /// Cuts anywhere, and windows that show neither head nor tail.
    func everyCut() -> [String] {
        guard room >= 2 else { return [] }
        var texts: [String] = []
        for tailRoom in stride(from: room - 1, through: 1, by: -1) {
            let tail = suffix(tailRoom)
            texts.append(
                Self.text(prefix(scalars[..<tail.startIndex], room - width(tail))) + ellipsis
                    + Self.text(tail))
        }
        let inner = room - CellWidth.of(ellipsis)
        guard inner >= 1 else { return texts }
        for start in scalars.indices.dropFirst() {
            texts.append(ellipsis + Self.text(prefix(scalars[start...], inner)) + ellipsis)
        }
        return texts
    }

    private static let separators: Set<Unicode.Scalar> = [".", "_", "-", "/", ":", " ", "\\"]

    private func add(
        _ head: ArraySlice<Unicode.Scalar>, _ tail: ArraySlice<Unicode.Scalar>,
        to found: inout [(text: String, width: Int)]
    ) {
        found.append((Self.text(head) + ellipsis + Self.text(tail), width(head) + width(tail)))
    }

    private static func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(part))
    }

    private func width(_ part: ArraySlice<Unicode.Scalar>) -> Int { part.reduce(0) { $0 + CellWidth.of($1) } }

    private func prefix(_ part: ArraySlice<Unicode.Scalar>, _ room: Int) -> ArraySlice<Unicode.Scalar> {
        var used = 0
        let end = part.firstIndex { scalar in
            used += CellWidth.of(scalar)
            return used > room
        }
        return part[..<(end ?? part.endIndex)]
    }

    private func suffix(_ room: Int) -> ArraySlice<Unicode.Scalar> {
        var used = 0
        var start = scalars.endIndex
        while start > scalars.startIndex {
            used += CellWidth.of(scalars[start - 1])
            if used > room { break }
            start -= 1
        }
        // A mark must not lose the character it sits on.
        while start < scalars.endIndex, CellWidth.isCombining(scalars[start]) { start += 1 }
        return scalars[start...]
    }
}
