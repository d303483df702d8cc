package import EngineAPI
package import Monitoring

/// What `update` wants done; the loop does it and answers with a message where there is an answer.
package enum Effect: Sendable, Hashable {
    /// Answered by `.reply` with the same number.
    case submit(Request, Int)
    case fetchDetail(EntityID)
    case fetchHistory(SeriesID, HistoryRange)
    /// Answered by `.copied`.
    case copy(String)
    /// The whole screen as text, to the clipboard; answered by `.copied`.
    case copyScreen
    /// A text, or the whole screen, into a new file; answered by `.saved`.
    case save(String?, path: String)
    /// A person's own command, on record first; answered by `.ran`.
    case run(OwnRun)
    case setTheme(String)
    case ring
    /// Whether the terminal is to report its mouse.
    case reportMouse(Bool)
    /// Draw everything again.
    case redraw
    /// Give the terminal back and stop until continued.
    case suspend
    case quit
}
