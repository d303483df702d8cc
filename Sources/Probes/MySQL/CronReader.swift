internal import Monitoring
internal import Text

/// Reads `cron_schedule` by its own index, never by a scan (`magento.md` 3 and 10.2, C1 to C5 and C-old).
struct CronReader: MySQLReader {
    static let subject = "cron"

    private let groups: [String: String]
    private let ignored: [NamePattern]
    private let locks: LockNames?
    private var remembered: [String: Remembered] = [:]
    private var nextTimed = 0

    /// What is read again only when the newest row of a status is another one.
    private struct Remembered: Sendable {
        var success: (scheduled: WallTime, finished: WallTime?)?
        var error: (scheduled: WallTime, message: String)?
        var usualSeconds: Double?
        var isTimed = false
    }

    init(_ source: MySQLSource) {
        groups = source.cronGroups
        ignored = source.ignoredJobs
        locks = LockNames(of: source)
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let queries = try CronQueries(session.catalog())
        var jobs: [String: CronJobReading] = [:]
        var newest: [Key: WallTime] = [:]
        var newestScheduled: WallTime?
        var pendingAround: [String] = []

        let matrix = try session.rows(queries.matrix)
        for row in 0..<matrix.count {
            guard let code = matrix.text(row, 0), let status = matrix.text(row, 1), !ignored.matches(code)
            else { continue }
            let first = matrix.time(row, 2)
            let last = matrix.time(row, 3)
            newest[Key(code, status)] = last
            newestScheduled = max(newestScheduled ?? .init(milliseconds: 0), last ?? .init(milliseconds: 0))
            var job = jobs[code] ?? CronJobReading(code: Sanitizer.line(code, maxBytes: 255))
            if status == "pending", let first, let last {
                if first <= now { job.overdueSince = first }
                if first > now { job.nextDue = first } else if last > now { pendingAround.append(code) }
            }
            jobs[code] = job
        }

        if !pendingAround.isEmpty, let sql = queries.nextDue(pendingAround) {
            let due = try session.rows(sql)
            for row in 0..<due.count {
                if let code = due.text(row, 0) { jobs[code]?.nextDue = due.time(row, 1) }
            }
        }
        try countLastHour(session, queries, &jobs)
        try lookUpNewest(session, queries, newest)
        try timeOne(session, queries, newest, codes: jobs.keys.sorted())
        try readRunning(session, queries, newest, &jobs)
        for code in jobs.keys {
            jobs[code]?.group = groups[code] ?? MagentoModules.cronGroup(of: code)
            jobs[code]?.lastSuccess = remembered[code]?.success?.finished
            jobs[code]?.lastError = remembered[code]?.error?.message
            jobs[code]?.usualSeconds = remembered[code]?.usualSeconds
        }
        remembered = remembered.filter { jobs[$0.key] != nil }
        let heartbeat = try session.rows(queries.heartbeat).time(0, 0)
        return [
            .cron(
                CronReading(
                    jobs: jobs.sorted { $0.key < $1.key }.map(\.value), newestExecuted: heartbeat,
                    newestScheduled: newestScheduled))
        ]
    }

    private func countLastHour(
        _ session: MySQLSession, _ queries: CronQueries, _ jobs: inout [String: CronJobReading]
    ) throws(ReadFailure) {
        guard !jobs.isEmpty else { return }
        let counts = try session.rows(queries.lastHour(jobs.keys.sorted()))
        for code in jobs.keys { jobs[code]?.successesLastHour = 0 }
        for row in 0..<counts.count {
            guard let code = counts.text(row, 0), let count = counts.int(row, 2) else { continue }
            switch counts.text(row, 1) {
            case "missed": jobs[code]?.missedLastHour = count
            case "error": jobs[code]?.errorsLastHour = count
            case "success": jobs[code]?.successesLastHour = count
            default: break
            }
        }
    }

