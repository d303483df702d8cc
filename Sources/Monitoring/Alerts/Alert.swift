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
    /// How bad it is now, with what follows from it; nil while nothing of it is found any more and it waits for its end.
    package var current: AlertSeverity?
    /// Since when nothing of it is found, and when it is over if that lasts; nil while something is.
    package var gone: Double?
    package var ends: Double?
    /// An earlier run left it open, and this one has not found it yet.
    package var isAwaited = false
    /// It is found now itself, not only what follows from it.
    package var isFound = false
    /// Of what follows from it, what is found now.
    package var living: [AlertKey] = []
    /// What is told in its place, as it is worse, lies upstream of it or is all that lives on; nil where it is told itself.
    package var head: Finding?
    /// It opened and ended so often that it is one alert until it rests.
    package var isFlapping: Bool

    package init(
        key: AlertKey, severity: AlertSeverity, state: State, since: Double, opened: Double, sentence: String,
        records: [String], changes: [StoreEvent], folded: [AlertKey], isFlapping: Bool
    ) {
        self.key = key
        self.severity = severity
        self.state = state
        self.since = since
        self.opened = opened
        self.sentence = sentence
        self.records = records
        self.changes = changes
        self.folded = folded
        self.isFlapping = isFlapping
    }
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

    package init(at: Double, what: What, alert: Alert) {
        self.at = at
        self.what = what
        self.alert = alert
    }
}
