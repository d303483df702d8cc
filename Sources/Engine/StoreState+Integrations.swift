import EngineAPI
import Monitoring

/// Integrations: those of the config, fed by whichever probes count them.
struct IntegrationPart: Sendable {
    var watches: [String: IntegrationWatch] = [:]
    /// In the order of the config.
    var rows: [IntegrationRow] = []
    /// The probes that have ever counted each.
    var feeders: [String: Set<String>] = [:]
}

extension StoreState {
    mutating func receive(_ readings: [OutcomeReading], from schedule: ProbeSchedule, at now: Timestamp) {
        var readings = readings
        let named = Set(readings.map(\.integration))
        // Not named this time: nothing happened.
        for (name, feeders) in flows.feeders where feeders.contains(schedule.id) && !named.contains(name) {
            readings.append(OutcomeReading(integration: name, span: .sinceLastRead(OutcomeCounts())))
        }
        for reading in readings {
            guard let place = flows.rows.firstIndex(where: { $0.integration.name == reading.integration })
            else { continue }
            flows.feeders[reading.integration, default: []].insert(schedule.id)
            receive(reading, at: place, from: schedule, at: now)
        }
    }

    private mutating func receive(
        _ reading: OutcomeReading, at place: Int, from schedule: ProbeSchedule, at now: Timestamp
    ) {
        let name = reading.integration
        let id = EntityID(.integration, name)
        let limits = limits.integration(flows.rows[place].integration)
        var watch =
            flows.watches.removeValue(forKey: name)
            ?? IntegrationWatch(
                lastSuccess: kept.lastSuccesses[id.description],
                conditions: Conditions(kept: kept.conditions[id.description] ?? [:]))
        let before = watch.lastSuccess
        let findings = watch.read(reading, from: schedule.id, limits: limits, at: now)
        if watch.lastSuccess != before { unsaved = max(unsaved, .routine) }

        var row = flows.rows[place]
        row.judgement = settle(findings, of: id, at: now.wall)
        row.readAt = now
        row.sources = Set((flows.feeders[name] ?? []).compactMap { probes[$0]?.schedule.source }).sorted()
        row.successes = watch.perMinute?.successes
        row.failures = watch.perMinute?.failures
        row.retries = watch.perMinute?.retries
        row.fiveMinutes = FailureShare(watch.fiveMinutes, watch.fiveMinutesCoverage)
        row.hour = watch.hour.map { FailureShare($0, watch.hourCoverage) }
        row.isFewFiveMinutes = limits.areFew(watch.fiveMinutes)
        row.isFewHour = watch.hour.map { limits.areFew($0) } ?? true
        row.p50 = watch.p50
        row.p95 = watch.p95
        row.lastSuccess = watch.lastSuccess
        row.lastError = watch.lastError
        flows.rows[place] = row
        let interval = schedule.interval
        series.add(row.successes, id, .success, at: now, interval: interval)
        series.add(row.failures, id, .failure, at: now, interval: interval)
        series.add(row.retries, id, .retry, at: now, interval: interval)
        series.add(row.p95, id, .latency, at: now, interval: interval)
        flows.watches[name] = watch
    }
}

extension FailureShare {
    fileprivate init(_ counts: OutcomeCounts, _ coverage: Coverage?) {
        self.init(
            failed: counts.failures, finished: counts.finished, isBound: counts.isBound, coverage: coverage)
    }
}
