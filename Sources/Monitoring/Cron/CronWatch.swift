import Text

/// What is remembered of cron as a whole, and the rules that tell its ways to stop apart (magento.md 3.4).
package struct CronWatch: Sendable {
    /// Groups of which an every-minute job succeeded lately, and those of which none did.
    package private(set) var aliveGroups: [String] = []
    package private(set) var silentGroups: [String] = []
    /// Newest executed run of any job, as far as ever seen.
    package private(set) var lastBeat: WallTime?
    private var everyMinute = Self.knownEveryMinute

    /// Core jobs that run each minute, so that their silence says their group is dead (magento.md 3.5).
    private static let knownEveryMinute: Set<String> = [
        "indexer_reindex_all_invalid", "indexer_update_all_views", "consumers_runner",
        "sales_grid_order_async_insert", "sales_send_order_emails", "bulk_cleanup",
        "catalog_product_frontend_actions_flush", "outdated_authentication_failures_cleanup",
    ]

    package init() {}

    /// Takes one reading; `lastSuccess` is the newest known of each job, from the table or our own memory.
    package mutating func read(
        _ reading: CronReading, lastSuccess: [String: WallTime], limits: CronLimits, at now: Timestamp
    ) -> [Finding] {
        if let beat = reading.newestExecuted { lastBeat = max(beat, lastBeat ?? beat) }
        weighGroups(reading, lastSuccess: lastSuccess, limits: limits, at: now.wall)
        guard let lastBeat else {
            return [
                Finding(.critical, "no job has run", [reason(reading, at: now.wall)], figure: .heartbeat)
            ]
        }
        if now.wall.seconds(since: lastBeat) > limits.heartbeat.inSeconds {
            return [
                Finding(
                    .critical, "no job has run", since: lastBeat, [reason(reading, at: now.wall)],
                    figure: .heartbeat)
            ]
        }
        guard !silentGroups.isEmpty else { return [] }
        let silent = reading.jobs.filter { $0.group.map(silentGroups.contains) ?? false }
        let last = silent.compactMap { lastSuccess[$0.code] }.max()
        let names = silentGroups.joined(separator: ", ")
        let parts =
            ["only \(silentGroups.count == 1 ? "group" : "groups") \(names)"]
            + (aliveGroups.isEmpty ? [] : ["\(aliveGroups.joined(separator: ", ")) alive"])
        return [Finding(.critical, "no job has run", since: last, parts, figure: .heartbeat)]
    }

    package func rules(_ limits: CronLimits, at now: Timestamp) -> [RuleCheck] {
        let age = lastBeat.map { max(0, now.wall.seconds(since: $0)) }
        return [
            RuleCheck(
                "heartbeat", limit: Age.text(limits.heartbeat),
                now: age.map { Age.text(seconds: $0) } ?? "-",
                (age ?? .infinity) > limits.heartbeat.inSeconds ? .critical : .ok, since: lastBeat)
        ]
    }

    private func reason(_ reading: CronReading, at now: WallTime) -> String {
        if reading.isRefusing == true { return "maintenance flag is set or cron is disabled" }
        guard let planned = reading.newestScheduled, planned > now else { return "nothing planned" }
        let busy = reading.jobs.filter { $0.runningSince != nil && $0.lock != .free }
        if let job = busy.min(by: { ($0.runningSince ?? now) < ($1.runningSince ?? now) }),
            let since = job.runningSince
        {
            let code = Sanitizer.line(job.code, maxBytes: 80)
            return "\(code) runs for \(Age.text(seconds: now.seconds(since: since)))"
        }
        return "runs are planned, none starts"
    }

    private mutating func weighGroups(
        _ reading: CronReading, lastSuccess: [String: WallTime], limits: CronLimits, at now: WallTime
    ) {
        var newest: [String: WallTime?] = [:]
        for job in reading.jobs {
            // 40 of 60: some runs are missed on a good day too.
            if (job.successesLastHour ?? 0) >= 40 { everyMinute.insert(job.code) }
            guard let group = job.group, everyMinute.contains(job.code) else { continue }
            let known = newest[group] ?? nil
            let last = lastSuccess[job.code]
            newest[group] = .some([known, last].compactMap { $0 }.max())
        }
        aliveGroups = []
        silentGroups = []
        for (group, last) in newest.sorted(by: { $0.key < $1.key }) {
            let name = Sanitizer.line(group, maxBytes: 40)
            if let last, now.seconds(since: last) <= limits.heartbeat.inSeconds {
                aliveGroups.append(name)
            } else {
                silentGroups.append(name)
            }
        }
    }
}
