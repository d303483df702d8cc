/// Something that is wrong, from its first sign to its end.
package struct Alert: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable {
        /// Seen, not yet told.
        case pending
        case open, resolved
    }

    package var key: AlertKey
    package var severity: AlertSeverity
    package var state: State
    /// When it began.
    package var since: Double
    /// When it was told.
    package var opened: Double
    package var sentence: String
    package var records: [String]
    /// What changed in the quarter of an hour before it began, nearest first.
    package var changes: [StoreEvent]
    /// What follows from it.
    package var folded: [AlertKey]
    /// It opened and ended so often that it is one alert until it rests.
    package var isFlapping: Bool
}

/// One line of an alert's life.
package struct AlertChange: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, Codable {
        case opened
        /// More records, or a higher severity.
        case worsened
        case resolved
    }

    package var at: Double
    package var what: What
    package var alert: Alert
}
