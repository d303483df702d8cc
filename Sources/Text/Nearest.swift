/// Finds what somebody probably meant.
package enum Nearest {
    /// The known word nearest to `word`, nil when none is near: at most a third of its letters may differ (one in
    /// short words, three in long ones). Case and the kind of separator count little.
    package static func to(_ word: String, among known: some Sequence<String>) -> String? {
        let plain = letters(word)
        guard plain.count <= 64 else { return nil }
        let allowed = min(3, max(1, plain.count / 3))
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(plain, letters(candidate))
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, one) in left.enumerated() {
            var current = [row + 1]
            for (column, two) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (one == two ? 0 : 1))
                if row > 0, column > 0, one == right[column - 1], left[row - 1] == two {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    private static func letters(_ word: String) -> [Unicode.Scalar] {
        word.lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
    }
}
