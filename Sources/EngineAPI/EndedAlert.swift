package import Monitoring

/// An alert that is over, for whoever looks back: from when to when, how bad, and its last sentence.
package struct EndedAlert: Hashable, Sendable, Codable {
    /// What it was about; `integration:*` is the shop as a whole.
    package var entity: EntityID
    /// What that was called, harmless.
    package var label: String
    package var kind: Finding.Kind
    /// As bad as it ever was: critical or warning.
    package var severity: Status
    /// When it began, not when it was seen.
    package var since: WallTime
    package var endedAt: WallTime
    package var sentence: String

    package init(_ alert: AlertRow, endedAt: WallTime) {
        entity = alert.entity
        label = alert.label
        kind = alert.kind
        severity = alert.severity
        since = alert.since
        self.endedAt = endedAt
        sentence = alert.sentence
    }

    package var key: AlertKey { AlertKey(entity: entity, kind: kind) }
}
