import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What is known of a store from a recording of version 1, in the readings that an engine is told.
struct ObservedStore {
    private let shape: StoreShape
    var hasBegun = false
    private var queues: [String: Table<QueueReading>] = [:]
    private var jobs: [String: Table<CronJobReading>] = [:]
    private var indexers: [String: Table<IndexerReading>] = [:]
    private var flags: [String: Table<FlagReading>] = [:]
    private var ledgers: [ExactName: OutcomeLedger] = [:]
    private var latest: [String: Double] = [:]

    init(_ shape: StoreShape) { self.shape = shape }

    private struct Table<Row> {
        private(set) var rows: [Row] = []
        private var places: [ExactName: Int] = [:]

        mutating func put(_ name: String, _ make: () -> Row, _ edit: (inout Row) -> Void) {
            let place = places[ExactName(name)] ?? rows.count
            if place == rows.count {
                rows.append(make())
                places[ExactName(name)] = place
            }
            edit(&rows[place])
        }

        mutating func remove(_ name: String) {
            guard let place = places.removeValue(forKey: ExactName(name)) else { return }
            rows.remove(at: place)
            for (other, old) in places where old > place { places[other] = old - 1 }
        }
    }

    // MARK: Beginning

    private static let subjects: [String: [String]] = [
        "mysql": ["queues", "cron", "indexers"], "rabbitmq": ["queues"], "log": ["outcomes"],
        "flagd": ["flags"],
    ]

    func start(clock: StoreClock?) -> RecordedStart {
        var facts = EnvironmentFacts(name: shape.name, isProduction: false, access: .readOnly)
        facts.clock = clock
        var start = RecordedStart(facts)
        for flow in shape.flows {
            var integration = Integration(
                name: flow.name, thing: flow.thing.isEmpty ? flow.name : flow.thing, direction: .out,
                system: flow.system, tier: flow.tier, isSafeZone: flow.isInSafeZone,
                owner: flow.owner.isEmpty ? nil : flow.owner)
            integration.flags = flow.flags
            integration.ties.queues = flow.queues.compactMap { NamePattern($0) }
            integration.ties.jobs = flow.jobs.compactMap { NamePattern($0) }
            start.integrations.append(integration)
        }
        for source in shape.sources {
            for subject in Self.subjects[source.type] ?? [] {
                let interval = Duration.seconds(min(max(source.interval, 1), 86_400))
                start.schedules.append(
                    ProbeSchedule(
                        id: "\(source.name)/\(subject)", source: source.name, kind: source.type,
                        subject: subject, interval: interval, deadline: min(interval, .seconds(5))))
            }
        }
        start.expected = shape.expected
        return start
    }

    // MARK: Readings

    /// What its probes answered.
    mutating func answers(to observation: Observation, at now: Timestamp) -> [(String, ProbeAnswer)] {
        let source = observation.source
        func answer(_ subject: String, _ outcome: ProbeAnswer.Outcome) -> [(String, ProbeAnswer)] {
            [("\(source)/\(subject)", ProbeAnswer(outcome, began: now))]
        }
        let before = latest.updateValue(observation.at, forKey: source)
        let passed = before.map { min(max(0, observation.at - $0), 3600) } ?? 0
        switch observation.fact {
        case .brokerQueues(let rows):
            take(rows, of: source, passed: passed)
            return answer("queues", .sample(Sample([.queues(queues[source]?.rows ?? [])])))
        case .databaseQueues(let rows):
            take(rows, of: source)
            return answer("queues", .sample(Sample([.queues(queues[source]?.rows ?? [])])))
        case .outcomes(let rows):
            return answer("outcomes", .sample(Sample([.outcomes(take(rows, at: now.wall, passed: passed))])))
        case .cron(let rows, let heartbeat):
            take(rows, of: source)
            var reading = CronReading(
                jobs: jobs[source]?.rows ?? [], newestRun: heartbeat.map { WallTime(recorded: $0) },
                newestScheduled: nil)
            reading.newestScheduled = reading.jobs.compactMap(\.nextDue).max()
            reading.readAt = now.wall
            return answer("cron", .sample(Sample([.cron(reading)])))
        case .indexers(let rows):
            take(rows, of: source)
            return answer("indexers", .sample(Sample([.indexers(indexers[source]?.rows ?? [])])))
        case .flags(let rows):
            take(rows, of: source)
            return answer("flags", .flags(FlagSample(flags[source]?.rows ?? [], cost: ReadCost())))
        case .checks: return []
        case .failed(let kind, let message):
            let failure = ReadFailure(ReadFailure.Kind(rawValue: kind) ?? .timedOut, message)
            let type = shape.sources.first { ExactName.same($0.name, source) }?.type ?? ""
            return (Self.subjects[type] ?? []).flatMap { answer($0, .failed(failure)) }
        }
    }

    private mutating func take(
        _ rows: [Observation.BrokerQueue], of source: String, passed: Double
    ) {
        for row in rows {
            guard !row.isGone else {
                queues[source]?.remove(row.name)
                continue
            }
            let isLetters = shape.queuesWithoutConsumer.contains { ExactName.same($0, row.name) }
            queues[source, default: Table()].put(row.name) {
                var queue = QueueReading(name: row.name, transport: .amqp)
                queue.virtualHost = "/"
                queue.isWithoutConsumer = isLetters
                return queue
            } _: { queue in
                queue.ready = Count(Self.whole(row.ready))
                queue.inProgress = Count(Self.whole(row.unacknowledged))
                queue.consumers = row.consumers >= 1 ? .subscribed(Self.whole(row.consumers)) : .nobody
                (queue.inRate, queue.outRate) = (row.arriving, row.leaving)
            }
        }
        // The totals go on also where nothing else is other.
        for queue in queues[source]?.rows ?? [] {
            queues[source]?.put(queue.name) {
                queue
            } _: { queue in
                queue.arrivedCounter = Self.total(queue.arrivedCounter, queue.inRate, passed)
                queue.leftCounter = Self.total(queue.leftCounter, queue.outRate, passed)
            }
        }
    }

