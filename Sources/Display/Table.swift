/// One column of figures beside the name of a row.
package struct Column: Hashable, Sendable {
    package enum Side: Sendable { case left, right }

    package var id: String
    package var title: String
    /// The title where the column got more room; nil keeps the short one.
    package var longTitle: String?
    package var width: Int
    package var side: Side
    /// 0 stays whatever happens; of the others the highest goes first.
    package var rank: Int
    /// The column is added only while the name keeps this many cells: a name is widened first.
    package var nameBefore: Int
    /// The same, but only as far as the widest name needs it.
    package var nameWish: Int
    /// It grows with the widest figure that is shown, up to so many cells; nil leaves that to the table.
    package var most: Int?
    /// The column that says less of the same and leaves when this one comes.
    package var replaces: String?

    package init(
        _ id: String, _ title: String, long longTitle: String? = nil, width: Int, side: Side = .right,
        rank: Int, nameBefore: Int = 0, nameWish: Int = 0, upTo most: Int? = nil, replaces: String? = nil
    ) {
        self.most = most
        self.id = id
        self.title = title
        self.longTitle = longTitle
        self.width = width
        self.side = side
        self.rank = rank
        self.nameBefore = nameBefore
        self.nameWish = nameWish
        self.replaces = replaces
    }
}

/// Where the name and the columns of a table stand, counted from the table's left edge.
package struct TableLayout: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package var column: Column
        package var title: String
        package var start: Int
        package var width: Int
        package var end: Int { start + width }
    }

    package private(set) var nameWidth: Int
    package private(set) var places: [Place]

    /// - Parameters:
    ///   - columns: In the order they stand in.
    ///   - width: Cells for the name and the columns together.
    ///   - name: The cells the widest name takes.
    package init(_ columns: [Column], width: Int, name: Int, least: Int = 8) {
        var kept = columns.filter { $0.rank == 0 }
        func room(_ columns: [Column]) -> Int { columns.reduce(width) { $0 - $1.width - 1 } }
        for column in columns.filter({ $0.rank > 0 }).sorted(by: { $0.rank < $1.rank }) {
            let others = kept.filter { $0.id != column.replaces }
            guard room(others + [column]) >= max(least, column.nameBefore, min(column.nameWish, name)) else {
                break
            }
            kept = others + [column]
        }
        let shown = columns.filter { column in kept.contains { $0.id == column.id } }
        nameWidth = max(0, room(shown))

        // What the name cannot use goes between the columns, up to three cells each; figures far from their
        // name would be hard to follow, so the rest stays free at the right.
        var extra = 0
        if !shown.isEmpty { extra = min(3, max(0, nameWidth - max(name, least)) / shown.count) }
        nameWidth -= extra * shown.count
        if !shown.isEmpty { nameWidth = min(nameWidth, max(name, least) + 12) }
        var at = nameWidth
        places = shown.map { column in
            let cells = column.width + (column.side == .right ? extra : 0)
            let start = at + 1 + (column.side == .left ? extra : 0)
            at += 1 + column.width + extra
            let long = column.longTitle.map { $0.utf8.count <= cells ? $0 : column.title }
            return Place(
                column: column, title: long ?? column.title, start: start, width: cells)
        }
    }
}
