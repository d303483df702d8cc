import Text

/// What is remembered of one probe: when it last read, how it fails, what it costs its server.
package struct ProbeWatch: Sendable {
    package let schedule: ProbeSchedule
    /// When the newest good read began: what it says may be as old as that.
    package private(set) var readAt: Timestamp?
    /// Seconds the last read took.
    package private(set) var latency: Double?
    package private(set) var reads = 0
    package private(set) var failures = 0
    package private(set) var skippedTicks = 0
    package private(set) var isReading = false
    package private(set) var nextTry: Timestamp?
    /// Why the last read failed; nil after one that did not.
    package private(set) var failure: ReadFailure?
    package private(set) var failingSince: Timestamp?
    /// The last failure ever, for the detail.
    package private(set) var lastError: String?
    package private(set) var notices: [SourceNotice] = []
    /// Reads that failed in a row.
    private(set) var tries = 0
    private(set) var recentSkips = HourTally()
    private var costs = CostMeter()

    package init(schedule: ProbeSchedule) { self.schedule = schedule }

    package mutating func planned(_ next: Timestamp?) { nextTry = next }

    package mutating func began() { isReading = true }

    package mutating func skipped(_ ticks: Int, at now: Timestamp) {
        skippedTicks &+= ticks
        recentSkips.add(ticks, at: now)
    }

    package mutating func succeeded(
        cost: ReadCost, notices: [SourceNotice], latency: Double, began: Timestamp? = nil, at now: Timestamp
    ) {
        isReading = false
        reads &+= 1
        readAt = began ?? now
        self.latency = latency
        self.notices = notices
        failure = nil
        failingSince = nil
        tries = 0
        costs.add(cost, at: now)
    }

    package mutating func failed(_ failure: ReadFailure, latency: Double, at now: Timestamp) {
        isReading = false
        reads &+= 1
        failures &+= 1
        tries &+= 1
        self.latency = latency
        if failingSince == nil { failingSince = now }
        self.failure = failure
        lastError = Sanitizer.line(failure.message, maxBytes: 300)
    }

    package func costPerMinute(at now: Timestamp) -> ReadCost { costs.perMinute(at: now) }

    // MARK: Age

    /// How far its figures may be trusted.
    package enum Freshness: Hashable, Sendable { case never, fresh, stale, unknown }

    package func freshness(_ limits: FreshnessLimits, at now: Timestamp) -> Freshness {
        guard let readAt else { return .never }
        let intervals = now.seconds(since: readAt) / max(schedule.interval.inSeconds, 0.001)
        if intervals > limits.unknownIntervals { return .unknown }
        return intervals > limits.staleIntervals ? .stale : .fresh
    }

    /// What a row of this probe is while its figures are too old; nil while they are fresh. What was critical
    /// stays so at any age, `Judgement.covered`.
    package func blindJudgement(_ limits: FreshnessLimits, at now: Timestamp) -> Judgement? {
        switch freshness(limits, at: now) {
        case .fresh: return nil
        case .never:
            if failure != nil { return Judgement(.unknown, ["\(schedule.source), not read yet"]) }
            let wait = nextTry.map { max(0, $0.seconds(since: now)) } ?? 0
            return Judgement(
                .unknown, [wait >= 1 ? "first value in \(Age.text(seconds: wait))" : "first value is due"])
        case .stale:
            let age = readAt.map { now.seconds(since: $0) } ?? 0
            let left = limits.unknownIntervals * schedule.interval.inSeconds - age
            var judgement = Judgement(
                .stale,
                ["read \(Age.text(seconds: age)) ago", "unknown in \(Age.text(seconds: left.rounded(.up)))"])
            judgement.asOf = readAt?.wall
            return judgement
        case .unknown:
            let age = readAt.map { now.seconds(since: $0) } ?? 0
            var judgement = Judgement(
                .unknown, ["\(schedule.source), not read for \(Age.text(seconds: age))"])
            judgement.asOf = readAt?.wall
            return judgement
        }
    }

    // MARK: Rules

    /// What is to be said of it as a source of figures; `entity` is the source.
    package func assess(
        _ limits: FreshnessLimits, of entity: EntityID, at now: Timestamp
    ) -> [Assessment] {
        if let failure { return [assessment(failure, of: entity, at: now)] }
        guard let latency, readAt != nil else {
            let words = blindJudgement(limits, at: now)?.reason.first ?? "not read yet"
            return [Assessment(.notRead, of: entity, .unknown, words)]
        }
        var said = notices.map {
            Assessment(.notice, of: entity, $0.status, Sanitizer.line($0.text, maxBytes: 200))
        }
        let deadline = schedule.deadline.inSeconds
        var time = Assessment(
            .answerTime, of: entity, value: latency, limit: Threshold(warning: limits.slowShare * deadline),
            unit: .seconds)
        time.valueText = Self.milliseconds(latency)
        time.limitText = Self.milliseconds(limits.slowShare * deadline)
        if deadline > 0, latency >= limits.slowShare * deadline {
            var tally = recentSkips
            let skips = tally.total(at: now)
            time.status = .warning
            time.what =
                "answers in \(Self.milliseconds(latency)) (limit \(Self.milliseconds(limits.slowShare * deadline)), "
                + "given up at \(Self.milliseconds(deadline)))"
            time.parts = skips > 0 ? ["\(Figures.counted(skips, "read")) skipped in 1 h"] : []
        }
        said.append(time)
        return said
    }

    /// What an answer took is told in one unit wherever it stands.
    private static func milliseconds(_ seconds: Double) -> String {
        Figures.count(Int(exactly: (seconds * 1000).rounded()) ?? .max) + " ms"
    }

    private func assessment(
        _ failure: ReadFailure, of entity: EntityID, at now: Timestamp
    ) -> Assessment {
        let what =
            switch failure.kind {
            case .unreachable, .timedOut, .cancelled: "no answer"
            case .loginRefused: "login refused"
            case .denied: "may not be read"
            case .gone: "is not there"
            case .insecure: "no safe connection"
            case .malformed: "answer not understood"
            case .standing: "stands still"
            case .unguarded: "not polled"
            case .unusable: "cannot work"
            }
        var parts: [String] = []
        if tries > 1 { parts.append("\(tries) tries") }
        if isReading {
            parts.append("trying now")
        } else if let nextTry {
            let wait = max(0, nextTry.seconds(since: now)).rounded(.up)
            parts.append("next \(failure.kind == .loginRefused ? "try" : "in") \(Age.text(seconds: wait))")
        }
        var said = Assessment(
            .answers, of: entity, .critical, what, since: failure.since ?? failingSince?.wall,
            detail: lastError.flatMap { $0.isEmpty ? nil : $0 }, parts)
        said.isExact = true
        return said
    }
}

