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
            guard let assessed = assessments[id] else { return nil }
            let moment = moment(of: id.source, at: now)
            detail.rules = assessed.map { Detail.Rule($0, at: moment) }
        case .indexer:
            guard let watch = indexers.watches[id.name] else { return nil }
            let limits = limits.indexer(id.name)
            detail.rules = watch.rules(limits, at: now).map(Detail.Rule.init)
            detail.limits = Self.limits(.lag, limits.lag, \.inSeconds)
        case .flag:
            guard flagRows(at: now).contains(where: { $0.id == id }) else { return nil }
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
    /// What one rule says, its time as `moment` shows it.
    init(_ assessment: Assessment, at moment: Moment) {
        var value = assessment.valueShown
        switch assessment.standing {
        case .judged: break
        case .pending: value = assessment.pendingText ?? value
        case .notJudged(let why): value = "not judged: \(why)"
        }
        self.init(
            rule: assessment.rule.label, limit: assessment.limitShown, now: value, status: assessment.status,
            since: assessment.since.map(moment.shown))
    }

    fileprivate init(_ check: RuleCheck) {
        self.init(
            rule: check.rule, limit: check.limit, now: check.now, status: check.status, since: check.since)
    }
}
