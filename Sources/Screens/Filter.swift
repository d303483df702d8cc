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
        terms.isEmpty || terms.allSatisfy { $0.isIn(row) != $0.isInverse }
    }

    /// An event by its words, its subject and its status, and by what it is about.
    package func matches(_ event: Event) -> Bool {
        terms.allSatisfy { $0.isIn(event) != $0.isInverse }
    }

    /// An alert by what it says itself, and by the row it is about.
    package func matches(_ alert: AlertRow, row: (any Row)?) -> Bool {
        terms.allSatisfy { term in
            (term.isIn(alert) || row.map { term.isIn($0) } ?? false) != term.isInverse
        }
    }

    /// The same of one that is over.
    package func matches(_ ended: EndedAlert, row: (any Row)?) -> Bool {
        terms.allSatisfy { term in
            (term.isIn(ended) || row.map { term.isIn($0) } ?? false) != term.isInverse
        }
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

        func isIn(_ row: some Row) -> Bool { row.hasField(has) }

        func isIn(_ event: Event) -> Bool {
            has(.reason, event.text) || has(.name, event.entity?.name) || has(.name, event.subject)
                || has(.status, event.status?.rawValue)
        }

        func isIn(_ alert: AlertRow) -> Bool {
            has(.name, alert.label) || has(.name, alert.entity.name) || has(.status, alert.severity.rawValue)
                || has(.status, alert.aside.map { _ in "aside" }) || has(.reason, alert.kind.word)
                || has(.reason, alert.sentence) || has(.owner, alert.owner)
        }

        func isIn(_ ended: EndedAlert) -> Bool {
            has(.name, ended.label) || has(.name, ended.entity.name)
                || has(.status, ended.severity.rawValue) || has(.reason, ended.kind.word)
                || has(.reason, ended.sentence)
        }

        private func has(_ name: RowField, _ text: String?) -> Bool {
            guard let text else { return false }
            return (field == nil || field == name) && text.mentions(lowercase: value)
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
                || isSo(.direction, flow.direction.rawValue)
                || (flow.tier.map { isSo(.tier, String($0)) } ?? false)
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
