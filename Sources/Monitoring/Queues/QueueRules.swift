import Text

/// The rules of a queue: each says one thing, from what the watch remembers and the time that has passed.
extension QueueWatch {
    /// Every rule's assessment at `moment`; none before the first reading.
    package func assess(_ limits: QueueLimits, at moment: Moment) -> [Assessment] {
        guard let last else { return [] }
        // While it is not read no hold goes on.
        let moment = unread == nil ? moment : readAt.map { Moment($0, shift: moment.shift) } ?? moment
        let more = [
            (unread ?? last).serverState != nil, last.oldestInProgressSeconds != nil, failedLastHour != nil,
            last.isBounded, last.held != nil, isTwinOfBroker,
        ]
        var all: [Assessment] = []
        // Kept of every queue: no room for more than there is.
        all.reserveCapacity(4 + more.count { $0 })
        all.append(served(last, limits, at: moment))
        all.append(taken(last, limits, at: moment))
        if let state = (unread ?? last).serverState {
            all.append(
                Assessment(
                    .brokerState, of: entity, state == "flow" ? .warning : .critical,
                    "the broker says \(Sanitizer.line(state, maxBytes: 80))"))
        }
        all.append(depth(last, limits, at: moment))
        all.append(oldest(last, limits))
        if let age = last.oldestInProgressSeconds { all.append(abandoned(last, age, limits)) }
        if let failedLastHour { all.append(failed(failedLastHour, limits)) }
        if last.isBounded { all.append(dropping(last)) }
        if let held = last.held { all.append(self.held(held, limits, at: moment)) }
        if isTwinOfBroker { all.append(leftBehind(last)) }
        return all
    }

    /// How long nothing may leave while there is work: the limit, or three times its own pace.
    func hold(_ limits: QueueLimits) -> Double {
        max(limits.noConsumerHold.inSeconds, 3 * (departures.usualWait ?? 0))
    }

    // MARK: Progress

    /// Nothing leaves and nobody is seen: critical.
    private func served(_ reading: QueueReading, _ limits: QueueLimits, at moment: Moment) -> Assessment {
        let hold = hold(limits)
        var said = Assessment(
            .noConsumer, of: entity, limit: Threshold(critical: hold), unit: .seconds, figure: .consumers)
        guard reading.isJudgedByProgress, reading.hasWork else { return said }
        if reading.isWithoutConsumer, !hadConsumer {
            said.valueText = "by design"
            return said
        }
        if reading.consumers == .unreadable { said.unseen = "consumers are not seen" }
        guard isCompared else {
            said.standing = .notJudged("needs a second reading")
            return said
        }
        guard reading.hasNobody, let stalled = conditions.seconds(.stalled, at: moment.now) else {
            return said
        }
        said.value = stalled
        said.what = "nobody takes messages"
        if stalled < hold {
            said.standing = .pending(.critical, seconds: hold - stalled)
            return said
        }
        said.status = .critical
        said.since = began(reading)
        said.isSinceBound =
            conditions.isSinceBound(.noConsumer) || conditions.since(.noConsumer) == nil
        said.measured = Self.waiting(reading) + pacing + age(reading)
        return said
    }

    /// Somebody is there, or may be, and nothing leaves.
    private func taken(_ reading: QueueReading, _ limits: QueueLimits, at moment: Moment) -> Assessment {
        let hold = hold(limits)
        let critical = max(limits.nothingTakenHold.inSeconds, hold)
        var said = Assessment(
            .nothingTaken, of: entity, limit: Threshold(warning: hold, critical: critical), unit: .seconds,
            figure: .consumers)
        let isTheirs = reading.isAttended || reading.consumers == .unreadable
        guard reading.isJudgedByProgress, reading.hasWork, isTheirs else { return said }
        if reading.isWithoutConsumer, !hadConsumer { return said }
        guard isCompared else {
            said.standing = .notJudged("needs a second reading")
            return said
        }
        guard tellsProgress else {
            said.unseen = "no figure tells what leaves"
            said.valueText = "not told"
            return said
        }
        guard let stalled = conditions.seconds(.stalled, at: moment.now) else { return said }
        said.value = stalled
        let who =
            switch reading.consumers {
            case .lockHeld: "lock held, "
            case .subscribed: "consumers there, "
            default: ""
            }
        said.what =
            "\(who)nothing \(reading.isWaiting ? "taken" : "finished") for \(Age.text(seconds: stalled))"
        if stalled < hold {
            said.what = "\(who)nothing \(reading.isWaiting ? "taken" : "finished")"
            said.standing = .pending(.warning, seconds: hold - stalled)
            return said
        }
        said.status = stalled >= critical ? .critical : .warning
        said.since = conditions.since(.stalled)
        said.measured = Self.waiting(reading) + pacing
        // The age says since when.
        said.isTimeTold = false
        return said
    }

