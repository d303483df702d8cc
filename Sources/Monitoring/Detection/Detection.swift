import Text

/// The detectors of one store and what they say: fed with what is read, by a live engine or from a recording, it gives
/// alerts. Deterministic: the same observations give the same alerts, whatever the clock on the wall says.
package struct Detection: Sendable {
    private let shape: StoreShape
    private let clock: StoreClock
    private var now: Circumstances
    private var sources: [ExactName: SourceDetector]
    private var flows: FlowsDetector
    private var broker: [ExactName: BrokerQueueDetector] = [:]
    private var letters: [ExactName: LetterQueueDetector] = [:]
    private var letterFlows: [ExactName: (flow: Int, attempts: Double)] = [:]
    private var database: [ExactName: DatabaseQueueDetector] = [:]
    private var indexers: [ExactName: IndexerDetector] = [:]
    private var checks: [ExactName: ReconciliationDetector] = [:]
    private var cron: CronDetector
    private var flags: [ExactName: String] = [:]
    private var lastOutcomes: Double?
    /// Of what is being taken: something is other than it was.
    private var hasChanged = false
    private var awakeSince: Double?
    private var lastHeard: Double?
    private let past: [EntityID: [PastSeries]]
    private let letterNames: Set<ExactName>
    private let ownedQueues: Set<ExactName>
    private var book: AlertBook

    package init(_ shape: StoreShape, past: [PastSeries], clock: StoreClock, tuning: Tuning = Tuning()) {
        self.shape = shape
        self.clock = clock
        now = Circumstances(at: 0, local: 0, deployed: nil, tuning: tuning)
        sources = Dictionary(
            shape.sources.map { (ExactName($0.name), SourceDetector($0)) },
            uniquingKeysWith: { first, _ in first })
        flows = FlowsDetector(shape, past: past, clock: clock)
        cron = CronDetector(shape, past: past)
        self.past = Dictionary(grouping: past, by: \.entity)
        letterNames = Set(shape.queuesWithoutConsumer.map { ExactName($0) })
        ownedQueues = Set(shape.flows.flatMap { $0.queues.map { ExactName($0) } })
        book = AlertBook(CauseMap(shape))
    }

    /// Nobody watched since: what is under way is counted from now on.
    private mutating func restart(at moment: Double) {
        for key in broker.keys { broker[key]?.restart(at: moment) }
        for key in letters.keys { letters[key]?.restart(at: moment) }
        for key in database.keys { database[key]?.restart(at: moment) }
        for key in indexers.keys { indexers[key]?.restart(at: moment) }
        for key in sources.keys { sources[key]?.restart(at: moment) }
        cron.restart(at: moment)
        lastOutcomes = nil
        awakeSince = moment
    }

    package mutating func take(_ event: StoreEvent) {
        // What is told late does not set the clock back.
        if event.at >= lastHeard ?? event.at { move(to: event.at) }
        if event.kind == .deploy { now.deployed = max(event.at, now.deployed ?? event.at) }
        book.note(event)
    }

    package mutating func take(_ observation: Observation) {
        move(to: observation.at)
        let source = ExactName(observation.source)
        if sources[source] == nil {
            sources[source] = SourceDetector(
                StoreShape.Source(name: observation.source, type: "", interval: 60))
        }
        if case .failed(_, let message) = observation.fact {
            sources[source]?.failed(message, at: observation.at)
            return
        }
        if sources[source]?.isGap(at: observation.at) == true { restart(at: observation.at) }
        sources[source]?.answered(at: observation.at)
        hasChanged = false
        defer {
            if judgesMovement(observation.fact) { sources[source]?.moved(hasChanged, at: observation.at) }
        }
        switch observation.fact {
        case .brokerQueues(let rows): take(rows)
        case .databaseQueues(let rows): take(rows)
        case .outcomes(let rows): take(rows)
        case .cron(let rows, let heartbeat):
            hasChanged = cron.take(rows, heartbeat: heartbeat, at: observation.at)
            cron.judge(now)
        case .indexers(let rows): take(rows)
        case .checks(let rows, _): take(rows)
        case .flags(let rows): take(rows)
        case .failed: break
        }
    }

    /// What comes by itself tells whether a source lives; attempts may fail to come, flags and checks may rest.
    private func judgesMovement(_ fact: Observation.Fact) -> Bool {
        switch fact {
        case .brokerQueues, .databaseQueues, .cron, .indexers: true
        case .outcomes, .checks, .flags, .failed: false
        }
    }

    private mutating func move(to at: Double) {
        if awakeSince == nil { awakeSince = at }
        if let lastHeard, at - lastHeard > 120 { restart(at: at) }
        lastHeard = at
        now.at = at
        now.local = at + clock.shift(at)
    }

    // MARK: Queues

    private mutating func take(_ rows: [Observation.BrokerQueue]) {
        for row in rows {
            let name = ExactName(row.name)
            if row.isGone {
                broker[name] = nil
                letters[name] = nil
            } else if letterNames.contains(name) {
                if letters[name] == nil { letters[name] = letter(row.name) }
                note(letters[name]?.take(row))
            } else {
                if broker[name] == nil {
                    let depth = past[EntityID(.queue, row.name)]?.first { $0.measure == .depth }
                    broker[name] = BrokerQueueDetector(row.name, past: depth)
                }
                note(broker[name]?.take(row))
            }
        }
        for name in broker.keys {
            let tolerant = tolerating(name)
            broker[name]?.judge(tolerant, belongsToFlow: ownedQueues.contains(name))
        }
        for name in letters.keys {
            var attempts = 0.0
            if let owner = letterFlows[name] {
                let total = flows.attempts[owner.flow]
                attempts = total - owner.attempts
                letterFlows[name]?.attempts = total
            }
            let tolerant = tolerating(name)
            letters[name]?.judge(tolerant, attempts: attempts)
        }
    }

    /// As a person wants the growth of a queue to be judged.
    private func tolerating(_ queue: ExactName) -> Circumstances {
        now.tolerating(shape.tolerance(of: EntityID(.queue, queue.text), .grows))
    }

    private mutating func note(_ isOther: Bool?) { hasChanged = hasChanged || isOther == true }

    private mutating func letter(_ name: String) -> LetterQueueDetector {
        let depth = past[EntityID(.queue, name)]?.first { $0.measure == .depth }
        let owner = shape.flows.indices.first { index in
            shape.flows[index].queues.contains { name.utf8.starts(with: $0.utf8) }
        }
        guard let owner else { return LetterQueueDetector(name, past: depth, attempts: nil) }
        letterFlows[ExactName(name)] = (owner, flows.attempts[owner])
        let attempts = past[EntityID(.integration, shape.flows[owner].name)]?.first {
            $0.measure == .successes
        }
        return LetterQueueDetector(name, past: depth, attempts: attempts)
    }

    private mutating func take(_ rows: [Observation.DatabaseQueue]) {
        for row in rows {
            let name = ExactName(row.name)
            if row.isGone {
                database[name] = nil
                continue
            }
            if database[name] == nil { database[name] = DatabaseQueueDetector(row.name) }
            note(database[name]?.take(row))
        }
        for name in database.keys {
            let tolerant = tolerating(name)
            database[name]?.judge(tolerant)
        }
    }

    // MARK: Flows

    private mutating func take(_ rows: [Observation.Outcomes]) {
        defer { lastOutcomes = now.at }
        let interval = shape.sources.first { $0.type == "log" }?.interval ?? 10
        let seconds = lastOutcomes.map { now.at - $0 } ?? interval
        guard seconds > 0, seconds <= 1.6 * interval, lastOutcomes != nil else {
            flows.skip(now)
            return
        }
        let unread = Set(rows.filter(\.isUnread).map { ExactName($0.flow) })
        flows.take(
            rows.filter { !$0.isUnread }, seconds: seconds,
            excused: shape.flows.map { unread.contains(ExactName($0.name)) || isExcused($0) }, now)
    }

    /// Whether how many come says nothing of the flow itself now.
    private func isExcused(_ flow: StoreShape.Flow) -> Bool {
        let entity = EntityID(.integration, flow.name)
        if isExpected(entity) { return true }
        if flow.flags.contains(where: { flags[ExactName($0)].map(Self.isOff) ?? false }) { return true }
        if flow.queues.contains(where: { broker[ExactName($0)]?.holdsMessages ?? false }) { return true }
        // Its consumers are being restarted.
        if !flow.queues.isEmpty, now.isAfterDeploy(within: 180) { return true }
        return !flow.jobs.isEmpty && cron.isStopped
    }

    private func isExpected(_ entity: EntityID) -> Bool {
        shape.expected.contains { $0.entity == entity && $0.holds(at: now.secondOfDay) }
    }

    private static func isOff(_ value: String) -> Bool {
        ["off", "false", "0", "no", "disabled"].contains(value.lowercased())
    }

    // MARK: The rest

    private mutating func take(_ rows: [Observation.Indexer]) {
        for row in rows {
            let name = ExactName(row.name)
            if row.isGone {
                indexers[name] = nil
                continue
            }
            if indexers[name] == nil {
                let backlog = past[EntityID(.indexer, row.name)]?.first { $0.measure == .backlog }
                indexers[name] = IndexerDetector(row.name, past: backlog)
            }
            note(indexers[name]?.take(row))
        }
        for name in indexers.keys { indexers[name]?.judge(now) }
    }

    private mutating func take(_ rows: [Observation.Check]) {
        for row in rows {
            let name = ExactName(row.name)
            if row.isGone {
                checks[name] = nil
                continue
            }
            if checks[name] == nil { checks[name] = check(row.name) }
            checks[name]?.take(row)
        }
        for name in checks.keys {
            let owner = shape.flows.first { $0.checks.contains { ExactName.same($0, name.text) } }
            checks[name]?.judge(now, isCritical: owner?.isVital ?? false)
        }
    }

    /// What the past says of a check: lasting ids a record, and the mean level.
    private func check(_ name: String) -> ReconciliationDetector {
        guard let past = past[EntityID(.recon, name)]?.first(where: { $0.measure == .mismatches }) else {
            return ReconciliationDetector(name, usual: nil, level: nil)
        }
        let levels = past.values.filter(\.isFinite)
        let mean = levels.isEmpty ? nil : levels.reduce(0, +) / Double(levels.count)
        guard let owner = shape.flows.first(where: { $0.checks.contains { ExactName.same($0, name) } }),
            let records = self.past[EntityID(.integration, owner.name)]?.first(where: {
                $0.measure == .successes
            })
        else { return ReconciliationDetector(name, usual: nil, level: mean) }
        var (came, all) = (0.0, 0.0)
        for index in past.values.indices.dropFirst() {
            let step = past.values[index] - past.values[index - 1]
            if step.isFinite, step > 0 { came += step }
            if records.values.indices.contains(index), records.values[index].isFinite {
                all += records.values[index] * past.step / 60
            }
        }
        return ReconciliationDetector(name, usual: all > 1000 ? came / all : nil, level: mean)
    }

    private mutating func take(_ rows: [Observation.Flag]) {
        for row in rows {
            let name = ExactName(row.name)
            if let before = flags[name], !ExactName.same(before, row.value), !row.isGone {
                book.note(
                    StoreEvent(
                        at: now.at, kind: .flag, text: "\(row.name): \(before) → \(row.value)",
                        entity: EntityID(.flag, row.name)))
            }
            flags[name] = row.isGone ? nil : row.value
        }
    }

    // MARK: Alerts

    /// What changed in the alerts by `at`, once all that was read until then has been taken.
    package mutating func judge(at moment: Double) -> [AlertChange] {
        book.update(findings(at: moment).map(weighed), at: moment)
    }

    /// As bad as it is for the flow that it belongs to.
    private func weighed(_ finding: Finding) -> Finding {
        guard BusinessWeight.weighs(finding.entity.kind) else { return finding }
        let owner = shape.flows.first { flow in
            let own =
                switch finding.entity.kind {
                case .queue: flow.queues
                case .cron: flow.jobs
                case .recon: flow.checks
                case .integration, .indexer, .flag, .source: [] as [String]
                }
            return own.contains { ExactName.same($0, finding.entity.name) }
        }
        return owner.flatMap { BusinessWeight($0) }?.weighed(finding) ?? finding
    }

    /// What is not found yet, of which more than half of the evidence is there.
    package func gathering(at moment: Double) -> [Gathering] {
        var circumstances = now
        circumstances.at = moment
        let letters = letters.compactMap { name, detector in
            detector.gathering(
                circumstances.tolerating(shape.tolerance(of: EntityID(.queue, name.text), .grows)))
        }
        return (flows.gathering(circumstances) + letters).filter { !isExpected($0.entity) }
    }

    /// What is found by `moment`, of everything that was read until then.
    package func findings(at moment: Double) -> [Finding] {
        let awake = awakeSince.map { moment - $0 } ?? 0
        var circumstances = now
        circumstances.at = moment
        var findings: [Finding] = []
        let shopFalls = flows.findings.contains { $0.entity == CauseMap.shop }
        let moving = sources.values.filter { $0.isMoving(at: moment) }.count
        for source in sources.values {
            // Where nobody buys, nothing moves.
            let othersMove = !shopFalls && moving > (source.isMoving(at: moment) ? 1 : 0)
            if let finding = source.finding(circumstances, awake: awake, othersMove: othersMove) {
                findings.append(finding)
            }
        }
        findings += cron.findings
        for queue in broker.values { findings += queue.findings }
        for queue in letters.values { findings += queue.findings }
        for queue in database.values { findings += queue.findings }
        findings += flows.findings
        for indexer in indexers.values { findings += indexer.findings }
        for check in checks.values { findings += check.findings }
        findings.removeAll { isExpected($0.entity) }
        return findings
    }
}
