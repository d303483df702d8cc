import EngineAPI
import Monitoring
import Text

/// Queues: a watch per queue, rows by name.
struct QueuePart: Sendable {
    var watches: [EntityID: Apart<QueueWatch>] = [:]
    /// By probe, sorted by name.
    var rowsByProbe: [String: [QueueRow]] = [:]
    /// All, sorted by name.
    var rows: [QueueRow] = []
    /// The last readings of each probe of a database: a queue that a broker has as well is the broker's, and
    /// which of the two answers first must not matter.
    var databaseReadings: [String: [QueueReading]] = [:]
    /// When each probe listed its queues last.
    var listedAt: [String: Timestamp] = [:]
    /// Names that each broker lists, by probe.
    var brokerNames: [String: Set<ExactName>] = [:]
    /// Of these the names that stand for several queues, of virtual hosts or of brokers.
    var sharedNames: [String: Set<ExactName>] = [:]
    /// Queues whose Magento consumer holds its lock in a database, by the source that says so.
    var heldLocks: [String: (queues: Set<ExactName>, readAt: Timestamp)] = [:]
    /// Those that are listed without the figures they had, and since when.
    var awaited: [EntityID: Timestamp] = [:]
}

extension StoreState {
    mutating func receive(
        _ readings: [QueueReading], from schedule: ProbeSchedule, took: Double, at now: Timestamp
    ) {
        queues.listedAt[schedule.id] = now
        // What a command lists is of some other system. A broker that lists nothing any more serves nothing.
        let isBroker =
            schedule.kind != "command"
            && (schedule.kind == "rabbitmq" || readings.contains { $0.transport == .amqp })
        if isBroker {
            var names: Set<ExactName> = []
            queues.sharedNames[schedule.id] = Set(
                readings.map { ExactName($0.name) }.filter { !names.insert($0).inserted })
            let before = queues.brokerNames.updateValue(names, forKey: schedule.id)
            take(readings, from: schedule, took: took, at: now)
            // What a broker serves now is a twin in the database from now on.
            if before != names { weighTwins(at: now) }
        } else if readings.contains(where: { $0.transport == .db }) {
            queues.databaseReadings[schedule.id] = readings
            take(readings.filter(isEntity), from: schedule, took: took, at: now)
        } else {
            queues.databaseReadings[schedule.id] = nil
            take(readings, from: schedule, took: took, at: now)
        }
    }

    /// Magento's consumers poll the broker, which shows nobody then; their locks are in the database.
    mutating func take(_ locks: [ConsumerLock], from schedule: ProbeSchedule, at now: Timestamp) {
        let held = locks.filter { $0.state == .held }.map(\.queue)
        queues.heldLocks[schedule.source] = (Set(held), now)
    }

    private func holdsLock(_ queue: String, at now: Timestamp) -> Bool {
        queues.heldLocks.values.contains { held in
            now.seconds(since: held.readAt) < 60 && held.queues.contains(ExactName(queue))
        }
    }

    private func isShared(_ queue: String) -> Bool {
        let name = ExactName(queue)
        return queues.sharedNames.values.contains { $0.contains(name) }
            || queues.brokerNames.values.count { $0.contains(name) } > 1
    }

    /// A queue of the database that a broker has too is no entity until it holds a row; while no broker has
    /// answered yet, an empty one may be such a twin.
    private func isEntity(_ reading: QueueReading) -> Bool {
        guard reading.transport == .db, reading.holdsNothing else { return true }
        let isAwaited = probes.values.contains { watch in
            watch.schedule.kind == "rabbitmq" && watch.reads == 0
        }
        return !isAwaited && !isTwin(reading)
    }

    private func isTwin(_ reading: QueueReading) -> Bool {
        let name = ExactName(reading.name)
        return queues.brokerNames.values.contains { $0.contains(name) }
    }

