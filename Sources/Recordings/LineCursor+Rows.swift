import Monitoring

// One row each of the lists in a line; the cursor stands behind the opening brace.
extension LineCursor {
    /// A queue of either kind: `database` is nil when it is a broker's.
    mutating func queue() throws(RecordingFault)
        -> (broker: Observation.BrokerQueue, database: Observation.DatabaseQueue?)
    {
        var broker = Observation.BrokerQueue("")
        var database = Observation.DatabaseQueue("")
        var isDatabase = false
        while let word = try nextMember() {
            switch word {
            case .name: broker.name = try name()
            case .gone: broker.isGone = try bool()
            case .ready: broker.ready = try optionalNumber() ?? 0
            case .unacked: broker.unacknowledged = try optionalNumber() ?? 0
            case .consumers: broker.consumers = try optionalNumber() ?? 0
            case .in: broker.arriving = try optionalNumber()
            case .out: broker.leaving = try optionalNumber()
            case .in_progress:
                database.inProgress = try optionalNumber() ?? 0
                isDatabase = true
            case .retry: database.retry = try optionalNumber() ?? 0
            case .error: database.error = try optionalNumber() ?? 0
            case .completed_1m:
                database.completedLastMinute = try optionalNumber() ?? 0
                isDatabase = true
            case .lock: database.isLocked = try takeNull() ? false : try bool()
            case .oldest_s: database.oldest = try optionalNumber()
            default: try skip()
            }
        }
        try named(broker.name, "queue")
        database.name = broker.name
        database.ready = broker.ready
        database.isGone = broker.isGone
        return (broker, isDatabase ? database : nil)
    }

    mutating func outcomes() throws(RecordingFault) -> Observation.Outcomes {
        var row = Observation.Outcomes("")
        while let word = try nextMember() {
            switch word {
            case .flow: row.flow = try name()
            case .ok: row.succeeded = max(0, try number())
            case .failed: row.failed = max(0, try number())
            case .retried: row.retried = max(0, try number())
            case .latencies:
                if try takeNull() { continue }
                try openArray()
                while try nextElement() { row.latencies.append(try number()) }
            case .last_error: row.lastError = try optionalString()
            default: try skip()
            }
        }
        try named(row.flow, "flow")
        return row
    }

    mutating func job() throws(RecordingFault) -> Observation.CronJob {
        var row = Observation.CronJob("")
        while let word = try nextMember() {
            switch word {
            case .job, .name: row.job = try name()
            case .group: row.group = try name()
            case .last_success: row.lastSuccess = try optionalTime()
            case .running_since: row.runningSince = try optionalTime()
            case .lock:
                let text = try takeNull() ? nil : try name()
                row.isLocked = text.map { $0 == "held" }
            case .missed_1h: row.missedLastHour = try optionalNumber() ?? 0
            case .errors_1h: row.errorsLastHour = try optionalNumber() ?? 0
            case .last_error: row.lastError = try optionalString()
            case .next_due: row.nextDue = try optionalTime()
            case .overdue_since: row.overdueSince = try optionalTime()
            case .gone: row.isGone = try bool()
            default: try skip()
            }
        }
        try named(row.job, "job")
        return row
    }

    mutating func indexer() throws(RecordingFault) -> Observation.Indexer {
        var row = Observation.Indexer("")
        while let word = try nextMember() {
            switch word {
            case .name: row.name = try name()
            case .mode: row.isBySchedule = try takeNull() ? true : try name() == "schedule"
            case .status: row.status = try takeNull() ? "" : try name()
            case .version: row.version = try optionalNumber()
            case .newest: row.newest = try optionalNumber()
            case .triggers: row.triggers = try optionalNumber()
            case .gone: row.isGone = try bool()
            default: try skip()
            }
        }
        try named(row.name, "indexer")
        return row
    }

    mutating func check() throws(RecordingFault) -> Observation.Check {
        var row = Observation.Check("")
        while let word = try nextMember() {
            switch word {
            case .name: row.name = try name()
            case .left: row.left = try side()
            case .right: row.right = try side()
            case .missing: row.missing = try ids()
            case .extra: row.extra = try ids()
            case .different: row.different = try ids()
            case .more: row.more = try optionalNumber() ?? 0
            case .gone: row.isGone = try bool()
            default: try skip()
            }
        }
        try named(row.name, "check")
        return row
    }

    mutating func flag() throws(RecordingFault) -> Observation.Flag {
        var row = Observation.Flag("")
        while let word = try nextMember() {
            switch word {
            case .name: row.name = try name()
            case .value:
                // Whatever it is: a text, a number, a document.
                if peek() == 0x22 {
                    row.value = try name()
                } else {
                    let begin = place
                    try skip()
                    row.value = String(decoding: bytes[begin..<place], as: UTF8.self)
                }
            case .gone: row.isGone = try bool()
            default: try skip()
            }
        }
        try named(row.name, "flag")
        return row
    }

    private func named(_ name: String, _ what: String) throws(RecordingFault) {
        if name.isEmpty { throw fault("a \(what) has no name") }
    }

    private mutating func side() throws(RecordingFault) -> Observation.Side? {
        if try takeNull() { return nil }
        var numbers: [Double] = []
        try openArray()
        while try nextElement() { numbers.append(try number()) }
        guard numbers.count == 2 else {
            throw fault("a side of a check is a count and a sum, not \(numbers.count) numbers")
        }
        return Observation.Side(count: numbers[0], sum: numbers[1])
    }

    private mutating func ids() throws(RecordingFault) -> [String] {
        var ids: [String] = []
        if try takeNull() { return ids }
        try openArray()
        while try nextElement() { ids.append(try string()) }
        return ids
    }
}
