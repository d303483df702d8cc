import EngineAPI
import Monitoring
import Text

/// One road for every verdict: what detectors find stands in the row like what its own rules say, and alerts are made
/// of what stands in the rows.
extension StoreState {
    /// Judges again what time alone may have changed, as long as what was read is still to be trusted.
    mutating func reassess(at now: Timestamp) {
        var blind: [String: Judgement] = [:]
        for (id, watch) in probes { blind[id] = watch.blindJudgement(limits.freshness, at: now) }
        reassessQueues(at: now, unlessBlind: blindToQueues(blind, at: now))
        reassessIntegrations(at: now, unlessBlind: blind)
        reassessIndexers(at: now, unlessBlind: blind)
        reassessCron(at: now)
        judgeUnusual(at: now)
        var judged: Set<ExactName> = []
        for source in probeOrder.compactMap({ probes[$0]?.schedule.source })
        where judged.insert(ExactName(source)).inserted {
            judgeSource(source, at: now)
        }
        updateAlerts(at: now)
    }

    /// Of what was judged a moment ago with the same result: what came meanwhile is taken by the detectors alone.
    mutating func judgeStep(at now: Timestamp) {
        judgeUnusual(at: now)
        updateAlerts(at: now)
    }

    /// Some rows are shown as old, or not known.
    func isBlind(at now: Timestamp) -> Bool {
        !queues.awaited.isEmpty
            || probes.values.contains { $0.blindJudgement(limits.freshness, at: now) != nil }
    }

    /// Asks the detectors, and settles the rows of which they say something else than before.
    mutating func judgeUnusual(at now: Timestamp) {
        guard detecting.detection != nil else { return }
        stepFlows(at: now)
        let moment = detecting.seconds(at: now)
        var found: [EntityID: [Assessment]] = [:]
        for finding in detecting.detection?.findings(at: moment) ?? [] {
            guard let rule = finding.kind.rule else { continue }
            let id = detecting.names.live(finding.entity)
            var said = Assessment(
                rule, of: id, finding.severity == .critical ? .critical : .warning, finding.sentence,
                since: detecting.wall(finding.since, at: now))
            said.records = finding.records
            said.basis = finding.basis
            (said.limitText, said.valueText) = (finding.basis?.shortExpected, finding.basis?.shortCame)
            said.figure = finding.kind.figure
            found[id, default: []].append(said)
        }
        let before = detecting.found
        detecting.found = found
        for id in Set(before.keys).union(found.keys).sorted() where before[id] != found[id] {
            resettle(id, at: now)
        }
    }

    private mutating func resettle(_ id: EntityID, at now: Timestamp) {
        let own = assessments[id]?.filter { !$0.rule.isAdded } ?? []
        switch id.kind {
        case .integration:
            guard let place = flows.rows.firstIndex(where: { $0.id == id }) else { return }
            flows.rows[place].judgement = settle(own, of: id, at: Moment(now), now: now.wall)
        case .queue:
            guard let place = queues.rows.firstIndex(where: { $0.id == id }) else { return }
            let judgement = settle(own, of: id, at: Moment(now), now: now.wall)
            queues.rows[place].judgement = judgement
            for probe in queues.rowsByProbe.keys {
                guard let place = queues.rowsByProbe[probe]?.firstIndex(where: { $0.id == id }) else {
                    continue
                }
                queues.rowsByProbe[probe]?[place].judgement = judgement
            }
        case .cron, .indexer, .flag, .source, .recon: break
        }
    }

    // MARK: Alerts

