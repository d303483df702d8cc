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

    package func matches(_ row: any Row) -> Bool {
        terms.isEmpty || terms.allSatisfy { $0.matches(row.fields) }
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

        func matches(_ fields: [(RowField, String)]) -> Bool {
            let isFound = fields.contains { name, text in
                (field == nil || field == name) && text.lowercased().mentions(value)
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
    /// What a filter looks at.
    fileprivate var fields: [(RowField, String)] {
        var fields: [(RowField, String)] = [
            (.name, label), (.name, id.name),
            (.status, judgement.status.rawValue),
            (.reason, judgement.reason.joined(separator: " ")),
        ]
        if judgement.aside != nil { fields.append((.status, "aside")) }
        fields += sources.map { (.source, $0) }
        func add(_ field: RowField, _ value: String?) {
            if let value { fields.append((field, value)) }
        }
        switch self as any Row {
        case let row as QueueRow: add(.via, row.transport.rawValue)
        case let row as IntegrationRow:
            add(.thing, row.integration.thing)
            add(.system, row.integration.system)
            add(.direction, row.integration.direction.rawValue)
            add(.tier, String(row.integration.tier))
            add(.owner, row.integration.owner)
            add(.error, row.lastError)
        case is CronHeartbeat: add(.name, "cron")
        case let row as CronRow:
            add(.group, row.group)
            add(.error, row.lastError)
        case let row as IndexerRow: add(.mode, row.mode.rawValue)
        case let row as FlagRow:
            add(.via, row.place)
            add(.value, row.flag.value.text)
            add(.by, row.flag.changedBy)
        default: break
        }
        return fields
    }
}
