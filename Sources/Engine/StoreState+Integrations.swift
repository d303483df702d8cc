import EngineAPI
import Monitoring
import Text

/// Integrations: those of the config, fed by whichever probes count them.
struct IntegrationPart: Sendable {
    var watches: [EntityID: IntegrationWatch] = [:]
    /// In the order of the config.
    var rows: [IntegrationRow] = []
    /// The probes that have ever counted each, and when each last did.
    var feeders: [EntityID: [String: Timestamp]] = [:]
    /// The sources that the config counts each by.
    var sources: [EntityID: [String]] = [:]
}

extension StoreState {
    mutating func receive(_ readings: [OutcomeReading], from schedule: ProbeSchedule, at now: Timestamp) {
        for reading in readings {
            let id = EntityID(.integration, reading.integration)
            guard let place = flows.rows.firstIndex(where: { $0.id == id }) else { continue }
            flows.feeders[id, default: [:]][schedule.id] = now
            receive(reading, at: place, from: schedule, at: now)
        }
    }

    private mutating func receive(
        _ reading: OutcomeReading, at place: Int, from schedule: ProbeSchedule, at now: Timestamp
    ) {
        let id = flows.rows[place].id
        let limits = limits.integration(flows.rows[place].integration)
        var watch =
            flows.watches.removeValue(forKey: id)
            ?? IntegrationWatch(
                id, lastSuccess: kept(kept.lastSuccesses, of: id),
                conditions: Conditions(kept: kept(kept.conditions, of: id) ?? [:]))
        let isNew = watch.lastSuccess == nil
        watch.observe(
            reading, from: schedule.id, limits: limits, at: moment(of: schedule.source, at: now), now: now)
        if isNew, watch.lastSuccess != nil { unsaved = .urgent }

        var row = flows.rows[place]
        let moment = Moment(now)
        let said = withoutUnread(watch.assess(limits, at: moment), of: id, but: schedule.id, at: now)
        row.judgement = settle(said, of: id, at: moment, now: now.wall)
        row.readAt = now
        row.sources = Set((flows.feeders[id] ?? [:]).keys.compactMap { probes[$0]?.schedule.source }).sorted()
        row.successes = watch.perMinute?.successes
        row.failures = watch.perMinute?.failures
        row.retries = watch.perMinute?.retries
        row.fiveMinutes = FailureShare(watch.fiveMinutes, watch.fiveMinutesCoverage)
        row.hour = FailureShare(watch.hour, watch.hourCoverage)
        row.isFewFiveMinutes = limits.areFew(watch.fiveMinutes)
        row.isFewHour = limits.areFew(watch.hour)
        row.p50 = watch.p50
        row.p95 = watch.p95
        row.lastSuccess = watch.lastSuccess
        row.lastError = watch.lastError
        row.lastErrorAt = watch.lastErrorAt
        flows.rows[place] = row
        let interval = schedule.interval
        series.add(row.successes, id, .success, at: now, interval: interval)
        series.add(row.failures, id, .failure, at: now, interval: interval)
        series.add(row.retries, id, .retry, at: now, interval: interval)
        series.add(row.p95, id, .latency, at: now, interval: interval)
        series.add(row.p50, id, .median, at: now, interval: interval)
        flows.watches[id] = watch
    }

    // MARK: Who is not read

    /// What stands between a flow and each probe that counts it, or should: one that cannot be read, or that
    /// reads well and tells nothing of it. `blind` holds the probes that are not read.
    func blindFeeders(of flow: EntityID, _ blind: [String: Judgement], at now: Timestamp) -> [Judgement] {
        let feeders = flows.feeders[flow] ?? [:]
        var found: [Judgement] = []
        for (probe, told) in feeders.sorted(by: { $0.key < $1.key }) {
            if let judgement = blind[probe] {
                found.append(judgement)
            } else if let judgement = silence(of: probe, since: told, at: now) {
                found.append(judgement)
            }
        }
        let known = Set(feeders.keys.compactMap { probes[$0]?.schedule.source }.map { ExactName($0) })
        // Of one that nothing counts at all its row says so.
        guard !known.isEmpty else { return found }
        for id in probeOrder {
            guard let schedule = probes[id]?.schedule, schedule.subject == "outcomes",
                !known.contains(ExactName(schedule.source)),
                flows.sources[flow]?.contains(where: { ExactName.same($0, schedule.source) }) ?? false
            else { continue }
            found.append(
                blind[id] ?? Judgement(.unknown, ["\(schedule.source) has told nothing of it yet"]))
        }
        return found
    }

    /// Its probe is read, and has not told of it (a flow, its queues) for so long that its figures are too old.
    func silence(of probe: String, since told: Timestamp, at now: Timestamp) -> Judgement? {
        guard let schedule = probes[probe]?.schedule else { return nil }
        let age = now.seconds(since: told)
        guard age > limits.freshness.unknownIntervals * schedule.interval.inSeconds else { return nil }
        var judgement = Judgement(
            .unknown, ["\(schedule.source) has told nothing of it for \(Age.text(seconds: age))"])
        judgement.asOf = told.wall
        return judgement
    }

    /// A share of the attempts that are read is no ground to call the flow well: while another source that
    /// counts it is not read, that is not judged.
    private func withoutUnread(
        _ said: [Assessment], of flow: EntityID, but probe: String, at now: Timestamp
    ) -> [Assessment] {
        var blind: [String: Judgement] = [:]
        for (id, watch) in probes where id != probe {
            blind[id] = watch.blindJudgement(limits.freshness, at: now)
        }
        guard !blindFeeders(of: flow, blind, at: now).isEmpty else { return said }
        return said.map { assessment in
            var assessment = assessment
            if assessment.rule == .failing, assessment.status == .ok {
                assessment.standing = .notJudged("another source of it is not read")
            }
            return assessment
        }
    }

    /// Covers the flows of which not all is read; what is critical by what is read stays as it is.
    mutating func coverFlows(in snapshot: inout Snapshot, with blind: [String: Judgement], at now: Timestamp)
    {
        for place in snapshot.integrations.indices {
            let row = snapshot.integrations[place]
            let found = blindFeeders(of: row.id, blind, at: now)
            // Half of the attempts is no ground to call it well.
            guard let worst = found.min(by: { $0.status < $1.status }) else { continue }
            let isTold = flows.feeders[row.id]?.contains { probe, told in
                blind[probe] == nil && silence(of: probe, since: told, at: now) == nil
            }
            if row.judgement.status == .critical, isTold ?? false {
                snapshot.integrations[place].judgement.reason += worst.reason.prefix(1)
            } else {
                cover(&snapshot.integrations[place].judgement, with: worst, of: row.id, at: now)
            }
        }
    }

    /// Judges again what time alone may have changed.
    mutating func reassessIntegrations(at now: Timestamp, unlessBlind blind: [String: Judgement]) {
        let moment = Moment(now)
        for place in flows.rows.indices {
            let row = flows.rows[place]
            guard let watch = flows.watches[row.id],
                blindFeeders(of: row.id, blind, at: now).isEmpty
            else { continue }
            let said = watch.assess(limits.integration(row.integration), at: moment)
            guard said != ownRules(of: row.id) else { continue }
            flows.rows[place].judgement = settle(said, of: row.id, at: moment, now: now.wall)
        }
    }
}

extension FailureShare {
    fileprivate init(_ counts: OutcomeCounts, _ coverage: Coverage?) {
        self.init(
            failed: counts.failures, finished: counts.finished, isBound: counts.isBound, coverage: coverage)
    }
}
