import EngineAPI
import FeatureFlags
import Monitoring

extension StoreNight {
    /// 02:14:37 in the night: erp.v2 went ON at 01:44.
    enum Incident {
        static let now = moment(clock(2, 14, 37))
        private static let read = ago(2, now)

        static var snapshot: Snapshot {
            var snapshot = Calm.snapshot
            shift(&snapshot)
            snapshot.generation = 4100
            snapshot.environment.access = .operate
            breakQueues(&snapshot)
            breakFlows(&snapshot)
            breakCron(&snapshot)
            breakIndexers(&snapshot)
            switchFlags(&snapshot)
            breakSources(&snapshot)
            snapshot.events = events
            return snapshot
        }

        /// The calm morning, moved to this night.
        private static func shift(_ snapshot: inout Snapshot) {
            let back = now.wall.seconds(since: Calm.now.wall)
            func moved(_ time: WallTime?) -> WallTime? { time?.advanced(bySeconds: back) }
            func moved(_ time: Timestamp?) -> Timestamp? {
                time.map { moment($0.wall.advanced(bySeconds: back)) }
            }
            snapshot.at = now
            for i in snapshot.queues.indices { snapshot.queues[i].readAt = moved(snapshot.queues[i].readAt) }
            for i in snapshot.integrations.indices {
                snapshot.integrations[i].readAt = moved(snapshot.integrations[i].readAt)
                snapshot.integrations[i].lastSuccess = moved(snapshot.integrations[i].lastSuccess)
            }
            snapshot.cron.readAt = moved(snapshot.cron.readAt)
            snapshot.cron.lastBeat = now.wall.advanced(bySeconds: -31)
            for i in snapshot.cron.jobs.indices {
                snapshot.cron.jobs[i].readAt = moved(snapshot.cron.jobs[i].readAt)
                snapshot.cron.jobs[i].lastSuccess = moved(snapshot.cron.jobs[i].lastSuccess)
                snapshot.cron.jobs[i].nextDue = moved(snapshot.cron.jobs[i].nextDue)
            }
            for i in snapshot.indexers.indices {
                snapshot.indexers[i].readAt = moved(snapshot.indexers[i].readAt)
                snapshot.indexers[i].movedAt = moved(snapshot.indexers[i].movedAt)
            }
            for i in snapshot.flags.indices {
                snapshot.flags[i].readAt = moved(snapshot.flags[i].readAt)
                snapshot.flags[i].flag.changedAt = moved(snapshot.flags[i].flag.changedAt)
            }
            for i in snapshot.sources.indices {
                snapshot.sources[i].readAt = moved(snapshot.sources[i].readAt)
                for p in snapshot.sources[i].probes.indices {
                    snapshot.sources[i].probes[p].readAt = moved(snapshot.sources[i].probes[p].readAt)
                    snapshot.sources[i].probes[p].nextTry = moved(snapshot.sources[i].probes[p].nextTry)
                }
            }
        }

        private static func breakQueues(_ snapshot: inout Snapshot) {
            edit(&snapshot.queues, "erp.order.export") { queue in
                queue.depth = Count(841)
                queue.ready = Count(841)
                queue.inRate = 0.52
                queue.outRate = 0
                queue.oldestSeconds = 27 * 60
                queue.consumers = .nobody
                queue.trend = [0, 0, 0, 0, 140, 330, 590, 841]
                queue.judgement = Judgement(
                    .critical,
                    [
                        "nobody takes messages since 01:47",
                        "841 wait, the oldest 27 min (limits 500 and 10 min)",
                    ],
                    since: clock(1, 49), figure: .consumers)
            }
            edit(&snapshot.queues, "async.operations.all") { queue in
                queue.depth = Count(14)
                queue.inRate = 5.17
                queue.outRate = 5.20
                queue.oldestSeconds = 3
            }
        }

        private static func breakFlows(_ snapshot: inout Snapshot) {
            edit(&snapshot.integrations, "orders-erp") { flow in
                flow.successes = 0
                flow.failures = 0
                flow.retries = 0
                flow.fiveMinutes = nil
                flow.hour = FailureShare(failed: 9, finished: 640)
                flow.p95 = nil
                flow.lastSuccess = clock(1, 47)
                flow.judgement = Judgement(
                    .critical, ["silent since 01:47", "for 27 min (limit 15 min)"], since: clock(2, 2),
                    figure: .lastSuccess)
            }
            edit(&snapshot.integrations, "payments-psp") { flow in
                flow.successes = nil
                flow.failures = nil
                flow.retries = nil
                flow.fiveMinutes = nil
                flow.hour = nil
                flow.p95 = nil
                flow.lastSuccess = clock(2, 2)
                flow.readAt = ago(12 * 60, now)
                flow.judgement = Judgement(
                    .unknown, ["app2 log: key refused since 02:02", "next try 3 min"], since: clock(2, 2))
            }
            edit(&snapshot.integrations, "stock-erp") { flow in
                flow.successes = 38
                flow.failures = 0.2
                flow.retries = 1.8
                flow.p95 = 4.8
                flow.judgement = Judgement(
                    .warning, ["slow since 01:49", "p95 4.8 s (limit 2.0 s)"], since: clock(1, 49),
                    figure: .latency)
            }
        }