/// What a probe costs its server, per minute, over the last five.
private struct CostMeter: Sendable {
    private var buckets = [ReadCost](repeating: ReadCost(), count: 5)
    private var minute: Int?
    private var started: Double?

    mutating func add(_ cost: ReadCost, at now: Timestamp) {
        let seconds = now.boot.inSeconds
        let current = Int(seconds / 60)
        if started == nil { started = seconds }
        if let minute, current > minute {
            for passed in (minute + 1)...min(current, minute + 5) { buckets[passed % 5] = ReadCost() }
        }
        minute = max(current, minute ?? current)
        buckets[current % 5].queries &+= cost.queries
        buckets[current % 5].bytes &+= cost.bytes
        buckets[current % 5].milliseconds += cost.milliseconds
    }

    func perMinute(at now: Timestamp) -> ReadCost {
        guard let minute, let started else { return ReadCost() }
        let seconds = now.boot.inSeconds
        let current = Int(seconds / 60)
        var sum = ReadCost()
        for place in max(current - 4, 0)...current where place <= minute && place > minute - 5 {
            sum.queries &+= buckets[place % 5].queries
            sum.bytes &+= buckets[place % 5].bytes
            sum.milliseconds += buckets[place % 5].milliseconds
        }
        // Whole minutes before this one and the part of it that has passed.
        let covered = max(60, min(seconds - started, 240 + seconds.truncatingRemainder(dividingBy: 60)))
        let factor = 60 / covered
        return ReadCost(
            queries: Int(exactly: (Double(sum.queries) * factor).rounded()) ?? 0,
            bytes: Int(exactly: (Double(sum.bytes) * factor).rounded()) ?? 0,
            milliseconds: sum.milliseconds * factor)
    }
}
