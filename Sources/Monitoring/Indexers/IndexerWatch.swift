import Text

/// What is remembered of one indexer between reads, and the rules that judge it (magento.md 4.2 and 4.4).
package struct IndexerWatch: Sendable {
    /// How far its view has come; nil before the first reading with a version.
    package private(set) var version: UInt64?
    /// When the version was last seen to move; nil until it was.
    package private(set) var movedAt: WallTime?
    /// The first count of triggers seen, or a higher one since.
    package private(set) var triggerBaseline: Int?
    /// Seconds since the version last moved while events waited; nil when nothing waits.
    package private(set) var lagSeconds: Double?
    package private(set) var pace = Pace()
    package var conditions: Conditions
    private var growth = Growth()
    private var aheadAt: UInt64?
    private var last: IndexerReading?

    package init(
        version: UInt64? = nil, movedAt: WallTime? = nil, triggerBaseline: Int? = nil,
        conditions: Conditions = Conditions()
    ) {
        self.version = version
        self.movedAt = movedAt
        self.triggerBaseline = triggerBaseline
        self.conditions = conditions
    }

    /// Takes one reading and says what is wrong.
    package mutating func read(
        _ reading: IndexerReading, limits: IndexerLimits, at now: Timestamp
    ) -> [Finding] {
        observe(reading, at: now)
        var findings: [Finding] = []
        if reading.mode == .schedule {
            if isAhead(reading) {
                findings.append(
                    Finding(
                        .critical, "version ahead of changelog: indexes nothing", figure: .backlog))
            }
            findings.append(contentsOf: blind(reading))
        }
        let work = working(reading, limits: limits, at: now)
        findings.append(contentsOf: work)
        findings.append(contentsOf: waiting(reading, limits: limits, isStuck: !work.isEmpty, at: now))
        findings.append(contentsOf: halted(reading, limits: limits, at: now))
        last = reading
        return findings
    }

    package func rules(_ limits: IndexerLimits, at now: Timestamp) -> [RuleCheck] {
        guard let last else { return [] }
        let work = conditions.seconds(.working, at: now)
        let runs = conditions.seconds(.failingRuns, at: now)
        var rules = [
            RuleCheck(
                "lag", limit: limits.lag.text { Age.text($0) },
                now: lagSeconds.map { Age.text(seconds: $0) } ?? "-",
                lagSeconds.map { limits.lag.status(ofSeconds: $0) } ?? .ok, since: conditions.since(.waiting)),
            RuleCheck(
                "growing", limit: "\(limits.growingPolls) min in a row", now: "\(growth.streak)",
                growth.streak >= limits.growingPolls ? .warning : .ok, since: conditions.since(.falling)),
            RuleCheck(
                "working, no progress", limit: Age.text(limits.stuck),
                now: work.map { Age.text(seconds: $0) } ?? "-",
                (work ?? 0) >= limits.stuck.inSeconds && last.isViewLocked != true ? .critical : .ok,
                since: conditions.since(.working)),
            RuleCheck(
                "runs and fails", limit: Age.text(limits.failing),
                now: runs.map { Age.text(seconds: $0) } ?? "-",
                (runs ?? 0) >= limits.failing.inSeconds ? .critical : .ok,
                since: conditions.since(.failingRuns)),
        ]
        if let triggers = last.triggers, let triggerBaseline {
            rules.append(
                RuleCheck(
                    "triggers", limit: "\(triggerBaseline)", now: "\(triggers)",
                    triggers < triggerBaseline ? .critical : .ok))
        }
        return rules
    }

    // MARK: Facts

    private mutating func observe(_ reading: IndexerReading, at now: Timestamp) {
        let hasMoved = reading.version != version
        if let new = reading.version {
            // A first version may have stood there for a minute or for a week.
            if hasMoved, version != nil { movedAt = now.wall }
            version = new
        }
        let backlog = reading.backlog ?? 0
        if hasMoved, backlog > 0 { conditions.restart(.waiting, at: now) }
        lagSeconds = conditions.note(.waiting, backlog > 0, at: now)
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

        if reading.mode != .schedule {
            triggerBaseline = nil
        } else if let triggers = reading.triggers, triggers > (triggerBaseline ?? 0) {
            triggerBaseline = triggers
        }
    }

    // MARK: Rules

    /// Twice the same version: state and changelog are two reads, and a view may move between them.
    private mutating func isAhead(_ reading: IndexerReading) -> Bool {
        guard let version = reading.version, version > 0 else { return false }
        let isAhead =
            if let newest = reading.newestVersion {
                version > newest
            } else if let next = reading.autoIncrement, next > 0 {
                version > next - 1
            } else {
                false
            }
        defer { aheadAt = isAhead ? version : nil }
        return isAhead && aheadAt == version
    }

    private func blind(_ reading: IndexerReading) -> [Finding] {
        guard let triggers = reading.triggers else { return [] }
        let state = reading.viewStatus.map { Sanitizer.line($0, maxBytes: 16) } ?? "idle"
        guard let triggerBaseline, triggerBaseline > 0 else {
            return triggers == 0
                ? [Finding(.critical, "\(state), but it has no triggers: sees no change")] : []
        }
        guard triggers < triggerBaseline else { return [] }
        let gone = triggerBaseline - triggers
        return [
            Finding(
                .critical,
                "\(state), but \(gone) of \(Figures.counted(triggerBaseline, "trigger")) \(gone == 1 ? "is" : "are") gone",
                ["changes are not seen"], figure: .indexStatus)
        ]
    }

    private func working(_ reading: IndexerReading, limits: IndexerLimits, at now: Timestamp) -> [Finding] {
        guard let held = conditions.seconds(.working, at: now) else { return [] }
        // Magento's own note of when it began, where we came later than it did.
        let own = reading.viewStatus == "working" ? reading.viewUpdated : reading.statusUpdated
        let seconds = max(held, own.map { now.wall.seconds(since: $0) } ?? 0)
        guard seconds >= limits.stuck.inSeconds else { return [] }
        let what = "working \(Age.text(seconds: seconds))"
        switch reading.isViewLocked {
        case true?:
            return [Finding(.ok, what, ["lock held"])]
        case false? where reading.viewStatus == "working":
            return [
                Finding(
                    .critical, "\(what), no progress, no lock", ["next run is skipped"], figure: .indexStatus)
            ]
        default:
            return [Finding(.warning, "\(what), no progress", ["lock not known"], figure: .indexStatus)]
        }
    }

    private func waiting(
        _ reading: IndexerReading, limits: IndexerLimits, isStuck: Bool, at now: Timestamp
    ) -> [Finding] {
        guard let backlog = reading.backlog, backlog > 0 else { return [] }
        let events = Figures.counted(backlog, "event waits", "events wait")
        var findings: [Finding] = []
        let failing = conditions.seconds(.failingRuns, at: now) ?? 0
        let isFailing = failing >= limits.failing.inSeconds
        if isFailing {
            findings.append(
                Finding(
                    .critical, "runs and fails", since: conditions.since(.failingRuns), [events],
                    figure: .moved))
        }
        let falls = growth.streak >= limits.growingPolls
        if falls {
            findings.append(
                Finding(
                    .warning, "falls behind", since: conditions.since(.falling),
                    [pace.text, events].compactMap { $0 }, figure: .backlog))
        }
        guard let lagSeconds, !isStuck else { return findings }
        var status = limits.lag.status(ofSeconds: lagSeconds)
        guard status != .ok, let limit = limits.lag.limit(for: status) else { return findings }
        // A long run moves its version only at its end: while its lock is held that is work, not harm.
        if reading.viewStatus == "working", reading.isViewLocked == true { status = .warning }
        let what = isFailing || falls ? "\(Age.text(seconds: lagSeconds)) behind" : "behind"
        findings.append(
            Finding(
                status, what, since: isFailing || falls ? nil : conditions.since(.waiting),
                ["limit \(Age.text(limit))", events], figure: .lag))
        return findings
    }

    private mutating func halted(
        _ reading: IndexerReading, limits: IndexerLimits, at now: Timestamp
    ) -> [Finding] {
        // A view is suspended on purpose while its indexer works in full.
        let isSuspended =
            reading.status == "suspended"
            || (reading.viewStatus == "suspended" && reading.status != "working")
        let suspended = conditions.note(.suspended, isSuspended, at: now)
        let invalid = conditions.note(.invalid, reading.status == "invalid", at: now)
        let hold = limits.invalidHold.inSeconds
        var findings: [Finding] = []
        if let suspended, suspended >= hold {
            findings.append(
                Finding(
                    .warning, "suspended", since: conditions.since(.suspended), ["no reindex runs"],
                    figure: .indexStatus))
        }
        if let invalid, invalid >= hold {
            findings.append(
                Finding(
                    .warning, "invalid", since: conditions.since(.invalid), ["waits for a full reindex"],
                    figure: .indexStatus))
        }
        return findings
    }
}

/// Minutes in a row that ended with a larger backlog than the one before.
///
/// Reads are counted by the minute and by their smallest backlog, because a healthy view is emptied once a
/// minute and grows in between.
private struct Growth: Hashable, Sendable {
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
