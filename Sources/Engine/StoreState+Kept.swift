import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension StoreState {
    /// Takes up what an earlier run kept.
    mutating func take(_ state: EngineState, at now: WallTime) {
        kept = state
        let pause = state.savedAt.map { abs(now.seconds(since: $0)) } ?? 0
        let isLong = pause > EngineState.pauseSeconds
        if isLong { kept.conditions = [:] }
        if pause > Self.missedSeconds {
            kept.listed = kept.listed.filter { $0.value.goneSince != nil }
        }
        var seen: [EntityID: SinceBook.Entry] = [:]
        for (text, entry) in state.since {
            // What an older version knew without its source is judged anew.
            guard let id = EntityID(text),
                id.kind == .integration || id.kind == .source || !id.source.isEmpty
            else { continue }
            // What it was is remembered; that it was so all the while is not known.
            seen[id] = SinceBook.Entry(status: entry.status, since: isLong ? now : entry.since)
        }
        since = SinceBook(seen)
        flags.changes = Self.flagChanges(state.flagChanges)
        flags.heard = Self.flagEnds(state)
        flags.heardBefore = state.flagEnds == nil ? state.savedAt : nil
        flags.halfDone = Self.byFlag(state.halfDone)
        flags.crossings = Self.byFlag(state.crossings)
        flags.book = FlagBook(earlier: Self.flagValues(state.flagValues))
        takeAsides(of: state, at: now)
        takeAlerts(of: state)
        normals = [:]
        for (text, normal) in state.normals {
            // In three weeks all that is compared with is of the new one.
            if let id = EntityID(text), now.seconds(since: normal.at) < 30 * 86_400 { normals[id] = normal }
        }
        offers = [:]
        for (text, offer) in state.offers { if let id = EntityID(text) { offers[id] = offer } }
        changes.watches = [:]
        changes.book = ChangeBook(state.changes)
        for place in flows.rows.indices {
            flows.rows[place].lastSuccess = state.lastSuccesses[flows.rows[place].id.key]
        }
    }

    /// What was kept of `id`; an older version knew it without its source.
    func kept<Value>(_ values: [String: Value], of id: EntityID) -> Value? {
        values[id.key] ?? values[EntityID(id.kind, id.name).key] ?? values[id.name]
    }

    /// It has left: should one of its name come, what an earlier run knew is not of it.
    mutating func forgetKept(_ id: EntityID) {
        for key in [id.key, EntityID(id.kind, id.name).key, id.name] {
            kept.conditions[key] = nil
            kept.queues[key] = nil
            kept.indexerProgress[key] = nil
            kept.triggerBaselines[key] = nil
        }
    }

    /// What must survive this run. What was kept and has not been read yet stays.
    func toKeep(at now: WallTime) -> EngineState {
        var state = kept
        var keys = Keys()
        state.savedAt = now
        state.since = [:]
        for (id, entry) in since.seen {
            state.since[keys.of(id)] = EngineState.KeptJudgement(status: entry.status, since: entry.since)
        }
        keepCron(in: &state, at: now)
        for (id, watch) in flows.watches {
            let key = keys.of(id)
            state.lastSuccesses[key] = watch.lastSuccess
            state.conditions[key] = watch.conditions.kept
        }
        for (id, held) in queues.watches {
            let (key, watch) = (keys.of(id), held.value)
            let conditions = watch.conditions.kept
            state.conditions[key] = conditions.isEmpty ? nil : conditions
            let memory = watch.memory
            state.queues[key] = memory.isEmpty ? nil : memory
        }
        for (id, watch) in indexers.watches {
            let key = keys.of(id)
            state.conditions[key] = watch.conditions.kept
            state.triggerBaselines[key] = watch.triggerBaseline
            if let version = watch.version, let movedAt = watch.movedAt {
                state.indexerProgress[key] = EngineState.IndexerProgress(
                    version: version, movedAt: movedAt)
            }
        }
        state.conditions = state.conditions.filter { !$0.value.isEmpty }
        // A success of months ago tells nothing any more, and names come and go.
        state.lastSuccesses = state.lastSuccesses.filter { now.seconds(since: $0.value) < 90 * 86_400 }
        state.flagChanges = Self.byText(flags.changes)
        state.flagEnds = Self.byText(flags.heard)
        state.halfDone = Self.byText(flags.halfDone)
        state.crossings = Self.byText(flags.crossings)
        state.flagValues = Self.byText(flags.book.lastValues)
        state.asides = asidesToKeep
        state.silences = silencesToKeep
        state.alerts = alertsToKeep
        state.troubles = detecting.troubles
        state.ended = detecting.ended.shown(at: now)
        state.learnedSeconds =
            detecting.learned.map { $0.seconds + max(0, now.seconds(since: $0.at.wall)) }
            ?? kept.learnedSeconds
        state.notices = notices.toKeep
        if detecting.learned != nil {
            state.comparedWith = detecting.comparesWithBaseline ? baseline?.name : nil
        }
        state.normals = [:]
        for (id, normal) in normals { state.normals[id.key] = normal }
        state.offers = [:]
        for (id, offer) in offers { state.offers[id.key] = offer }
        keepChanges(in: &state)
        keepListed(in: &state, &keys)
        return state
    }

    /// The key of each entity, made and held once a save.
    private struct Keys {
        private var known: [EntityID: String] = [:]

        mutating func of(_ id: EntityID) -> String {
            if let key = known[id] { return key }
            let key = id.key
            known[id] = key
            return key
        }
    }

    private static func byText<Value>(_ values: [FlagKey: Value]) -> [String: Value] {
        Dictionary(values.map { ($0.key.id.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    static func byFlag<Value>(_ kept: [String: Value]) -> [FlagKey: Value] {
        var values: [FlagKey: Value] = [:]
        for (text, value) in kept {
            if let key = EntityID(text).flatMap({ FlagKey($0) }) { values[key] = value }
        }
        return values
    }

    // MARK: What is missed if it is gone

    /// What was there is missed for so long; what was told as gone already, until it is set aside.
    private static let missedSeconds: Double = 86_400

    /// What an earlier run had listed, once for each probe; nothing where the config reads elsewhere by now.
    mutating func takeListed(
        _ kind: EntityID.Kind, from schedule: ProbeSchedule
    ) -> [(id: EntityID, listed: EngineState.Listed)] {
        var taken: [(EntityID, EngineState.Listed)] = []
        for (text, listed) in kept.listed {
            guard let id = EntityID(text), id.kind == kind, ExactName.same(id.source, schedule.source) else {
                continue
            }
            kept.listed[text] = nil
            if ExactName.same(listed.reach, schedule.reach) { taken.append((id, listed)) }
        }
        return taken.sorted { $0.0 < $1.0 }
    }

    /// As an earlier run last saw it.
    func lastJudgement(of id: EntityID) -> Judgement {
        guard let entry = since.seen[id] else { return .ok }
        var judgement = Judgement(entry.status)
        judgement.since = entry.since
        return judgement
    }

    private func keepListed(in state: inout EngineState, _ keys: inout Keys) {
        for (probe, rows) in queues.rowsByProbe {
            for row in rows {
                let waiting = row.depth?.value ?? 0
                state.listed[keys.of(row.id)] = listed(
                    row, of: probe, form: row.transport.rawValue, waiting: waiting, goneSince: row.goneSince)
            }
        }
        for (probe, rows) in indexers.rowsByProbe {
            for row in rows {
                state.listed[keys.of(row.id)] = listed(
                    row, of: probe, form: row.mode.rawValue, waiting: 0, goneSince: row.goneSince)
            }
        }
    }

    /// Nil where nobody would miss it.
    private func listed(
        _ row: any Row, of probe: String, form: String, waiting: Int, goneSince: WallTime?
    ) -> EngineState.Listed? {
        let isTrouble = since.seen[row.id].map { $0.status < .ok } ?? false
        guard let reach = probes[probe]?.schedule.reach, isTrouble || waiting > 0 || goneSince != nil else {
            return nil
        }
        return EngineState.Listed(reach: reach, form: form, waiting: waiting, goneSince: goneSince)
    }
}
