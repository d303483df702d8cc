import Text

/// What is remembered of one queue between reads; `assess` judges it.
package struct QueueWatch: Sendable {
    package let entity: EntityID
    /// Per second over the last minute; nil while not known.
    package private(set) var inRate: Double?
    package private(set) var outRate: Double?
    /// Given up within the last hour; nil where the server does not tell.
    package private(set) var failedLastHour: Count?
    package private(set) var pace = Pace()
    package private(set) var departures: Departures
    /// A consumer was seen here once, now or before a restart: then it is not "without one by design".
    package private(set) var hadConsumer: Bool
    package var conditions: Conditions
    /// The broker has a queue of this name as well: what this one holds was left behind.
    package var isTwinOfBroker = false
    /// The last reading that said how much waits.
    private(set) var last: QueueReading?
    /// Set while the newest reading did not say it: what was known before neither ends nor goes on by that.
    var unread: QueueReading? { lastUnread?.value }
    private var lastUnread: Apart<QueueReading>?
    /// Two readings were compared at least once.
    private(set) var isCompared = false
    /// Its depth was read once.
    private(set) var hadDepth = false
    /// Some figure of the last reading tells whether anything leaves.
    private(set) var tellsProgress = true
    /// When `last` was read.
    private(set) var readAt: Timestamp?
    /// When nobody was there last: what was taken before that is in nobody's hands.
    private(set) var freeAt: Timestamp?
    /// Per second, what came in beyond what left and what the queue grew by.
    private(set) var lossRate: Double?
    /// What had arrived and waited at the last departure.
    private var quiet: Quiet?
    private var arrivals = CounterRate()
    private var leavings = CounterRate()
    private var balance = QueueBalance()
    private var failures = HourTally()

    /// What outlives a restart beside the conditions.
    package struct Memory: Hashable, Sendable, Codable {
        /// Seconds, `Departures.usualWait`.
        package var usualWait: Double?
        package var hadConsumer: Bool
        /// The server's own counters at the last reading, so that the first one of the next run can be
        /// compared; nil where they are counted here.
        package var arrived: UInt64?
        package var left: UInt64?
        package var depth: Int?
        package var isEmpty: Bool { usualWait == nil && !hadConsumer && left == nil }
        package init(usualWait: Double? = nil, hadConsumer: Bool = false) {
            self.usualWait = usualWait
            self.hadConsumer = hadConsumer
        }
    }

    package init(
        _ entity: EntityID = EntityID(.queue, "queue"), conditions: Conditions = Conditions(),
        memory: Memory? = nil
    ) {
        self.entity = entity
        self.conditions = conditions
        departures = Departures(usualWait: memory?.usualWait)
        hadConsumer = memory?.hadConsumer ?? false
        if let memory, memory.left != nil, let depth = memory.depth {
            var before = QueueReading(name: entity.name, transport: .amqp)
            before.ready = Count(depth)
            before.arrivedCounter = memory.arrived
            before.leftCounter = memory.left
            last = before
        }
    }

    package var memory: Memory {
        var memory = Memory(usualWait: departures.usualWait, hadConsumer: hadConsumer)
        guard let last, last.transport == .amqp, let depth = last.depth, !depth.isBound else { return memory }
        memory.arrived = last.arrivedCounter
        memory.left = last.leftCounter
        memory.depth = depth.value
        return memory
    }

    /// Takes one reading, which took so many seconds to read and was there `now`.
    package mutating func observe(
        _ reading: QueueReading, limits: QueueLimits, interval: Duration, took: Double = 0, at now: Timestamp
    ) {
        rate(reading, interval: interval, took: took, at: now)
        if reading.isAttended { hadConsumer = true }
        if reading.ready == nil, hadDepth {
            lastUnread = Apart(reading)
            return
        }
        lastUnread = nil
        if last == nil { proveStall(reading, at: now) }
        let hasLeft = hasLeft(reading)
        if last != nil { isCompared = true }
        if hasLeft == true || quiet == nil || !reading.hasWork { quiet = Quiet(reading) }
        countFailures(reading, at: now)
        if reading.depth != nil { hadDepth = true }
        if reading.hasNobody { freeAt = now }

        departures.note(hasWork: reading.hasWork, hasLeft: hasLeft, at: now)
        // Where nothing tells what leaves, only that nobody is there says anything.
        let isStalled = reading.hasWork && (hasLeft == false || (hasLeft == nil && reading.hasNobody))
        tellsProgress = hasLeft != nil || last == nil
        if hasLeft == true { conditions.note(.stalled, false, at: now) }
        // Nothing has left since the reading before, when there was work already.
        let start = last?.hasWork == true ? readAt : nil
        // What an earlier run saw stands until a second reading tells whether anything leaves.
        let isOpen = last == nil && hasLeft == nil && reading.hasWork && conditions.since(.stalled) != nil
        if !isOpen {
            conditions.note(.stalled, isStalled && reading.isJudgedByProgress, since: start, at: now)
        }
        if reading.consumers != .unreadable {
            // Somebody took what left, seen or not.
            conditions.note(.noConsumer, reading.hasNobody && hasLeft != true, at: now)
        }

        let backlog = reading.depth.map { limits.backlog.status(of: $0.value) } ?? .ok
        if reading.depth != nil { conditions.note(.backlogOver, backlog != .ok, at: now) }
        let oldest = reading.oldestSeconds.map { limits.oldest.status(ofSeconds: $0) } ?? .ok
        conditions.note(.oldestOver, reading.isWaiting && oldest != .ok, at: now)
        conditions.note(.failed, (failedLastHour?.value ?? 0) > 0, at: now)
        conditions.note(.full, reading.isFull, at: now)
        conditions.note(.held, (reading.held?.value ?? 0) > 0, at: now)
        conditions.note(.leftBehind, isTwinOfBroker && reading.hasWork, at: now)
        last = reading
        readAt = now
    }

    /// What an earlier run saw stalled may have been emptied and filled since. The oldest message is a witness:
    /// everything that waited before it has left.
    private mutating func proveStall(_ reading: QueueReading, at now: Timestamp) {
        guard conditions.since(.stalled) != nil, reading.isWaiting, !reading.isOldestReckoned,
            let oldest = reading.oldestSeconds, let stalled = conditions.seconds(.stalled, at: now),
            oldest < stalled
        else { return }
        conditions.restart(.stalled, at: now.earlier(bySeconds: oldest))
    }

    private mutating func rate(
        _ reading: QueueReading, interval: Duration, took: Double, at now: Timestamp
    ) {
        let lag = reading.countersLag
        let arrived = reading.arrivedCounter.flatMap {
            arrivals.add($0, at: now, interval: interval, lag: lag, took: took)
        }
        let left = reading.leftCounter.flatMap {
            leavings.add($0, at: now, interval: interval, lag: lag, took: took)
        }
        // A broker's own rate jumps; what its counters say over a minute is steady.
        inRate = reading.arrivedCounter == nil ? reading.inRate : arrived
        let completed = reading.completedLastMinute.flatMap { $0.isBound ? nil : Double($0.value) / 60 }
        outRate = reading.leftCounter == nil ? reading.outRate ?? completed : left
        if let depth = reading.depth, !depth.isBound { pace.add(Double(depth.value), at: now) }
        lossRate = reading.isBounded ? balance.lost(reading, at: now) : nil
    }

    private mutating func countFailures(_ reading: QueueReading, at now: Timestamp) {
        guard reading.error != nil || reading.recentErrors != nil else {
            failedLastHour = nil
            return
        }
        if let error = reading.error, let before = last?.error, !error.isBound, !before.isBound {
            failures.add(error.value - before.value, at: now)
        }
        let tallied = Count(failures.total(at: now))
        let recent = reading.recentErrors ?? Count(0)
        failedLastHour = recent.value > tallied.value ? recent : tallied
    }

    /// Whether anything has left for good since the last reading; nil where nothing tells.
    private func hasLeft(_ reading: QueueReading) -> Bool? {
        guard let last else { return nil }
        var isKnown = false
        if let now = reading.leftCounter, let before = last.leftCounter {
            // A counter that started again has counted what left since.
            if now > before || (now < before && now > 0) { return true }
            isKnown = true
            // What goes uncounted is refused by somebody who is there; where nobody is, it has expired, and
            // that serves no one.
            if !reading.isAttended { return (reading.error?.value ?? 0) > (last.error?.value ?? 0) }
        } else if let completed = reading.completedLastMinute {
            if completed.value > 0 { return true }
            isKnown = true
        } else if let rate = reading.outRate {
            if rate > 0 { return true }
            isKnown = true
        }
        if let now = reading.error, let before = last.error, now.value > before.value { return true }
        guard let now = reading.depth, let before = last.depth, !now.isBound, !before.isBound else {
            return isKnown ? false : nil
        }
        // Of what is uncounted only that was served which somebody had taken: the rest has expired or was purged.
        let isFinished = (reading.inProgress?.value ?? 0) < (last.inProgress?.value ?? 0)
        if now.value < before.value, isFinished || hasTaken(reading, since: last.takenCounter) { return true }
        if let arrived = reading.arrivedCounter, let earlier = last.arrivedCounter, arrived >= earlier {
            isKnown = true
            // A broker counts and measures at two moments: what arrives within an interval may be in one figure
            // and not yet in the other. That does not add up; what leaves does.
            if let quiet, arrived >= quiet.arrived {
                let gone = Double(arrived - quiet.arrived) - Double(now.value - quiet.depth)
                if gone > Double(arrived - earlier), hasTaken(reading, since: quiet.taken) {
                    return true
                }
            }
        }
        return isKnown ? false : nil
    }

    /// Something was handed out since the counter said `earlier`, or nothing tells.
    private func hasTaken(_ reading: QueueReading, since earlier: UInt64?) -> Bool {
        guard let now = reading.takenCounter, let earlier else { return true }
        return now != earlier
    }
}

