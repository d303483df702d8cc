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
    /// Told as something else, with what is silenced only a part of it: they go on.
    package var elsewhere: [AlertRow]
}

extension Snapshot {
    private static let previewSeconds: Double = 86_400

    package func preview(of matcher: SilenceMatcher) -> SilencePreview {
        func isHidden(_ alert: AlertRow) -> Bool { matcher.matches(alert.told, alert.severity.asOfAlert) }
        return SilencePreview(
            now: alerts.filter(isHidden),
            past: ended.filter {
                at.wall.seconds(since: $0.endedAt) <= Self.previewSeconds
                    && matcher.matches($0.key, $0.severity.asOfAlert)
            },
            elsewhere: alerts.filter { alert in
                !isHidden(alert)
                    && (alert.folded + [alert.openedAs].compactMap(\.self)).contains {
                        matcher.matches($0, nil)
                    }
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
