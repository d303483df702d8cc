import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension StoreState {
    /// What is worth knowing of one entity beyond its row; nil when there is no such entity.
    func detail(_ id: EntityID, at now: Timestamp) -> Detail? {
        var detail = Detail(entity: id)
        detail.events = events.filter { $0.entity == id }
        detail.series = series.measures(of: id)
        switch id.kind {
        case .queue:
            guard let watch = queues.watches[id] else { return nil }
            let base = queues.rows.first { $0.id == id }
            detail.rules = watch.rules(limits.queue(id.name), at: now).map(Detail.Rule.init)
            detail.facts = base.map { Self.facts(of: $0, watch) } ?? []
        case .integration:
            guard let row = flows.rows.first(where: { $0.id == id }) else { return nil }
            let limits = limits.integration(row.integration)
            detail.rules = flows.watches[id.name]?.rules(limits, at: now).map(Detail.Rule.init) ?? []
            detail.facts = Self.facts(of: row)
        case .cron:
            if id == Self.heartbeat {
                detail.rules = cron.watch.rules(limits.cron, at: now).map(Detail.Rule.init)
                return detail
            }
            guard let watch = cron.jobs[id.name] else { return nil }
            detail.rules = watch.rules(limits.cronJob(id.name), at: now.wall).map(Detail.Rule.init)
            detail.facts = cron.rows.jobs.first { $0.id == id }.map { Self.facts(of: $0) } ?? []
        case .indexer:
            guard let watch = indexers.watches[id.name] else { return nil }
            detail.rules = watch.rules(limits.indexer(id.name), at: now).map(Detail.Rule.init)
            detail.facts = indexers.rows.first { $0.id == id }.map { Self.facts(of: $0) } ?? []
        case .flag:
            guard let row = flagRows(at: now).first(where: { $0.id == id }) else { return nil }
            detail.facts = Self.facts(of: row)
        case .source:
            let watches = probeOrder.compactMap { probes[$0] }.filter { $0.schedule.source == id.name }
            guard !watches.isEmpty else { return nil }
            detail.facts = watches.flatMap { Self.facts(of: $0, at: now) }
        case .recon:
            return nil
        }
        return detail
    }

    private static func fact(_ label: String, _ value: String?) -> Detail.Fact? {
        value.map { Detail.Fact(label, Sanitizer.line($0, maxBytes: 300)) }
    }

    private static func count(_ count: Count?) -> String? {
        count.map { Figures.count($0.value, isBound: $0.isBound) }
    }

    private static func facts(of row: QueueRow, _ watch: QueueWatch) -> [Detail.Fact] {
        [
            fact("transport", row.transport == .db ? "database" : "AMQP"),
            fact("ready", count(row.ready)), fact("in progress", count(row.inProgress)),
            fact("to be retried", count(row.retry)), fact("given up", count(row.error)),
            fact("failed in 1 h", count(watch.failedLastHour)),
            fact("pace", watch.pace.text), fact("source", row.sources.joined(separator: ", ")),
        ].compactMap { $0 }
    }

    private static func facts(of row: IntegrationRow) -> [Detail.Fact] {
        let flow = row.integration
        return [
            fact("flow", flow.thing), fact("system", flow.system), fact("tier", String(flow.tier)),
            fact("safe zone", flow.isSafeZone ? "yes" : nil), fact("owner", flow.owner),
            fact("runbook", flow.runbook), fact("last error", row.lastError),
            fact("counted by", row.sources.isEmpty ? nil : row.sources.joined(separator: ", ")),
        ].compactMap { $0 }
    }

    private static func facts(of row: CronRow) -> [Detail.Fact] {
        [
            fact("group", row.group ?? "?"), fact("last success", row.lastSuccess?.civil.rfc3339),
            fact("running since", row.runningSince?.civil.rfc3339),
            fact("lock", row.runningSince == nil ? nil : row.lock.rawValue),
            fact("usual time", row.usualSeconds.map { Age.text(seconds: $0) }),
            fact("next due", row.nextDue?.civil.rfc3339), fact("last error", row.lastError),
        ].compactMap { $0 }
    }

    private static func facts(of row: IndexerRow) -> [Detail.Fact] {
        [
            fact("mode", row.mode == .schedule ? "by schedule" : "on save"), fact("status", row.status),
            fact("events waiting", row.backlog.map { Figures.count($0) }),
            fact("version moved", row.movedAt?.civil.rfc3339),
        ].compactMap { $0 }
    }

    private static func facts(of row: FlagRow) -> [Detail.Fact] {
        [
            fact("value", row.flag.value.text), fact("where", row.place), fact("backend", row.flag.backend),
            fact("variants", row.flag.variants.isEmpty ? nil : row.flag.variants.joined(separator: ", ")),
            fact("changed", row.flag.changedAt?.civil.rfc3339), fact("changed by", row.flag.changedBy),
            fact("cannot be switched", row.refusal),
        ].compactMap { $0 }
    }

    private static func facts(of watch: ProbeWatch, at now: Timestamp) -> [Detail.Fact] {
        let cost = watch.costPerMinute(at: now)
        let name = watch.schedule.subject
        let interval = Age.text(watch.schedule.interval)
        return [
            fact(name, "every \(interval), within \(Age.text(watch.schedule.deadline))"),
            fact("\(name) reads", "\(watch.reads), \(watch.failures) failed, \(watch.skippedTicks) skipped"),
            fact(
                "\(name) cost a minute",
                "\(Figures.count(cost.queries)) queries, \(ByteSize.text(cost.bytes)), "
                    + "\(Figures.fixed(cost.milliseconds, decimals: 0)) ms"),
            fact("\(name) last error", watch.lastError),
        ].compactMap { $0 }
    }
}

extension Detail.Rule {
    fileprivate init(_ check: RuleCheck) {
        self.init(
            rule: check.rule, limit: check.limit, now: check.now, status: check.status, since: check.since)
    }
}