    /// When the newest success ended and what the newest error said, for jobs where it is another row now.
    private mutating func lookUpNewest(
        _ session: MySQLSession, _ queries: CronQueries, _ newest: [Key: WallTime]
    ) throws(ReadFailure) {
        for code in remembered.keys {
            if newest[Key(code, "success")] == nil { remembered[code]?.success = nil }
            if newest[Key(code, "error")] == nil { remembered[code]?.error = nil }
        }
        var changed: [(key: Key, scheduled: WallTime)] = []
        for (key, scheduled) in newest {
            let known = remembered[key.code]
            switch key.status {
            case "success" where known?.success?.scheduled != scheduled: changed.append((key, scheduled))
            case "error" where known?.error?.scheduled != scheduled: changed.append((key, scheduled))
            default: break
            }
        }
        for start in stride(from: 0, to: changed.count, by: 100) {
            let part = changed[start..<min(start + 100, changed.count)]
            let rows = try session.rows(queries.rows(part.map { ($0.key.code, $0.key.status, $0.scheduled) }))
            for row in 0..<rows.count {
                guard let code = rows.text(row, 0), let scheduled = rows.time(row, 2) else { continue }
                if rows.text(row, 1) == "success" {
                    remembered[code, default: .init()].success = (scheduled, rows.time(row, 3))
                } else {
                    remembered[code, default: .init()].error = (
                        scheduled, Sanitizer.line(rows.text(row, 4) ?? "", maxBytes: 400)
                    )
                }
            }
        }
    }

    /// One job a read, running ones first, then in turn: the median of its last twenty successes.
    private mutating func timeOne(
        _ session: MySQLSession, _ queries: CronQueries, _ newest: [Key: WallTime], codes: [String]
    ) throws(ReadFailure) {
        let running = codes.filter {
            newest[Key($0, "running")] != nil && remembered[$0]?.isTimed != true
        }
        guard let code = running.first ?? (codes.isEmpty ? nil : codes[nextTimed % codes.count]) else {
            return
        }
        if running.isEmpty { nextTimed = (nextTimed + 1) % codes.count }
        let rows = try session.rows(queries.durations(of: code))
        var seconds: [Double] = []
        for row in 0..<rows.count {
            if let start = rows.time(row, 0), let end = rows.time(row, 1), end >= start {
                seconds.append(end.seconds(since: start))
            }
        }
        remembered[code, default: .init()].isTimed = true
        if seconds.isEmpty { return }
        remembered[code]?.usualSeconds = seconds.sorted()[seconds.count / 2]
    }

    /// Since when jobs run, and whether their locks live.
    private func readRunning(
        _ session: MySQLSession, _ queries: CronQueries, _ newest: [Key: WallTime],
        _ jobs: inout [String: CronJobReading]
    ) throws(ReadFailure) {
        let codes = newest.keys.filter { $0.status == "running" }.map(\.code).sorted().prefix(100)
        guard !codes.isEmpty else { return }
        let rows = try session.rows(queries.running(Array(codes)))
        var running: [String] = []
        for row in 0..<rows.count {
            guard let code = rows.text(row, 0), jobs[code] != nil else { continue }
            jobs[code]?.runningSince = rows.time(row, 1)
            running.append(code)
        }
        guard let locks, !running.isEmpty else { return }
        // A job of an unknown group is asked for under every group we know: held is certain, free is not.
        let known = Set(MagentoModules.cronGroups).union(groups.values).sorted()
        let asked = running.map { code -> (code: String, groups: [String], isCertain: Bool) in
            let group = groups[code] ?? MagentoModules.cronGroup(of: code)
            return (code, group.map { [$0] } ?? known, group != nil)
        }
        let columns = asked.map { item in
            "COALESCE(NULL,\(item.groups.map { locks.cron(group: $0, code: item.code) }.joined(separator: ",")))"
        }
        let held = try session.rows("SELECT \(columns.joined(separator: ","))")
        for (column, item) in asked.enumerated() {
            let isHeld = held.text(0, column) != nil
            jobs[item.code]?.lock = isHeld ? .held : item.isCertain ? .free : .unknown
        }
    }

    private struct Key: Hashable {
        let code: String
        let status: String
        init(_ code: String, _ status: String) {
            self.code = code
            self.status = status
        }
    }
}
