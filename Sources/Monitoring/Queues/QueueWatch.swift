import Text

/// What is remembered of one queue between reads, and the rules that judge it.
package struct QueueWatch: Sendable {
    /// Per second; nil while not known.
    package private(set) var inRate: Double?
    package private(set) var outRate: Double?
    /// Given up within the last hour; nil where the server does not tell.
    package private(set) var failedLastHour: Count?
    package private(set) var pace = Pace()
    package var conditions: Conditions
    private var arrivals = CounterRate()
    private var failures = HourTally()
    private var last: QueueReading?

    package init(conditions: Conditions = Conditions()) { self.conditions = conditions }

    /// Takes one reading and says what is wrong.
    package mutating func read(
        _ reading: QueueReading, limits: QueueLimits, interval: Duration, at now: Timestamp
    ) -> [Finding] {
        observe(reading, interval: interval, at: now)
        let waiting = reading.waiting
        let isWaiting = (waiting?.value ?? 0) > 0
        let wait = waiting.map { Figures.counted($0.value, "waits", "wait", isBound: $0.isBound) }
        let paceParts = [paceText].compactMap { $0 }
        let backlog = reading.depth.map { limits.backlog.status(of: $0.value) } ?? .ok
        var findings: [Finding] = []

        if reading.consumers != .unreadable {
            conditions.note(.noConsumer, reading.hasNobody, at: now)
            let held = conditions.note(.unattended, reading.hasNobody && isWaiting, at: now)
            if let held, held >= limits.noConsumerHold.inSeconds {
                findings.append(
                    Finding(
                        .critical, "no consumer", since: conditions.since(.noConsumer),
                        // The backlog says how many.
                        paceParts + (backlog == .ok ? [wait].compactMap { $0 } : []), figure: .consumers))
            }
            let isIdle = reading.isAttended && isWaiting && hasTaken(reading) == false
            let idle = conditions.note(.nothingTaken, isIdle, at: now)
            if let idle, idle >= limits.nothingTakenHold.inSeconds {
                let who = reading.consumers == .lockHeld ? "lock held" : "consumers there"
                let what = "\(who), nothing taken for \(Age.text(seconds: idle))"
                findings.append(
                    Finding(.warning, what, [wait].compactMap { $0 } + paceParts, figure: .consumers))
            }
        }
        if let state = reading.serverState {
            let status: Status = state == "flow" ? .warning : .critical
            findings.append(Finding(status, "the broker says \(Sanitizer.line(state, maxBytes: 80))"))
        }
        if let depth = reading.depth {
            conditions.note(.backlogOver, backlog != .ok, at: now)
            if backlog != .ok, let limit = limits.backlog.limit(for: backlog) {
                let count = Figures.counted(depth.value, "message", isBound: depth.isBound)
                findings.append(
                    Finding(
                        backlog, "backlog", since: conditions.since(.backlogOver),
                        paceParts + ["\(count), limit \(Figures.count(limit))"], figure: .depth))
            }
        }
        if let oldest = reading.oldestSeconds, isWaiting {
            let status = limits.oldest.status(ofSeconds: oldest)
            conditions.note(.oldestOver, status != .ok, at: now)
            if status != .ok, let limit = limits.oldest.limit(for: status) {
                let age = (reading.isOldestReckoned ? "~" : "") + Age.text(seconds: oldest)
                findings.append(
                    Finding(
                        status, "oldest waits \(age), limit \(Age.text(limit))", paceParts, figure: .oldest))
            }
        } else {
            conditions.note(.oldestOver, false, at: now)
        }
        if let failed = failedLastHour {
            let status = limits.failedLastHour.status(of: failed.value)
            conditions.note(.failed, failed.value > 0, at: now)
            if status != .ok {
                let count = Figures.count(failed.value, isBound: failed.isBound)
                findings.append(
                    // No "since": they failed at some time of this hour, seen or not.
                    Finding(status, "\(count) failed in 1 h", figure: .errors))
            }
        }
        last = reading
        return findings
    }

    /// Its rules with their limits and what the last reading says.
    package func rules(_ limits: QueueLimits, at now: Timestamp) -> [RuleCheck] {
        guard let last else { return [] }
        let unattended = conditions.seconds(.unattended, at: now)
        var rules = [
            RuleCheck(
                "no consumer", limit: Age.text(limits.noConsumerHold),
                now: unattended.map { Age.text(seconds: $0) } ?? "-",
                (unattended ?? 0) >= limits.noConsumerHold.inSeconds ? .critical : .ok,
                since: conditions.since(.noConsumer)),
            RuleCheck(
                "nothing taken", limit: Age.text(limits.nothingTakenHold),
                now: conditions.seconds(.nothingTaken, at: now).map { Age.text(seconds: $0) } ?? "-",
                (conditions.seconds(.nothingTaken, at: now) ?? 0) >= limits.nothingTakenHold.inSeconds
                    ? .warning : .ok,
                since: conditions.since(.nothingTaken)),
        ]
        if let depth = last.depth {
            rules.append(
                RuleCheck(
                    "depth", limit: limits.backlog.text { Figures.count($0) },
                    now: Figures.count(depth.value, isBound: depth.isBound),
                    limits.backlog.status(of: depth.value), since: conditions.since(.backlogOver)))
        }
        let oldest = last.oldestSeconds
        rules.append(
            RuleCheck(
                "oldest", limit: limits.oldest.text { Age.text($0) },
                now: oldest.map { Age.text(seconds: $0) } ?? "-",
                oldest.map { limits.oldest.status(ofSeconds: $0) } ?? .ok,
                since: conditions.since(.oldestOver)))
        if let failed = failedLastHour {
            rules.append(
                RuleCheck(
                    "failed, 1 h", limit: limits.failedLastHour.text { Figures.count($0) },
                    now: Figures.count(failed.value, isBound: failed.isBound),
                    limits.failedLastHour.status(of: failed.value), since: conditions.since(.failed)))
        }
        return rules
    }

    /// The pace, unless what goes in and out now says that it has turned.
    private var paceText: String? {
        if let inRate, let outRate, let pace = pace.perMinute, (inRate - outRate) * pace < 0 { return nil }
        return pace.text
    }

    private mutating func observe(_ reading: QueueReading, interval: Duration, at now: Timestamp) {
        let counted = reading.arrivedCounter.flatMap { arrivals.add($0, at: now, interval: interval) }
        inRate = reading.inRate ?? counted
        // A capped count of completions would make a rate that is not true.
        let completed = reading.completedLastMinute.flatMap { $0.isBound ? nil : Double($0.value) / 60 }
        outRate = reading.outRate ?? completed
        if let depth = reading.depth, !depth.isBound { pace.add(Double(depth.value), at: now) }
        guard reading.error != nil || reading.recentErrors != nil else { return }
        if let error = reading.error, let before = last?.error, !error.isBound, !before.isBound {
            failures.add(error.value - before.value, at: now.wall)
        }
        let tallied = Count(failures.total(at: now.wall))
        let recent = reading.recentErrors ?? Count(0)
        failedLastHour = recent.value > tallied.value ? recent : tallied
    }

    /// Whether anything was taken since the last reading; nil where nothing tells.
    private func hasTaken(_ reading: QueueReading) -> Bool? {
        var isKnown = false
        if let completed = reading.completedLastMinute {
            if completed.value > 0 { return true }
            isKnown = true
        }
        if let rate = reading.outRate {
            if rate > 0 { return true }
            isKnown = true
        }
        guard let last else { return isKnown ? false : nil }
        if let now = reading.error, let before = last.error, now.value > before.value { return true }
        if let now = reading.ready, let before = last.ready, !now.isBound, !before.isBound {
            if now.value < before.value { return true }
            if let arrived = reading.arrivedCounter, let earlier = last.arrivedCounter, arrived >= earlier {
                if Int(clamping: arrived - earlier) > now.value - before.value { return true }
                isKnown = true
            }
        }
        return isKnown ? false : nil
    }
}

extension QueueReading {
    /// Ready, in progress and to be retried; nil when not even ready was read.
    package var depth: Count? {
        guard let ready else { return nil }
        return [inProgress, retry].compactMap { $0 }.reduce(ready, +)
    }

    /// Ready and to be retried.
    package var waiting: Count? {
        guard let ready else { return nil }
        return retry.map { ready + $0 } ?? ready
    }

    var hasNobody: Bool { consumers == .nobody || consumers == .subscribed(0) }

    var isAttended: Bool {
        switch consumers {
        case .lockHeld: true
        case .subscribed(let count): count > 0
        case .nobody, .unreadable, .byDesign: false
        }
    }
}

extension Threshold {
    /// The limit that `status` went over.
    func limit(for status: Status) -> Value? { status == .critical ? critical : warning }

    /// `500 / 2000`; `-` for a limit that is off.
    func text(_ figure: (Value) -> String) -> String {
        let (low, high) = (warning.map(figure), critical.map(figure))
        if low == nil, high == nil { return "off" }
        guard let high else { return low ?? "off" }
        return "\(low ?? "-") / \(high)"
    }
}