    /// Database rows that turned out to be empty twins leave without a word, as they were never there; empty
    /// ones that waited for a broker's word, and are none, come at once.
    mutating func weighTwins(at now: Timestamp) {
        for (probe, readings) in queues.databaseReadings {
            guard let schedule = probes[probe]?.schedule else { continue }
            let entities = readings.filter(isEntity)
            let wanted = Set(entities.map { identity(of: $0, from: schedule) })
            var rows = queues.rowsByProbe[probe] ?? []
            for row in rows where !wanted.contains(row.id) { leave(twin: row, of: schedule, at: now) }
            rows.removeAll { !wanted.contains($0.id) }
            var known = Set(rows.map(\.id))
            for reading in entities {
                let id = identity(of: reading, from: schedule)
                guard known.insert(id).inserted else { continue }
                rows.append(
                    row(for: reading, id: id, from: schedule, took: probes[probe]?.latency ?? 0, at: now))
            }
            queues.rowsByProbe[probe] = rows
        }
        sortQueues()
    }

    private mutating func take(
        _ readings: [QueueReading], from schedule: ProbeSchedule, took: Double, at now: Timestamp
    ) {
        var rows: [QueueRow] = []
        rows.reserveCapacity(readings.count)
        var ids = Set<EntityID>()
        let known = known(from: schedule, while: readings)
        for reading in readings {
            let id = identity(of: reading, from: schedule)
            // One listing that names a thing twice has moved while it was read: the first stands.
            guard ids.insert(id).inserted else { continue }
            if reading.isBeingMeasured, let row = known[id], awaits(row, at: now) {
                rows.append(row)
                continue
            }
            queues.awaited[id] = nil
            rows.append(row(for: reading, id: id, from: schedule, took: took, at: now))
        }
        var (stayed, dropped) = (0, 0)
        // Those that were told as gone before come first.
        let before = queues.rowsByProbe[schedule.id] ?? missed(from: schedule)
        for gone in before.filter({ $0.goneSince != nil }) + before.filter({ $0.goneSince == nil })
        where !ids.contains(gone.id) {
            let isEmptyTwin = queues.databaseReadings[schedule.id]?.contains {
                identity(of: $0, from: schedule) == gone.id
            }
            if isEmptyTwin == true {
                leave(twin: gone, of: schedule, at: now)
            } else if stayed == Self.mostGone, gone.goneSince == nil, isMissed(gone) {
                forget(queue: gone.id)
                dropped += 1
            } else if let row = vanished(gone, from: schedule, at: now) {
                rows.append(row)
                stayed += 1
            } else {
                forget(queue: gone.id)
                note(nil, gone.id, "\(title(of: gone.id)) is no longer in \(schedule.source)", at: now.wall)
            }
        }
        if dropped > 0 {
            let what = Figures.counted(
                dropped, "more queue that was not empty or not well is",
                "more queues that were not empty or not well are")
            note(
                .warning, EntityID(.source, schedule.source),
                "\(what) no longer in \(schedule.source); \(Self.mostGone) that are gone stay listed",
                at: now.wall)
        }
        queues.rowsByProbe[schedule.id] = rows
        sortQueues()
    }

    /// Whether its going is more than news.
    private func isMissed(_ row: QueueRow) -> Bool {
        isInTrouble(row) || (row.depth?.value ?? 0) > 0 || row.goneSince != nil
    }

    /// The rows that may stand for figures which are on their way.
    private func known(
        from schedule: ProbeSchedule, while readings: [QueueReading]
    ) -> [EntityID: QueueRow] {
        guard readings.contains(where: \.isBeingMeasured) else { return [:] }
        let rows = (queues.rowsByProbe[schedule.id] ?? []).filter { $0.depth != nil && $0.goneSince == nil }
        return Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
    }

    /// A broker that has just begun lists its queues before it has measured them: so long each is as it was
    /// last read, told as of then.
    private static let measuring = 15.0

    private mutating func awaits(_ row: QueueRow, at now: Timestamp) -> Bool {
        let since = queues.awaited[row.id] ?? now
        queues.awaited[row.id] = since
        return now.seconds(since: since) < Self.measuring
    }

