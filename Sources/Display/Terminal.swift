/// The port to a terminal. One owner, one thread: the loop's.
package protocol Terminal: ~Copyable {
    var size: Size { get }
    var glyphs: GlyphSet { get }
    /// Sends what differs from the last frame. A terminal that does not take it now gets a newer frame later.
    mutating func paint(_ frame: borrowing Frame)
    /// Draws everything again at the next paint.
    mutating func invalidate()
    /// Waits for keys, a wake-up, a resize, a signal, or `timeout`; an empty answer is the timeout.
    mutating func wait(timeout: Duration?) -> [TerminalEvent]
    /// Puts text on the clipboard of the person's own machine (OSC 52); false when it is too long.
    mutating func copy(_ text: String) -> Bool
    /// Gives the terminal back, stops the process (Ctrl-Z), takes the terminal again when continued.
    mutating func suspend()
    mutating func setTheme(_ theme: Theme)
}

package enum TerminalEvent: Hashable, Sendable {
    case key(Key)
    case resized(Size)
    /// Somebody called `Waker.wake()`.
    case woken
    /// The other end is gone, or SIGHUP.
    case hungUp
    /// SIGTERM, SIGINT, SIGQUIT from outside.
    case terminated(signal: Int32)
}

/// Ends a `Terminal.wait` from any thread.
package protocol Waker: Sendable {
    func wake()
}
