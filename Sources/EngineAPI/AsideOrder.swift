package import Monitoring

/// What a person has seen and wants to see no more for a while.
package struct AsideOrder: Hashable, Sendable, Codable {
    package var entity: EntityID
    package var why: String
    package var span: Aside.Span
    /// As it was on the screen: what is worse by now, or new, is not set aside unseen.
    package var told: Told

    package init(_ entity: EntityID, why: String, _ span: Aside.Span, told: Told) {
        self.entity = entity
        self.why = why
        self.span = span
        self.told = told
    }
}

extension Snapshot {
    /// What is told of a row.
    package func told(of row: some Row) -> Told {
        Told(assessments.filter { $0.entity == row.id }, shown: row.judgement)
    }

    /// Why nothing can be set aside here, as a clause; nil when it can. It changes nothing in the store, so a
    /// read-only environment may; but it must be kept.
    package var whyNothingIsKept: String? {
        if let why = environment.watchesOnly { return why }
        guard storage.status == .critical else { return nil }
        return "nothing can be kept: " + storage.reason.joined(separator: ", ")
    }
}

extension Row {
    /// Its server does not list it any more.
    package var isGone: Bool {
        switch self as any Row {
        case let row as QueueRow: row.goneSince != nil
        case let row as IndexerRow: row.goneSince != nil
        default: false
        }
    }
}
