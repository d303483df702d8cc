import Text

/// What is remembered of one indexer between reads; `assess` judges it (magento.md 4.2 and 4.4).
package struct IndexerWatch: Sendable {
    package let entity: EntityID
    /// How far its view has come; nil before the first reading with a version.
    package private(set) var version: UInt64?
    /// When the version was last seen to move, by the server's clock; nil until it was.
    package private(set) var movedAt: WallTime?
    /// The first count of triggers seen, or a higher one since.
    package private(set) var triggerBaseline: Int?
    package private(set) var pace = Pace()
    package var conditions: Conditions
    private(set) var growth = Growth()
    /// Ahead of its changelog in two readings with the same version: state and changelog are two reads, and a
    /// view may move between them.
    private(set) var isAhead = false
    /// Its changelog was seen once.
    private(set) var hadChangelog = false
    private(set) var last: IndexerReading?
    private var aheadAt: UInt64?
    /// In the last reading alone.
    var seemsAhead: Bool { aheadAt != nil }

    package init(
        _ entity: EntityID = EntityID(.indexer, "indexer"), version: UInt64? = nil, movedAt: WallTime? = nil,
        triggerBaseline: Int? = nil, conditions: Conditions = Conditions()
    ) {
        self.entity = entity
        self.version = version
        self.movedAt = movedAt
        self.triggerBaseline = triggerBaseline
        self.conditions = conditions
    }

    /// Seconds since the version last moved while events waited; nil when nothing waits. When events waited
    /// already at the first reading it is the least it can be.
    package func lagSeconds(at moment: Moment) -> Double? {
        conditions.seconds(.waiting, at: moment.now)
    }

    /// Takes one reading; `now` tells the server's wall time.
    package mutating func observe(_ reading: IndexerReading, at now: Timestamp) {
        let hasMoved = reading.version != version
        let isFirst = version == nil
        if let new = reading.version {
            // A first version may have stood there for a minute or for a week.
            if hasMoved, !isFirst { movedAt = now.wall }
            version = new
        }
        let backlog = reading.backlog ?? 0
        if hasMoved, !isFirst, backlog > 0 { conditions.restart(.waiting, at: now) }
        conditions.note(.waiting, backlog > 0, at: now)
        if reading.backlog != nil { pace.add(Double(backlog), at: now) }
        growth.add(backlog, at: now)
        conditions.note(.falling, growth.streak > 0, at: now)

        let isWorking = reading.viewStatus == "working" || reading.status == "working"
        if hasMoved, isWorking { conditions.restart(.working, at: now) }
        conditions.note(.working, isWorking, at: now)

        // `updated` moves on every save, success or not: movement of `updated` without movement of the
        // version, again and again, is a run that fails.
        let isIdleBehind = reading.viewStatus == "idle" && backlog > 0 && !hasMoved
        let ranAgain = last?.viewUpdated != nil && reading.viewUpdated != last?.viewUpdated
        let wasFailing = conditions.since(.failingRuns) != nil
        conditions.note(.failingRuns, isIdleBehind && (ranAgain || wasFailing), at: now)

        // A view is suspended on purpose while its indexer works in full.
        let isSuspended =
            reading.status == "suspended"
            || (reading.viewStatus == "suspended" && reading.status != "working")
        conditions.note(.suspended, isSuspended, at: now)
        conditions.note(.invalid, reading.status == "invalid", at: now)

        if reading.newestVersion != nil || reading.autoIncrement != nil { hadChangelog = true }
        noteAhead(reading)
        if reading.mode != .schedule {
            triggerBaseline = nil
        } else if let triggers = reading.triggers, triggers > (triggerBaseline ?? 0) {
            triggerBaseline = triggers
        }
        last = reading
    }

    private mutating func noteAhead(_ reading: IndexerReading) {
        var seems = false
        if reading.mode == .schedule, let version = reading.version, version > 0 {
            if let newest = reading.newestVersion {
                seems = version > newest
            } else if let next = reading.autoIncrement, next > 0 {
                seems = version > next - 1
            }
        }
        isAhead = seems && aheadAt == reading.version
        aheadAt = seems ? reading.version : nil
    }
}

/// Minutes in a row that ended with a larger backlog than the one before.
///
/// Reads are counted by the minute and by their smallest backlog, because a healthy view is emptied once a
/// minute and grows in between.
struct Growth: Hashable, Sendable {
    private(set) var streak = 0
    private var minute: Int?
    private var smallest = 0
    private var before: Int?

    mutating func add(_ backlog: Int, at now: Timestamp) {
        let current = Int(now.boot.inSeconds / 60)
        guard let minute else {
            self.minute = current
            smallest = backlog
            return
        }
        if backlog == 0 { streak = 0 }
        guard current > minute else {
            smallest = min(smallest, backlog)
            return
        }
        if let before { streak = smallest > before ? streak + 1 : 0 }
        before = smallest
        smallest = backlog
        self.minute = current
    }
}
