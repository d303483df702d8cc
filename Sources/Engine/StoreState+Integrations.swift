import EngineAPI
import Monitoring
import Text

/// Integrations: those of the config, fed by whichever probes count them.
struct IntegrationPart: Sendable {
    var watches: [EntityID: IntegrationWatch] = [:]
    /// In the order of the config.
    var rows: [IntegrationRow] = []
    /// The probes that have ever counted each.
    var feeders: [EntityID: Set<String>] = [:]
}

extension StoreState {
    mutating func receive(_ readings: [OutcomeReading], from schedule: ProbeSchedule, at now: Timestamp) {
        for reading in readings {
            let id = EntityID(.integration, reading.integration)
            guard let place = flows.rows.firstIndex(where: { $0.id == id }) else { continue }
            flows.feeders[id, default: []].insert(schedule.id)
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
        let before = watch.lastSuccess
        watch.observe(
            reading, from: schedule.id, limits: limits, at: moment(of: schedule.source, at: now), now: now)
        if watch.lastSuccess != before { unsaved = max(unsaved, .routine) }

        var row = flows.rows[place]
        let moment = Moment(now)
        row.judgement = settle(watch.assess(limits, at: moment), of: id, at: moment, now: now.wall)
        row.readAt = now
        row.sources = Set((flows.feeders[id] ?? []).compactMap { probes[$0]?.schedule.source }).sorted()
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
        flows.watches[id] = watch
    }

    /// Judges again what time alone may have changed.
    mutating func reassessIntegrations(at now: Timestamp, unlessBlind blind: [String: Judgement]) {
        let moment = Moment(now)
        for place in flows.rows.indices {
            let row = flows.rows[place]
            guard let watch = flows.watches[row.id],
                flows.feeders[row.id]?.allSatisfy({ blind[$0] == nil }) ?? false
            else { continue }
            let said = watch.assess(limits.integration(row.integration), at: moment)
            guard said != assessments[row.id] else { continue }
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
