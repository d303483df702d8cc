import EngineAPI
import Display

extension Model {
    mutating func startFilter() {
        var field = TextField(limit: 60)
        filter.text.unicodeScalars.forEach { _ = field.take(.character($0)) }
        filterField = field
    }

    /// The filter works while it is typed; Enter keeps it, Esc takes it away.
    mutating func typeFilter(_ key: Key) -> [Effect] {
        switch key {
        case .enter: filterField = nil
        case .escape, .control("c"):
            filterField = nil
            filter = Filter("")
        case .up: return perform(.up)
        case .down: return perform(.down)
        default:
            guard filterField?.take(key) == true else { return [] }
            filter = Filter(filterField?.text ?? "")
        }
        return []
    }

    /// How many rows of each status the filter hides.
    var hiddenByFilter: StatusCounts {
        Pane.allCases.reduce(StatusCounts()) { $0 + board[$1].hidden }
    }
}
