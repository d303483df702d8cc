import Text

/// The rules of an indexer: each says one thing, from what the watch remembers and the time that has passed.
extension IndexerWatch {
    /// Every rule's assessment at `moment`, by the server's clock; none before the first reading.
    package func assess(_ limits: IndexerLimits, at moment: Moment) -> [Assessment] {
        guard let last else { return [] }
        let work = stuck(last, limits, at: moment)
        let runs = failingRuns(last, limits, at: moment)
        let grows = growing(last, limits)
        var all = [lag(last, limits, [work, runs, grows], at: moment), grows, work, runs]
        if last.mode == .schedule {
            all.append(changelog(last))
            all.append(ahead())
            if let triggers = last.triggers { all.append(self.triggers(triggers, last)) }
        }
        all.append(
            halted(
                .suspended, "suspended", "no reindex runs", condition: .suspended, limits, at: moment))
        all.append(
            halted(
                .invalid, "invalid", "waits for a full reindex", condition: .invalid, limits, at: moment))
        return all
    }

    private func waiting(_ reading: IndexerReading) -> [Measured] {
        [Measured(.waiting, Figures.counted(reading.backlog ?? 0, "event waits", "events wait"))]
    }

    private var pacing: [Measured] { pace.text.map { [Measured(.pace, $0)] } ?? [] }

    private func lag(
        _ reading: IndexerReading, _ limits: IndexerLimits, _ others: [Assessment], at moment: Moment
    ) -> Assessment {
        var said = Assessment(
            .lag, of: entity, limit: limits.lag.inSeconds, unit: .seconds, figure: .lag)
        guard (reading.backlog ?? 0) > 0, let lag = lagSeconds(at: moment) else { return said }
        said.value = lag
        said.since = conditions.since(.waiting)
        said.isSinceBound = conditions.isSinceBound(.waiting)
        let status = limits.lag.status(ofSeconds: lag)
        guard status != .ok, let limit = limits.lag.limit(for: status) else { return said }
        // One that is stuck says so itself, and how long.
        if others[0].status < .ok { return said }
        // A long run moves its version only at its end: while its lock is held that is work, not harm.
        let isAtWork = reading.viewStatus == "working" && reading.isViewLocked == true
        said.status = isAtWork ? .warning : status
        said.what = "has not moved"
        said.measured =
            waiting(reading) + pacing
            + [Measured(.age, "\(Age.text(seconds: lag)) behind", limit: Age.text(limit))]
        return said
    }

    private func growing(_ reading: IndexerReading, _ limits: IndexerLimits) -> Assessment {
        var said = Assessment(
            .growing, of: entity, value: Double(growth.streak),
            limit: Threshold(warning: Double(limits.growingPolls)), unit: .minutesInARow, figure: .backlog)
        said.valueText = "\(growth.streak)"
        guard (reading.backlog ?? 0) > 0, growth.streak >= limits.growingPolls else { return said }
        said.status = .warning
        said.what = "falls behind"
        said.since = conditions.since(.falling)
        said.measured = waiting(reading) + pacing
        return said
    }

    private func stuck(
        _ reading: IndexerReading, _ limits: IndexerLimits, at moment: Moment
    ) -> Assessment {
        var said = Assessment(
            .stuck, of: entity, limit: Threshold(critical: limits.stuck.inSeconds), unit: .seconds,
            figure: .indexStatus)
        guard let held = conditions.seconds(.working, at: moment.now) else { return said }
        // Magento's own note of when it began, where we came later than it did.
        let own = reading.viewStatus == "working" ? reading.viewUpdated : reading.statusUpdated
        let seconds = max(held, own.map { moment.age(of: $0) } ?? 0)
        said.value = seconds
        said.since = moment.wall.advanced(bySeconds: -seconds)
        said.isTimeTold = false
        guard seconds >= limits.stuck.inSeconds else {
            if reading.viewStatus == "working", reading.isViewLocked == false {
                said.what = "working, no lock"
                said.standing = .pending(.critical, seconds: limits.stuck.inSeconds - seconds)
            }
            return said
        }
        said.what = "working \(Age.text(seconds: seconds))"
        switch reading.isViewLocked {
        case true?:
            said.parts = ["lock held"]
            said.figure = nil
        case false? where reading.viewStatus == "working":
            said.status = .critical
            said.what += ", no progress, no lock"
            said.parts = ["next run is skipped"]
        default:
            said.status = .warning
            said.what += ", no progress"
            said.parts = ["lock not known"]
            said.unseen = "its lock is not seen"
        }
        return said
    }