    /// What is to be said of a row while its figures are on their way.
    func blindJudgement(ofAwaited row: QueueRow, at now: Timestamp) -> Judgement? {
        guard queues.awaited[row.id] != nil, let readAt = row.readAt, let source = row.sources.first else {
            return nil
        }
        let age = now.seconds(since: readAt)
        let interval = probes.values.first { $0.schedule.source == source }?.schedule.interval.inSeconds ?? 0
        let isOld = age > limits.freshness.unknownIntervals * interval
        var judgement = Judgement(
            isOld ? .unknown : .stale,
            ["\(source) has no figures of it yet", "read \(Age.text(seconds: age)) ago"])
        judgement.asOf = readAt.wall
        return judgement
    }

    private mutating func sortQueues() {
        queues.rows = queues.rowsByProbe.values.joined().sorted { $0.id < $1.id }
    }

    /// One that is told as gone and is to be told no more.
    mutating func forgetGone(queue id: EntityID) {
        for probe in queues.rowsByProbe.keys { queues.rowsByProbe[probe]?.removeAll { $0.id == id } }
        sortQueues()
        forget(queue: id)
    }

    private mutating func forget(queue id: EntityID) {
        _ = asides.remove(id)
        queues.watches[id] = nil
        queues.awaited[id] = nil
        forgetKept(id)
        series.forget(id)
        written.forget(id)
        since.forget(id)
        assessments[id] = nil
    }

    /// A queue of the database that holds nothing any more, and whose name the broker serves, is no row; that
    /// what was told of it is over is said.
    private mutating func leave(twin row: QueueRow, of schedule: ProbeSchedule, at now: Timestamp) {
        let wasTrouble = since.seen[row.id].map { $0.status < .ok } ?? false
        forget(queue: row.id)
        guard wasTrouble else { return }
        note(.ok, row.id, "\(title(of: row.id)) holds nothing in \(schedule.source) any more", at: now.wall)
    }

    /// Queues of an earlier run, as they were last seen: what left meanwhile has left all the same.
    private mutating func missed(from schedule: ProbeSchedule) -> [QueueRow] {
        takeListed(.queue, from: schedule).compactMap { id, listed in
            guard let transport = QueueReading.Transport(rawValue: listed.form) else { return nil }
            var row = QueueRow(
                id: id, transport: transport, judgement: lastJudgement(of: id), sources: [schedule.source])
            row.depth = Count(listed.waiting)
            row.goneSince = listed.goneSince
            return row
        }
    }

    /// A queue that leaves the listing while it was not well, or held work, is not well again by that: it
    /// stays, told as gone.
    private mutating func vanished(
        _ row: QueueRow, from schedule: ProbeSchedule, at now: Timestamp
    ) -> QueueRow? {
        var row = row
        let waited = row.depth?.value ?? 0
        guard isMissed(row) else { return nil }
        let isFirst = row.goneSince == nil
        let known = assessments[row.id]
        row.goneSince = row.goneSince ?? now.wall
        row.consumers = .unreadable
        row.inRate = nil
        row.outRate = nil
        var said = Assessment(
            .vanished, of: row.id, .critical, "no longer in \(Sanitizer.line(schedule.source, maxBytes: 64))",
            since: row.goneSince)
        said.parts = waited > 0 ? ["\(Figures.counted(waited, "message")) when last seen"] : []
        if isFirst {
            queues.watches[row.id] = nil
            forgetKept(row.id)
        }
        // Nil: it left while nobody watched.
        said.isSinceBound = known.map { $0.contains { $0.rule == .vanished && $0.isSinceBound } } ?? true
        row.judgement = settle([said], of: row.id, at: Moment(now), now: now.wall)
        row.readAt = now
        return row
    }

