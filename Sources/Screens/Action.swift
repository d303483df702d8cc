package import EngineAPI

/// Everything a key can ask for.
package enum Action: Hashable, Sendable {
    case focus(Pane)
    case nextPane, previousPane
    case up, down, earlier, later, halfUp, halfDown, pageUp, pageDown, first, last
    case open, back, zoom, unfold, timeline, silences
    case filter, command, nextMatch, previousMatch
    case sortNext, sortPrevious, sortReversed
    case nextProblem, previousProblem
    case toggleFlag, finishChange, setAside, silence, note, runCommand
    case lines, nextOutcome, previousOutcome
    case freeze, nextZone, markTime, readNow, moreHours, fewerHours
    case mark, copyName, copyLine, copyScreen
    case nextTheme, redraw, suspend
    case help, quit, askToQuit
    /// Of a recording that is played.
    case replay(ReplayOrder)
}
