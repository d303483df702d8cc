import EngineAPI
import Monitoring
import Text

/// Queues: a watch per queue, rows by name.
struct QueuePart: Sendable {
    var watches: [EntityID: QueueWatch] = [:]
    /// By probe, sorted by name.
    var rowsByProbe: [String: [QueueRow]] = [:]
    /// All, sorted by name.
    var rows: [QueueRow] = []
    /// Which probe a plain name belongs to: the same name may be in two servers after a change of transport.
    var owners: [String: String] = [:]
}

extension StoreState {
    mutating func receive(_ readings: [QueueReading], from schedule: ProbeSchedule, at now: Timestamp) {
        var rows: [QueueRow] = []
        rows.reserveCapacity(readings.count)
        for reading in readings {
            let id = identity(of: reading, from: schedule)
            rows.append(row(for: reading, id: id, from: schedule, at: now))
        }
        let ids = Set(rows.map(\.id))
        for gone in queues.rowsByProbe[schedule.id] ?? [] where !ids.contains(gone.id) {
            queues.watches[gone.id] = nil
            queues.owners = queues.owners.filter { $0.key != gone.id.name || $0.value != schedule.id }
            series.forget(gone.id)
            since.forget(gone.id)
            let name = Sanitizer.line(gone.id.name, maxBytes: 128)
            note(nil, gone.id, "\(name) is no longer in \(schedule.source)", at: now.wall)
        }
        queues.rowsByProbe[schedule.id] = rows
        queues.rows = queues.rowsByProbe.values.joined().sorted { $0.id.name < $1.id.name }
    }

    private mutating func row(
        for reading: QueueReading, id: EntityID, from schedule: ProbeSchedule, at now: Timestamp
    ) -> QueueRow {
        var watch =
            queues.watches[id]
            ?? QueueWatch(conditions: Conditions(kept: kept.conditions[id.description] ?? [:]))
        // Taken out while it is changed, so that it is not copied.
        queues.watches[id] = nil
        let findings = watch.read(
            reading, limits: limits.queue(reading.name), interval: schedule.interval, at: now)
        var row = QueueRow(
            id: id, transport: reading.transport, judgement: settle(findings, of: id, at: now.wall),
            sources: [schedule.source])
        row.readAt = now
        row.depth = reading.depth
        row.ready = reading.ready
        row.inProgress = reading.inProgress
        row.retry = reading.retry
        row.error = reading.error
        row.inRate = watch.inRate
        row.outRate = watch.outRate
        row.oldestSeconds = reading.oldestSeconds
        row.isOldestReckoned = reading.isOldestReckoned
        row.consumers = reading.consumers
        let interval = schedule.interval
        series.add(reading.depth.map { Double($0.value) }, id, .depth, at: now, interval: interval)
        series.add(watch.inRate, id, .inRate, at: now, interval: interval)
        series.add(watch.outRate, id, .outRate, at: now, interval: interval)
        series.add(reading.oldestSeconds, id, .oldest, at: now, interval: interval)
        row.trend = series.trend(id, .depth, at: now)
        queues.watches[id] = watch
        return row
    }

    private mutating func identity(of reading: QueueReading, from schedule: ProbeSchedule) -> EntityID {
        if let owner = queues.owners[reading.name], owner != schedule.id,
            order(of: owner) < order(of: schedule.id)
        {
            return EntityID(.queue, "\(reading.name) (\(schedule.source))")
        }
        queues.owners[reading.name] = schedule.id
        return EntityID(.queue, reading.name)
    }
}