private struct Quiet: Sendable {
    let arrived: UInt64
    let depth: Int
    let taken: UInt64?

    init?(_ reading: QueueReading) {
        guard let arrived = reading.arrivedCounter, let depth = reading.depth, !depth.isBound else {
            return nil
        }
        self.arrived = arrived
        self.depth = depth.value
        taken = reading.takenCounter
    }
}

extension QueueReading {
    /// Ready, in progress, to be retried and held; nil when not even ready was read.
    package var depth: Count? {
        guard let ready else { return nil }
        return [inProgress, retry, held].compactMap { $0 }.reduce(ready, +)
    }

    /// Ready and to be retried.
    package var waiting: Count? {
        guard let ready else { return nil }
        return retry.map { ready + $0 } ?? ready
    }

    var isWaiting: Bool { (waiting?.value ?? 0) > 0 }

    /// Something that ought to leave: waiting, or taken and not finished.
    var hasWork: Bool { isWaiting || (inProgress?.value ?? 0) > 0 }

    /// Seconds the counters may be off at a read: a broker gathers them at its own pace
    /// (`collect_statistics_interval`, 5 s); the rows of a database carry whole seconds and appear at their commit,
    /// which on a busy server is a second later.
    var countersLag: Double { transport == .amqp ? 5 : 2 }

    /// What a stream holds does not leave by being read.
    var isJudgedByProgress: Bool { !isStream }

    var isBounded: Bool { maxLength != nil || maxBytes != nil }

    var isFull: Bool { isAtLength || isAtBytes }

    var isAtLength: Bool {
        guard let maxLength, maxLength > 0, let ready else { return false }
        return ready.value >= maxLength
    }

    /// One message more, of the size of the others, has no room.
    var isAtBytes: Bool {
        guard let maxBytes, maxBytes > 0, let readyBytes, let ready, ready.value > 0 else { return false }
        return readyBytes > maxBytes - readyBytes / ready.value
    }

    package var hasNobody: Bool { consumers == .nobody || consumers == .subscribed(0) }

    var isAttended: Bool {
        switch consumers {
        case .lockHeld: true
        case .subscribed(let count): count > 0
        case .nobody, .unreadable: false
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
