internal import Monitoring
internal import Text

/// Reads `cron_schedule` by increments: rows that are new by id, open ones again by id, and now and then what
/// each job has by the table's own index, never by a scan (`magento.md` 3 and 10.2).
struct CronReader: MySQLReader {
    static let subject = "cron"

    /// Rows appear at commit and times have whole seconds: each read goes back so far.
    private static let backSeconds: Double = 30
    private static let recountSeconds: Double = 60
    /// Open rows looked at in one round.
    private static let openAtOnce = 400
    /// Jobs looked at anew in one round.
    private static let jobsAtOnce = 240
    /// Once so long has been spent on jobs, the others wait for the next round: a read that comes to no end
    /// would begin anew each time.
    private static let patience: Duration = .seconds(1)
    /// In one round of so many, more than the newest rows of one job are looked through.
    private static let behindEvery = 4

    private let groups: [ExactName: String]
    private let ignored: [NamePattern]
    private let locks: LockNames?
    private var book = CronRowBook()
    private var lastRead: (at: WallTime, id: UInt64)?
    /// The newest id at each read of the last half minute.
    private var marks: [(at: WallTime, id: UInt64)] = []
    private var cursor: UInt64 = 0
    private var recountAt: WallTime?
    /// Jobs to be looked at anew, with the statuses that are not known.
    private var wanted: [ExactName: Set<String>] = [:]
    /// Jobs that have been looked at as a whole.
    private var looked: Set<ExactName> = []
    /// Jobs whose newest rows are all of one kind: others stand behind them.
    private var hidden: Set<ExactName> = []
    /// Codes that the server holds for equal to others.
    private var twins: Set<ExactName> = []
    private var hasMoreJobs = false
    private var rounds = 0
    private var hadRows = false
    private var emptySince: WallTime?
    private let emptySeconds: Double

    /// `emptySeconds`: how long the table may stand empty after it had rows. Cron writes some each minute, so
    /// one that people emptied has rows again soon, where cron runs.
    init(_ source: MySQLSource, emptySeconds: Double = 150) {
        self.emptySeconds = emptySeconds
        groups = Dictionary(source.cronGroups.map { (ExactName($0.key), $0.value) }) { first, _ in first }
        ignored = source.ignoredJobs
        locks = LockNames(of: source)
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let queries = try CronQueries(session.catalog())
        var asked = book.idsToLookAt(at: now, after: cursor, most: Self.openAtOnce)
        cursor = asked.cursor
        let newest = try readNewest(session, queries, &asked, at: now)
        try refuseEmptied(newest, try session.catalog(), at: now)
        let isShorter = lastRead.map { newest < $0.id } ?? false
        if isShorter { marks = [] }
        try readNew(session, queries, newest, at: now)
        try readOpen(session, queries, asked.running + asked.pending, isShorter: isShorter, at: now)
        let isDue =
            recountAt.map { time in now >= time || time.seconds(since: now) > Self.recountSeconds } ?? true
        if queries.hasJobs {
            if isDue || isShorter { try recount(session, queries, at: now) }
            try readWanted(session, queries, at: now)
        }
        book.tidy(at: now)
        lastRead = (now, newest)
        marks.append((now, newest))
        var reading = book.reading(at: now)
        reading.isCut = reading.isCut || hasMoreJobs
        if !ignored.isEmpty { reading.jobs.removeAll { job in ignored.contains { $0.matches(job.code) } } }
        for place in reading.jobs.indices {
            let code = reading.jobs[place].code
            reading.jobs[place].group = groups[ExactName(code)] ?? MagentoModules.cronGroup(of: code)
        }
        try askForLocks(session, &reading.jobs)
        return [.cron(reading)]
    }

    /// Jobs that are listed nowhere are not well, they are not known.
    private mutating func refuseEmptied(
        _ newest: UInt64, _ catalog: MySQLCatalog, at now: WallTime
    ) throws(ReadFailure) {
        if newest > 0 { hadRows = true }
        guard newest == 0, hadRows else {
            emptySince = nil
            return
        }
        // A clock that was set back begins anew.
        let since = min(emptySince ?? now, now)
        emptySince = since
        guard now.seconds(since: since) >= emptySeconds else { return }
        throw ReadFailure(
            .malformed,
            "the table \(catalog.prefix)cron_schedule was emptied and stays empty: what cron does is not known",
            advice: "Cron writes new rows each minute. Does it run (`crontab -l`, `bin/magento cron:run`), "
                + "and is this the store's database?")
    }

    /// The newest id. Pending rows that are as they were are seen by their sums alone.
    private mutating func readNewest(
        _ session: MySQLSession, _ queries: CronQueries, _ asked: inout CronRowBook.Asked, at now: WallTime
    ) throws(ReadFailure) -> UInt64 {
        let stretches = CronRowBook.stretches(asked.pending)
        let rows = try session.rows(queries.newestID(pending: stretches ?? []))
        let sums = CronRowBook.PendingSums(
            rows: rows.int(0, 1) ?? 0, ids: rows.uint(0, 2) ?? 0, dues: rows.int(0, 3) ?? 0)
        if let stretches, sums == book.pendingSums(stretches) {
            book.sawUnchanged(asked.pending, at: now)
            asked.pending = []
        }
        return rows.uint(0, 0) ?? 0
    }

