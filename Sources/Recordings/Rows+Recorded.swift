import Monitoring
import Text

extension QueueReading: RecordedRow {
    static let nameWord = Word.name
    var key: RowKey { RowKey(name, host: virtualHost) }

    init(_ key: RowKey) {
        self.init(name: key.name.text, transport: key.host == nil ? .db : .amqp)
        virtualHost = key.host?.text
    }

    static let members = MemberTable<QueueReading>([
        RowMember(.kind, \.transport), RowMember(.ready, \.ready), RowMember(.in_progress, \.inProgress),
        RowMember(.retry, \.retry), RowMember(.error, \.error), RowMember(.errors_1h, \.recentErrors),
        RowMember(.arrived, \.arrivedCounter), RowMember(.left_for_good, \.leftCounter),
        RowMember(.taken, \.takenCounter), RowMember(.held, \.held), RowMember(.max_length, \.maxLength),
        RowMember(.max_bytes, \.maxBytes), RowMember(.ready_bytes, \.readyBytes),
        RowMember(.overflow, \.overflow), RowMember(.stream, \.isStream),
        RowMember(.unattended, \.isWithoutConsumer),
        RowMember(.oldest_in_progress_s, \.oldestInProgressSeconds),
        RowMember(.completed_1m, \.completedLastMinute), RowMember(.in, \.inRate),
        RowMember(.out, \.outRate), RowMember(.oldest_s, \.oldestSeconds),
        RowMember(.reckoned, \.isOldestReckoned), RowMember(.consumers, \.consumers),
        RowMember(.state, \.serverState), RowMember(.topics, \.topics),
        RowMember(.measuring, \.isBeingMeasured),
    ])
}

extension CronJobReading: RecordedRow {
    static let nameWord = Word.job
    var key: RowKey { RowKey(code) }
    init(_ key: RowKey) { self.init(code: key.name.text) }

    static let members = MemberTable<CronJobReading>([
        RowMember(.group, \.group), RowMember(.success, \.success), RowMember(.failure, \.failure),
        RowMember(.failing_since, \.failingSince), RowMember(.running_id, \.runningID),
        RowMember(.running_since, \.runningSince), RowMember(.running_due, \.runningDue),
        RowMember(.lock, \.lock), RowMember(.missed_1h, \.missedLastHour),
        RowMember(.errors_1h, \.errorsLastHour), RowMember(.successes_1h, \.successesLastHour),
        RowMember(.hour_bound, \.isHourBound), RowMember(.last_error, \.lastError),
        RowMember(.errors, \.errors), RowMember(.next_due, \.nextDue),
        RowMember(.overdue_since, \.overdueSince), RowMember(.planned, \.newestPlanned),
        RowMember(.taken_back, \.takenBackAt), RowMember(.usual_gap, \.usualGap),
        RowMember(.longest_gap, \.longestGap), RowMember(.usual_s, \.usualSeconds),
    ])
}

extension CronRun: RecordedValue {
    private static let members = MemberTable<CronRun>([
        RowMember(.end, \.end), RowMember(.id, \.id), RowMember(.due, \.due), RowMember(.started, \.started),
        RowMember(.ended, \.ended), RowMember(.seen_open, \.seenOpen), RowMember(.seen_ended, \.seenEnded),
        RowMember(.message, \.message),
    ])

    func write(to line: inout LineWriter) {
        line.object { line in
            for member in Self.members.changed(self, since: CronRun(.success)) { member.write(self, &line) }
        }
    }

    func isSame(as other: CronRun) -> Bool { Self.members.changed(self, since: other).isEmpty }

    static func read(from line: inout LineCursor) throws(RecordingFault) -> CronRun? {
        var run = CronRun(.success)
        try line.openObject()
        while let word = try line.nextMember() {
            if let member = members[word] { try member.read(&run, &line) } else { try line.skip() }
        }
        return run
    }
}

extension [CronRun]: RecordedValue {
    func isSame(as other: [CronRun]) -> Bool {
        elementsEqual(other) { $0.isSame(as: $1) }
    }

    func write(to line: inout LineWriter) {
        line.array { line in
            for run in self {
                line.element()
                run.write(to: &line)
            }
        }
    }

    static func read(from line: inout LineCursor) throws(RecordingFault) -> [CronRun]? {
        var runs: [CronRun] = []
        try line.openArray()
        while try line.nextElement() {
            if let run = try CronRun.read(from: &line) { runs.append(run) }
        }
        return runs
    }
}

extension IndexerReading: RecordedRow {
    static let nameWord = Word.name
    var key: RowKey { RowKey(name) }
    init(_ key: RowKey) { self.init(name: key.name.text, mode: .schedule) }

    static let members = MemberTable<IndexerReading>([
        RowMember(.mode, \.mode), RowMember(.status, \.status), RowMember(.view_status, \.viewStatus),
        RowMember(.status_at, \.statusUpdated), RowMember(.view_at, \.viewUpdated),
        RowMember(.version, \.version), RowMember(.newest, \.newestVersion),
        RowMember(.no_changelog, \.lacksChangelog), RowMember(.auto_increment, \.autoIncrement),
        RowMember(.view_locked, \.isViewLocked), RowMember(.triggers, \.triggers),
    ])
}
