internal import Monitoring

/// The rows of one job code: which are open, how the newest ended, what the last hour held.
struct CronJobRows: Sendable {
    private static let mostInHour = 400
    private static let mostPlans = 9
    private static let mostTimed = 20
    private static let mostErrors = 5

    private struct Open: Sendable {
        var due: WallTime?
        var started: WallTime?
        var isRunning: Bool
    }

    /// A row is told by its id and due time: after a TRUNCATE ids begin again.
    private struct Key: Hashable, Sendable {
        var id: UInt64
        var due: WallTime?
    }

    private struct Ended: Sendable {
        var end: CronRun.End
        /// When it counts from.
        var at: WallTime
    }

    private var open: [UInt64: Open] = [:]
    private var success: CronRun?
    private var failure: CronRun?
    /// The oldest first.
    private var errors: [CronRun] = []
    /// Of the last hour.
    private var hour: [Key: Ended] = [:]
    /// Until then the last hour may hold more than was counted.
    private var hourCutUntil: WallTime?
    /// Failures that no success has followed, the oldest of them.
    private var failures: [Key: WallTime] = [:]
    /// The newest due times, oldest first.
    private var plans: [WallTime] = []
    private var durations: [Key: (at: WallTime, seconds: Double)] = [:]
    private(set) var newestEndedDue: [String: WallTime] = [:]
    private(set) var newestPlanned: WallTime?
    var takenBackAt: WallTime?
    /// The last read that saw a row of it.
    var seenAt = WallTime(milliseconds: 0)
    /// Its pending rows are more than are held.
    var isPendingCut = false

    mutating func takeOpen(_ id: UInt64, due: WallTime?, started: WallTime?, isRunning: Bool) {
        open[id] = Open(due: due, started: started, isRunning: isRunning)
        takenBackAt = nil
        plan(due)
    }

    mutating func close(_ id: UInt64) { open[id] = nil }

    mutating func takeEnded(_ run: CronRun, at now: WallTime) {
        open[run.id] = nil
        plan(run.due)
        let key = Key(id: run.id, due: run.due)
        let status = run.end == .success ? "success" : run.end == .missed ? "missed" : "error"
        newestEndedDue[status] = [newestEndedDue[status], run.due].compactMap { $0 }.max()
        switch run.end {
        case .success:
            success = CronRun.later(success, run)
            if let start = run.started, let end = run.ended, end >= start {
                durations[key] = (end, end.seconds(since: start))
                if durations.count > Self.mostTimed * 2 { trimDurations() }
            }
            failures = failures.filter { entry in (success?.happened).map { entry.value > $0 } ?? true }
        case .error, .killed:
            failure = CronRun.later(failure, run)
            noteError(run)
            noteFailure(run, key)
        case .missed:
            failure = CronRun.later(failure, run)
            noteFailure(run, key)
        }
        count(run, key, at: now)
    }

    private mutating func noteError(_ run: CronRun) {
        // A row is read again and again.
        if let known = errors.firstIndex(where: { CronRun.isSame($0, run) }) { errors.remove(at: known) }
        let place = errors.lastIndex { CronRun.isLater(run, than: $0) }.map { $0 + 1 } ?? 0
        errors.insert(run, at: place)
        if errors.count > Self.mostErrors { errors.removeFirst() }
    }

    private mutating func noteFailure(_ run: CronRun, _ key: Key) {
        guard let at = run.happened, (success?.happened).map({ at > $0 }) ?? true else { return }
        failures[key] = at
        guard failures.count > 8 else { return }
        let oldest = failures.sorted { $0.value < $1.value }.prefix(4)
        failures = Dictionary(uniqueKeysWithValues: oldest.map { ($0.key, $0.value) })
    }

    /// A miss has no time: it counts from the read that saw it, or from when it was due.
    private mutating func count(_ run: CronRun, _ key: Key, at now: WallTime) {
        let declared = run.seenEnded ?? run.due
        let time: WallTime? =
            switch run.end {
            case .success: run.ended ?? run.started ?? run.due
            case .error, .killed: run.started ?? declared
            case .missed: declared
            }
        guard hour[key] == nil, let time, now.seconds(since: time) < 3600 else { return }
        if hour.count >= Self.mostInHour {
            cutHour(at: now)
            return
        }
        hour[key] = Ended(end: run.end, at: time)
    }

    private mutating func plan(_ due: WallTime?) {
        guard let due else { return }
        newestPlanned = [newestPlanned, due].compactMap { $0 }.max()
        guard !plans.contains(due) else { return }
        plans.append(due)
        plans.sort()
        if plans.count > Self.mostPlans { plans.removeFirst() }
    }

    private mutating func trimDurations() {
        let kept = durations.sorted { $0.value.at > $1.value.at }.prefix(Self.mostTimed)
        durations = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    mutating func tidy(at now: WallTime) {
        hour = hour.filter { now.seconds(since: $0.value.at) < 3600 }
        if let end = hourCutUntil, now >= end { hourCutUntil = nil }
    }

    /// More ended within the last hour than is looked at.
    mutating func cutHour(at now: WallTime) { hourCutUntil = now.advanced(bySeconds: 3600) }

    func reading(_ code: String, at now: WallTime) -> CronJobReading {
        var reading = CronJobReading(code: code)
        reading.success = success
        reading.failure = failure
        reading.failingSince = failures.values.min()
        reading.lastError = errors.last.map { $0.message ?? "" }
        reading.errors = errors
        reading.newestPlanned = newestPlanned
        reading.takenBackAt = takenBackAt
        reading.isHourBound = hourCutUntil != nil
        reading.successesLastHour = 0
        for run in hour.values where now.seconds(since: run.at) < 3600 {
            switch run.end {
            case .success: reading.successesLastHour = (reading.successesLastHour ?? 0) + 1
            case .error, .killed: reading.errorsLastHour += 1
            case .missed: reading.missedLastHour += 1
            }
        }
        for (id, row) in open {
            if row.isRunning {
                // Of two that say they run, the newer one does.
                guard reading.runningID.map({ $0 < id }) ?? true else { continue }
                (reading.runningID, reading.runningSince, reading.runningDue) = (
                    id, row.started ?? row.due, row.due
                )
            } else if let due = row.due {
                if due > now {
                    reading.nextDue = min(reading.nextDue ?? due, due)
                } else {
                    reading.overdueSince = min(reading.overdueSince ?? due, due)
                }
            }
        }
        let gaps = zip(plans, plans.dropFirst()).map { $1.seconds(since: $0) }.sorted()
        reading.longestGap = gaps.last
        // Two plans are no habit yet.
        reading.usualGap = gaps.count > 1 ? gaps[gaps.count / 2] : nil
        let seconds = durations.values.sorted { $0.at > $1.at }.prefix(Self.mostTimed).map(\.seconds).sorted()
        reading.usualSeconds = seconds.isEmpty ? nil : seconds[seconds.count / 2]
        return reading
    }

    func isPlanned(at now: WallTime) -> Bool {
        open.values.contains { ($0.due ?? now) > now || $0.isRunning }
    }

    func knows(_ status: String, from first: WallTime?, to last: WallTime?) -> Bool {
        guard let last, let first else { return true }
        if status == "pending" || status == "running" {
            let dues = open.values.lazy.filter { $0.isRunning == (status == "running") }.compactMap(\.due)
            return dues.contains(last) && dues.contains(first)
        }
        return newestEndedDue[status].map { $0 >= last } ?? false
    }

    /// Whether what is known of its rows is all of one kind, so that others may stand behind them.
    var isOfOneKind: Bool { success == nil && errors.isEmpty && !open.values.contains { $0.isRunning } }
}
