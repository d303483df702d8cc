/// One character position: a scalar that is one or two cells wide, and what it means.
package struct Cell: Hashable, Sendable {
    /// 0 marks the second cell of a wide character.
    package var scalar: UInt32
    package var role: Role
    /// The cursor bar lies under this cell.
    package var isUnderCursor: Bool

    package init(_ scalar: Unicode.Scalar, _ role: Role, isUnderCursor: Bool = false) {
        self.scalar = scalar.value
        self.role = role
        self.isUnderCursor = isUnderCursor
    }

    package static let blank = Cell(" ", .text)

    package static func tail(_ role: Role, isUnderCursor: Bool = false) -> Cell {
        var cell = Cell(" ", role, isUnderCursor: isUnderCursor)
        cell.scalar = 0
        return cell
    }
}

/// A whole screen as a value: roles, never colours.
package struct Frame: Hashable, Sendable {
    package let size: Size
    /// Row by row.
    package internal(set) var cells: [Cell]
    /// Where the text cursor stands (in a field); nil hides it.
    package var textCursor: Position?

    package struct Position: Hashable, Sendable {
        package var row: Int
        package var column: Int
        package init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    package init(size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: size.rows * size.columns)
    }

    /// Outside the frame reads as blank; writing there does nothing.
    package subscript(row: Int, column: Int) -> Cell {
        get { contains(row, column) ? cells[row * size.columns + column] : .blank }
        set { if contains(row, column) { cells[row * size.columns + column] = newValue } }
    }

    private func contains(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && column >= 0 && row < size.rows && column < size.columns
    }
}
