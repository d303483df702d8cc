import Text

/// What is remembered of one source's cron as a whole, and the rules that tell its ways to stop apart
/// (magento.md 3.4).
package struct CronWatch: Sendable {
    /// One job as its group is weighed by it.
    package struct Member: Sendable {
        package var code: String
        package var group: String?
        /// When it last did anything: it ended well, or began.
        package var newest: WallTime?
        package var isEachMinute: Bool
        /// It runs, and nobody says that its process is dead.
        package var isBusy: Bool

        package init(
            code: String, group: String?, newest: WallTime?, isEachMinute: Bool = false, isBusy: Bool = false
        ) {
            self.code = code
            self.group = group
            self.newest = newest
            self.isEachMinute = isEachMinute
            self.isBusy = isBusy
        }
    }

    private struct Group: Sendable {
        var newest: WallTime?
        var isBusy = false
    }

    /// Newest sign of life of any job, as far as ever seen.
    package private(set) var lastBeat: WallTime?
    /// By the server's clock, when that one was first seen: a beat of the future is as old as our knowledge.
    private var beatSeenAt: WallTime?
    private var readAt: WallTime?
    private var aliveSince: WallTime?
    private var stoppedAt: WallTime?
    private var groups: [ExactName: Group] = [:]
    private var isRefusing: Bool?
    private var newestScheduled: WallTime?
    private var busiest: (code: String, since: WallTime)?
    private var isCut = false

    /// Core jobs that run each minute, so that their silence says their group is dead (magento.md 3.5).
    static let eachMinute: Set<ExactName> = [
        "indexer_reindex_all_invalid", "indexer_update_all_views", "consumers_runner",
        "sales_grid_order_async_insert", "sales_send_order_emails", "bulk_cleanup",
        "catalog_product_frontend_actions_flush", "outdated_authentication_failures_cleanup",
    ]

    package init() {}

    /// Takes one reading; `members` are all jobs that are known.
    package mutating func observe(
        _ reading: CronReading, _ members: [Member], limits: CronLimits, at now: WallTime
    ) {
        let limit = limits.heartbeat.inSeconds
        // The server's clock was set back: what it said when is as old as this reading.
        if let seen = beatSeenAt, now < seen, !CronReading.isLate(now, after: seen) { beatSeenAt = now }
        if let beat = reading.newestRun, lastBeat.map({ beat > $0 }) ?? true {
            // Seen to stop: what was not read for long may have run all the while.
            let wasRead = readAt.map { now.seconds(since: $0) < limit } ?? false
            if wasRead, let lastBeat, let beatSeenAt, age(of: lastBeat, seenAt: beatSeenAt, at: now) > limit {
                stoppedAt = lastBeat
                aliveSince = min(beat, now)
            }
            lastBeat = beat
            beatSeenAt = now
        }
        // An older answer says nothing of now.
        if CronReading.isLate(now, after: readAt) { return }
        readAt = now
        isRefusing = reading.isRefusing
        newestScheduled = reading.newestScheduled
        isCut = reading.isCut
        let busy = reading.jobs.filter { $0.runningSince != nil && $0.lock != .free }
        busiest = busy.min { ($0.runningSince ?? now) < ($1.runningSince ?? now) }.flatMap { job in
            job.runningSince.map { (job.code, $0) }
        }
        groups = [:]
        for member in members where member.isEachMinute || Self.eachMinute.contains(ExactName(member.code)) {
            guard let group = member.group else { continue }
            var known = groups[ExactName(group)] ?? Group()
            known.newest = [known.newest, member.newest].compactMap { $0 }.max()
            known.isBusy = known.isBusy || member.isBusy
            groups[ExactName(group)] = known
        }
    }

    private func age(of beat: WallTime, seenAt: WallTime, at now: WallTime) -> Double {
        max(0, now.seconds(since: beat > now ? seenAt : beat))
    }

    /// Seconds since the newest sign of life.
    package func age(at now: WallTime) -> Double? {
        guard let lastBeat, let beatSeenAt else { return nil }
        return age(of: lastBeat, seenAt: beatSeenAt, at: now)
    }

    private func isSilent(_ group: Group, _ limits: CronLimits, at now: WallTime) -> Bool {
        guard !group.isBusy else { return false }
        guard let newest = group.newest else { return true }
        return now.seconds(since: newest) > limits.heartbeat.inSeconds
    }

    /// Cron as a job of `group` is judged by it.
    package func pulse(of group: String?, limits: CronLimits, at now: WallTime) -> CronPulse {
        var pulse = CronPulse()
        pulse.patience = limits.heartbeat.inSeconds
        pulse.beat = lastBeat
        pulse.aliveSince = aliveSince
        pulse.stoppedAt = stoppedAt
        pulse.isAlive = age(at: now).map { $0 <= pulse.patience } ?? false
        if pulse.isAlive, let group, let known = groups[ExactName(group)],
            isSilent(known, limits, at: now)
        {
            pulse.isAlive = false
            pulse.beat = known.newest
        }
        return pulse
    }

    /// Groups of which an every-minute job ran lately, and those of which none did, by name.
    package func weighed(_ limits: CronLimits, at now: WallTime) -> (alive: [String], silent: [String]) {
        var weighed: (alive: [String], silent: [String]) = ([], [])
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            let text = Sanitizer.line(name.text, maxBytes: 40)
            if isSilent(group, limits, at: now) {
                weighed.silent.append(text)
            } else {
                weighed.alive.append(text)
            }
        }
        return weighed
    }

    /// What the rules say at `moment`, of the last reading or later.
    package func assess(of id: EntityID, limits: CronLimits, at moment: Moment) -> [Assessment] {
        let limit = Threshold<Double>(critical: limits.heartbeat.inSeconds)
        let age = age(at: moment.wall)
        var beat = Assessment(.heartbeat, of: id, value: age, limit: limit, unit: .seconds)
        beat.unseen = isCut ? "there are more job codes than are read" : nil
        let isDead = (age ?? .infinity) > limits.heartbeat.inSeconds
        if isDead {
            beat.status = .critical
            beat.what = "no job has run"
            beat.since = lastBeat.flatMap { $0 > moment.wall ? beatSeenAt : $0 }
            beat.parts = [reason(at: moment)]
            beat.figure = .heartbeat
        }
        var groups = Assessment(.groups, of: id)
        let (alive, silent) = weighed(limits, at: moment.wall)
        groups.valueText = silent.isEmpty ? (alive.isEmpty ? "-" : "all run") : silent.joined(separator: ", ")
        groups.limitText = Age.text(limits.heartbeat)
        if isDead {
            groups.standing = .notJudged("all of cron stands still")
        } else if !silent.isEmpty {
            groups.status = .critical
            groups.what = "no job has run"
            groups.since = self.groups.values.filter { isSilent($0, limits, at: moment.wall) }
                .compactMap(\.newest).max()
            groups.parts =
                ["only \(silent.count == 1 ? "group" : "groups") \(silent.joined(separator: ", "))"]
                + (alive.isEmpty ? [] : ["\(alive.joined(separator: ", ")) alive"])
            groups.figure = .heartbeat
        }
        return [beat, groups]
    }

    private func reason(at moment: Moment) -> String {
        if isRefusing == true { return "maintenance flag is set or cron is disabled" }
        guard let newestScheduled, newestScheduled > moment.wall else { return "nothing planned" }
        if let busiest {
            let code = Sanitizer.line(busiest.code, maxBytes: 80)
            return "\(code) runs for \(Age.text(seconds: moment.age(of: busiest.since)))"
        }
        return "runs are planned, none starts"
    }
}
