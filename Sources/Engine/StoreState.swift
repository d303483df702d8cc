import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// Everything the engine knows, and the decisions about it: a value, told what was read and what time it is.
///
/// Rows are made when a sample comes; a snapshot only takes them up and marks those that are too old.
struct StoreState: Sendable {
    var environment: EnvironmentFacts
    let window: WindowClock?
    let integrations: [Integration]
    let limits: Limits

    var probes: [String: ProbeWatch] = [:]
    /// Ids in the order of the config.
    var probeOrder: [String] = []
    /// Where a flag backend's flags live, by backend name.
    var places: [String: String] = [:]
    var since = SinceBook()
    /// What every rule says of each entity, from its newest reading or from time passing: rows, detail,
    /// journal and reports are made of these.
    var assessments: [EntityID: [Assessment]] = [:]
    /// The clock of each source that has one, by source.
    var clocks: [String: ServerClock] = [:]
    var series = SeriesBook()
    var storage = StorageFaults()
    /// Of the console that keeps, while another one does.
    var keeperPulse: KeeperPulse?

    var queues = QueuePart()
    var flows = IntegrationPart()
    var cron = CronPart()
    var indexers = IndexerPart()
    var flags = FlagPart()
    var asides = AsideBook()
    var silences = SilenceBook()
    var detecting = DetectionPart()
    /// What the config says of rules.
    var written = OwnRuleBook()
    /// Changes of alerts, for whoever is told outside of the console.
    var notices = NoticeBook()
    var changes = ChangesPart()
    /// What the store was like before its upgrade.
    var baseline: BaselineBook?
    /// Where a person took another level as usual.
    var normals: [EntityID: KeptNormal] = [:]
    /// Levels that last and that no alert speaks of.
    var offers: [EntityID: KeptOffer] = [:]
    var labels = Labels()

    /// Newest last, at most 50: what a snapshot shows.
    private(set) var events: [Event] = []
    /// Not yet in the journal.
    private(set) var unwritten: [Event] = []
    private var allowance = JournalAllowance()
    /// Something has changed that is worth a write of its own; the rest is kept with it, and each minute.
    var unsaved = Unsaved.nothing
    /// What an earlier run knew of entities that have not been read yet.
    var kept = EngineState()
    /// A status or a flag has changed since this was last taken.
    var hasNews = false
    /// Grows with each judgement that is other than the one before: a recording has a place for those alone.
    var turns: UInt64 = 0
    /// Somebody asks for those.
    var countsTurns = false

    enum Unsaved: Int, Comparable, Sendable {
        case nothing, urgent
        static func < (left: Unsaved, right: Unsaved) -> Bool { left.rawValue < right.rawValue }
    }

    init(
        environment: EnvironmentFacts, window: WindowClock?, integrations: [Integration], limits: Limits
    ) {
        self.environment = environment
        self.window = window
        self.integrations = integrations
        self.limits = limits
        flows.rows = integrations.map {
            IntegrationRow(integration: $0, judgement: Judgement(.unknown, ["no source has counted it yet"]))
        }
    }

    /// So many queues, indexers or flags that are gone stay listed: a server that renames them at each read would fill
    /// the memory.
    static let mostGone = 500

    // MARK: What happens

    mutating func add(probe schedule: ProbeSchedule, place: String? = nil) {
        guard probes[schedule.id] == nil else { return }
        probes[schedule.id] = ProbeWatch(schedule: schedule)
        probeOrder.append(schedule.id)
        if let place { places[schedule.source] = place }
    }

    mutating func planned(_ id: String, next: Duration?, at now: Timestamp) {
        probes[id]?.planned(
            next.map { next in
                let wait = (next - now.boot).inSeconds
                return Timestamp(boot: next, wall: now.wall.advanced(bySeconds: wait), bootID: now.bootID)
            })
    }

    mutating func began(_ id: String) { probes[id]?.began() }

    mutating func skipped(_ id: String, ticks: Int, at now: Timestamp) {
        guard ticks > 0 else { return }
        probes[id]?.skipped(ticks, at: now)
    }