    /// When it stopped: the consumer's leaving, where that was seen. It cannot have been later than the oldest
    /// message came.
    private func began(_ reading: QueueReading) -> WallTime? {
        let seen = conditions.since(.noConsumer) ?? conditions.since(.stalled)
        guard let readAt else { return seen }
        guard reading.isWaiting, !reading.isOldestReckoned, let oldest = reading.oldestSeconds else {
            return seen
        }
        let proven = readAt.wall.advanced(bySeconds: -oldest)
        return seen.map { min($0, proven) } ?? proven
    }

    // MARK: Figures

    private func depth(
        _ reading: QueueReading, _ limits: QueueLimits, at moment: Moment
    ) -> Assessment {
        let depth = unread == nil || backlog(reading, limits) == .critical ? reading.depth : nil
        var said = Assessment(
            .depth, of: entity, value: depth.map { Double($0.value) }, isBound: depth?.isBound ?? false,
            limit: limits.backlog.doubles, unit: .count, figure: .depth)
        guard let depth else {
            // A broker measures a new queue some seconds after it lists it.
            guard hadDepth else {
                said.standing = .notJudged("depth not measured yet")
                return said
            }
            said.status = .unknown
            said.what = "depth not read"
            return said
        }
        if reading.isStream { return said }
        said.status = limits.backlog.status(of: depth.value)
        guard said.status != .ok, let limit = limits.backlog.limit(for: said.status) else { return said }
        said.what = "backlog"
        if let left = easing(depth.value, limits, at: moment) {
            said.standing = .pending(said.status, seconds: left)
            said.status = .ok
            return said
        }
        said.since = conditions.since(.backlogOver)
        said.isSinceBound = conditions.isSinceBound(.backlogOver)
        let over = Figures.count(limit)
        said.measured = [Measured(.waiting, Self.made(of: depth, reading), limit: over)] + pacing
        if unread != nil, let last = said.measured.clause {
            (said.measured, said.parts) = ([], ["depth not read", "last read: \(last)"])
        }
        return said
    }

    /// What a second's rate needs to be that of a minute.
    private static let rateSeconds = 90.0

    /// An import is no trouble while it is worked off: its beginning was seen, and at the rate at which messages leave
    /// the last of them is gone before one has waited too long. Seconds until it is told all the same; nil for now.
    private func easing(_ depth: Int, _ limits: QueueLimits, at moment: Moment) -> Double? {
        guard unread == nil, isCompared, !conditions.isSinceBound(.backlogOver),
            let seconds = conditions.seconds(.backlogOver, at: moment.now),
            let most = limits.oldest.warning?.inSeconds, seconds < most, let outRate, outRate > 0
        else { return nil }
        if seconds < Self.rateSeconds { return Self.rateSeconds - seconds }
        return Double(depth) / outRate <= most - seconds ? most - seconds : nil
    }

    private func oldest(_ reading: QueueReading, _ limits: QueueLimits) -> Assessment {
        var said = Assessment(
            .oldest, of: entity, limit: limits.oldest.inSeconds, unit: .seconds, figure: .oldest)
        guard !reading.isStream, reading.isWaiting, let oldest = reading.oldestSeconds else { return said }
        said.value = oldest
        said.status = limits.oldest.status(ofSeconds: oldest)
        said.valueText = Self.age(oldest, of: reading)
        guard said.status != .ok, let limit = limits.oldest.limit(for: said.status) else { return said }
        said.what = "messages wait too long"
        said.since = conditions.since(.oldestOver)
        said.isTimeTold = false
        said.measured = Self.waiting(reading) + pacing + age(reading, limit: Age.text(limit))
        return said
    }

    /// Taken long ago by somebody who is gone: nobody was there since. Magento puts it back after a day, whatever
    /// else leaves the queue (`magento.md` 1.1).
    private func abandoned(_ reading: QueueReading, _ age: Double, _ limits: QueueLimits) -> Assessment {
        var said = Assessment(
            .abandoned, of: entity, value: age, limit: Threshold(warning: limits.oldest.warning?.inSeconds),
            unit: .seconds, figure: .depth)
        guard let work = reading.inProgress, work.value > 0, let readAt, let freeAt,
            limits.oldest.warning.map({ age >= $0.inSeconds }) ?? false,
            // Times of rows have whole seconds.
            readAt.seconds(since: freeAt) + 2 < age
        else { return said }
        said.status = .warning
        said.since = readAt.wall.advanced(bySeconds: -age)
        said.isTimeTold = false
        said.what =
            "\(Figures.count(work.value, isBound: work.isBound)) in work, the oldest for "
            + "\(Age.text(seconds: age)), and \(reading.hasNobody ? "nobody there" : "whoever took it is gone")"
        return said
    }

    private func failed(_ count: Count, _ limits: QueueLimits) -> Assessment {
        var said = Assessment(
            .failedMessages, of: entity, limits.failedLastHour.status(of: count.value),
            value: Double(count.value), isBound: count.isBound, limit: limits.failedLastHour.doubles,
            unit: .count, figure: .errors)
        guard said.status != .ok else { return said }
        // No time: they failed at some time of this hour, seen or not.
        said.what = "\(Figures.count(count.value, isBound: count.isBound)) failed in 1 h"
        return said
    }

