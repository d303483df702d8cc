package import FeatureFlags
package import Monitoring
import Text

/// The embedded simulated store: it stands behind the ports of the real sources and implements nothing
/// but them.
package struct DemoStore: Sendable {
    package let probes: [any Probe]
    package let flagBackends: [any FlagBackend]
    package let integrations: [Integration]
    /// Scaled, so that a night fits into minutes.
    package let limits: Limits
    package let past: DemoPast

    /// `hangs`: every source hangs from the start, for tests and the benchmark.
    package static func make(seed: UInt64, time: any TimeSource, hangs: Bool = false) -> DemoStore {
        let clockwork = DemoClockwork(seed: seed, time: time, hangs: hangs)
        let probes: [DemoProbe] = [
            DemoProbe(source: "magento-db", kind: "mysql", subjects: [.queues], clockwork: clockwork),
            DemoProbe(source: "magento-db", kind: "mysql", subjects: [.cron], clockwork: clockwork),
            DemoProbe(source: "magento-db", kind: "mysql", subjects: [.indexers], clockwork: clockwork),
            DemoProbe(source: "magento-db", kind: "mysql", subjects: [.outcomes], clockwork: clockwork),
            DemoProbe(source: "magento-db", kind: "mysql", subjects: [.changes], clockwork: clockwork),
            DemoProbe(source: "rabbitmq", kind: "rabbitmq", subjects: [.queues], clockwork: clockwork),
            DemoProbe(source: "app1-log", kind: "log", subjects: [.outcomes], clockwork: clockwork),
            DemoProbe(source: "app2-log", kind: "log", subjects: [.outcomes], clockwork: clockwork),
        ]
        let backends = [
            DemoFlags(name: DemoFlags.features, place: "flagd file", clockwork: clockwork),
            DemoFlags(name: DemoFlags.magento, place: "magento config", clockwork: clockwork),
        ]
        return DemoStore(
            probes: probes, flagBackends: backends, integrations: DemoCatalog.flows.map(\.integration),
            limits: limits, past: DemoPast(seed: seed, until: time.now.wall))
    }

    /// What can be run on its rows: they only print.
    package static var commands: [OwnCommand] {
        [
            OwnCommand(
                name: "purge", subject: .queue, arguments: ["echo", "would purge", "{name}"],
                text: "only prints what it would do"),
            OwnCommand(
                name: "ping", subject: .integration, arguments: ["echo", "would ping", "{system}"],
                text: "only prints what it would do"),
        ]
    }

    /// What was told before whoever watches came.
    package static func marks(before now: WallTime) -> [Mark] {
        [
            Mark(.deploy, "2.4.8-p1, carrier fix", by: "ci", at: now.advanced(bySeconds: -12 * 60)),
            Mark(
                .note, "ERP moves its import to 03:00 tonight", by: "mira",
                at: now.advanced(bySeconds: -7 * 60)),
        ].compactMap(\.self)
    }

    /// Which sources count the outcomes of an integration.
    package static func sources(of integration: String) -> [String] {
        DemoCatalog.flows.filter { $0.integration.name == integration }.map(\.source)
    }

    private static var limits: Limits {
        var limits = Limits()
        var erp = limits.queues
        erp.backlog = Threshold(warning: 40, critical: 160)
        erp.oldest = Threshold(warning: .seconds(20), critical: .seconds(60))
        erp.noConsumerHold = .seconds(5)
        limits.queuesByName[ExactName(DemoCatalog.erpQueue)] = erp
        limits.integrationsByName[ExactName(DemoCatalog.erpFlow)] = IntegrationLimits(
            failureShare: Threshold(warning: 0.05, critical: 0.3),
            lastSuccess: Threshold(warning: .seconds(15), critical: .seconds(40)),
            p95: Threshold(warning: .seconds(3), critical: .seconds(15)))
        var failed = limits.queues
        failed.failedLastHour = Threshold()
        limits.queuesByName[ExactName(DemoCatalog.erpQueue + ".failed")] = failed
        var job = limits.cron
        job.running = Threshold(warning: .seconds(20), critical: .seconds(600))
        job.overdue = .seconds(30)
        limits.cronByJob[ExactName(DemoCatalog.hangingJob)] = job
        limits.indexers.lag = Threshold(warning: .seconds(20), critical: .seconds(120))
        limits.indexers.stuck = .seconds(45)
        limits.indexers.growingPolls = 15
        return limits
    }
}
