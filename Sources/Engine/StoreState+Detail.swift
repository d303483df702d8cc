import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension StoreState {
    /// What is worth knowing of one entity beyond its row; nil when there is no such entity.
    func detail(_ id: EntityID, at now: Timestamp) -> Detail? {
        var detail = Detail(entity: id)
        detail.events = events.filter { isAbout(id, $0) }
        detail.changedBefore = troubleBegan(id, at: now).map { changes.book.near($0) } ?? []
        detail.changesOfIt = changes(of: id)
        detail.series = series.measures(of: id)
        detail.rules = (assessments[id] ?? []).map { Detail.Rule($0, at: moment(of: id.source, at: now)) }
        switch id.kind {
        case .queue:
            guard let row = queues.rows.first(where: { $0.id == id }) else { return nil }
            let limits = limits.queue(id.name)
            detail.topics = topics(of: id, at: now)
            detail.facts = [
                queues.watches[id]?.value.pace.text.map { Detail.Fact("pace, 2 min", $0) },
                Self.sources(row.sources),
                id.virtualHost.map { Detail.Fact("virtual host", Sanitizer.line($0, maxBytes: 128)) },
            ].compactMap { $0 }
            detail.limits =
                Self.limits(.depth, limits.backlog, Double.init)
                + Self.limits(.oldest, limits.oldest, \.inSeconds)
        case .integration:
            guard let row = flows.rows.first(where: { $0.id == id }) else { return nil }
            detail.facts = [Self.sources(row.sources)].compactMap { $0 } + belongings(of: id)
            detail.limits = Self.limits(.latency, limits.integration(row.integration).p95, \.inSeconds)
            detail.lines = lines(ofFlow: id, at: now)
        case .cron:
            guard assessments[id] != nil else { return nil }
            detail.limits = [Detail.Limit(.heartbeat, limits.cron.heartbeat.inSeconds, .critical)]
            detail.lines = errors(ofJob: id, at: now)
        case .indexer:
            guard indexers.rows.contains(where: { $0.id == id }) else { return nil }
            detail.limits = Self.limits(.lag, limits.indexer(id.name).lag, \.inSeconds)
        case .flag:
            guard FlagKey(id).map({ flags.judgements[$0] != nil }) == true else { return nil }
        case .source:
            guard probes.values.contains(where: { $0.schedule.source == id.name }) else { return nil }
        case .recon:
            return nil
        }
        detail.before = detail.series.compactMap { series in
            baseline?.comparison(
                series, self.series[series]?.byTenSeconds(last: 180, at: now) ?? [], at: now.wall)
        }
        detail.evidence = evidence(of: id)
        detail.outlook = outlook(of: id, at: now)
        return detail
    }

    /// It happened to it, or to a flag that switches the flow it belongs to: causes stand beside effects.
    private func isAbout(_ id: EntityID, _ event: Event) -> Bool {
        guard let entity = event.entity else { return false }
        if entity == id { return true }
        return entity.kind == .flag && id.kind != .flag
            && flows.rows.claiming(id).areSwitched(by: entity.name)
    }

    /// What the config ties to a flow, of what there is.
    private func belongings(of flow: EntityID) -> [Detail.Fact] {
        let kinds: [(String, [EntityID])] = [
            ("its queues", queues.rows.map(\.id)),
            ("its jobs", cron.rows.jobs.map(\.id)), ("its indexers", indexers.rows.map(\.id)),
        ]
        return kinds.compactMap { label, ids in
            let own = ids.filter { flows.rows.claiming($0).first?.id == flow }.map {
                Sanitizer.line($0.name, maxBytes: 128)
            }
            guard !own.isEmpty else { return nil }
            let shown = own.prefix(4).joined(separator: ", ")
            return Detail.Fact(label, own.count > 4 ? "\(own.count): \(shown), …" : shown)
        }
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
    /// What one rule says, in the words of the rules table.
    init(_ said: Assessment, at moment: Moment) {
        var now = said.valueShown
        switch said.standing {
        case .judged: break
        case .pending(let status, let seconds):
            now = "\(status.rawValue) in \(Age.text(seconds: seconds.rounded(.up)))"
        case .notJudged(let why): now = why
        }
        self.init(
            rule: said.label, limit: said.limitShown, now: now, status: said.status,
            since: said.since.map(moment.shown))
    }
}
