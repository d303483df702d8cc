import EngineAPI
import Display

extension Model {
    /// What is typed narrows what is on the screen.
    mutating func startTyping() {
        switch screen {
        case .help: help.isTyping = true
        case .lines: lines.isTyping = true
        case .watch, .detail, .alert, .timeline, .silences, .output: startFilter()
        }
    }

    mutating func startFilter() {
        var field = TextField(limit: Self.longestFilter)
        filter.text.unicodeScalars.forEach { _ = field.take(.character($0)) }
        filterField = field
        focusBeforeFilter = focus
    }

    /// The filter works while it is typed; Enter keeps it, Esc takes it away.
    mutating func typeFilter(_ key: Key) -> [Effect] {
        switch key {
        case .enter: filterField = nil
        case .escape, .control("c"):
            filterField = nil
            filter = Filter("")
            if let focusBeforeFilter { focus = focusBeforeFilter }
            settleFocus()
        case .up: return perform(.up)
        case .down: return perform(.down)
        default:
            guard filterField?.take(key) == true else { return [] }
            filter = Filter(filterField?.text ?? "")
            goToMatch()
        }
        return []
    }

    /// Takes the filter away from around the row that was found by it.
    mutating func keepFound() {
        let found = focus.isList ? nil : cursor(in: focus)
        filter = Filter("")
        guard let found else { return }
        cursors[focus] = found
        rest(focus)
    }

    /// To the first pane that has a match, where the one one came from has none.
    mutating func goToMatch() {
        guard let before = focusBeforeFilter, !isZoomed else { return }
        defer { settleFocus() }
        focus = before
        guard !filter.isEmpty, leaves(in: before) == 0 else { return }
        if let pane = (isCompact ? Pane.allCases : panes).first(where: { leaves(in: $0) > 0 }) {
            focus = pane
        }
    }

    /// Where else the filter leaves rows: `3 in Cron, 1 in Flags`.
    var matchesElsewhere: String {
        Pane.allCases.filter { $0 != focus && found(in: $0) > 0 }
            .map { "\(found(in: $0)) in \($0.title)" }.joined(separator: ", ")
    }

    /// Of a pane of rows or a list.
    private func leaves(in pane: Pane) -> Int { pane.isList ? extent(of: pane).shown : found(in: pane) }

    /// How many rows of each status the filter hides.
    var hiddenByFilter: StatusCounts {
        Pane.allCases.reduce(StatusCounts()) { $0 + board[$1].hidden }
    }
}
