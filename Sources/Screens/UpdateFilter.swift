import EngineAPI
import Display
package import Monitoring

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
        case .up: return moveWhileTyping(.up)
        case .down: return moveWhileTyping(.down)
        default:
            guard filterField?.take(key) == true else { return [] }
            filter = Filter(filterField?.text ?? "")
        }
        return []
    }

    private mutating func moveWhileTyping(_ action: Action) -> [Effect] { perform(action) }

    /// How many rows the filter leaves of how many, and what it hides that is bad; nil without a filter.
    package var filterSummary: (text: String, hidden: [Status: Int])? {
        guard !filter.isEmpty else { return nil }
        let all = Pane.allCases.reduce(0) { $0 + (shown?.rows(of: $1).count ?? 0) }
        var hidden: [Status: Int] = [:]
        for pane in Pane.allCases {
            for row in self.hidden(in: pane) { hidden[row.judgement.status, default: 0] += 1 }
        }
        let left = all - hidden.values.reduce(0, +)
        let bad = [Status.critical, .unknown, .warning].compactMap { status in
            hidden[status].map { "\($0) \(status.rawValue)" }
        }
        let warning = bad.isEmpty ? "" : " · hides " + bad.joined(separator: ", ")
        return ("filter \(filter.text): \(left) of \(all)\(warning)", hidden)
    }
}