    private func dropping(_ reading: QueueReading) -> Assessment {
        var said = Assessment(.dropping, of: entity, unit: .count, figure: .depth)
        if let maxBytes = reading.maxBytes, !reading.isAtLength, reading.isAtBytes || reading.maxLength == nil
        {
            said.valueText = reading.readyBytes.map { "\(Figures.count($0)) bytes" }
            said.limitText = "\(Figures.count(maxBytes)) bytes"
            said.what = "full at its max-length-bytes of \(Figures.count(maxBytes))"
            if reading.readyBytes == nil { said.unseen = "the size of what is ready is not told" }
        } else if let maxLength = reading.maxLength {
            said.value = reading.ready.map { Double($0.value) }
            said.limit = Threshold(critical: Double(maxLength))
            said.what = "full at its max-length of \(Figures.count(maxLength))"
        }
        guard reading.isFull else {
            said.what = ""
            return said
        }
        said.since = conditions.since(.full)
        said.isSinceBound = conditions.isSinceBound(.full)
        // Below a message a minute it is the jitter of two counters.
        if let lossRate, lossRate >= 1.0 / 60 {
            said.status = .critical
            said.parts = ["loses \(Figures.perSecond(lossRate))/s"]
        } else {
            said.status = .warning
            if reading.overflow == .rejectPublish || reading.overflow == .rejectPublishDeadLetter {
                said.parts = ["refuses new messages"]
            }
        }
        return said
    }

    private func held(_ count: Count, _ limits: QueueLimits, at moment: Moment) -> Assessment {
        var said = Assessment(
            .held, of: entity, value: Double(count.value), limit: limits.backlog.doubles, unit: .count,
            figure: .depth)
        guard count.value > 0, let seconds = conditions.seconds(.held, at: moment.now) else { return said }
        said.what = "\(Figures.count(count.value)) held: neither ready nor in work"
        let hold = limits.noConsumerHold.inSeconds
        if seconds < hold {
            said.standing = .pending(.warning, seconds: hold - seconds)
            return said
        }
        said.status = min(.warning, limits.backlog.status(of: count.value))
        said.since = conditions.since(.held)
        said.isSinceBound = conditions.isSinceBound(.held)
        return said
    }

    private func leftBehind(_ reading: QueueReading) -> Assessment {
        let count = reading.depth?.value ?? reading.inProgress?.value ?? 0
        var said = Assessment(.leftBehind, of: entity, value: Double(count), unit: .count, figure: .depth)
        guard reading.hasWork else { return said }
        said.status = .warning
        said.what = "\(Figures.counted(count, "message")) left in the old transport"
        said.since = conditions.since(.leftBehind)
        said.isSinceBound = conditions.isSinceBound(.leftBehind)
        return said
    }

    // MARK: Words

    private func backlog(_ reading: QueueReading, _ limits: QueueLimits) -> Status {
        reading.depth.map { limits.backlog.status(of: $0.value) } ?? .ok
    }

    private static func waiting(_ reading: QueueReading, limit: String? = nil) -> [Measured] {
        if let waiting = reading.waiting, waiting.value > 0 {
            let text = Figures.counted(waiting.value, "waits", "wait", isBound: waiting.isBound)
            return [Measured(.waiting, text, limit: limit)]
        }
        if let work = reading.inProgress, work.value > 0 {
            let text = "\(Figures.count(work.value, isBound: work.isBound)) in work"
            return [Measured(.waiting, text, limit: limit)]
        }
        return []
    }

    /// `70 wait, 2 in work`: what the depth is made of, as every other rule counts it. What is held says so itself.
    private static func made(of depth: Count, _ reading: QueueReading) -> String {
        let parts: [(Count?, (Count) -> String)] = [
            (reading.waiting, { Figures.counted($0.value, "waits", "wait", isBound: $0.isBound) }),
            (reading.inProgress, { "\(Figures.count($0.value, isBound: $0.isBound)) in work" }),
        ]
        let told = parts.compactMap { count, words in count.flatMap { $0.value > 0 ? words($0) : nil } }
        return told.isEmpty
            ? Figures.counted(depth.value, "message", isBound: depth.isBound) : told.joined(separator: ", ")
    }

    /// The pace, unless what goes in and out now says that it has turned.
    private var pacing: [Measured] {
        if let inRate, let outRate, let pace = pace.perMinute, (inRate - outRate) * pace < 0 { return [] }
        return pace.text.map { [Measured(.pace, $0)] } ?? []
    }

    private func age(_ reading: QueueReading, limit: String? = nil) -> [Measured] {
        guard !reading.isStream, reading.isWaiting, let oldest = reading.oldestSeconds else { return [] }
        return [Measured(.age, "the oldest \(Self.age(oldest, of: reading))", limit: limit)]
    }

    private static func age(_ oldest: Double, of reading: QueueReading) -> String {
        (reading.isOldestReckoned ? "~" : "") + Age.text(seconds: oldest)
    }
}
