package import Monitoring

/// One alert as a person sees it: one a cause, with what follows from it.
package struct AlertRow: Hashable, Sendable, Codable {
    /// What it is about; `integration:*` is the shop as a whole.
    package var entity: EntityID
    /// What that is called.
    package var label: String
    package var kind: Finding.Kind
    /// What it was opened as, where it is told as something else by now.
    package var openedAs: AlertKey?
    /// Critical or warning; ok while nothing of it is found any more and it waits for its end.
    package var severity: Status
    /// Of one that waits for its end: since when nothing of it is found, unless an earlier run found it last, and when
    /// it is over if that lasts.
    package var goneAt: WallTime?
    package var endsAt: WallTime?
    /// When it began, not when it was seen.
    package var since: WallTime
    package var openedAt: WallTime
    /// One sentence with figures.
    package var sentence: String
    /// How fast it gets worse and when it will hurt, as a clause; nil where that is not known.
    package var outlook: String?
    /// Why it is worse, or milder, than it is by itself: the flow that it belongs to.
    package var weight: String?
    /// Ids of the records that are wrong, where they are known.
    package var records: [String]
    /// What follows from it, the first of them; how many there are in all.
    package var folded: [AlertKey]
    package var foldedCount: Int
    /// What changed in the quarter of an hour before it began, nearest first.
    package var changes: [String]
    package var isFlapping: Bool
    /// Who knows it, and what to do, of the flow it belongs to.
    package var owner: String?
    package var runbook: String?
    /// Set while a person has set aside what it is about.
    package var aside: Aside?
    /// Set while it is told to nobody.
    package var silence: Silence?

    package init(
        _ entity: EntityID, label: String, _ kind: Finding.Kind, _ severity: Status, since: WallTime,
        openedAt: WallTime, sentence: String
    ) {
        self.entity = entity
        self.label = label
        self.kind = kind
        self.severity = severity
        self.since = since
        self.openedAt = openedAt
        self.sentence = sentence
        records = []
        folded = []
        foldedCount = 0
        changes = []
        isFlapping = false
    }

    /// Which one it is from its beginning to its end, whatever of it is told.
    package var key: AlertKey { openedAs ?? AlertKey(entity: entity, kind: kind) }
}
