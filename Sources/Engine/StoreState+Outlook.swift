import EngineAPI
import Monitoring
import Text

/// When it will hurt: what is told of how fast things get worse, and nothing where the figures do not say.
extension StoreState {
    /// A clause, such as `29 more each minute: 2000 in 40 to 55 min`.
    func outlook(of id: EntityID, at now: Timestamp) -> String? {
        switch id.kind {
        case .queue: outlookOfQueue(id, at: now)
        case .indexer: outlookOfIndexer(id, at: now)
        case .cron: outlookOfJob(id, at: now)
        case .integration: outlookOfFlow(id, at: now)
        case .flag, .source, .recon: nil
        }
    }

    private func isTold(_ id: EntityID, _ rules: Rule...) -> Bool {
        (assessments[id] ?? []).contains {
            rules.contains($0.rule) && $0.standing == .judged && $0.status < .ok
        }
    }

    // MARK: Queues

    /// To the next limit of its depth; where nothing leaves it, to that of its oldest message.
    private func outlookOfQueue(_ id: EntityID, at now: Timestamp) -> String? {
        guard let row = queues.rows.first(where: { $0.id == id }) else { return nil }
        let (limits, pace) = (limits.queue(id.name), queues.watches[id]?.value.pace)
        var clauses: [String] = []
        if let words = pace?.text {
            var clause = words
            if let depth = row.depth?.value, let pace = pace?.perMinute,
                let limit = limits.backlog.next(above: depth),
                let span = span(SeriesID(id, .depth), pace, from: Double(depth), to: Double(limit), at: now)
            {
                clause += ": \(Figures.count(limit)) in \(span)"
            }
            clauses.append(clause)
        }
        if isTold(id, .noConsumer, .nothingTaken), row.goneSince == nil, let oldest = row.oldestSeconds,
            let limit = limits.oldest.inSeconds.next(above: oldest)
        {
            clauses.append("the oldest has waited \(Age.text(seconds: limit)) in \(left(limit - oldest))")
        }
        return clauses.isEmpty ? nil : clauses.joined(separator: " · ")
    }

    // MARK: Indexers

    /// A changelog has no limit of its own: when twice as much waits; and where its view stands, when it is as far behind
    /// as its limit.
    private func outlookOfIndexer(_ id: EntityID, at now: Timestamp) -> String? {
        guard let row = indexers.rows.first(where: { $0.id == id }), row.goneSince == nil,
            let watch = indexers.watches[id], let backlog = row.backlog, backlog > 0
        else { return nil }
        var clauses: [String] = []
        if let words = watch.pace.text, let pace = watch.pace.perMinute {
            let level = Double(backlog)
            let span = span(SeriesID(id, .backlog), pace, from: level, to: 2 * level, at: now)
            clauses.append(words + (span.map { ": twice as many in \($0)" } ?? ""))
        }
        if let lag = row.lagSeconds, lag >= 60, isTold(id, .lag, .growing, .failingRuns, .stuck, .suspended),
            let limit = limits.indexer(id.name).lag.inSeconds.next(above: lag)
        {
            clauses.append("\(Age.text(seconds: limit)) behind in \(left(limit - lag)) if it does not move")
        }
        return clauses.isEmpty ? nil : clauses.joined(separator: " · ")
    }

    // MARK: Cron

    /// Magento passes a run by while the one before it still runs (magento.md 3.2).
    private func outlookOfJob(_ id: EntityID, at now: Timestamp) -> String? {
        guard let job = cron.rows.jobs.first(where: { $0.id == id }), job.runningSince != nil,
            isTold(id, .jobRunning), job.overdueSince == nil, let due = job.nextDue
        else { return nil }
        let seconds = due.seconds(since: moment(of: id.source, at: now).wall)
        guard seconds > 0 else { return nil }
        return "its next run, due in \(left(seconds)), is skipped if it still runs then"
    }

    // MARK: Flows

    /// Of one that has gone silent, when its last success is as old as its limit.
    private func outlookOfFlow(_ id: EntityID, at now: Timestamp) -> String? {
        guard isTold(id, .silent, .lessThanUsual), let row = flows.rows.first(where: { $0.id == id }),
            let success = row.lastSuccess, flows.watches[id]?.fiveMinutes.successes == 0
        else { return nil }
        let age = Moment(now).age(of: success)
        guard let limit = limits.integration(row.integration).lastSuccess.inSeconds.next(above: age) else {
            return nil
        }
        return "\(Age.text(seconds: limit)) without a success in \(left(limit - age))"
    }

    // MARK: Figures

    private func left(_ seconds: Double) -> String { Age.text(seconds: max(1, seconds)) }

    /// Two paces are measured, of two minutes and of up to half an hour. The time to a limit is told as the range between
    /// them, and not at all where they disagree by four times, one of them does not grow or it takes a week.
    private func span(
        _ series: SeriesID, _ pace: Double, from level: Double, to limit: Double, at now: Timestamp
    ) -> String? {
        guard pace > 0, let longer = longerPace(of: series, at: now), longer > 0 else { return nil }
        let (slow, fast) = (min(pace, longer), max(pace, longer))
        let missing = (limit - level) * 60
        guard fast < 4 * slow, missing / slow < 7 * 86_400 else { return nil }
        let (soon, late) = (Age.text(seconds: missing / fast), Age.text(seconds: missing / slow))
        return soon == late ? soon : "\(soon) to \(late)"
    }

    /// More each minute, by the first and the last third of up to half an hour; nil where less than ten minutes are known.
    private func longerPace(of id: SeriesID, at now: Timestamp) -> Double? {
        guard let values = series[id]?.byTenSeconds(last: 180, at: now) else { return nil }
        let known = values.enumerated().compactMap { place, value in value.map { (place, $0) } }
        guard known.count >= 60 else { return nil }
        let third = known.count / 3
        func mean(_ part: ArraySlice<(Int, Double)>) -> (place: Double, value: Double) {
            let count = Double(part.count)
            return (part.reduce(0) { $0 + Double($1.0) } / count, part.reduce(0) { $0 + $1.1 } / count)
        }
        let (before, after) = (mean(known[..<third]), mean(known[(known.count - third)...]))
        return (after.value - before.value) / (after.place - before.place) * 6
    }
}

extension Threshold where Value: Comparable {
    /// The nearest of its limits that `value` has not reached.
    fileprivate func next(above value: Value) -> Value? {
        [warning, critical].compactMap(\.self).filter { $0 > value }.min()
    }
}
