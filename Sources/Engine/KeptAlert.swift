package import Monitoring

/// An open alert as it is kept over a restart: what was told is not told again as new.
package struct KeptAlert: Hashable, Sendable, Codable {
    package var entity: EntityID
    package var kind: Finding.Kind
    package var severity: AlertSeverity
    package var since: WallTime
    package var openedAt: WallTime
    package var sentence: String
    package var records: [String]
    package var folded: [AlertKey]
    package var isFlapping: Bool

    package init(
        _ entity: EntityID, _ kind: Finding.Kind, _ severity: AlertSeverity, since: WallTime,
        openedAt: WallTime,
        sentence: String
    ) {
        self.entity = entity
        self.kind = kind
        self.severity = severity
        self.since = since
        self.openedAt = openedAt
        self.sentence = sentence
        records = []
        folded = []
        isFlapping = false
    }
}

/// A stretch in which an alert was open: what is usual is not learned from it.
package struct Trouble: Hashable, Sendable, Codable {
    package var entity: EntityID
    package var from: WallTime
    package var until: WallTime

    package init(entity: EntityID, from: WallTime, until: WallTime) {
        self.entity = entity
        self.from = from
        self.until = until
    }
}

extension StoreState {
    var alertsToKeep: [KeptAlert] {
        detecting.book.open.map { alert in
            func live(_ entity: EntityID) -> EntityID { detecting.names.live(entity) }
            var kept = KeptAlert(
                live(alert.key.entity), alert.key.kind, alert.severity, since: WallTime(alert.since),
                openedAt: WallTime(alert.opened), sentence: alert.sentence)
            kept.records = alert.records
            kept.folded = alert.folded.map { AlertKey(entity: live($0.entity), kind: $0.kind) }
            kept.isFlapping = alert.isFlapping
            return kept
        }
    }

    /// Those of an earlier run: they are open until it is known that they are over.
    mutating func takeAlerts(of state: EngineState) {
        let alerts = state.alerts.map { kept in
            Alert(
                key: AlertKey(entity: detecting.names.bare(kept.entity), kind: kept.kind),
                severity: kept.severity,
                state: .open, since: kept.since.inSeconds, opened: kept.openedAt.inSeconds,
                sentence: kept.sentence,
                records: kept.records, changes: [],
                folded: kept.folded.map { AlertKey(entity: detecting.names.bare($0.entity), kind: $0.kind) },
                isFlapping: kept.isFlapping)
        }
        detecting.book.take(alerts)
        detecting.troubles = state.troubles
        notices.take(state.notices)
    }
}

extension WallTime {
    fileprivate var inSeconds: Double { Double(milliseconds) / 1000 }
    fileprivate init(_ seconds: Double) { self.init(milliseconds: Int64((seconds * 1000).rounded())) }
}
