internal import Monitoring
internal import Text

/// What one source's `cron_schedule` is known to hold: open rows by id, and of each job what its ended ones
/// were. A row may be taken any number of times, in any order.
struct CronRowBook: Sendable {
    /// A job without any row is listed for so long.
    private static let memorySeconds: Double = 8 * 86_400
    /// More job codes than any store has.
    static let mostJobs = 1000

    private struct Place: Sendable {
        var code: ExactName
        var due: WallTime?
        var isRunning: Bool
        /// The first and the last read that saw it open.
        var since: WallTime
        var seenAt: WallTime
    }

    private(set) var jobs: [ExactName: CronJobRows] = [:]
    private var open: [UInt64: Place] = [:]
    private(set) var newestRun: WallTime?
    private var newestScheduled: WallTime?
    /// A row of a job beyond the most was seen.
    private(set) var isCut = false

    /// Takes one row as it stood at `now`. `bornAfter`: the last read that is known to have come before the row.
    mutating func take(_ row: CronTableRow, at now: WallTime, bornAfter: WallTime? = nil) {
        for time in [row.started, row.ended] { newestRun = [newestRun, time].compactMap { $0 }.max() }
        newestScheduled = [newestScheduled, row.due].compactMap { $0 }.max()
        let code = ExactName(row.code)
        // After a TRUNCATE ids begin again: the row of that id is another one.
        if let known = open[row.id], known.code != code || known.due != row.due { close(row.id) }
        let known = open[row.id]
        guard var job = jobs.removeValue(forKey: code) ?? (jobs.count < Self.mostJobs ? CronJobRows() : nil)
        else {
            isCut = true
            return
        }
        defer { jobs[code] = job }
        job.seenAt = now
        guard var run = row.run else {
            let isRunning = row.status == "running"
            guard isRunning || row.status == "pending" else { return }
            open[row.id] = Place(
                code: code, due: row.due, isRunning: isRunning, since: known?.since ?? now, seenAt: now)
            job.takeOpen(row.id, due: row.due, started: isRunning ? row.started : nil, isRunning: isRunning)
            return
        }
        run.seenOpen = known?.seenAt ?? bornAfter
        run.seenEnded = run.seenOpen == nil ? nil : now
        open[row.id] = nil
        job.takeEnded(run, at: now)
    }

    /// These rows are gone from the table.
    mutating func gone(_ ids: [UInt64], at now: WallTime) {
        var untold: Set<ExactName> = []
        for id in ids {
            guard let place = open[id] else { continue }
            close(id)
            if let due = place.due, due > now, !place.isRunning { untold.insert(place.code) }
        }
        // Planned and taken back, unless the plans of all were: that is a table emptied, not a job's end.
        for code in untold where jobs[code]?.isPlanned(at: now) == false {
            let others = open.values.lazy.filter { $0.code != code && $0.since < now }
            guard others.contains(where: { ($0.due ?? now) > now }) else { continue }
            jobs[code]?.takenBackAt = now
        }
    }

    private mutating func close(_ id: UInt64) {
        guard let place = open.removeValue(forKey: id) else { return }
        jobs[place.code]?.close(id)
    }

    func isPlannedLater(_ id: UInt64, at now: WallTime) -> Bool {
        open[id].map { !$0.isRunning && ($0.due ?? now) > now } ?? false
    }

    /// Ids of all rows that are open.
    var openIDs: [UInt64] { open.keys.sorted() }

    /// What pending rows are together.
    struct PendingSums: Hashable {
        var rows: Int
        var ids: UInt64
        /// Of their due times, in seconds.
        var dues: Int
    }

    /// The stretches in which these ids lie, which are in order; nil when they are too far from each other.
    static func stretches(_ ids: [UInt64]) -> [ClosedRange<UInt64>]? {
        var stretches: [ClosedRange<UInt64>] = []
        for id in ids {
            if let last = stretches.last, id - last.upperBound <= 20 {
                stretches[stretches.count - 1] = last.lowerBound...id
            } else {
                stretches.append(id...id)
            }
        }
        return stretches.count <= 8 ? stretches : nil
    }