    private func failingRuns(
        _ reading: IndexerReading, _ limits: IndexerLimits, at moment: Moment
    ) -> Assessment {
        let hold = limits.failing.inSeconds
        var said = Assessment(
            .failingRuns, of: entity, limit: Threshold(critical: hold), unit: .seconds,
            since: conditions.since(.failingRuns), figure: .moved)
        guard (reading.backlog ?? 0) > 0, let seconds = conditions.seconds(.failingRuns, at: moment.now)
        else {
            return said
        }
        said.value = seconds
        said.what = "runs and fails"
        guard seconds >= hold else {
            said.standing = .pending(.critical, seconds: hold - seconds)
            return said
        }
        said.status = .critical
        said.measured = waiting(reading)
        return said
    }

    private func changelog(_ reading: IndexerReading) -> Assessment {
        guard reading.lacksChangelog else { return Assessment(.changelog, of: entity) }
        // One that was never seen may only be hidden from this account.
        return hadChangelog
            ? Assessment(
                .changelog, of: entity, .critical, "its changelog is gone: sees no change", figure: .backlog)
            : Assessment(
                .changelog, of: entity, .unknown, "its changelog is not seen: what waits is not known",
                figure: .backlog)
    }

    private func ahead() -> Assessment {
        guard isAhead else {
            var said = Assessment(.ahead, of: entity)
            if seemsAhead {
                said.standing = .notJudged("a second read says whether the view moved while it was read")
            }
            return said
        }
        return Assessment(
            .ahead, of: entity, .critical, "version ahead of changelog: indexes nothing", figure: .backlog)
    }

    private func triggers(_ triggers: Int, _ reading: IndexerReading) -> Assessment {
        var said = Assessment(
            .triggers, of: entity, value: Double(triggers), unit: .count, figure: .indexStatus)
        let state = reading.viewStatus.map { Sanitizer.line($0, maxBytes: 16) } ?? "idle"
        guard let triggerBaseline, triggerBaseline > 0 else {
            said.limitText = "1"
            if triggers == 0 {
                said.status = .critical
                said.what = "\(state), but it has no triggers: sees no change"
                said.figure = nil
            }
            return said
        }
        said.limitText = "\(triggerBaseline)"
        guard triggers < triggerBaseline else { return said }
        let gone = triggerBaseline - triggers
        said.status = .critical
        said.what =
            "\(state), but \(gone) of \(Figures.counted(triggerBaseline, "trigger")) "
            + "\(gone == 1 ? "is" : "are") gone"
        said.parts = ["changes are not seen"]
        return said
    }

    private func halted(
        _ rule: Rule, _ what: String, _ consequence: String, condition: Conditions.Name,
        _ limits: IndexerLimits, at moment: Moment
    ) -> Assessment {
        let hold = limits.invalidHold.inSeconds
        var said = Assessment(
            rule, of: entity, limit: Threshold(warning: hold), unit: .seconds,
            since: conditions.since(condition), figure: .indexStatus)
        guard let held = conditions.seconds(condition, at: moment.now) else { return said }
        // The row's own time of its last change, where we came later than it did.
        let own = conditions.isSinceBound(condition) ? last?.statusUpdated : nil
        let seconds = max(held, own.map { moment.age(of: $0) } ?? 0)
        said.value = seconds
        said.since = moment.wall.advanced(bySeconds: -seconds)
        said.what = what
        guard seconds >= hold else {
            said.standing = .pending(.warning, seconds: hold - seconds)
            return said
        }
        said.status = .warning
        said.parts = [consequence]
        return said
    }
}
