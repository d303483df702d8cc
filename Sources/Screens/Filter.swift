import FeatureFlags
package import EngineAPI
import Monitoring
import Text

/// What `/` leaves on the screen: `text`, `!text`, `name:value`, `!name:value`; all terms must hold.
package struct Filter: Hashable, Sendable {
    /// As typed.
    package let text: String
    private let terms: [Term]

    package init(_ text: String) {
        self.text = text
        terms = text.split(separator: " ").compactMap { Term(String($0)) }
    }

    package var isEmpty: Bool { terms.isEmpty }

    package func matches(_ row: some Row) -> Bool {
        terms.isEmpty || terms.allSatisfy { $0.matches(row) }
    }

    private struct Term: Hashable {
        var isInverse = false
        var field: RowField?
        var value: String

        init?(_ word: String) {
            var rest = Substring(word.lowercased())
            if rest.hasPrefix("!") {
                isInverse = true
                rest = rest.dropFirst()
            }
            // A colon after any other word is part of a name: `queue:erp` is text.
            if let colon = rest.firstIndex(of: ":"), let field = RowField(rawValue: String(rest[..<colon])) {
                self.field = field
                rest = rest[rest.index(after: colon)...]
            }
            guard !rest.isEmpty else { return nil }
            value = String(rest)
        }

        func matches(_ row: some Row) -> Bool {
            let isFound = row.hasField { name, text in
                (field == nil || field == name) && text.mentions(lowercase: value)
            }
            return isFound != isInverse
        }
    }
}

/// The names `name:value` knows.
package enum RowField: String, Sendable, CaseIterable {
    case name, status, reason, source
    /// Queues: `db` or `amqp`; flags: the backend.
    case via
    case thing, system, direction, tier, owner, error
    case group, mode, value, by
}

extension Row {
    /// Whether one of the fields that a filter looks at is so; those behind it are not looked at.
    fileprivate func hasField(_ isSo: (RowField, String) -> Bool) -> Bool {
        func has(_ field: RowField, _ value: String?) -> Bool { value.map { isSo(field, $0) } ?? false }
        let judgement = judgement
        if isSo(.name, label) || isSo(.name, id.name) || isSo(.status, judgement.status.rawValue)
            || judgement.aside != nil && isSo(.status, "aside")
        {
            return true
        }
        if !judgement.reason.isEmpty, isSo(.reason, judgement.reason.joined(separator: " ")) { return true }
        if sources.contains(where: { isSo(.source, $0) }) { return true }
        switch self {
        case let row as QueueRow: return isSo(.via, row.transport.rawValue)
        case let row as IntegrationRow:
            let flow = row.integration
            return isSo(.thing, flow.thing) || isSo(.system, flow.system)
                || isSo(.direction, flow.direction.rawValue) || isSo(.tier, String(flow.tier))
                || has(.owner, flow.owner) || has(.error, row.lastError)
        case is CronHeartbeat: return isSo(.name, "cron")
        case let row as CronRow: return has(.group, row.group) || has(.error, row.lastError)
        case let row as IndexerRow: return isSo(.mode, row.mode.rawValue)
        case let row as FlagRow:
            return isSo(.via, row.place) || isSo(.value, row.flag.value.text) || has(.by, row.flag.changedBy)
        default: return false
        }
    }
}