    /// Rows of larger ids than there were half a minute ago.
    private mutating func readNew(
        _ session: MySQLSession, _ queries: CronQueries, _ newest: UInt64, at now: WallTime
    ) throws(ReadFailure) {
        let page = UInt64(CronQueries.pageSize)
        let old = now.advanced(bySeconds: -Self.backSeconds)
        if let last = marks.lastIndex(where: { $0.at <= old }) { marks.removeFirst(last) }
        // A clock that was set back.
        if let first = marks.first, first.at > now { marks = [] }
        // Where no key leads to the jobs, the newest rows are all there is.
        let first = queries.hasJobs ? page : 4 * page
        var from = marks.first?.id ?? (newest > first ? newest - first : 0)
        if marks.isEmpty { marks = [(old, newest > 200 ? newest - 200 : 0)] }
        // So many at once are left to the recount.
        if newest > from + 4 * page {
            from = newest - page
            recountAt = nil
        }
        for _ in 0..<4 where from < newest {
            let rows = try session.rows(queries.rows(after: from))
            for row in 0..<rows.count {
                guard let row = CronTableRow(rows, row) else { continue }
                let isNew = lastRead.map { row.id > $0.id } ?? false
                book.take(row, at: now, bornAfter: isNew ? lastRead?.at : nil)
                from = max(from, row.id)
            }
            if rows.count < CronQueries.pageSize { return }
        }
    }

    private mutating func readOpen(
        _ session: MySQLSession, _ queries: CronQueries, _ chosen: [UInt64], isShorter: Bool, at now: WallTime
    ) throws(ReadFailure) {
        var ids = chosen
        var gone = try readAgain(ids, session, queries, at: now)
        // Rows were deleted: whose is told by what is left of the others.
        if isShorter || gone.contains(where: { book.isPlannedLater($0, at: now) }) {
            let asked = Set(ids)
            ids = Array(book.openIDs.filter { !asked.contains($0) }.suffix(4000))
            gone += try readAgain(ids, session, queries, at: now)
        }
        book.gone(gone, at: now)
    }

