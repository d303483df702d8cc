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
}
