/// What one detector says of one entity now: that something is wrong, since when, and what it rests on.
package struct Finding: Sendable, Hashable {
    /// What is wrong, in one word of the trade; the same entity may have several.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A source does not answer, or says the same for too long.
        case unreachable, frozen
        /// Cron as a whole or a group of it does not run.
        case stopped
        /// A queue has nobody who takes from it.
        case noConsumer = "no consumer"
        /// Something is taken and never done.
        case stuck
        /// A job whose process is gone; that is late; that does not end; that ends with errors.
        case died, overdue, running, errors
        /// Less came than is usual, down to nothing; more than is usual.
        case silent, burst
        case failing, retries, slow
        /// A level that grows and should not.
        case growing
        /// An index that sees no changes; that does not come after them; that is invalid.
        case blind, behind, invalid
        /// Records that one side lacks, that it has in excess, that differ; a set that drifts apart.
        case missing, extra, different, drift
        /// A flag whose state is not certain; what a server itself says is wrong, in its word.
        case unsettled, word
    }

    package var entity: EntityID
    package var kind: Kind
    package var severity: AlertSeverity
    /// When it began, as far as can be told; not when it was seen.
    package var since: Double
    /// One sentence with figures.
    package var sentence: String
    /// Ids of the records that are wrong, where they are known.
    package var records: [String]

    package init(
        _ entity: EntityID, _ kind: Kind, _ severity: AlertSeverity, since: Double, _ sentence: String,
        records: [String] = []
    ) {
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

package enum AlertSeverity: String, Sendable, Hashable, Codable, Comparable {
    case warning, critical

    package static func < (left: Self, right: Self) -> Bool { left == .warning && right == .critical }
}
