import EngineAPI
import FeatureFlags
import Monitoring

/// What is read, told to the detectors: on a clock of their own, which is never set.
extension StoreState {
    /// Detectors begin once it is known what there is to watch. `past` is what is usual, as far as it was kept.
    mutating func beginDetecting(past: [PastSeries], at now: Timestamp) {
        let shape = shape
        for row in queues.rows { _ = detecting.names.bare(row.id) }
        detecting.detection = Detection(
            shape, past: past,
            clock: environment.clock ?? StoreClock(zone: "UTC", offsetSeconds: 0, changes: []),
            tuning: detecting.tuning)
        detecting.map(CauseMap(shape))
        detecting.steppedAt = nil
    }

    /// What the config says, and what is there by now that belongs to it.
    private var shape: StoreShape {
        var shape = StoreShape()
        shape.name = environment.name
        shape.sources = [
            StoreShape.Source(name: DetectionPart.flows, type: "log", interval: DetectionPart.step)
        ]
        shape.flows = integrations.map { integration in
            var flow = StoreShape.Flow(integration.name)
            flow.thing = integration.thing
            flow.system = integration.system
            flow.tier = integration.tier
            flow.isInSafeZone = integration.isSafeZone
            flow.owner = integration.owner ?? ""
            flow.flags = integration.flags
            flow.queues = queues.rows.filter { integration.ties.strength(of: $0.id) != nil }.map(\.id.name)
            flow.jobs = cron.rows.jobs.filter { integration.ties.strength(of: $0.id) != nil }.map(\.id.name)
            return flow
        }
        shape.queuesWithoutConsumer = queues.rows.filter(\.isWithoutConsumer).map(\.id.name)
        shape.jobs = cron.rows.jobs.map {
            StoreShape.Job(name: $0.id.name, group: $0.group ?? "", every: 0, at: 0)
        }
        shape.expected = detecting.expected
        shape.tunings = written.tunings
        return shape
    }

    /// What a read of this probe told.
    mutating func observe(_ id: String, at now: Timestamp) {
        guard detecting.detection != nil, let schedule = probes[id]?.schedule else { return }
        let at = detecting.seconds(at: now)
        observeQueues(of: id, from: schedule.source, at: at)
        if let source = cron.sources[schedule.source], source.schedule.id == id,
            let beat = source.heartbeat.lastBeat
        {
            let age = now.wall.seconds(since: beat)
            detecting.take(Observation(at: at, source: schedule.source, fact: .cron([], heartbeat: at - age)))
        }
        guard let backend = flags.probes.first(where: { $0.value == id })?.key else { return }
        let values = flags.book.known.filter { $0.key.backend == backend }.map { key, flag in
            var seen = Observation.Flag(key.name)
            seen.value = flag.reading.value.text
            return seen
        }
        detecting.take(Observation(at: at, source: schedule.source, fact: .flags(values)))
    }

    private mutating func observeQueues(of probe: String, from source: String, at moment: Double) {
        var broker: [Observation.BrokerQueue] = []
        var database: [Observation.DatabaseQueue] = []
        var there: Set<EntityID> = []
        for row in queues.rowsByProbe[probe] ?? [] where row.goneSince == nil {
            there.insert(row.id)
            guard row.ready != nil, queues.awaited[row.id] == nil else { continue }
            let name = detecting.names.bare(row.id).name
            if row.transport == .amqp {
                broker.append(Observation.BrokerQueue(row, name))
            } else {
                database.append(Observation.DatabaseQueue(row, name))
            }
        }
        let before = detecting.told.updateValue(there, forKey: probe) ?? []
        let open = before == there ? [] : Set(detecting.book.open.map(\.key.entity))
        for id in before.subtracting(there).sorted() {
            let bare = detecting.names.bare(id)
            var (inBroker, inDatabase) = (
                Observation.BrokerQueue(bare.name), Observation.DatabaseQueue(bare.name)
            )
            (inBroker.isGone, inDatabase.isGone) = (true, true)
            broker.append(inBroker)
            database.append(inDatabase)
            // What is told of it goes by its name until it has ended.
            if !open.contains(bare) { detecting.names.forget(id) }
        }
        if !broker.isEmpty {
            detecting.take(Observation(at: moment, source: source, fact: .brokerQueues(broker)))
        }
        if !database.isEmpty {
            detecting.take(Observation(at: moment, source: source, fact: .databaseQueues(database)))
        }
    }