    private mutating func row(
        for reading: QueueReading, id: EntityID, from schedule: ProbeSchedule, took: Double,
        at now: Timestamp
    ) -> QueueRow {
        var watch =
            queues.watches[id]?.value
            ?? QueueWatch(
                id, conditions: Conditions(kept: kept(kept.conditions, of: id) ?? [:]),
                memory: kept(kept.queues, of: id))
        // Taken out while it is changed, so that it is not copied.
        queues.watches[id] = nil
        let limits = limits.queue(reading.name)
        var reading = reading
        if reading.transport == .amqp, reading.hasNobody, holdsLock(reading.name, at: now) {
            // A lock tells the queue's name alone.
            reading.consumers = isShared(reading.name) ? .unreadable : .lockHeld
        }
        watch.isTwinOfBroker = reading.transport == .db && isTwin(reading)
        watch.observe(reading, limits: limits, interval: schedule.interval, took: took, at: now)
        let said = watch.assess(limits, at: Moment(now))
        var row = QueueRow(
            id: id, transport: reading.transport,
            judgement: settle(said, of: id, at: Moment(now), now: now.wall), sources: [schedule.source])
        row.readAt = now
        row.depth = reading.depth
        row.ready = reading.ready
        row.inProgress = reading.inProgress
        row.retry = reading.retry
        row.error = reading.error
        row.inRate = watch.inRate
        // Beside a sentence that says that nothing leaves stands no mean of the time before.
        row.outRate = said.contains(where: \.saysNothingLeaves) ? watch.outRate.map { _ in 0 } : watch.outRate
        row.oldestSeconds = reading.oldestSeconds
        row.isOldestReckoned = reading.isOldestReckoned
        row.consumers = reading.consumers
        row.isWithoutConsumer = reading.isWithoutConsumer && !watch.hadConsumer
        let interval = schedule.interval
        series.add(reading.depth.map { Double($0.value) }, id, .depth, at: now, interval: interval)
        series.add(watch.inRate, id, .inRate, at: now, interval: interval)
        series.add(watch.outRate, id, .outRate, at: now, interval: interval)
        series.add(reading.oldestSeconds, id, .oldest, at: now, interval: interval)
        row.trend = series.trend(id, .depth, at: now)
        queues.watches[id] = Apart(watch)
        return row
    }

    /// The probes whose queues are not read: those in `blind`, and those that answer and list none any more.
    func blindToQueues(_ blind: [String: Judgement], at now: Timestamp) -> [String: Judgement] {
        let silent = queues.listedAt.compactMap { probe, listed in
            silence(of: probe, since: listed, at: now).map { (probe, $0) }
        }
        return blind.merging(silent) { blind, _ in blind }
    }

    /// Judges again what time alone may have changed.
    mutating func reassessQueues(at now: Timestamp, unlessBlind blind: [String: Judgement]) {
        var changed: [EntityID: Judgement] = [:]
        for (probe, rows) in queues.rowsByProbe where blind[probe] == nil {
            for place in rows.indices where isMoving(rows[place].id) && queues.awaited[rows[place].id] == nil
            {
                let id = rows[place].id
                guard let watch = queues.watches[id]?.value else { continue }
                let said = weighed(watch.assess(limits.queue(id.name), at: Moment(now)), of: id)
                guard said != ownRules(of: id) else { continue }
                let judgement = settle(said, of: id, at: Moment(now), now: now.wall)
                queues.rowsByProbe[probe]?[place].judgement = judgement
                changed[id] = judgement
            }
        }
        guard !changed.isEmpty else { return }
        for place in queues.rows.indices {
            if let judgement = changed[queues.rows[place].id] { queues.rows[place].judgement = judgement }
        }
    }

    func identity(of reading: QueueReading, from schedule: ProbeSchedule) -> EntityID {
        EntityID(.queue, reading.name, in: schedule.source, virtualHost: reading.virtualHost)
    }
}

extension QueueReading {
    fileprivate var holdsNothing: Bool {
        [ready, inProgress, retry, error].allSatisfy { ($0?.value ?? 0) == 0 }
    }
}

extension Assessment {
    /// Nobody takes, or who is there takes nothing.
    fileprivate var saysNothingLeaves: Bool {
        switch rule {
        case .noConsumer: status < .ok || isPending
        case .nothingTaken: status < .ok
        default: false
        }
    }
}