    mutating func sampled(_ id: String, _ sample: Sample, latency: Double, at now: Timestamp) {
        guard let schedule = probes[id]?.schedule else { return }
        if let serverTime = sample.serverTime {
            clocks[schedule.source, default: ServerClock()].read(serverTime, at: now)
        }
        var notices: [SourceNotice] = []
        var readings: [QueueReading]?
        var outcomes: [OutcomeReading]?
        var indexed: [IndexerReading]?
        for fact in sample.facts {
            switch fact {
            case .queues(let more): readings = (readings ?? []) + more
            case .cron(let reading):
                receive(reading, from: schedule, at: now)
            case .indexers(let more): indexed = (indexed ?? []) + more
            case .outcomes(let more): outcomes = (outcomes ?? []) + more
            case .consumerLocks(let locks): take(locks, from: schedule, at: now)
            case .changes(let reading): receive(reading, from: schedule, at: now)
            case .notice(let notice): notices.append(notice)
            }
        }
        if let readings { receive(readings, from: schedule, took: latency, at: now) }
        if let outcomes { receive(outcomes, from: schedule, at: now) }
        if let indexed { receive(indexed, from: schedule, at: now) }
        probes[id]?.succeeded(
            cost: sample.cost, notices: notices, latency: latency, began: now.earlier(bySeconds: latency),
            at: now)
        finishedRead(schedule, latency: latency, at: now)
        observe(id, at: now)
    }

    mutating func failed(_ id: String, _ failure: ReadFailure, latency: Double, at now: Timestamp) {
        guard let schedule = probes[id]?.schedule else { return }
        probes[id]?.failed(failure, latency: latency, at: now)
        finishedRead(schedule, latency: latency, at: now)
    }

    mutating func sampledFlags(
        _ id: String, _ sample: FlagSample, began: Timestamp, at now: Timestamp
    ) -> [LedgerAction] {
        guard let schedule = probes[id]?.schedule else { return [] }
        let latency = now.seconds(since: began)
        let before = flags.book.known
        let actions = receive(sample, from: schedule, began: began, at: now)
        hasNews = hasNews || flags.book.known != before
        probes[id]?.succeeded(
            cost: sample.cost, notices: sample.notices, latency: latency, began: began, at: now)
        finishedRead(schedule, latency: latency, at: now)
        observe(id, at: now)
        return actions
    }

    /// A source's read time is a series, and a change of its state an event.
    private mutating func finishedRead(_ schedule: ProbeSchedule, latency: Double, at now: Timestamp) {
        // Empty queues of a database have waited for its word.
        if schedule.kind == "rabbitmq", probes[schedule.id]?.reads == 1 { weighTwins(at: now) }
        let id = EntityID(.source, schedule.source)
        series.add(latency * 1000, id, .readTime, at: now, interval: schedule.interval)
        judgeSource(schedule.source, at: now)
    }

    mutating func judgeSource(_ source: String, at now: Timestamp) {
        let id = EntityID(.source, source)
        let said = sourceAssessments(source, at: now)
        // Some of its probes have not been read for the first time: it is neither well nor ill yet.
        let isBeginning = said.allSatisfy { $0.status >= .ok || $0.rule == .notRead }
        if isBeginning, said.contains(where: { $0.status < .ok }) { return }
        guard said != ownRules(of: id) else { return }
        _ = settle(said, of: id, at: Moment(now), now: now.wall)
    }

    // MARK: Judging

    /// Keeps what the rules say of `id`, settles since when its status holds, and tells the journal when that
    /// changed. Times of `assessed` are those of `moment`'s clock.
    mutating func settle(
        _ assessed: [Assessment], of id: EntityID, at moment: Moment, now: WallTime
    ) -> Judgement {
        // What detectors say of it stands beside what its own rules do.
        var assessed = assessed
        let found = detecting.found.isEmpty ? [] : detecting.found[id] ?? []
        // Not copied where it need not be: with ten thousand rows it is most of what is held.
        if !found.isEmpty || assessed.indices.contains(where: { assessed[$0].rule.isAdded }) {
            assessed = assessed.filter { !$0.rule.isAdded } + found
        }
        if !written.isEmpty {
            assessed = written.tuned(assessed, of: id) + judgeAsWritten(id, at: moment)
        }
        assessed = weighed(assessed, of: id)
        let before = assessments.updateValue(assessed, forKey: id) ?? []
        if countsTurns, !assessed.isJudged(like: before) { turns &+= 1 }
        defer { if !asides.entries.isEmpty { weighAside(assessed, of: id, at: now) } }
        var judgement = Judgement(assessed, at: moment)
        // What could not be judged yet, or waits for its hold, is not well again by that.
        if judgement.status == .ok, let seen = since.seen[id],
            assessed.contains(where: { $0.isNotJudged || ($0.isPending && seen.status < .ok) })
        {
            keep(seen, in: &judgement, until: assessed)
            return judgement
        }
        let began = judgement.since
        let change = since.settle(&judgement, of: id, at: now)
        if change == nil { tellMore(assessed, than: before, of: id, judgement.status, at: now) }
        // When the trouble began is what its rule knows, not when this console came to see it.
        if let began, judgement.status != .ok { judgement.since = min(began, judgement.since ?? began) }
        if let change { tell(change, of: id, assessed, after: before, at: now) }
        return judgement
    }

