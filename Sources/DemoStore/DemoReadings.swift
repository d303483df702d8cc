import FeatureFlags
import Monitoring

/// The world as its servers would report it: the same readings as those of the real probes.
extension DemoWorld {
    func queueReadings(of source: String) -> [QueueReading] {
        DemoCatalog.queues.indices.compactMap { index in
            let kind = DemoCatalog.queues[index]
            guard kind.source == source else { return nil }
            let state = queues[index]
            let depth = Int(exactly: state.depth.rounded()) ?? 0
            var reading = QueueReading(name: kind.name, transport: kind.transport)
            let inWork = min(depth, kind.rate > 1 ? 2 : 0)
            reading.ready = Count(depth - inWork)
            reading.inProgress = Count(inWork)
            reading.arrivedCounter = UInt64(exactly: state.arrived.rounded(.down))
            reading.leftCounter = UInt64(exactly: state.left.rounded(.down))
            reading.consumers = kind.consumers
            reading.isWithoutConsumer = kind.isWithoutConsumer
            if kind.name == DemoCatalog.erpQueue, areErpConsumersGone { reading.consumers = .subscribed(0) }
            if kind.transport == .db {
                reading.retry = Count(0)
                reading.error = Count(0)
                reading.recentErrors = Count(0)
            }
            if depth > 0, !kind.isWithoutConsumer {
                reading.oldestSeconds = (state.depth / max(kind.rate, 0.2)).rounded(.down)
                // Of a broker it is the publisher's word.
                reading.isOldestReckoned = kind.transport == .amqp
                reading.topics = topics(of: reading, depth)
            }
            return reading
        }
    }

    mutating func outcomes(of source: String) -> [OutcomeReading] {
        DemoCatalog.flows.indices.compactMap { index in
            let kind = DemoCatalog.flows[index]
            guard kind.source == source else { return nil }
            flows[index].ledger.looked(at: now.wall)
            return OutcomeReading(
                integration: kind.integration.name, ledger: flows[index].ledger, lines: flows[index].lines)
        }
    }

    /// What `cron_schedule` would hold: plans of the next 20 minutes, successes of the last hour. A job that has
    /// neither is not in it.
    var cronReading: CronReading {
        let minute = now.wall.milliseconds - now.wall.milliseconds % 60_000
        let jobs = DemoCatalog.jobs.enumerated().compactMap { index, job -> CronJobReading? in
            let every = Int64(job.every) * 60_000
            // A long interval ended at some time of this day, each job at its own.
            let phase = job.every > 60 ? Int64(index) * 2_760_000 % every : 0
            let due = minute - (minute - phase) % every
            var reading = cronJob(job, due: due, every: every)
            if job.code == DemoCatalog.hangingJob { hang(&reading) }
            note(errorsOf: job, in: &reading)
            return reading.success == nil && reading.nextDue == nil ? nil : reading
        }
        let beat = WallTime(milliseconds: minute + 1000)
        var reading = CronReading(
            jobs: jobs, newestRun: beat < now.wall ? beat : WallTime(milliseconds: minute - 59_000),
            newestScheduled: WallTime(milliseconds: minute + 19 * 60_000))
        reading.readAt = now.wall
        return reading
    }

    private func cronJob(_ job: DemoCatalog.Job, due: Int64, every: Int64) -> CronJobReading {
        var reading = CronJobReading(code: job.code)
        reading.group = job.group
        reading.usualSeconds = job.seconds
        let length = Int64(job.seconds * 1000)
        let last = due + 1000 + length < now.wall.milliseconds ? due : due - every
        if now.wall.milliseconds - last < 3_600_000 {
            reading.success = CronRun(
                .success, due: WallTime(milliseconds: last), started: WallTime(milliseconds: last + 1000),
                ended: WallTime(milliseconds: last + 1000 + length))
        }
        if due + every - now.wall.milliseconds < 20 * 60_000 {
            reading.nextDue = WallTime(milliseconds: due + every)
        }
        reading.newestPlanned = reading.nextDue ?? reading.success?.due
        if job.every <= 20 {
            (reading.usualGap, reading.longestGap) = (Double(every) / 1000, Double(every) / 1000)
        }
        reading.successesLastHour = reading.success == nil ? 0 : max(1, 60 / job.every)
        return reading
    }

    /// One run was not started in time and is declared missed, the next one hangs and holds the ones behind it.
    private func hang(_ reading: inout CronJobReading) {
        if let newest = missed.last {
            var run = CronRun(.missed, id: 1, due: newest.advanced(bySeconds: -16 * 60))
            (run.seenOpen, run.seenEnded) = (newest.advanced(bySeconds: -1), newest)
            reading.failure = run
            reading.missedLastHour = missed.count
            reading.successesLastHour = reading.successesLastHour.map { max(0, $0 - missed.count) }
        }
        if let hangingSince {
            reading.runningID = 2
            reading.runningSince = hangingSince
            reading.runningDue = hangingSince.advanced(bySeconds: -1)
            reading.lock = .held
            reading.overdueSince = hangingSince
            reading.nextDue = nil
            let end = hangingSince.advanced(bySeconds: -114)
            reading.success = CronRun(
                .success, due: end.advanced(bySeconds: -7), started: end.advanced(bySeconds: -6), ended: end)
        } else if let hung, (reading.success?.started).map({ $0 < hung.to }) ?? true {
            // The run that hung ends well, late.
            reading.success = CronRun(
                .success, id: 2, due: hung.from.advanced(bySeconds: -1), started: hung.from, ended: hung.to)
        }
        // A later run that ended well makes up for it.
        reading.failingSince = missed.last.flatMap { newest in
            (reading.success?.started).map { $0 > newest } ?? false ? nil : newest
        }
    }

    var indexerReadings: [IndexerReading] {
        DemoCatalog.indexers.indices.map { index in
            let kind = DemoCatalog.indexers[index]
            let state = indexes[index]
            var reading = IndexerReading(name: kind.name, mode: kind.mode)
            reading.status = "valid"
            reading.statusUpdated = start.wall
            reading.triggers = state.triggers
            if kind.mode == .schedule {
                reading.viewStatus = state.isWorking ? "working" : "idle"
                reading.viewUpdated = state.updated
                reading.version = UInt64(exactly: state.version.rounded(.down))
                reading.newestVersion = UInt64(exactly: state.newest.rounded(.down))
                reading.autoIncrement = reading.newestVersion.map { $0 + 1 }
                reading.isViewLocked = false
            }
            return reading
        }
    }
}
