import EngineAPI
import Monitoring

/// How a person looks at a store, as it is kept for the next time.
package struct ViewState: Hashable, Sendable, Codable {
    /// Nil leaves it to the terminal's background.
    package var theme: String?
    /// The pane one is in, by its title.
    package var pane = Pane.queues.title
    package var isZoomed = false
    package var filter = ""
    /// By the pane's title; without those that have the worst first.
    package var orders: [String: Sorting] = [:]
    package var mouse: Bool?
    package var zone: Clock.Zone?

    package struct Sorting: Hashable, Sendable, Codable {
        package var column: String
        package var isReversed: Bool

        package init(column: String, isReversed: Bool) {
            self.column = column
            self.isReversed = isReversed
        }
    }

    package init() {}
}

/// Who said which theme to begin with.
package enum ThemeChoice: Hashable, Sendable {
    /// On the command line: it wins.
    case person
    /// What the person kept wins.
    case config
    /// Nobody: the background decides, when the terminal says it.
    case nobody
}

extension Model {
    /// Nil while something is still typed or tried.
    package var viewState: ViewState? {
        guard filterField == nil, commandLine == nil, themeBefore == nil else { return nil }
        var state = ViewState()
        state.theme = isThemeChosen ? theme : nil
        state.pane = focus.title
        state.isZoomed = isZoomed
        state.filter = filter.text
        state.zone = zone == .utc ? nil : zone
        state.mouse = wantsMouse ? true : nil
        for (pane, order) in orders where order.words != nil {
            state.orders[pane.title] = .init(column: order.column.rawValue, isReversed: order.isReversed)
        }
        return state
    }

    /// Begins as it was kept the last time; the theme by who chose it.
    package mutating func begin(_ state: ViewState?, theme choice: ThemeChoice) {
        let first = theme
        isThemeChosen = choice == .config
        if let state { take(state) }
        if choice == .person { (theme, isThemeChosen) = (first, true) }
    }

    /// Takes up what was kept; what is not known here any more is left out.
    private mutating func take(_ state: ViewState) {
        if let theme = state.theme, themes.contains(theme) {
            self.theme = theme
            isThemeChosen = true
        }
        if let pane = Pane.allCases.first(where: { $0.title == state.pane }) { focus = pane }
        isZoomed = state.isZoomed
        zone = state.zone ?? .utc
        wantsMouse = state.mouse ?? false
        filter = Filter(String(state.filter.prefix(Self.longestFilter)))
        for (title, sorting) in state.orders {
            guard let pane = Pane.allCases.first(where: { $0.title == title }),
                let column = SortColumn(rawValue: sorting.column), pane.sortColumns.contains(column)
            else { continue }
            var order = Order()
            (order.column, order.isReversed) = (column, sorting.isReversed)
            orders[pane] = order
        }
    }

    static var longestFilter: Int { 60 }
}