    /// Answers those that are gone.
    private mutating func readAgain(
        _ ids: [UInt64], _ session: MySQLSession, _ queries: CronQueries, at now: WallTime
    ) throws(ReadFailure) -> [UInt64] {
        var missing: [UInt64] = []
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let part = Array(ids[start..<min(start + 1000, ids.count)])
            let rows = try session.rows(queries.rows(part))
            var found: Set<UInt64> = []
            for row in 0..<rows.count {
                guard let row = CronTableRow(rows, row) else { continue }
                found.insert(row.id)
                book.take(row, at: now)
            }
            missing += part.filter { !found.contains($0) }
        }
        return missing
    }

    /// All job codes, and which of them have rows that are not known.
    private mutating func recount(
        _ session: MySQLSession, _ queries: CronQueries, at now: WallTime
    ) throws(ReadFailure) {
        let limit = 4000
        var last: String?
        var codes: Set<ExactName> = []
        hasMoreJobs = false
        while true {
            let rows = try session.rows(queries.jobs(after: last, limit: limit))
            var found = (0..<rows.count).map { rows.text($0, 0) ?? "" }
            let isFull = rows.count >= limit
            // The rest of the last code is on the next page.
            if isFull, let end = found.last { found.removeAll { ExactName.same($0, end) } }
            for (row, code) in found.enumerated() {
                codes.insert(ExactName(code))
                guard codes.count <= CronRowBook.mostJobs else { break }
                guard queries.hasMatrix else {
                    if !looked.contains(ExactName(code)) { wanted[ExactName(code)] = [""] }
                    continue
                }
                guard let status = rows.text(row, 1), CronQueries.statuses.contains(status) else { continue }
                if !looked.contains(ExactName(code))
                    || !book.knows(code, status, from: rows.time(row, 2), to: rows.time(row, 3))
                {
                    wanted[ExactName(code), default: []].insert(status)
                }
            }
            if codes.count > CronRowBook.mostJobs { hasMoreJobs = true }
            guard isFull, !hasMoreJobs, let next = found.last else { break }
            last = next
        }
        for sql in queries.rowsAroundNow {
            let rows = try session.rows(sql)
            for row in 0..<rows.count {
                if let row = CronTableRow(rows, row) { book.take(row, at: now) }
            }
        }
        // A job that is gone and comes again is looked at again.
        looked.formIntersection(codes)
        recountAt = now.advanced(bySeconds: Self.recountSeconds)
    }

    /// Looks at jobs anew: those that a recount found, and those with more pending rows than are held.
    private mutating func readWanted(
        _ session: MySQLSession, _ queries: CronQueries, at now: WallTime
    ) throws(ReadFailure) {
        for code in book.cutJobs(2) {
            wanted[ExactName(code), default: []].formUnion(["pending", "running"])
        }
        var left = Self.jobsAtOnce
        let begun = ContinuousClock.now
        while !wanted.isEmpty, left > 0, ContinuousClock.now - begun < Self.patience {
            let part = wanted.keys.sorted().prefix(CronQueries.codesAtOnce)
            left -= part.count
            let asked = part.map { code in
                let statuses = wanted[code]?.sorted() ?? []
                return (code: code.text, statuses: statuses, isExact: twins.contains(code))
            }
            for code in part {
                wanted[code] = nil
                looked.insert(code)
            }
            let rows = try session.rows(queries.rows(of: asked))
            var counts: [ExactName: Tally] = [:]
            for row in 0..<rows.count {
                guard let row = CronTableRow(rows, row) else { continue }
                counts[ExactName(row.code), default: Tally()].add(row)
                book.take(row, at: now)
            }
            // Equal to the server, of other bytes: each is asked for by its own.
            let strangers = counts.keys.filter { !part.contains($0) && !twins.contains($0) }
            if !strangers.isEmpty {
                for code in strangers + part where twins.insert(code).inserted {
                    wanted[code] = queries.hasMatrix ? Set(CronQueries.statuses) : [""]
                }
            }
            for (code, statuses, _) in asked {
                let count = counts[ExactName(code)] ?? Tally()
                if count.isCut(queries, at: now) { book.cutHour(of: code, at: now) }
                if !queries.hasMatrix {
                    let isFull = count.all >= CronQueries.mostOfJob
                    let isOneKind = book.jobs[ExactName(code)]?.isOfOneKind == true
                    if isFull, count.pending == count.all || isOneKind { hidden.insert(ExactName(code)) }
                    book.note(code, isPendingCut: false)
                } else if statuses.contains("pending") {
                    book.note(code, isPendingCut: count.pending >= CronQueries.mostPending)
                }
            }
        }
        rounds &+= 1
        if rounds % Self.behindEvery == 0, let code = hidden.min(), session.takesTurn("jobs", at: now) {
            hidden.remove(code)
            try lookBehind(code.text, session, queries, at: now)
        }
    }

    private mutating func lookBehind(
        _ code: String, _ session: MySQLSession, _ queries: CronQueries, at now: WallTime
    ) throws(ReadFailure) {
        guard let sql = queries.notMissed(code) else { return }
        let found = try session.rows(sql)
        var pending: [(due: Double, id: UInt64)] = []
        var ended: [UInt64] = []
        for row in 0..<found.count {
            guard let id = found.uint(row, 0), let status = found.text(row, 1) else { continue }
            if status == "pending" {
                pending.append((found.double(row, 2) ?? 0, id))
            } else if ended.count < CronQueries.mostEnded {
                ended.append(id)
            }
        }
        pending.sort { $0 < $1 }
        let ids = pending.prefix(CronQueries.mostPending).map(\.id) + ended
        if !ids.isEmpty { _ = try readAgain(ids, session, queries, at: now) }
        book.note(code, isPendingCut: pending.count >= CronQueries.mostPending)
    }

    /// What one look at a job brought.
    private struct Tally {
        var all = 0
        var pending = 0
        private var ended: [String: (count: Int, oldest: WallTime)] = [:]

        mutating func add(_ row: CronTableRow) {
            all += 1
            if row.status == "pending" { pending += 1 }
            guard row.status != "pending", row.status != "running", let due = row.due else { return }
            let known = ended[row.status] ?? (0, due)
            ended[row.status] = (known.count + 1, min(known.oldest, due))
        }

        /// There is more of the last hour than was looked at.
        func isCut(_ queries: CronQueries, at now: WallTime) -> Bool {
            func isYoung(_ time: WallTime) -> Bool { now.seconds(since: time) < 3600 }
            guard queries.hasMatrix else {
                return all >= CronQueries.mostOfJob && ended.values.allSatisfy { isYoung($0.oldest) }
            }
            return ended.values.contains { $0.count >= CronQueries.mostEnded && isYoung($0.oldest) }
        }
    }

    /// Whether the processes of running jobs live.
    private func askForLocks(_ session: MySQLSession, _ jobs: inout [CronJobReading]) throws(ReadFailure) {
        let running = jobs.indices.filter { jobs[$0].runningID != nil }.prefix(100)
        guard let locks, !running.isEmpty else { return }
        // A job of an unknown group is asked for under every group we know: held is certain, free is not.
        let known = Set(MagentoModules.cronGroups).union(groups.values).sorted()
        var columns: [String] = []
        for place in running {
            let names = try (jobs[place].group.map { [$0] } ?? known).map { group throws(ReadFailure) in
                try locks.cron(group: group, code: jobs[place].code)
            }
            columns.append("COALESCE(NULL,\(names.joined(separator: ",")))")
        }
        let held = try session.rows("SELECT \(columns.joined(separator: ","))")
        for (column, place) in running.enumerated() {
            let isHeld = held.text(0, column) != nil
            jobs[place].lock = isHeld ? .held : jobs[place].group != nil ? .free : .unknown
        }
    }
}