    /// What its own rules said of it last.
    func ownRules(of id: EntityID) -> [Assessment]? {
        guard written.isEmpty else { return nil }
        return detecting.found[id] == nil ? assessments[id] : assessments[id]?.filter { !$0.rule.isAdded }
    }

    /// What was not well is shown as it was until it can be judged.
    private func keep(_ seen: SinceBook.Entry, in judgement: inout Judgement, until assessed: [Assessment]) {
        let missing = assessed.compactMap { assessment in
            if case .notJudged(let why) = assessment.standing { why } else { nil }
        }
        guard seen.status < .ok, let why = missing.first else { return }
        judgement.status = seen.status
        judgement.since = seen.since
        judgement.reason.insert("was \(seen.status.rawValue), \(why)", at: 0)
    }

    /// It is not well, or was not and no reading has judged it well since.
    func isInTrouble(_ row: any Row) -> Bool {
        row.judgement.status < .ok || since.seen[row.id].map { $0.status < .ok } ?? false
    }

    /// Something of it is pending, or not well: time alone may change what is said.
    func isMoving(_ id: EntityID) -> Bool {
        assessments[id]?.contains { $0.status != .ok || $0.standing != .judged } ?? false
    }

    /// Another rule speaks, as badly as the first: the status is as it was, and what is wrong is not.
    private mutating func tellMore(
        _ assessed: [Assessment], than before: [Assessment], of id: EntityID, _ status: Status,
        at now: WallTime
    ) {
        guard status < .ok, !before.isEmpty else { return }
        let known = Set(before.filter { $0.status <= status }.map(\.rule))
        let more = assessed.first {
            $0.status == status && $0.standing == .judged && !known.contains($0.rule) && !$0.what.isEmpty
                // In whose words it is told has told it.
                && !known.contains($0.spoken(among: assessed).rule)
        }
        guard let more else { return }
        unsaved = .urgent
        hasNews = true
        note(status, id, "\(title(of: id)): \(more.headline)", at: now)
    }

    private mutating func tell(
        _ change: SinceBook.Change, of id: EntityID, _ assessed: [Assessment], after before: [Assessment],
        at now: WallTime
    ) {
        unsaved = .urgent
        hasNews = true
        let name = title(of: id)
        let worst = assessed.filter { $0.standing == .judged }.min { $0.status < $1.status }
        // That nothing was tried yet is no news.
        let isNoNews = change.from == nil && id.kind == .integration
        if change.to == .off {
            // That was so before anyone looked.
            guard change.from != nil else { return }
            let why = assessed.first { $0.status == .off && !$0.what.isEmpty }
            note(.off, id, "\(name)" + (why.map { ": \($0.headline)" } ?? " is off"), at: now)
        } else if let worst, worst.status < .ok {
            guard worst.status != .unknown || !isNoNews else { return }
            let isEased = change.from == .critical && change.to == .warning
            let isHeard = Self.isSilenceOver(before, assessed)
            let turn = isHeard ? " answers again" : isEased ? " is now warning" : ""
            note(change.to, id, "\(name)\(turn): \(worst.spoken(among: assessed).headline)", at: now)
        } else if let from = change.from, from < .ok {
            let isHeard = Self.isSilenceOver(before, assessed)
            let again = isHeard ? "answers again" : from == .unknown ? "is ok" : "is ok again"
            note(change.to, id, "\(name) \(again)", at: now)
        }
    }

