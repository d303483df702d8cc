/// Everything a key can ask for.
package enum Action: Hashable, Sendable {
    case focus(Pane)
    case nextPane, previousPane
    case up, down, pageUp, pageDown, first, last
    case open, back, zoom
    case filter, nextMatch, previousMatch
    case sortNext, sortPrevious
    case nextProblem, previousProblem
    case toggleFlag, finishChange, setAside
    case freeze, readNow, moreHours, fewerHours
    case copyRow, copyScreen
    case nextTheme, redraw, suspend
    case help, quit, askToQuit
}
