import Monitoring

/// Who gets a line when not all rows fit: the row under the cursor, every critical row with its reason,
/// then unknown, warning, stale, good rows that have something to say, then the rest. What does not fit is
/// folded.
struct RowBudget {
    enum Item: Hashable {
        case row(Int, reasons: Int)
        /// Rows that stand next to each other and are not shown.
        case fold(Range<Int>)
    }

    private let ranks: RowRanks
    private let cursor: Int?
    /// The lines that a reason gets at most, the last of them only where rows stay blank.
    static let most = 3
    /// The lines that the reason of a row would like to have, 0...3; asked for those alone that may get one.
    private let reasons: (Int) -> Int

    /// Items in the order of the rows, at most `height` lines of them.
    static func plan(
        _ ranks: RowRanks, height: Int, cursor: Int?, reasons: (Int) -> Int
    ) -> [Item] {
        guard height > 0 else { return [] }
        return withoutActuallyEscaping(reasons) { reasons in
            let cursor = cursor.flatMap { (0..<ranks.count).contains($0) ? $0 : nil }
            let budget = RowBudget(ranks: ranks, cursor: cursor, reasons: reasons)
            // Each fold takes a line of its own; how many there will be shows only when rows are chosen.
            for reserve in 0..<height {
                let items = budget.items(budget.choose(height - reserve))
                if lines(items) <= height { return items }
            }
            guard ranks.count > 0 else { return [] }
            guard let cursor = cursor ?? (height > 1 ? 0 : nil) else { return [.fold(0..<ranks.count)] }
            return alone(cursor, of: ranks.count, height: height)
        }
    }

    /// The row that keys act on, or the worst, with what lies on the side where there is more.
    private static func alone(_ cursor: Int, of count: Int, height: Int) -> [Item] {
        let row = Item.row(cursor, reasons: 0)
        guard height > 1 else { return [row] }
        return cursor > count - 1 - cursor
            ? [.fold(0..<cursor), row] : [row] + (cursor + 1 < count ? [.fold(cursor + 1..<count)] : [])
    }

    static func lines(_ items: [Item]) -> Int {
        items.reduce(0) { sum, item in
            if case .row(_, let reasons) = item { sum + 1 + reasons } else { sum + 1 }
        }
    }

    /// The rows that are shown, with the lines of reason that each gets.
    private struct Chosen {
        var lines: [Int: Int] = [:]
        var left: Int

        mutating func show(_ rows: some Sequence<Int>) {
            for row in rows {
                guard left > 0 else { return }
                guard lines[row] == nil else { continue }
                lines[row] = 0
                left -= 1
            }
        }

        mutating func reason(_ rows: [Int], line: Int, of reasons: (Int) -> Int) {
            for row in rows {
                guard left > 0 else { return }
                guard lines[row] == line - 1, reasons(row) >= line else { continue }
                lines[row] = line
                left -= 1
            }
        }
    }

    private func choose(_ height: Int) -> [Int: Int] {
        var chosen = Chosen(left: height)
        if let cursor { chosen.show([cursor]) }
        for status in Status.allCases where status.isTrouble {
            chosen.show(ranks.open(status))
            chosen.reason(ranks.open(status), line: 1, of: reasons)
        }
        chosen.show(ranks.telling)
        chosen.reason(ranks.telling, line: 1, of: reasons)
        chosen.reason(ranks.trouble, line: 2, of: reasons)
        chosen.reason(ranks.telling, line: 2, of: reasons)

        let rest = ranks.good
        let share = rest.isEmpty ? chosen.left : max(chosen.left / 2, chosen.left - rest.count)
        chosen.show(window(ranks.explained, share, chosen))
        chosen.show(window(rest, chosen.left, chosen))
        chosen.show(window(ranks.explained, chosen.left, chosen))
        chosen.reason(ranks.trouble, line: Self.most, of: reasons)
        return chosen.lines
    }

    /// As many of `rows` as fit, with the cursor among them when it is one of them.
    private func window(_ rows: [Int], _ room: Int, _ chosen: Chosen) -> ArraySlice<Int> {
        guard let cursor, let place = Self.place(of: cursor, in: rows) else { return rows.prefix(room) }
        // Its line is given already.
        let count = min(rows.count, room + (chosen.lines[cursor] == nil ? 0 : 1))
        let start = min(max(0, place - count / 2), rows.count - count)
        return rows[start..<start + count]
    }

    /// `rows` stand in order.
    private static func place(of row: Int, in rows: [Int]) -> Int? {
        var range = rows.startIndex..<rows.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if rows[middle] == row { return middle }
            range = rows[middle] < row ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    private func items(_ lines: [Int: Int]) -> [Item] {
        var items: [Item] = []
        var next = 0
        func fold(to end: Int) {
            // A fold of one row would take the line that the row itself needs.
            if end - next == 1 { items.append(.row(next, reasons: 0)) }
            if end - next > 1 { items.append(.fold(next..<end)) }
        }
        for (row, reasons) in lines.sorted(by: { $0.key < $1.key }) {
            fold(to: row)
            items.append(.row(row, reasons: reasons))
            next = row + 1
        }
        fold(to: ranks.count)
        return items
    }
}