    /// What stands in the rows, told as alerts, one a cause.
    mutating func updateAlerts(at now: Timestamp) {
        let moment = detecting.seconds(at: now)
        var worst: [AlertKey: Finding] = [:]
        for (id, said) in assessments {
            for place in said.indices where said[place].status == .critical || said[place].status == .warning
            {
                let assessment = said[place]
                guard assessment.standing == .judged else { continue }
                let words = assessment.spoken(among: said).headline
                let finding = finding(assessment, of: id, in: words, at: moment, now)
                if let known = worst[finding.key], known.severity >= finding.severity { continue }
                worst[finding.key] = finding
            }
        }
        for (id, said) in detecting.found where id == CauseMap.shop {
            for assessment in said {
                let finding = finding(assessment, of: id, in: assessment.headline, at: moment, now)
                worst[finding.key] = finding
            }
        }
        // Its own rules have seen it well; detectors need longer to be sure.
        for key in detecting.book.kept where key.kind.rule == nil {
            let said = (assessments[detecting.names.live(key.entity)] ?? []).filter {
                Finding.Kind($0) == key.kind
            }
            let isWell = said.allSatisfy { $0.status >= .ok && $0.standing == .judged }
            if !said.isEmpty, isWell { detecting.book.isJudgedWell(key) }
        }
        for (sink, fault) in notices.faults {
            let id = EntityID(.source, sink)
            worst[AlertKey(entity: id, kind: .unreachable)] = Finding(
                id, .unreachable, .warning, since: moment - max(0, now.wall.seconds(since: fault.since)),
                "what it is to be told it does not take: \(fault.words)")
        }
        expireSilences(at: now)
        let changes = detecting.book.update(gathered(Array(worst.values)), at: moment)
        defer { tellFreed(changes, at: now) }
        guard !changes.isEmpty else { return }
        turns &+= 1
        for change in changes where change.what == .resolved {
            let alert = change.alert
            detecting.ended.add(EndedAlert(alertRow(alert, at: now), endedAt: now.wall))
            detecting.add(
                ([alert.key] + alert.folded).map {
                    Trouble(
                        entity: detecting.names.live($0.entity), from: detecting.wall(alert.since, at: now),
                        until: now.wall)
                })
        }
        unsaved = .urgent
        hasNews = true
        // Who only watches leaves the telling to the one that keeps.
        for change in changes where environment.watchesOnly == nil { tell(change, at: now) }
    }

    /// So many of one source with one thing wrong are one alert, of the source: whoever is told hundreds is told nothing.
    private static let crowd = 50

    private func gathered(_ findings: [Finding]) -> [Finding] {
        guard findings.count > Self.crowd else { return findings }
        struct Crowd: Hashable {
            var source: ExactName
            var kind: Finding.Kind
            var of: EntityID.Kind
        }
        var rest: [Finding] = []
        var crowds: [Crowd: [Finding]] = [:]
        for finding in findings {
            let source = detecting.names.live(finding.entity).source
            guard !source.isEmpty else {
                rest.append(finding)
                continue
            }
            let crowd = Crowd(source: ExactName(source), kind: finding.kind, of: finding.entity.kind)
            crowds[crowd, default: []].append(finding)
        }
        let open = Set(detecting.book.open.map(\.key))
        for (crowd, all) in crowds {
            // What was told by itself ends by itself: it is as wrong as before.
            let found = all.filter { !open.contains($0.key) }
            guard found.count > Self.crowd else {
                rest += all
                continue
            }
            rest += all.filter { open.contains($0.key) }
            let first = found.sorted { ($0.since, $0.entity) < ($1.since, $1.entity) }
            let names = first.prefix(3).map { detecting.names.live($0.entity).name }.joined(separator: ", ")
            rest.append(
                Finding(
                    EntityID(.source, crowd.source.text), crowd.kind,
                    found.contains { $0.severity == .critical } ? .critical : .warning,
                    since: first.first?.since ?? 0,
                    "\(found.count) of its \(crowd.of.rawValue)s: \(first.first?.sentence ?? "") · first \(names)"
                ))
        }
        return rest
    }

    /// For the book, which learns where it is read.
    private mutating func bare(_ id: EntityID) -> EntityID {
        let bare = detecting.names.bare(id)
        let flow = id.kind == .integration ? flows.rows.first { $0.id == id } : nil
        let sources = flow?.sources ?? (id.source.isEmpty ? nil : [id.source])
        // Names come and go.
        if detecting.book.map.sources.count > 4096 { detecting.book.map.sources = [:] }
        if let sources { detecting.book.map.sources[bare] = Set(sources.map { ExactName($0) }) }
        return bare
    }

