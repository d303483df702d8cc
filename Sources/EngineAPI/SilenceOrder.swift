package import Monitoring

/// Which alerts are to be told to nobody, why, and for how long.
package struct SilenceOrder: Hashable, Sendable, Codable {
    package var matcher: SilenceMatcher
    package var why: String
    /// Seconds from now.
    package var seconds: Double

    package init(_ matcher: SilenceMatcher, why: String, seconds: Double) {
        self.matcher = matcher
        self.why = why
        self.seconds = seconds
    }
}

/// What a silence hides now, and would have hidden of what has ended in the last 24 h.
package struct SilencePreview: Hashable, Sendable {
    package var now: [AlertRow]
    package var past: [EndedAlert]
}

extension Snapshot {
    private static let previewSeconds: Double = 86_400

    package func preview(of matcher: SilenceMatcher) -> SilencePreview {
        SilencePreview(
            now: alerts.filter { matcher.matches($0.told, $0.severity.asOfAlert) },
            past: ended.filter {
                at.wall.seconds(since: $0.endedAt) <= Self.previewSeconds
                    && matcher.matches($0.key, $0.severity.asOfAlert)
            })
    }
}

extension Status {
    /// Nil while nothing of an alert is found.
    fileprivate var asOfAlert: AlertSeverity? {
        self == .critical ? .critical : self == .warning ? .warning : nil
    }
}

extension AlertRow {
    /// What is told of it now.
    package var told: AlertKey { AlertKey(entity: entity, kind: kind) }
}
