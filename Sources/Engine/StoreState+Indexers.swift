import EngineAPI
import Monitoring
import Text

/// Indexers: a watch per indexer, rows by the probe that reads them.
struct IndexerPart: Sendable {
    var watches: [EntityID: IndexerWatch] = [:]
    var rowsByProbe: [String: [IndexerRow]] = [:]
    /// All, sorted by name.
    var rows: [IndexerRow] = []
}

extension StoreState {
    mutating func receive(_ readings: [IndexerReading], from schedule: ProbeSchedule, at now: Timestamp) {
        let moment = moment(of: schedule.source, at: now)
        var rows: [IndexerRow] = []
        var ids = Set<EntityID>()
        for reading in readings {
            let id = EntityID(.indexer, reading.name, in: schedule.source)
            guard ids.insert(id).inserted else { continue }
            rows.append(row(for: reading, id: id, from: schedule, at: moment, now: now))
        }
        var stayed = 0
        // Those that were told as gone before come first.
        let before = indexers.rowsByProbe[schedule.id] ?? missed(from: schedule)
        for gone in before.filter({ $0.goneSince != nil }) + before.filter({ $0.goneSince == nil })
        where !ids.contains(gone.id) {
            indexers.watches[gone.id] = nil
            forgetKept(gone.id)
            if stayed < Self.mostGone, let row = vanished(gone, from: schedule, at: now) {
                rows.append(row)
                stayed += 1
            } else {
                forget(indexer: gone.id)
            }
        }
        indexers.rowsByProbe[schedule.id] = rows
        indexers.rows = indexers.rowsByProbe.values.joined().sorted { $0.id < $1.id }
    }

    private mutating func forget(indexer id: EntityID) {
        _ = asides.remove(id)
        since.forget(id)
        series.forget(id)
        written.forget(id)
        assessments[id] = nil
    }

    /// One that is told as gone and is to be told no more.
    mutating func forgetGone(indexer id: EntityID) {
        for probe in indexers.rowsByProbe.keys { indexers.rowsByProbe[probe]?.removeAll { $0.id == id } }
        indexers.rows.removeAll { $0.id == id }
        forget(indexer: id)
    }

    private mutating func missed(from schedule: ProbeSchedule) -> [IndexerRow] {
        takeListed(.indexer, from: schedule).compactMap { id, listed in
            guard let mode = IndexerReading.Mode(rawValue: listed.form) else { return nil }
            var row = IndexerRow(
                id: id, mode: mode, judgement: lastJudgement(of: id), sources: [schedule.source])
            row.goneSince = listed.goneSince
            return row
        }
    }

    /// An indexer that leaves while it was not well is not well again by that.
    private mutating func vanished(
        _ row: IndexerRow, from schedule: ProbeSchedule, at now: Timestamp
    ) -> IndexerRow? {
        guard isInTrouble(row) || row.goneSince != nil else { return nil }
        var row = row
        let known = assessments[row.id]
        row.goneSince = row.goneSince ?? now.wall
        row.lagSeconds = nil
        let source = Sanitizer.line(schedule.source, maxBytes: 64)
        var said = Assessment(
            .vanished, of: row.id, .warning, "no longer in \(source)", since: row.goneSince)
        // Nil: it left while nobody watched.
        said.isSinceBound = known.map { $0.contains { $0.rule == .vanished && $0.isSinceBound } } ?? true
        row.judgement = settle([said], of: row.id, at: Moment(now), now: now.wall)
        row.readAt = now
        return row
    }

    private mutating func row(
        for reading: IndexerReading, id: EntityID, from schedule: ProbeSchedule, at moment: Moment,
        now: Timestamp
    ) -> IndexerRow {
        var watch = indexers.watches.removeValue(forKey: id) ?? watch(of: id)
        let before = watch.triggerBaseline
        watch.observe(reading, at: moment.now)
        if watch.triggerBaseline != before { unsaved = .urgent }
        let said = watch.assess(limits.indexer(reading.name), at: moment)
        var row = IndexerRow(
            id: id, mode: reading.mode, judgement: settle(said, of: id, at: moment, now: now.wall),
            sources: [schedule.source])
        row.readAt = now
        // What an operator wants to know: is it at work, else is its index good.
        let states = [reading.status, reading.viewStatus].compactMap { $0 }
        row.status =
            states.first { $0 == "working" || $0 == "invalid" || $0 == "suspended" }
            ?? reading.viewStatus ?? reading.status
        row.backlog = reading.backlog
        row.lagSeconds = watch.lagSeconds(at: moment)
        row.movedAt = watch.movedAt.map(moment.shown)
        series.add(reading.backlog.map { Double($0) }, id, .backlog, at: now, interval: schedule.interval)
        if reading.backlog != nil {
            series.add(row.lagSeconds ?? 0, id, .lag, at: now, interval: schedule.interval)
        }
        indexers.watches[id] = watch
        return row
    }

    private func watch(of id: EntityID) -> IndexerWatch {
        let progress = kept(kept.indexerProgress, of: id)
        return IndexerWatch(
            id, version: progress?.version, movedAt: progress?.movedAt,
            triggerBaseline: kept(kept.triggerBaselines, of: id),
            conditions: Conditions(kept: kept(kept.conditions, of: id) ?? [:]))
    }

    /// Judges again what time alone may have changed.
    mutating func reassessIndexers(at now: Timestamp, unlessBlind blind: [String: Judgement]) {
        for (probe, rows) in indexers.rowsByProbe where blind[probe] == nil {
            guard let source = probes[probe]?.schedule.source else { continue }
            let moment = moment(of: source, at: now)
            for row in rows {
                guard let watch = indexers.watches[row.id],
                    let place = indexers.rows.firstIndex(where: { $0.id == row.id })
                else { continue }
                indexers.rows[place].lagSeconds = watch.lagSeconds(at: moment)
                let said = weighed(watch.assess(limits.indexer(row.id.name), at: moment), of: row.id)
                guard said != ownRules(of: row.id) else { continue }
                let judgement = settle(said, of: row.id, at: moment, now: now.wall)
                indexers.rows[place].judgement = judgement
                if let own = indexers.rowsByProbe[probe]?.firstIndex(where: { $0.id == row.id }) {
                    indexers.rowsByProbe[probe]?[own].judgement = judgement
                }
            }
        }
    }
}
