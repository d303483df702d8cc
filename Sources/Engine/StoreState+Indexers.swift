import EngineAPI
import Monitoring

/// Indexers: a watch per indexer.
struct IndexerPart: Sendable {
    var watches: [String: IndexerWatch] = [:]
    var rows: [IndexerRow] = []
    var probe: String?
}

extension StoreState {
    mutating func receive(_ readings: [IndexerReading], from schedule: ProbeSchedule, at now: Timestamp) {
        indexers.probe = schedule.id
        let names = Set(readings.map(\.name))
        for gone in indexers.rows where !names.contains(gone.id.name) {
            indexers.watches[gone.id.name] = nil
            since.forget(gone.id)
            series.forget(gone.id)
        }
        indexers.rows = readings.map { row(for: $0, from: schedule, at: now) }.sorted {
            $0.id.name < $1.id.name
        }
    }

    private mutating func row(
        for reading: IndexerReading, from schedule: ProbeSchedule, at now: Timestamp
    ) -> IndexerRow {
        let id = EntityID(.indexer, reading.name)
        var watch = indexers.watches.removeValue(forKey: reading.name) ?? watch(of: id)
        let before = (watch.version, watch.triggerBaseline)
        let findings = watch.read(reading, limits: limits.indexer(reading.name), at: now)
        if before != (watch.version, watch.triggerBaseline) { unsaved = max(unsaved, .routine) }
        var row = IndexerRow(
            name: reading.name, mode: reading.mode, judgement: settle(findings, of: id, at: now.wall),
            sources: [schedule.source])
        row.readAt = now
        // What an operator wants to know: is it at work, else is its index good.
        let states = [reading.status, reading.viewStatus].compactMap { $0 }
        row.status =
            states.first { $0 == "working" || $0 == "invalid" || $0 == "suspended" }
            ?? reading.viewStatus ?? reading.status
        row.backlog = reading.backlog
        row.lagSeconds = watch.lagSeconds
        row.movedAt = watch.movedAt
        series.add(reading.backlog.map { Double($0) }, id, .backlog, at: now, interval: schedule.interval)
        if reading.backlog != nil {
            series.add(watch.lagSeconds ?? 0, id, .lag, at: now, interval: schedule.interval)
        }
        indexers.watches[reading.name] = watch
        return row
    }

    private func watch(of id: EntityID) -> IndexerWatch {
        let progress = kept.indexerProgress[id.name]
        return IndexerWatch(
            version: progress?.version, movedAt: progress?.movedAt,
            triggerBaseline: kept.triggerBaselines[id.name],
            conditions: Conditions(kept: kept.conditions[id.description] ?? [:]))
    }
}
