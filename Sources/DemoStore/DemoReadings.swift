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
            }
            return reading
        }
    }

    mutating func outcomes(of source: String) -> [OutcomeReading] {
        DemoCatalog.flows.indices.compactMap { index in
            let kind = DemoCatalog.flows[index]
            guard kind.source == source else { return nil }
            flows[index].ledger.looked(at: now.wall)
            return OutcomeReading(integration: kind.integration.name, span: .ledger(flows[index].ledger))
        }
    }

    var cronReading: CronReading {
        let minute = now.wall.milliseconds - now.wall.milliseconds % 60_000
        let jobs = DemoCatalog.jobs.enumerated().map { index, job in
            var reading = CronJobReading(code: job.code)
            reading.group = job.group
            reading.usualSeconds = job.seconds
            let every = Int64(job.every) * 60_000
            // A long interval ended at some time of this day, each job at its own.
            let phase = job.every > 60 ? Int64(index) * 2_760_000 % every : 0
            let due = minute - (minute - phase) % every
            let finished = WallTime(milliseconds: due + Int64(job.seconds * 1000))
            reading.lastSuccess =
                finished < now.wall
                ? finished : WallTime(milliseconds: due - every + Int64(job.seconds * 1000))
            reading.nextDue = WallTime(milliseconds: due + every)
            reading.successesLastHour = max(job.every > 60 ? 0 : 1, 60 / job.every)
            if job.code == DemoCatalog.hangingJob {
                reading.missedLastHour = missedRuns
                reading.successesLastHour = 3
                if let hangingSince {
                    reading.runningSince = hangingSince
                    reading.lock = .held
                    reading.overdueSince = hangingSince
                    reading.nextDue = nil
                    reading.lastSuccess = hangingSince.advanced(bySeconds: -114)
                }
            }
            return reading
        }
        let beat = WallTime(milliseconds: minute + 1000)
        return CronReading(
            jobs: jobs, newestExecuted: beat < now.wall ? beat : WallTime(milliseconds: minute - 59_000),
            newestScheduled: WallTime(milliseconds: minute + 19 * 60_000))
    }

    var indexerReadings: [IndexerReading] {
        DemoCatalog.indexers.indices.map { index in
            let kind = DemoCatalog.indexers[index]
            let state = indexes[index]
            var reading = IndexerReading(name: kind.name, mode: kind.mode)
            reading.status = "valid"
            reading.statusUpdated = start.wall
            reading.triggers = 9
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
