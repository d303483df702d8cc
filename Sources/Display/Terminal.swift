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
    /// Asks for text on the clipboard of the person's own machine (OSC 52, which nobody answers).
    mutating func copy(_ text: String) -> Copying
    /// Gives the terminal back, stops the process (Ctrl-Z), takes the terminal again when continued.
    mutating func suspend()
    mutating func setTheme(_ theme: Theme)
    /// Names the window, where it can be named; it gets its old name back when the terminal is given back.
    mutating func setTitle(_ title: String)
    /// Asks for the mouse's clicks and wheel as keys, or for none any more.
    mutating func reportMouse(_ isWanted: Bool)
    /// Rings the bell.
    mutating func ring()
    /// Asks for the background's colour; one that answers in time sends `background`.
    mutating func askBackground()
}

/// What became of a text for the clipboard.
package enum Copying: Hashable, Sendable {
    /// Sent; whether the terminal takes it, it does not say.
    case sent
    /// Sent to a tmux, which passes it on only where it is set to.
    case sentToTmux
    /// The same, where it may be a tmux or a screen.
    case sentToTmuxOrScreen
    case tooLong
    /// The terminal would print it.
    case noClipboard
    /// The terminal takes no bytes now.
    case stuck
}

package enum TerminalEvent: Hashable, Sendable {
    case key(Key)
    case resized(Size)
    /// The terminal said what its background is like.
    case background(isLight: Bool)
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
