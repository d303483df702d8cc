import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension StoreState {
    /// What can be seen at `now`. Rows whose figures are too old are marked so, with the reason.
    mutating func snapshot(generation: UInt64, at now: Timestamp) -> Snapshot {
        reassess(at: now)
        var snapshot = covered(generation: generation, at: now)
        showAsides(in: &snapshot, at: now.wall)
        snapshot.alerts = alertRows(in: snapshot, at: now)
        showPending(in: &snapshot, at: now)
        snapshot.silences = silences.silences.filter { now.wall < $0.until }
        snapshot.ended = detecting.ended.shown(at: now.wall)
        snapshot.learnedSeconds =
            detecting.learned.map { $0.seconds + now.seconds(since: $0.at) } ?? kept.learnedSeconds
        snapshot.baseline =
            baseline.map {
                BaselineFacts(name: $0.name, isCompared: detecting.comparesWithBaseline)
            } ?? kept.comparedWith.map { BaselineFacts(name: $0, isCompared: true) }
        return snapshot
    }

    private mutating func covered(generation: UInt64, at now: Timestamp) -> Snapshot {
        var snapshot = Snapshot(at: now, environment: environment)
        snapshot.generation = generation
        snapshot.window = window
        snapshot.storage = storage.judgement
        if storage.isEmpty, let why = environment.watchesOnly {
            snapshot.storage = Judgement(.warning, [why])
            if let silence = keeperPulse?.silence(at: now) {
                let words = "silent for \(Age.text(seconds: silence)), what it does is not known: \(why)"
                snapshot.storage = Judgement(.critical, [words])
            }
        }
        changes.book.forgetOld(at: now.wall)
        snapshot.events = shownEvents
        snapshot.changes = Array(changes.book.changes.suffix(Snapshot.mostChanges))
        snapshot.sources = sourceRows(at: now)

        // One judgement per probe, shared by all its rows.
        var blind: [String: Judgement] = [:]
        for (id, watch) in probes { blind[id] = watch.blindJudgement(limits.freshness, at: now) }
        snapshot.queues = queues.rows
        snapshot.integrations = flows.rows
        snapshot.cron = cron.rows
        snapshot.indexers = indexers.rows
        snapshot.flags = flagRows(at: now)
        snapshot.assessments = telling()
        snapshot.nameRows(&labels)
        coverFlows(in: &snapshot, with: blind, at: now)
        let blindToQueues = blindToQueues(blind, at: now)
        for (probe, rows) in queues.rowsByProbe {
            guard let judgement = blindToQueues[probe] else { continue }
            let ids = Set(rows.map(\.id))
            for place in snapshot.queues.indices where ids.contains(snapshot.queues[place].id) {
                cover(
                    &snapshot.queues[place].judgement, with: judgement, of: snapshot.queues[place].id, at: now
                )
                snapshot.queues[place].consumers = .unreadable
            }
        }
        for place in snapshot.queues.indices where !queues.awaited.isEmpty {
            let row = snapshot.queues[place]
            guard row.judgement.asOf == nil, let judgement = blindJudgement(ofAwaited: row, at: now) else {
                continue
            }
            cover(&snapshot.queues[place].judgement, with: judgement, of: row.id, at: now)
            snapshot.queues[place].consumers = .unreadable
        }
        cover(&snapshot.cron, with: blind, at: now)
        for (probe, rows) in indexers.rowsByProbe {
            guard let judgement = blind[probe] else { continue }
            let ids = Set(rows.map(\.id))
            for place in snapshot.indexers.indices where ids.contains(snapshot.indexers[place].id) {
                let id = snapshot.indexers[place].id
                cover(&snapshot.indexers[place].judgement, with: judgement, of: id, at: now)
            }
        }
        for place in snapshot.flags.indices {
            let row = snapshot.flags[place]
            guard let probe = flags.probes[row.flag.backend], let judgement = blind[probe] else { continue }
            cover(&snapshot.flags[place].judgement, with: judgement, of: row.id, at: now)
        }
        return snapshot
    }

    /// What is not plainly ok, in the order of entities and rules.
    private func telling() -> [Assessment] {
        var (ids, count): ([EntityID], Int) = ([], 0)
        for (id, said) in assessments {
            let telling = said.count(where: \.isTelling)
            if telling > 0 { ids.append(id) }
            count += telling
        }
        var all: [Assessment] = []
        all.reserveCapacity(count)
        for id in ids.sorted() {
            for assessment in assessments[id] ?? [] where assessment.isTelling { all.append(assessment) }
        }
        return all
    }

    mutating func cover(
        _ judgement: inout Judgement, with blind: Judgement, of id: EntityID, at now: Timestamp
    ) {
        let known = judgement
        judgement = known.covered(by: blind, at: now.wall)
        if judgement.status == known.status, known.status == .critical { return }
        if since.settleBlind(&judgement, of: id, at: now.wall) { turns &+= 1 }
    }

    private mutating func cover(
        _ rows: inout CronRows, with blind: [String: Judgement], at now: Timestamp
    ) {
        for (name, source) in cron.sources {
            guard let judgement = blind[source.schedule.id] else { continue }
            for place in rows.heartbeats.indices where rows.heartbeats[place].sources == [name] {
                let id = rows.heartbeats[place].id
                cover(&rows.heartbeats[place].judgement, with: judgement, of: id, at: now)
            }
            for place in rows.jobs.indices where rows.jobs[place].sources == [name] {
                cover(&rows.jobs[place].judgement, with: judgement, of: rows.jobs[place].id, at: now)
            }
        }
        // Those that have not been read for the first time.
        for id in probeOrder {
            guard let schedule = probes[id]?.schedule, schedule.subject == "cron", let judgement = blind[id],
                cron.sources[schedule.source] == nil
            else { continue }
            var waiting = CronHeartbeat(in: schedule.source)
            waiting.judgement = judgement
            rows.heartbeats.append(waiting)
        }
    }

    private mutating func sourceRows(at now: Timestamp) -> [SourceRow] {
        var rows: [SourceRow] = []
        for id in probeOrder {
            guard let watch = probes[id] else { continue }
            let schedule = watch.schedule
            let place: Int
            if let known = rows.firstIndex(where: { $0.id.name == schedule.source }) {
                place = known
            } else {
                place = rows.count
                rows.append(
                    SourceRow(
                        name: schedule.source, kind: schedule.kind,
                        judgement: sourceJudgement(schedule, at: now)))
            }
            rows[place].probes.append(row(for: watch, at: now))
            // What is compared with what was before has no age.
            if let read = watch.readAt, schedule.subject != ProbeSchedule.changesSubject {
                // As old as its oldest figure.
                rows[place].readAt = rows[place].readAt.map { $0.boot < read.boot ? $0 : read } ?? read
            }
        }
        return rows
    }

    private func sourceJudgement(_ schedule: ProbeSchedule, at now: Timestamp) -> Judgement {
        let id = EntityID(.source, schedule.source)
        let said = assessments[id] ?? sourceAssessments(schedule.source, at: now)
        var judgement = Judgement(said, at: Moment(now))
        if let entry = since.seen[id], entry.status == judgement.status {
            judgement.since = min(entry.since, judgement.since ?? entry.since)
        }
        return judgement
    }

    private func row(for watch: ProbeWatch, at now: Timestamp) -> ProbeRow {
        var row = ProbeRow(
            schedule: watch.schedule,
            judgement: Judgement(
                watch.assess(
                    limits.freshness, of: EntityID(.source, watch.schedule.source), at: now),
                at: Moment(now)))
        row.readAt = watch.readAt
        row.latency = watch.latency
        row.costPerMinute = watch.costPerMinute(at: now)
        row.reads = watch.reads
        row.failures = watch.failures
        row.skippedTicks = watch.skippedTicks
        row.lastError = watch.lastError
        row.nextTry = watch.nextTry
        row.isReading = watch.isReading
        return row
    }
}
