import EngineAPI
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
        detecting.book.take(alerts(of: state))
        detecting.troubles = state.troubles
        detecting.ended.take(state.ended)
        takeSilences(of: state)
        notices.take(
            state.notices, open: Set(state.alerts.map { AlertKey(entity: $0.entity, kind: $0.kind) }))
    }

    /// The one that kept is gone. What it had open it has told; what only this one has open nobody has been told yet.
    mutating func takeOverAlerts(of state: EngineState, at now: Timestamp) {
        notices.follow(state.notices)
        let theirs = alerts(of: state)
        let (told, mine) = (Set(theirs.map(\.key)), detecting.book.open)
        for alert in mine where !told.contains(alert.key) {
            notices.add(.opened, alertRow(alert, at: now), at: now.wall)
        }
        let known = Set(mine.map(\.key))
        detecting.book.take(theirs.filter { !known.contains($0.key) })
        unsaved = .urgent
    }

    private mutating func alerts(of state: EngineState) -> [Alert] {
        state.alerts.map { kept in
            Alert(
                key: AlertKey(entity: detecting.names.bare(kept.entity), kind: kept.kind),
                severity: kept.severity,
                state: .open, since: kept.since.inSeconds, opened: kept.openedAt.inSeconds,
                sentence: kept.sentence,
                records: kept.records, changes: [],
                folded: kept.folded.map { AlertKey(entity: detecting.names.bare($0.entity), kind: $0.kind) },
                isFlapping: kept.isFlapping)
        }
    }
}

extension WallTime {
    fileprivate var inSeconds: Double { Double(milliseconds) / 1000 }
    fileprivate init(_ seconds: Double) { self.init(milliseconds: Int64((seconds * 1000).rounded())) }
}