    private mutating func finding(
        _ assessment: Assessment, of id: EntityID, in words: String, at moment: Double, _ now: Timestamp
    ) -> Finding {
        // A time of the server's own clock is as long ago as it is there.
        let began = since.seen[id]?.since ?? now.wall
        let since = assessment.since.map { moment - max(0, self.moment(of: id.source, at: now).age(of: $0)) }
        return Finding(
            bare(id), Finding.Kind(assessment),
            assessment.status == .critical ? .critical : .warning,
            since: since ?? moment - max(0, now.wall.seconds(since: began)), words,
            records: assessment.records)
    }

    /// So many of what follows from an alert are named in it.
    private static let mostFolded = 20

    func alertRows(in snapshot: Snapshot, at now: Timestamp) -> [AlertRow] {
        detecting.book.open.map { alert in
            var told = alertRow(alert, at: now)
            told.silence = silence(over: alert, at: now)
            // As bad as its rows are now; it was told as bad as it ever was.
            told.severity =
                switch alert.current {
                case .critical: .critical
                case .warning: .warning
                case nil: .ok
                }
            if let head = alert.head {
                told.folded.removeAll {
                    $0.kind == head.kind && $0.entity == detecting.names.live(head.entity)
                }
                if alert.isFound {
                    told.folded.insert(AlertKey(entity: told.entity, kind: told.kind), at: 0)
                } else {
                    told.foldedCount -= 1
                }
                told.openedAs = told.key
                // What is told, and since when, are of one thing.
                told.since = detecting.wall(head.since, at: now)
                told.changes = changesNear(told.since)
                told.entity = detecting.names.live(head.entity)
                told.kind = head.kind
                told.sentence = Sanitizer.line(head.sentence, maxBytes: 400)
                told.label = title(of: told.entity)
                told.weight = weight(of: told.entity, told.kind)
            }
            told.outlook = outlook(of: told.entity, at: now)
            guard let row = snapshot.anyRow(told.entity) else { return told }
            told.label = row.label
            told.aside = row.judgement.aside
            return told
        }.sorted { ($0.severity, $0.since) < ($1.severity, $1.since) }
    }

    /// What was changed in the quarter of an hour before, nearest first.
    private func changesNear(_ since: WallTime) -> [String] {
        changes.book.near(since).prefix(3).map { near in
            let when = near.seconds >= 1 ? "\(Age.text(seconds: near.seconds)) before" : "at that moment"
            return Sanitizer.line("\(Event(near.change).text), \(when)", maxBytes: 200)
        }
    }

    /// As others are told it.
    func alertRow(_ alert: Alert, at now: Timestamp) -> AlertRow {
        let id = detecting.names.live(alert.key.entity)
        var told = AlertRow(
            id, label: id == CauseMap.shop ? "the shop" : title(of: id), alert.key.kind,
            alert.severity == .critical ? .critical : .warning, since: detecting.wall(alert.since, at: now),
            openedAt: detecting.wall(alert.opened, at: now),
            sentence: Sanitizer.line(alert.sentence, maxBytes: 400))
        told.records = alert.records.map { Sanitizer.line($0, maxBytes: 64) }
        told.foldedCount = alert.living.count
        told.folded = alert.living.prefix(Self.mostFolded).map {
            AlertKey(entity: detecting.names.live($0.entity), kind: $0.kind)
        }
        told.changes = changesNear(told.since)
        told.isFlapping = alert.isFlapping
        if !alert.isAwaited { told.goneAt = alert.gone.map { detecting.wall($0, at: now) } }
        told.endsAt = alert.ends.map { detecting.wall($0, at: now) }
        let flow = flows.rows.claiming(id).first?.integration
        told.weight = weight(of: id, alert.key.kind)
        told.owner = flow?.owner
        told.runbook = flow?.runbook
        return told
    }
}
