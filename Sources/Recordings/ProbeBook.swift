import Engine
import FeatureFlags
import Monitoring
import Text

/// What one probe told last, so that the next line says only what is other.
struct ProbeBook {
    private var queues = RowBook<QueueReading>()
    private var jobs = RowBook<CronJobReading>()
    private var indexers = RowBook<IndexerReading>()
    private var flows = FlowBook()
    private var flags = RowBook<RecordedFlag>()
    private var locks: [ConsumerLock] = []
    private var changes: ChangesReading?

    // MARK: Writing

    mutating func write(_ outcome: ProbeAnswer.Outcome, to line: inout LineWriter) {
        switch outcome {
        case .sample(let sample): write(sample, to: &line)
        case .flags(let sample):
            write(sample.cost, to: &line)
            write(sample.notices, to: &line)
            if let time = sample.changedAt { line.member(.changed_at, time) }
            line.key(.flags)
            flags.write(sample.flags.map { RecordedFlag(reading: $0) }, to: &line)
        case .failed(let failure):
            line.key(.failed)
            line.object { line in
                line.member(.kind, failure.kind)
                line.member(.message, failure.message)
                if !failure.advice.isEmpty { line.member(.advice, failure.advice) }
                if let since = failure.since { line.member(.since, since) }
            }
        }
    }

    private mutating func write(_ sample: Sample, to line: inout LineWriter) {
        write(sample.cost, to: &line)
        if let time = sample.serverTime { line.member(.clock, time) }
        var notices: [SourceNotice] = []
        var (rows, indexed, outcomes): ([QueueReading]?, [IndexerReading]?, [OutcomeReading]?)
        for fact in sample.facts {
            switch fact {
            case .queues(let more): rows = (rows ?? []) + more
            case .indexers(let more): indexed = (indexed ?? []) + more
            case .outcomes(let more): outcomes = (outcomes ?? []) + more
            case .notice(let notice): notices.append(notice)
            case .consumerLocks(let now): write(now, to: &line)
            case .cron(let reading): write(reading, to: &line)
            case .changes(let reading): write(reading, to: &line)
            }
        }
        write(notices, to: &line)
        if let rows {
            line.key(.queues)
            queues.write(rows, to: &line)
        }
        if let indexed {
            line.key(.indexers)
            indexers.write(indexed, to: &line)
        }
        if let outcomes {
            line.key(.outcomes)
            flows.write(outcomes, to: &line)
        }
    }

    private func write(_ cost: ReadCost, to line: inout LineWriter) {
        line.key(.cost)
        line.array { line in
            line.element()
            line.integer(cost.queries)
            line.element()
            line.integer(cost.bytes)
            line.element()
            line.number(cost.milliseconds)
        }
    }

    private func write(_ notices: [SourceNotice], to line: inout LineWriter) {
        guard !notices.isEmpty else { return }
        line.key(.notices)
        line.array { line in
            for notice in notices {
                line.element()
                line.object { line in
                    line.member(.status, notice.status)
                    line.member(.text, notice.text)
                }
            }
        }
    }

    private mutating func write(_ now: [ConsumerLock], to line: inout LineWriter) {
        line.key(.locks)
        line.array { line in
            line.element()
            line.bool(now == locks)
            for lock in now where now != locks {
                line.element()
                line.string(lock.queue.text)
                line.element()
                line.string(lock.state.rawValue)
            }
        }
        locks = now
    }

    private mutating func write(_ reading: CronReading, to line: inout LineWriter) {
        if let time = reading.newestRun { line.member(.newest_run, time) }
        if let time = reading.newestScheduled { line.member(.newest_planned, time) }
        if let isRefusing = reading.isRefusing { line.member(.refusing, isRefusing) }
        if let time = reading.readAt { line.member(.read_at, time) }
        if reading.isCut { line.member(.cut, true) }
        line.key(.cron)
        jobs.write(reading.jobs, to: &line)
    }

    private mutating func write(_ reading: ChangesReading, to line: inout LineWriter) {
        line.key(.changes)
        line.object { line in
            line.member(.read_at, reading.readAt)
            var before = changes
            before?.readAt = reading.readAt
            if before == reading { return line.member(.same, true) }
            line.key(.value)
            line.document(reading)
        }
        changes = reading
    }

    // MARK: Reading

    /// The rest of a line that tells how a read ended.
    mutating func read(_ word: Word, _ told: inout ToldRead, _ line: inout LineCursor)
        throws(RecordingFault) -> Bool
    {
        switch word {
        case .cost: told.cost = try line.cost()
        case .clock: told.serverTime = WallTime(recorded: try line.time())
        case .newest_run: told.cron.newestRun = WallTime(recorded: try line.time())
        case .newest_planned: told.cron.newestScheduled = WallTime(recorded: try line.time())
        case .refusing: told.cron.isRefusing = try line.bool()
        case .read_at: told.cron.readAt = WallTime(recorded: try line.time())
        case .cut: told.cron.isCut = try line.bool()
        case .changed_at: told.changedAt = WallTime(recorded: try line.time())
        case .failed: told.failure = try line.readFailure()
        case .notices:
            try line.openArray()
            while try line.nextElement() { told.notices.append(try line.notice()) }
        case .queues:
            try queues.read(&line)
            told.facts.append(.queues(queues.rows))
        case .indexers:
            try indexers.read(&line)
            told.facts.append(.indexers(indexers.rows))
        case .outcomes: told.facts.append(.outcomes(try flows.read(&line)))
        case .cron:
            try jobs.read(&line)
            told.hasCron = true
            told.cron.jobs = jobs.rows
        case .locks:
            try readLocks(&line)
            told.facts.append(.consumerLocks(locks))
        case .changes:
            try readChanges(&line)
            if let changes { told.facts.append(.changes(changes)) }
        case .flags:
            try flags.read(&line)
            told.flags = flags.rows.compactMap(\.reading)
        default: return false
        }
        return true
    }

    private mutating func readLocks(_ line: inout LineCursor) throws(RecordingFault) {
        try line.openArray()
        guard try line.nextElement() else { return locks = [] }
        if try !line.bool() { locks = [] }
        while try line.nextElement() {
            let queue = try line.name()
            guard try line.nextElement() else { throw line.fault("a lock has no state") }
            let state = ConsumerLock.State(rawValue: try line.name()) ?? .unknown
            locks.append(ConsumerLock(queue: ExactName(queue), state: state))
        }
    }

    private mutating func readChanges(_ line: inout LineCursor) throws(RecordingFault) {
        var readAt: WallTime?
        try line.openObject()
        while let word = try line.nextMember() {
            switch word {
            case .read_at: readAt = WallTime(recorded: try line.time())
            case .value: changes = try line.document(ChangesReading.self)
            default: try line.skip()
            }
        }
        if let readAt { changes?.readAt = readAt }
    }
}

/// A flag as its backend tells it: rare enough to be written whole.
struct RecordedFlag: RecordedRow {
    var name: String
    var reading: FlagReading?

    init(reading: FlagReading) {
        name = reading.name
        self.reading = reading
    }

    static let nameWord = Word.name
    var key: RowKey { RowKey(name) }
    init(_ key: RowKey) { name = key.name.text }

    static let members = MemberTable<RecordedFlag>([RowMember(.value, \.reading)])
}

extension FlagReading: RecordedDocument {}
