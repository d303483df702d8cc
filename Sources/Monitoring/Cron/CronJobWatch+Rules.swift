import Text

// One assessment a rule, of the last reading or later. What may only be said of a reading (that nothing plans the
// job, what the last hour held) is said as of that one.
extension CronJobWatch {
    /// A job of each minute is missing when nothing has planned it for so long (magento.md 8, rule 8).
    private static let unplannedSeconds: Double = 600

    /// `cron` is the whole, `group` the job's own group, `limits` the job's.
    package func assess(
        of id: EntityID, limits: CronLimits, cron: CronPulse, group: CronPulse, at moment: Moment
    ) -> [Assessment] {
        let told = [last?.overdueSince, memory.success?.happened, memory.failing?.happened]
        let all = [
            running(id, limits, moment), failed(id, limits, moment), missed(id, limits, moment),
            due(id, limits, group, moment), unplanned(id, cron, moment),
        ].map { assessment in
            var assessment = assessment
            assessment.told = told.compactMap(\.self)
            return assessment
        }
        guard let since = unplannedSince(cron), !isExpected else { return all }
        return all.map { assessment in
            var assessment = assessment
            assessment.status = .off
            if assessment.rule == .jobUnplanned {
                assessment.what = "not planned any more"
                assessment.since = since
                if let failing = memory.failing {
                    (assessment.parts, assessment.timedParts) = ([], [outcome(failing, at: moment)])
                }
            } else {
                (assessment.what, assessment.parts, assessment.figure) = ("", [], nil)
                assessment.timedParts = []
            }
            return assessment
        }
    }

    /// Magento itself plans it for each minute, whatever the table says.
    private var isExpected: Bool { last.map { CronWatch.eachMinute.contains(ExactName($0.code)) } ?? false }

    // MARK: Running

    private func running(_ id: EntityID, _ limits: CronLimits, _ moment: Moment) -> Assessment {
        var assessment = Assessment(.jobRunning, of: id, unit: .seconds)
        assessment.limit = Self.bounds(usual: last?.usualSeconds, limits: limits)
        guard let last, let started = last.runningSince else { return assessment }
        let seconds = moment.age(of: started)
        assessment.value = seconds
        assessment.status = assessment.limit.status(of: seconds)
        if isDead { assessment.status = min(assessment.status, .warning) }
        if last.lock == .unknown { assessment.unseen = "whether its process lives" }
        if assessment.status == .ok, last.lock == .free {
            assessment.standing = .notJudged(
                "nobody holds its lock, a second read says whether it has just ended")
        }
        guard assessment.status != .ok else { return assessment }
        assessment.figure = .running
        assessment.what = "running \(Age.text(seconds: seconds))"
        let over = assessment.limit.status(of: seconds)
        let limit = over < .ok ? assessment.limit.limit(for: over) : nil
        let bounds = [last.usualSeconds.map { ("usual", $0) }, limit.map { ("limit", $0) }]
            .compactMap { $0 }.map { "\($0.0) \(Age.text(seconds: $0.1))" }
        if !bounds.isEmpty { assessment.what += " (\(bounds.joined(separator: ", ")))" }
        if isDead {
            assessment.parts = ["lock gone: the process died"]
            return assessment
        }
        if last.lock == .held { assessment.parts = ["lock held"] }
        if let due = last.overdueSince {
            assessment.timedParts.append("next run waits since \(shown(due, at: moment))")
        }
        return assessment
    }

    /// Seconds a run may take: the limits, or `usualFactor` times the usual where that is more.
    private static func bounds(usual: Double?, limits: CronLimits) -> Threshold<Double> {
        let floor = (usual ?? 0) * limits.usualFactor
        return Threshold(
            warning: limits.running.warning.map { max($0.inSeconds, floor) },
            critical: limits.running.critical.map { max($0.inSeconds, floor) })
    }

    // MARK: How it ended

    private func failed(_ id: EntityID, _ limits: CronLimits, _ moment: Moment) -> Assessment {
        let errors = last?.errorsLastHour ?? 0
        var assessment = Assessment(
            .jobFailed, of: id, value: Double(errors), limit: limits.errors.doubles, unit: .count)
        assessment.valueText = newestText(moment)
        guard let failing = memory.failing, failing.end != .missed else { return assessment }
        // The row that runs with nobody behind it is told as what it is.
        if isDead, failing.started == deadRun { return assessment }
        let status = limits.errors.status(of: max(1, errors))
        assessment.status = memory.isCertain ? status : max(status, .warning)
        guard assessment.status != .ok else { return assessment }
        tell(failing, "failed", in: &assessment, moment)
        if errors > 1 {
            let isBound = last?.isHourBound ?? false
            assessment.parts.append("\(Figures.count(errors, isBound: isBound)) errors in 1 h")
        }
        if let words = Self.words(for: failing) { assessment.parts.append(words) }
        assessment.figure = errors > 0 ? .errors : .lastSuccess
        return assessment
    }