    /// Attempts of all flows that have ended since the last step, by the time that they carry.
    mutating func stepFlows(at now: Timestamp) {
        guard detecting.detection != nil else { return }
        let step = DetectionPart.step
        let latest = (detecting.seconds(at: now) / step).rounded(.down) * step
        // A console that slept begins anew: what came meanwhile is no burst.
        var next = detecting.steppedAt.map { $0 + step } ?? latest
        if latest - next > 6 * step { next = latest }
        while next <= latest {
            let rows = flows.rows.map { row in attempts(of: row, until: next, at: now) }
            detecting.take(Observation(at: next, source: DetectionPart.flows, fact: .outcomes(rows)))
            detecting.steppedAt = next
            next += step
        }
    }

    /// Of the ten seconds before `end`, less the time that reading takes.
    mutating func attempts(of row: IntegrationRow, until end: Double, at now: Timestamp)
        -> Observation.Outcomes
    {
        var told = Observation.Outcomes(detecting.bareName(of: row.id))
        let feeders = (flows.feeders[row.id] ?? [:]).keys.sorted()
        guard let watch = flows.watches[row.id], !feeders.isEmpty else {
            told.isUnread = true
            return told
        }
        let ago = detecting.seconds(at: now) - end
        for probe in feeders {
            guard let schedule = probes[probe]?.schedule else { continue }
            let lag = ((schedule.interval + schedule.deadline).inSeconds / 5).rounded(.up) * 5
            let clock = moment(of: schedule.source, at: now).wall
            let (start, last) = stretch(of: row.id, probe, until: clock.advanced(bySeconds: -ago - lag))
            guard let stretch = watch.stretch(of: probe, from: start, to: last), !stretch.counts.isBound
            else {
                told.isUnread = true
                return told
            }
            told.succeeded += Double(stretch.counts.successes)
            told.failed += Double(stretch.counts.failures)
            told.retried += Double(stretch.counts.retries)
            told.latencies += stretch.latencies.suffix(16 - min(16, told.latencies.count))
        }
        told.lastError = row.lastError
        return told
    }

    /// Ten seconds from where the last ones ended: a server's clock is known to a second or two, and what ends in
    /// between is taken once.
    private mutating func stretch(of flow: EntityID, _ probe: String, until wanted: WallTime) -> (
        WallTime, WallTime
    ) {
        let width = OutcomeLedger.bucketSeconds * 1000
        let whole = WallTime(milliseconds: wanted.milliseconds / width * width)
        var last = whole
        if let before = detecting.taken[flow]?[probe]?.advanced(bySeconds: DetectionPart.step),
            abs(before.seconds(since: whole)) <= Double(OutcomeLedger.bucketSeconds)
        {
            last = before
        }
        detecting.taken[flow, default: [:]][probe] = last
        return (last.advanced(bySeconds: -DetectionPart.step), last)
    }
}

extension Observation.BrokerQueue {
    fileprivate init(_ row: QueueRow, _ name: String) {
        self.init(name)
        ready = Double(row.ready?.value ?? 0)
        unacknowledged = Double(row.inProgress?.value ?? 0)
        // Whoever cannot be seen may be there: that is judged by what leaves.
        consumers =
            switch row.consumers {
            case .subscribed(let count): Double(max(count, 1))
            case .lockHeld, .unreadable, .nobody: 1
            }
        arriving = row.inRate
        leaving = row.outRate
    }
}

extension Observation.DatabaseQueue {
    fileprivate init(_ row: QueueRow, _ name: String) {
        self.init(name)
        ready = Double(row.ready?.value ?? 0)
        inProgress = Double(row.inProgress?.value ?? 0)
        retry = Double(row.retry?.value ?? 0)
        error = Double(row.error?.value ?? 0)
        completedLastMinute = (row.outRate ?? 0) * 60
        isLocked = row.consumers == .lockHeld
        oldest = row.oldestSeconds
    }
}
