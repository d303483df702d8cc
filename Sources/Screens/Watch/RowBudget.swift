import Monitoring

/// Who gets a line when not all rows fit: the row under the cursor, every critical row with its reason,
/// then unknown, warning, stale, good rows that have something to say, then the rest. What does not fit is
/// folded.
struct RowBudget {
    /// What one row would like to have.
    struct Need: Hashable {
        var status: Status
        /// Lines of its reason, 0...2.
        var reasons = 0
        /// A line at the top of the pane already says why: the row is worth no more than an ok one.
        var isExplained = false
    }

    enum Item: Hashable {
        case row(Int, reasons: Int)
        /// Rows that stand next to each other and are not shown.
        case fold(Range<Int>)
    }

    private let needs: [Need]
    private let cursor: Int?

    /// Items in the order of the rows, at most `height` lines of them.
    static func plan(_ needs: [Need], height: Int, cursor: Int?) -> [Item] {
        let budget = RowBudget(needs: needs, cursor: cursor.flatMap { needs.indices.contains($0) ? $0 : nil })
        guard height > 0 else { return [] }
        var items: [Item] = []
        // Each fold takes a line of its own; how many there will be shows only when rows are chosen.
        for reserve in 0...min(height, 6) {
            items = budget.items(budget.choose(height - reserve))
            if lines(items) <= height { return items }
        }
        return needs.isEmpty ? [] : [.fold(needs.indices)]
    }

    static func lines(_ items: [Item]) -> Int {
        items.reduce(0) { sum, item in
            if case .row(_, let reasons) = item { sum + 1 + reasons } else { sum + 1 }
        }
    }

    /// The lines of reason each shown row gets; nil for a row that is not shown.
    private func choose(_ height: Int) -> [Int?] {
        var given: [Int?] = Array(repeating: nil, count: needs.count)
        var left = height
        func show(_ index: Int) {
            guard given[index] == nil, left > 0 else { return }
            given[index] = 0
            left -= 1
        }
        func reason(_ index: Int, lines: Int) {
            guard let has = given[index], has == lines - 1, needs[index].reasons >= lines, left > 0 else {
                return
            }
            given[index] = lines
            left -= 1
        }
        if let cursor { show(cursor) }
        let trouble = needs.indices.filter { needs[$0].status.isTrouble && !needs[$0].isExplained }
        for status in Status.allCases where status.isTrouble {
            let rows = trouble.filter { needs[$0].status == status }
            rows.forEach(show)
            for row in rows { reason(row, lines: 1) }
        }
        let telling = needs.indices.filter { !needs[$0].status.isTrouble && needs[$0].reasons > 0 }
        telling.forEach(show)
        for row in telling { reason(row, lines: 1) }
        for row in trouble + telling { reason(row, lines: 2) }

        let explained = needs.indices.filter { needs[$0].status.isTrouble && needs[$0].isExplained }
        let rest = needs.indices.filter { !needs[$0].status.isTrouble }
        let share = rest.isEmpty ? left : max(left / 2, left - rest.count)
        window(explained, share, given).forEach(show)
        window(rest, left, given).forEach(show)
        window(explained, left, given).forEach(show)
        return given
    }

    /// As many of `rows` as fit, with the cursor among them when it is one of them.
    private func window(_ rows: [Int], _ room: Int, _ given: [Int?]) -> [Int] {
        guard let cursor, let place = rows.firstIndex(of: cursor) else { return Array(rows.prefix(room)) }
        // Its line is given already.
        let count = min(rows.count, room + (given[cursor] == nil ? 0 : 1))
        let start = min(max(0, place - count / 2), rows.count - count)
        return Array(rows[start..<start + count])
    }

    private func items(_ given: [Int?]) -> [Item] {
        var items: [Item] = []
        var hidden: Range<Int>?
        for index in needs.indices {
            if let reasons = given[index] {
                if let range = hidden { items.append(fold(range)) }
                hidden = nil
                items.append(.row(index, reasons: reasons))
            } else {
                hidden = (hidden?.lowerBound ?? index)..<index + 1
            }
        }
        if let range = hidden { items.append(fold(range)) }
        return items
    }

    /// A fold of one row would take the line that the row itself needs.
    private func fold(_ range: Range<Int>) -> Item {
        range.count == 1 ? .row(range.lowerBound, reasons: 0) : .fold(range)
    }
}