    /// A source that gave no answer gives one, well or ill.
    private static func isSilenceOver(_ before: [Assessment], _ now: [Assessment]) -> Bool {
        func isSilent(_ said: [Assessment]) -> Bool {
            said.contains { $0.rule == .answers && $0.status < .ok }
        }
        return isSilent(before) && !isSilent(now)
    }

    /// As people call it: a flow by what goes where.
    func title(of id: EntityID) -> String {
        guard id.kind == .integration, let flow = integrations.first(where: { $0.name == id.name }) else {
            return Sanitizer.line(id.name, maxBytes: 128)
        }
        return Sanitizer.line(flow.title, maxBytes: 128)
    }

    mutating func takeNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }

    mutating func note(_ status: Status?, _ entity: EntityID?, _ text: String, at now: WallTime) {
        let event = Event(
            at: now, status: status, entity: entity, subject: entity?.kind.rawValue ?? "console", text: text)
        events.append(event)
        if events.count > 50 { events.removeFirst(events.count - 50) }
        journal(event, at: now)
    }

    /// To be written into the journal, as far as there is room for it.
    mutating func journal(_ event: Event, at now: WallTime) {
        // What people and flags do is few, and never left out.
        let isAlways = event.entity == nil || event.entity?.kind == .flag
        tellLeftOut(overAt: now, at: now)
        let size = event.text.utf8.count &+ (event.entity?.name.utf8.count ?? 0)
        guard allowance.take(isAlways ? 0 : size, at: now) else { return }
        unwritten.append(event)
        // While the journal cannot be written the newest are kept.
        let surplus = unwritten.count - Self.mostUnwritten
        if surplus > 0 {
            unwritten.removeFirst(surplus)
            allowance.leaveOut(surplus)
        }
    }

    /// Says of a minute that is over how much of it the journal does not have; nil: of this one, too.
    mutating func tellLeftOut(overAt over: WallTime?, at now: WallTime) {
        let leftOut = allowance.takeLeftOut(at: over)
        guard leftOut > 0 else { return }
        let what = "\(Figures.counted(leftOut, "more event")) of one minute left out of the journal"
        unwritten.append(Event(at: now, status: .warning, entity: nil, subject: "console", text: what))
    }

    /// A minute of short names.
    private static let mostUnwritten = 2000

    /// Events of earlier runs, put before what has happened since. Changes are kept by themselves.
    mutating func remember(_ earlier: [Event]) {
        events = (earlier.filter { $0.subject != Event.changeSubject } + events).suffix(50)
    }

    mutating func takeUnwritten() -> [Event] {
        defer { unwritten.removeAll() }
        return unwritten
    }

    /// They could not be written; they come first next time.
    mutating func putBack(_ events: [Event]) { unwritten.insert(contentsOf: events, at: 0) }

    /// The server of a failing probe is silent for others too, which may wait up to a minute for their next
    /// try: those that read as soon as this one gets an answer. What fails for a reason of its own waits on.
    func waitingSiblings(of id: String) -> [String] {
        guard let watch = probes[id], watch.failure != nil else { return [] }
        return probeOrder.filter { other in
            guard other != id, let sibling = probes[other], sibling.schedule.source == watch.schedule.source,
                let kind = sibling.failure?.kind
            else { return false }
            return kind == .unreachable || kind == .timedOut
        }
    }

    /// `now` as the clock of `source` has it.
    func moment(of source: String, at now: Timestamp) -> Moment {
        clocks[source]?.moment(at: now) ?? Moment(now)
    }

    func order(of probe: String) -> Int { probeOrder.firstIndex(of: probe) ?? .max }

    func sourceAssessments(_ source: String, at now: Timestamp) -> [Assessment] {
        let watches = probeOrder.compactMap { probes[$0] }.filter { $0.schedule.source == source }
        return SourceJudge.assess(
            watches, clock: clocks[source], limits: limits.freshness, of: EntityID(.source, source), at: now)
    }
}

extension [Assessment] {
    /// The same rules say as badly of it, of the same records: only figures and words may be others.
    fileprivate func isJudged(like other: [Assessment]) -> Bool {
        elementsEqual(other) { mine, theirs in
            mine.rule == theirs.rule && mine.status == theirs.status && mine.isPending == theirs.isPending
                && mine.isNotJudged == theirs.isNotJudged && mine.records == theirs.records
        }
    }
}