    /// Of the rows in some stretches of ids that are known to be pending.
    func pendingSums(_ stretches: [ClosedRange<UInt64>]) -> PendingSums {
        open.reduce(into: PendingSums(rows: 0, ids: 0, dues: 0)) { sums, entry in
            guard !entry.value.isRunning, stretches.contains(where: { $0.contains(entry.key) }) else {
                return
            }
            sums.rows += 1
            sums.ids &+= entry.key
            sums.dues &+= Int(clamping: (entry.value.due?.milliseconds ?? 0) / 1000)
        }
    }

    /// These pending rows are as they were.
    mutating func sawUnchanged(_ ids: [UInt64], at now: WallTime) {
        for id in ids {
            guard let code = open[id]?.code else { continue }
            open[id]?.seenAt = now
            jobs[code]?.seenAt = now
            jobs[code]?.takenBackAt = nil
        }
    }

    /// Rows that may have changed, by their ids in order.
    struct Asked {
        var running: [UInt64]
        /// Those that are due, and some that are planned.
        var pending: [UInt64]
        /// Where to go on.
        var cursor: UInt64
    }

    /// Rows that run or are due, then planned ones in turn, behind `cursor`; at most `most`.
    func idsToLookAt(at now: WallTime, after cursor: UInt64, most: Int) -> Asked {
        var due: [UInt64] = []
        var others: [UInt64] = []
        for (id, place) in open {
            if place.isRunning || (place.due ?? now) <= now { due.append(id) } else { others.append(id) }
        }
        due.sort()
        var room = min(most - due.count, 150)
        if room < most / 3 {
            // Of too many the oldest and the newest at each time: what runs next is one of them.
            room = most / 3
            if due.count > most - room {
                others += due.dropFirst(room).dropLast(room)
                due = due.prefix(room) + due.suffix(room)
            }
        }
        others.sort()
        var next = Array(others.filter { $0 > cursor }.prefix(room))
        if next.count < room { next += others.prefix(min(room - next.count, others.count - next.count)) }
        let pending = due.filter { open[$0]?.isRunning == false }
        return Asked(
            running: due.filter { open[$0]?.isRunning != false }, pending: (pending + next).sorted(),
            cursor: next.last ?? 0)
    }

    /// Whether what a key tells of a job is known: its oldest and newest plan of this status.
    func knows(_ code: String, _ status: String, from first: WallTime?, to last: WallTime?) -> Bool {
        jobs[ExactName(code)]?.knows(status, from: first, to: last) ?? false
    }

    /// Pending rows of so many are more than are held.
    func cutJobs(_ most: Int) -> [String] {
        Array(jobs.lazy.filter { $0.value.isPendingCut }.map(\.key.text).sorted().prefix(most))
    }

    mutating func cutHour(of code: String, at now: WallTime) { jobs[ExactName(code)]?.cutHour(at: now) }

    mutating func note(_ code: String, isPendingCut: Bool) {
        jobs[ExactName(code)]?.isPendingCut = isPendingCut
    }

    /// Forgets what is over for long.
    mutating func tidy(at now: WallTime) {
        for code in jobs.keys {
            jobs[code]?.tidy(at: now)
            if let seen = jobs[code]?.seenAt, now.seconds(since: seen) > Self.memorySeconds {
                jobs[code] = nil
            }
        }
        if jobs.count < Self.mostJobs { isCut = false }
    }

    /// The jobs, by code.
    func reading(at now: WallTime) -> CronReading {
        var reading = CronReading(
            jobs: jobs.sorted { $0.key < $1.key }.map { $0.value.reading($0.key.text, at: now) },
            newestRun: newestRun, newestScheduled: newestScheduled)
        reading.readAt = now
        reading.isCut = isCut
        return reading
    }
}