    private func missed(_ id: EntityID, _ limits: CronLimits, _ moment: Moment) -> Assessment {
        var assessment = Assessment(.jobMissed, of: id, limit: limits.missedShare, unit: .share)
        let missed = last?.missedLastHour ?? 0
        let ended = last?.successesLastHour.map { $0 + missed + (last?.errorsLastHour ?? 0) }
        if let ended, ended > 0 { assessment.value = Double(missed) / Double(ended) }
        let isBound = last?.isHourBound ?? false
        let most = ended.map { Figures.count($0, isBound: isBound) }
        let count = Figures.count(missed, isBound: isBound)
        assessment.valueText = most.map { "\(count) of \($0)" } ?? count
        if missed > 0 {
            // Without the successes there is no share: one missed run may be one of sixty.
            assessment.status =
                assessment.value.map { limits.missedShare.status(of: $0) } ?? (missed > 1 ? .warning : .ok)
            let share = assessment.value.map { ", \(Figures.share($0)) %" } ?? ""
            assessment.what =
                assessment.status == .ok ? "" : "missed \(assessment.valueText ?? "") in 1 h\(share)"
        }
        if let failing = memory.failing, failing.end == .missed, limits.missedShare != Threshold() {
            if assessment.status == .ok { tell(failing, "missed", in: &assessment, moment) }
            assessment.status = min(assessment.status, .warning)
            // Few of the hour, but the newest one.
            assessment.limitText = assessment.ownLimit + ", or the newest"
        }
        guard assessment.status != .ok else { return assessment }
        assessment.figure = .missed
        if let success = memory.success?.happened {
            assessment.timedParts.append("last ok \(shown(success, at: moment))")
        }
        return assessment
    }

    /// Since when; of what the table no longer proves, when it was.
    private func tell(_ run: CronRun, _ word: String, in assessment: inout Assessment, _ moment: Moment) {
        if memory.isCertain {
            assessment.what = word
            assessment.since = memory.failingSince ?? run.happened
            return
        }
        let time = run.happened.map { " \(shown($0, at: moment))" } ?? ""
        assessment.what = "\(word)\(time); whether it ran since is not kept by the store"
        assessment.unseen = "whether it ran since"
    }

    private func newestText(_ moment: Moment) -> String {
        if let failing = memory.failing { return outcome(failing, at: moment) }
        return memory.success.map { outcome($0, at: moment) } ?? "-"
    }

    /// `failed 28 Nov 02:00`
    private func outcome(_ run: CronRun, at moment: Moment) -> String {
        let word =
            switch run.end {
            case .success: "ok"
            case .error, .killed: "failed"
            case .missed: "missed"
            }
        return word + (run.happened.map { " \(shown($0, at: moment))" } ?? "")
    }

    private func shown(_ time: WallTime, at moment: Moment) -> String {
        moment.shown(time).civil.short(asOf: moment.shown(moment.wall).civil)
    }

    /// Decodes `messages` of an error row (magento.md 3.3).
    private static func words(for run: CronRun) -> String? {
        guard run.end == .error, let message = run.message, !message.isEmpty else {
            return "process died (killed or out of memory)"
        }
        if message.hasPrefix("No callbacks found") { return "No callbacks found: renamed by the upgrade?" }
        if message.hasPrefix("Invalid callback") { return "Invalid callback: changed by the upgrade?" }
        if message == "Time out" { return "ran for over a day" }
        return Sanitizer.line(message, maxBytes: 160)
    }

    // MARK: Plans

    private func due(
        _ id: EntityID, _ limits: CronLimits, _ pulse: CronPulse, _ moment: Moment
    ) -> Assessment {
        let limit = limits.overdue.inSeconds
        var assessment = Assessment(
            .jobDue, of: id, limit: Threshold(warning: limit), unit: .seconds, figure: .due)
        guard let last, let due = overdueSince(at: moment.wall) else { return assessment }
        let start = last.newestStart
        let isServed = last.runningSince != nil || isStartedLately(start?.at, moment)
        if isServed, let start, start.late >= limit {
            // It runs, from a backlog: neither well nor not started.
            assessment.status = .warning
            assessment.value = start.late
            assessment.what = "runs \(Age.text(seconds: start.late)) late"
            return assessment
        }
        // One that runs has not left the next undone, and one that cron passes by is no plan.
        let isPassedBy = start.map { $0.at.seconds(since: due) >= limit } ?? false
        if last.runningSince != nil || (isServed && isPassedBy) { return assessment }
        guard let late = pulse.lateness(of: due, limit: limit, at: moment.wall) else {
            assessment.standing = .notJudged("cron stands still")
            return assessment
        }
        assessment.value = moment.age(of: due)
        guard late >= limit else { return assessment }
        assessment.status = .warning
        assessment.what = "due, not started"
        assessment.since = due
        return assessment
    }

    /// Within three of its usual gaps, three minutes at least.
    private func isStartedLately(_ start: WallTime?, _ moment: Moment) -> Bool {
        guard let start else { return false }
        return moment.age(of: start) <= max(180, 3 * (last?.usualGap ?? 60))
    }

    private func unplanned(_ id: EntityID, _ cron: CronPulse, _ moment: Moment) -> Assessment {
        var assessment = Assessment(.jobUnplanned, of: id, unit: .seconds)
        assessment.limit = Threshold(warning: Self.unplannedSeconds)
        guard isExpected || memory.isEachMinute == true else {
            assessment.limitText = "-"
            return assessment
        }
        guard isWithoutPlan, let readAt = memory.readAt else { return assessment }
        // While cron stands nothing is planned; what was missing before is missing still.
        let end = cron.known(until: readAt)
        if !cron.isAlive { assessment.standing = .notJudged("cron stands still") }
        guard let end else { return assessment }
        guard let newest = memory.takenBackAt ?? memory.newestPlanned ?? memory.newest else {
            return assessment
        }
        let from = max(newest, cron.aliveSince ?? newest)
        let seconds = max(0, end.seconds(since: from))
        assessment.value = seconds
        guard seconds >= Self.unplannedSeconds else { return assessment }
        assessment.standing = .judged
        assessment.status = .warning
        assessment.what = "planned nowhere, runs each minute otherwise"
        assessment.since = newest
        assessment.figure = .due
        return assessment
    }
}