        private static func breakCron(_ snapshot: inout Snapshot) {
            edit(&snapshot.cron.jobs, "acme_erp_reconcile") { job in
                job.lastSuccess = clock(1, 40)
                job.runningSince = clock(1, 50)
                job.lock = .held
                job.usualSeconds = 15
                job.nextDue = nil
                job.overdueSince = clock(2, 0)
                job.judgement = Judgement(
                    .warning,
                    ["running 24 min (usual 15 s, limit 15 min)", "lock held", "next run waits since 01:55"],
                    since: clock(1, 50), figure: .running)
            }
        }

        private static func breakIndexers(_ snapshot: inout Snapshot) {
            edit(&snapshot.indexers, "catalog_product_price") { indexer in
                indexer.status = "working"
                indexer.backlog = 3870
                indexer.lagSeconds = 12 * 60
                indexer.movedAt = clock(2, 11)
                indexer.judgement = Judgement(
                    .warning,
                    [
                        "falls behind since 01:31",
                        "3870 events wait, 90 more each minute, 12 min behind (limit 10 min)",
                    ],
                    since: clock(1, 41), figure: .lag)
            }
        }

        private static func switchFlags(_ snapshot: inout Snapshot) {
            edit(&snapshot.flags, "erp.v2") { flag in
                flag.flag.value = .on
                flag.flag.changedBy = "deniz"
                flag.flag.changedAt = clock(1, 44)
                flag.next = .off
                flag.judgement = .ok
            }
            edit(&snapshot.flags, "stock.delta") { flag in
                flag.flag.value = .off
                flag.flag.changedAt = clock(2, 9)
                flag.next = .on
                flag.judgement = Judgement(.off)
            }
        }

        private static func breakSources(_ snapshot: inout Snapshot) {
            edit(&snapshot.sources, "app2 log") { source in
                source.readAt = ago(12 * 60, now)
                source.judgement = Judgement(
                    .critical, ["key refused since 02:02: ssh app2", "next try 3 min"], since: clock(2, 2))
                source.probes[0].readAt = source.readAt
                source.probes[0].judgement = source.judgement
                source.probes[0].failures = 4
                source.probes[0].nextTry = moment(now.wall.advanced(bySeconds: 185))
            }
        }

        private static var events: [Event] {
            func event(_ hour: Int, _ minute: Int, _ status: Status?, _ id: EntityID, _ text: String) -> Event
            {
                Event(
                    at: clock(hour, minute), status: status, entity: id, subject: id.kind.rawValue,
                    text: text)
            }
            return [
                event(
                    1, 41, .warning, EntityID(.indexer, "catalog_product_price"),
                    "catalog_product_price falls behind"),
                event(1, 44, nil, EntityID(.flag, "erp.v2"), "deniz turned erp.v2 ON, was OFF"),
                event(1, 49, .warning, EntityID(.integration, "stock-erp"), "stock ← ERP is slow: p95 4.8 s"),
                event(
                    1, 49, .critical, EntityID(.queue, "erp.order.export"),
                    "erp.order.export: nobody takes messages"
                ),
                event(
                    1, 50, .warning, EntityID(.cron, "acme_erp_reconcile"),
                    "acme_erp_reconcile started and hangs"),
                event(2, 2, .critical, EntityID(.integration, "orders-erp"), "orders → ERP is silent"),
                event(
                    2, 2, .critical, EntityID(.source, "app2 log"),
                    "app2 log: ssh key refused; payments ⇄ PSP is unknown"),
                event(
                    2, 9, nil, EntityID(.flag, "stock.delta"),
                    "mira turned stock.delta OFF in PRODUCTION, seen 2 s later"),
            ]
        }
    }

    static func edit<R: Row>(_ rows: inout [R], _ name: String, _ change: (inout R) -> Void) {
        guard let index = rows.firstIndex(where: { $0.id.name == name }) else {
            preconditionFailure("no row \(name)")
        }
        change(&rows[index])
    }
}
