/// When each entity's present status began.
///
/// Not being able to see is kept apart from what was last seen: an entity that was critical since 01:47,
/// could not be read for a while and is critical again, is critical since 01:47.
package struct SinceBook: Sendable {
    package struct Entry: Hashable, Sendable {
        package var status: Status
        package var since: WallTime

        package init(status: Status, since: WallTime) {
            self.status = status
            self.since = since
        }
    }

    /// A status that was seen to change.
    package struct Change: Hashable, Sendable {
        /// Nil: first seen.
        package var from: Status?
        package var to: Status

        package init(from: Status?, to: Status) {
            self.from = from
            self.to = to
        }
    }

    /// What was last seen, by reading.
    package private(set) var seen: [EntityID: Entry]
    private var blindSince: [EntityID: Entry] = [:]

    package init(_ seen: [EntityID: Entry] = [:]) { self.seen = seen }

    /// Gives a judgement made from figures its `since`, and says whether the status changed.
    package mutating func settle(
        _ judgement: inout Judgement, of id: EntityID, at now: WallTime
    ) -> Change? {
        blindSince[id] = nil
        if let entry = seen[id], entry.status == judgement.status {
            judgement.since = entry.since
            return nil
        }
        let before = seen.updateValue(Entry(status: judgement.status, since: now), forKey: id)
        judgement.since = now
        return Change(from: before?.status, to: judgement.status)
    }

    /// Gives a judgement made for want of figures (stale, unknown) its `since`; true when it is another than before.
    @discardableResult
    package mutating func settleBlind(
        _ judgement: inout Judgement, of id: EntityID, at now: WallTime
    ) -> Bool {
        let isNew = blindSince[id]?.status != judgement.status
        if isNew { blindSince[id] = Entry(status: judgement.status, since: now) }
        judgement.since = blindSince[id]?.since
        return isNew
    }

    /// The entity is gone.
    package mutating func forget(_ id: EntityID) {
        seen[id] = nil
        blindSince[id] = nil
    }
}