    private static func total(_ before: UInt64?, _ rate: Double?, _ passed: Double) -> UInt64? {
        guard let rate else { return before }
        return (before ?? 0) &+ (UInt64(exactly: (max(0, rate) * passed).rounded()) ?? 0)
    }

    private mutating func take(_ rows: [Observation.DatabaseQueue], of source: String) {
        for row in rows {
            guard !row.isGone else {
                queues[source]?.remove(row.name)
                continue
            }
            queues[source, default: Table()].put(row.name) {
                QueueReading(name: row.name, transport: .db)
            } _: { queue in
                queue.ready = Count(Self.whole(row.ready))
                queue.inProgress = Count(Self.whole(row.inProgress))
                queue.retry = Count(Self.whole(row.retry))
                queue.error = Count(Self.whole(row.error))
                queue.completedLastMinute = Count(Self.whole(row.completedLastMinute))
                queue.consumers = row.isLocked ? .lockHeld : .nobody
                queue.oldestSeconds = row.oldest
            }
        }
    }

    private mutating func take(_ rows: [Observation.CronJob], of source: String) {
        func time(_ seconds: Double?) -> WallTime? { seconds.map { WallTime(recorded: $0) } }
        for row in rows {
            guard !row.isGone else {
                jobs[source]?.remove(row.job)
                continue
            }
            jobs[source, default: Table()].put(row.job) {
                CronJobReading(code: row.job)
            } _: { job in
                job.group = row.group.isEmpty ? nil : row.group
                if let ended = time(row.lastSuccess) {
                    job.success = CronRun(
                        .success, id: UInt64(clamping: ended.milliseconds / 1000), due: ended, started: ended,
                        ended: ended)
                }
                job.runningSince = time(row.runningSince)
                job.lock = row.isLocked.map { $0 ? .held : .free } ?? .unknown
                job.missedLastHour = Self.whole(row.missedLastHour)
                job.errorsLastHour = Self.whole(row.errorsLastHour)
                job.lastError = row.lastError
                job.nextDue = time(row.nextDue)
                job.overdueSince = time(row.overdueSince)
                job.newestPlanned = job.nextDue ?? job.newestPlanned
            }
        }
    }

    private mutating func take(_ rows: [Observation.Indexer], of source: String) {
        for row in rows {
            guard !row.isGone else {
                indexers[source]?.remove(row.name)
                continue
            }
            indexers[source, default: Table()].put(row.name) {
                IndexerReading(name: row.name, mode: .schedule)
            } _: { indexer in
                indexer.mode = row.isBySchedule ? .schedule : .save
                let isOfView = ["idle", "working", "suspended"].contains(row.status)
                indexer.viewStatus = isOfView ? row.status : "idle"
                indexer.status = isOfView ? "valid" : row.status
                indexer.version = row.version.flatMap { UInt64(exactly: $0.rounded()) }
                indexer.newestVersion = row.newest.flatMap { UInt64(exactly: $0.rounded()) }
                indexer.triggers = row.triggers.map(Self.whole)
            }
        }
    }

    private mutating func take(_ rows: [Observation.Flag], of source: String) {
        for row in rows {
            guard !row.isGone else {
                flags[source]?.remove(row.name)
                continue
            }
            let value: FlagValue =
                switch row.value.lowercased() {
                case "on", "true", "1", "yes", "enabled": .on
                case "off", "false", "0", "no", "disabled": .off
                default: .variant(row.value)
                }
            flags[source, default: Table()].put(row.name) {
                FlagReading(
                    name: row.name, backend: source, value: value, variants: [], revision: row.value)
            } _: { flag in
                (flag.value, flag.revision) = (value, row.value)
            }
        }
    }

    /// Attempts of the time since the poll before, spread over it.
    private mutating func take(
        _ rows: [Observation.Outcomes], at now: WallTime, passed: Double
    ) -> [OutcomeReading] {
        let start = now.advanced(bySeconds: -passed)
        let told = Dictionary(
            rows.map { (ExactName($0.flow), $0) }, uniquingKeysWith: { _, last in last })
        return shape.flows.map { flow in
            let name = ExactName(flow.name)
            var ledger = ledgers[name] ?? OutcomeLedger(since: now)
            if let row = told[name] {
                let counts = OutcomeCounts(
                    successes: Self.whole(row.succeeded), failures: Self.whole(row.failed),
                    retries: Self.whole(row.retried))
                ledger.spread(counts, from: start, to: now)
                for latency in row.latencies { ledger.take(latency: latency, at: now) }
                if counts.successes > 0 { ledger.note(success: now) }
                if let error = row.lastError { ledger.note(error: error, at: now) }
            }
            ledger.looked(at: now)
            ledgers[name] = ledger
            return OutcomeReading(integration: flow.name, ledger: ledger)
        }
    }

    private static func whole(_ number: Double) -> Int { Int(exactly: number.rounded()) ?? 0 }
}
