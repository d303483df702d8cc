import Text

/// What is remembered of one cron job between reads, and the rules that judge it (magento.md 3.4).
package struct CronJobWatch: Sendable {
    /// The newest ever seen, kept over restarts: Magento forgets it after 60 minutes.
    package private(set) var lastSuccess: WallTime?
    /// The run whose lock was found free by the last read. Reading the row and asking for the lock are two
    /// steps, so a job that just ends looks dead once; dead is who looks so twice.
    private var lockFreeRun: WallTime?
    private var last: CronJobReading?

    package init(lastSuccess: WallTime? = nil) { self.lastSuccess = lastSuccess }

    /// The newest success, noted before the rules run because the groups are weighed by it.
    package mutating func note(_ reading: CronJobReading) {
        guard let success = reading.lastSuccess else { return }
        lastSuccess = max(success, lastSuccess ?? success)
    }

    /// Takes one reading and says what is wrong; `isCronAlive` false: a due run is not the job's own fault.
    package mutating func read(
        _ reading: CronJobReading, limits: CronLimits, isCronAlive: Bool, at now: WallTime
    ) -> [Finding] {
        note(reading)
        last = reading
        var findings: [Finding] = []
        if let started = reading.runningSince {
            findings.append(contentsOf: running(reading, since: started, limits: limits, at: now))
        } else if isCronAlive, let due = reading.overdueSince,
            now.seconds(since: due) >= limits.overdue.inSeconds
        {
            findings.append(Finding(.warning, "due, not started", since: due, figure: .due))
        }
        lockFreeRun = reading.lock == .free ? reading.runningSince : nil
        if reading.missedLastHour > 0 {
            findings.append(contentsOf: missed(reading, limits: limits, at: now))
        }
        let errors = limits.errors.status(of: reading.errorsLastHour)
        if reading.errorsLastHour > 0, errors != .ok {
            findings.append(
                Finding(
                    errors, Figures.counted(reading.errorsLastHour, "error") + " in 1 h",
                    Self.words(for: reading.lastError).map { [$0] } ?? []))
        }
        return findings
    }

    package func rules(_ limits: CronLimits, at now: WallTime) -> [RuleCheck] {
        guard let last else { return [] }
        let run = last.runningSince.map { max(0, now.seconds(since: $0)) }
        let bounds = Self.bounds(usual: last.usualSeconds, limits: limits)
        let ended = last.missedLastHour + (last.successesLastHour ?? 0) + last.errorsLastHour
        let due = last.overdueSince.map { max(0, now.seconds(since: $0)) }
        return [
            RuleCheck(
                "running", limit: bounds.text { Age.text(seconds: $0) },
                now: run.map { Age.text(seconds: $0) } ?? "-", run.map { bounds.status(of: $0) } ?? .ok,
                since: last.runningSince),
            RuleCheck(
                "missed, 1 h", limit: limits.missedShare.text { Figures.share($0) + " %" },
                now: "\(last.missedLastHour) of \(ended)", missedStatus(last, limits: limits)),
            RuleCheck(
                "errors, 1 h", limit: limits.errors.text { Figures.count($0) },
                now: Figures.count(last.errorsLastHour), limits.errors.status(of: last.errorsLastHour)),
            RuleCheck(
                "due, not started", limit: Age.text(limits.overdue),
                now: due.map { Age.text(seconds: $0) } ?? "-",
                run == nil && (due ?? 0) >= limits.overdue.inSeconds ? .warning : .ok,
                since: last.overdueSince),
        ]
    }

    private func running(
        _ reading: CronJobReading, since started: WallTime, limits: CronLimits, at now: WallTime
    ) -> [Finding] {
        let seconds = max(0, now.seconds(since: started))
        var what = "running \(Age.text(seconds: seconds))"
        if let usual = reading.usualSeconds { what += " (usual \(Age.text(seconds: usual)))" }
        let status = Self.bounds(usual: reading.usualSeconds, limits: limits).status(of: seconds)
        let isDead = reading.lock == .free && lockFreeRun == started
        if isDead {
            return [
                Finding(
                    min(status, .warning), what, ["lock gone: the process died"], figure: .running)
            ]
        }
        guard status != .ok else { return [] }
        var parts = reading.lock == .held ? ["lock held"] : []
        if let due = reading.overdueSince {
            parts.append("next run waits since \(due.civil.short(asOf: now.civil))")
        }
        return [Finding(status, what, parts, figure: .running)]
    }

    private func missed(_ reading: CronJobReading, limits: CronLimits, at now: WallTime) -> [Finding] {
        let status = missedStatus(reading, limits: limits)
        guard status != .ok else { return [] }
        let ended = reading.successesLastHour.map { $0 + reading.missedLastHour + reading.errorsLastHour }
        let share = ended.map { "missed \(reading.missedLastHour) of \($0) in 1 h" }
        let ok = lastSuccess.map { ["last ok \($0.civil.short(asOf: now.civil))"] } ?? []
        return [
            Finding(status, share ?? "missed \(reading.missedLastHour) in 1 h", ok, figure: .missed)
        ]
    }

    private func missedStatus(_ reading: CronJobReading, limits: CronLimits) -> Status {
        guard reading.missedLastHour > 0 else { return .ok }
        // Without the successes there is no share: one missed run may be one of sixty.
        guard let successes = reading.successesLastHour else {
            return reading.missedLastHour > 1 ? .warning : .ok
        }
        let ended = reading.missedLastHour + successes + reading.errorsLastHour
        return limits.missedShare.status(of: Double(reading.missedLastHour) / Double(ended))
    }

    /// Seconds a run may take: the limits, or `usualFactor` times the usual where that is more.
    private static func bounds(usual: Double?, limits: CronLimits) -> Threshold<Double> {
        let floor = (usual ?? 0) * limits.usualFactor
        return Threshold(
            warning: limits.running.warning.map { max($0.inSeconds, floor) },
            critical: limits.running.critical.map { max($0.inSeconds, floor) })
    }

    /// Decodes `messages` of an error row (magento.md 3.3).
    private static func words(for message: String?) -> String? {
        guard let message else { return nil }
        if message.isEmpty { return "process died (killed or out of memory)" }
        if message.hasPrefix("No callbacks found") { return "No callbacks found: renamed by the upgrade?" }
        if message.hasPrefix("Invalid callback") { return "Invalid callback: changed by the upgrade?" }
        if message == "Time out" { return "ran for over a day" }
        return Sanitizer.line(message, maxBytes: 160)
    }
}
