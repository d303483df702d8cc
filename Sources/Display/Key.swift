/// A key as the terminal sent it.
package enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    case function(Int)
    /// With the letter in lower case: Ctrl-L is `.control("l")`.
    case control(Unicode.Scalar)
    /// Bracketed paste, as it came.
    case paste(String)
    /// Only where the terminal was asked to report its mouse.
    case pointer(Pointer)
}

/// What the mouse did, and over which cell.
package struct Pointer: Hashable, Sendable {
    package enum Act: Hashable, Sendable { case click, wheelUp, wheelDown }

    package var act: Act
    package var position: Frame.Position

    package init(_ act: Act, row: Int, column: Int) {
        self.act = act
        position = Frame.Position(row: row, column: column)
    }
}
