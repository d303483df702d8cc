/// What one detector says of one entity now: that something is wrong, since when, and what it rests on.
package struct Finding: Sendable, Hashable {
    package var entity: EntityID
    package var kind: Kind
    package var severity: AlertSeverity
    /// When it began, as far as can be told; not when it was seen.
    package var since: Double
    /// One sentence with figures.
    package var sentence: String
    /// Ids of the records that are wrong, where they are known.
    package var records: [String]
    /// What it stands on, where a detector knows it in figures.
    package var basis: Basis?

    package init(
        _ entity: EntityID, _ kind: Kind, _ severity: AlertSeverity, since: Double, _ sentence: String,
        records: [String] = [], basis: Basis? = nil
    ) {
        self.basis = basis
        self.entity = entity
        self.kind = kind
        self.severity = severity
        self.since = since
        self.sentence = sentence
        self.records = records
    }

    /// What tells one finding from another.
    package var key: AlertKey { AlertKey(entity: entity, kind: kind) }
}

/// An alert's identity: what it is about, and what is wrong with it.
package struct AlertKey: Sendable, Hashable, Comparable, Codable {
    package var entity: EntityID
    package var kind: Finding.Kind

    package init(entity: EntityID, kind: Finding.Kind) {
        self.entity = entity
        self.kind = kind
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.entity == right.entity
            ? left.kind.rawValue < right.kind.rawValue : left.entity < right.entity
    }
}

package enum AlertSeverity: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
    case warning, critical

    package static func < (left: Self, right: Self) -> Bool { left == .warning && right == .critical }
}
