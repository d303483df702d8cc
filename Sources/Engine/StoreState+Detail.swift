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
            let limits = limits.queue(id.name)
            detail.rules = watch.rules(limits, at: now).map(Detail.Rule.init)
            detail.facts = [
                watch.pace.text.map { Detail.Fact("pace", $0) },
                Self.sources(queues.rows.first { $0.id == id }?.sources),
            ].compactMap { $0 }
            detail.limits =
                Self.limits(.depth, limits.backlog, Double.init)
                + Self.limits(.oldest, limits.oldest, \.inSeconds)
        case .integration:
            guard let row = flows.rows.first(where: { $0.id == id }) else { return nil }
            let limits = limits.integration(row.integration)
            detail.rules = flows.watches[id.name]?.rules(limits, at: now).map(Detail.Rule.init) ?? []
            detail.facts = [Self.sources(row.sources)].compactMap { $0 }
            detail.limits = Self.limits(.latency, limits.p95, \.inSeconds)
        case .cron:
            if id == Self.heartbeat {
                detail.rules = cron.watch.rules(limits.cron, at: now).map(Detail.Rule.init)
                return detail
            }
            guard let watch = cron.jobs[id.name] else { return nil }
            detail.rules = watch.rules(limits.cronJob(id.name), at: now.wall).map(Detail.Rule.init)
        case .indexer:
            guard let watch = indexers.watches[id.name] else { return nil }
            let limits = limits.indexer(id.name)
            detail.rules = watch.rules(limits, at: now).map(Detail.Rule.init)
            detail.limits = Self.limits(.lag, limits.lag, \.inSeconds)
        case .flag:
            guard FlagKey(id).map({ flags.judgements[$0] != nil }) == true else { return nil }
            detail.rules = (assessments[id] ?? []).map(Detail.Rule.init)
        case .source:
            guard probes.values.contains(where: { $0.schedule.source == id.name }) else { return nil }
        case .recon:
            return nil
        }
        return detail
    }

    private static func sources(_ names: [String]?) -> Detail.Fact? {
        guard let names, !names.isEmpty else { return nil }
        return Detail.Fact("read from", Sanitizer.line(names.joined(separator: ", "), maxBytes: 300))
    }

    private static func limits<Value>(
        _ measure: SeriesID.Measure, _ threshold: Threshold<Value>, _ value: (Value) -> Double
    ) -> [Detail.Limit] {
        [(threshold.warning, Status.warning), (threshold.critical, .critical)].compactMap { limit, status in
            limit.map { Detail.Limit(measure, value($0), status) }
        }
    }
}

extension Detail.Rule {
    fileprivate init(_ assessment: Assessment) {
        self.init(
            rule: assessment.rule.label, limit: assessment.limitShown, now: assessment.valueShown,
            status: assessment.status, since: assessment.since)
    }

    fileprivate init(_ check: RuleCheck) {
        self.init(
            rule: check.rule, limit: check.limit, now: check.now, status: check.status, since: check.since)
    }
}
