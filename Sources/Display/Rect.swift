/// An area of the screen, in cells.
package struct Rect: Hashable, Sendable {
    package var row: Int
    package var column: Int
    package var rows: Int
    package var columns: Int

    package init(row: Int, column: Int, rows: Int, columns: Int) {
        self.row = row
        self.column = column
        self.rows = max(0, rows)
        self.columns = max(0, columns)
    }

    package init(_ size: Size) { self.init(row: 0, column: 0, rows: size.rows, columns: size.columns) }

    package var endRow: Int { row + rows }
    package var endColumn: Int { column + columns }
    package var isEmpty: Bool { rows == 0 || columns == 0 }

    package func contains(_ position: Frame.Position) -> Bool {
        (row..<endRow).contains(position.row) && (column..<endColumn).contains(position.column)
    }

    /// Rows `from..<to`, counted from this one's top and kept within it.
    package func rows(_ from: Int, _ to: Int) -> Rect {
        let low = min(max(0, from), rows)
        let high = min(max(low, to), rows)
        return Rect(row: row + low, column: column, rows: high - low, columns: columns)
    }

    package func columns(_ from: Int, _ to: Int) -> Rect {
        let low = min(max(0, from), columns)
        let high = min(max(low, to), columns)
        return Rect(row: row, column: column + low, rows: rows, columns: high - low)
    }

    /// Side by side in the proportion of `weights`, `gap` cells between; the first ones take what is left.
    package func beside(_ weights: [Int], gap: Int) -> [Rect] {
        var column = 0
        return Self.shares(weights, of: columns - gap * (weights.count - 1)).map { share in
            defer { column += share + gap }
            return columns(column, column + share)
        }
    }

    /// One above the other.
    package func stacked(_ weights: [Int]) -> [Rect] {
        var row = 0
        return Self.shares(weights, of: rows).map { share in
            defer { row += share }
            return rows(row, row + share)
        }
    }

    private static func shares(_ weights: [Int], of total: Int) -> [Int] {
        let sum = max(1, weights.reduce(0, +))
        var shares = weights.map { max(0, total) * $0 / sum }
        var left = max(0, total) - shares.reduce(0, +)
        for index in shares.indices where left > 0 {
            shares[index] += 1
            left -= 1
        }
        return shares
    }
}
