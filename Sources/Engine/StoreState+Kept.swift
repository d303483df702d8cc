import EngineAPI
import FeatureFlags
import Monitoring

extension StoreState {
    /// Takes up what an earlier run kept.
    mutating func take(_ state: EngineState, at now: WallTime) {
        kept = state
        if let savedAt = state.savedAt, abs(now.seconds(since: savedAt)) > EngineState.pauseSeconds {
            kept.conditions = [:]
        }
        var seen: [EntityID: SinceBook.Entry] = [:]
        for (text, entry) in state.since {
            // What an older version knew without its source is judged anew.
            guard let id = EntityID(text),
                id.kind == .integration || id.kind == .source || !id.source.isEmpty
            else { continue }
            seen[id] = SinceBook.Entry(status: entry.status, since: entry.since)
        }
        since = SinceBook(seen)
        flags.changes = Self.flagChanges(state.flagChanges)
        takeAsides(of: state, at: now)
        for place in flows.rows.indices {
            flows.rows[place].lastSuccess = state.lastSuccesses[flows.rows[place].id.key]
        }
    }

    /// What was kept of `id`; an older version knew it without its source.
    func kept<Value>(_ values: [String: Value], of id: EntityID) -> Value? {
        values[id.key] ?? values[EntityID(id.kind, id.name).key] ?? values[id.name]
    }

    /// What must survive this run. What was kept and has not been read yet stays.
    func toKeep(at now: WallTime) -> EngineState {
        var state = kept
        state.savedAt = now
        state.since = [:]
        for (id, entry) in since.seen {
            state.since[id.key] = EngineState.KeptJudgement(status: entry.status, since: entry.since)
        }
        keepCron(in: &state, at: now)
        for (id, watch) in flows.watches {
            state.lastSuccesses[id.key] = watch.lastSuccess
            state.conditions[id.key] = watch.conditions.kept
        }
        for (id, watch) in queues.watches {
            state.conditions[id.key] = watch.conditions.kept
            state.queues[id.key] = watch.memory.isEmpty ? nil : watch.memory
        }
        for (id, watch) in indexers.watches {
            state.conditions[id.key] = watch.conditions.kept
            state.triggerBaselines[id.key] = watch.triggerBaseline
            if let version = watch.version, let movedAt = watch.movedAt {
                state.indexerProgress[id.key] = EngineState.IndexerProgress(
                    version: version, movedAt: movedAt)
            }
        }
        state.conditions = state.conditions.filter { !$0.value.isEmpty }
        // A success of months ago tells nothing any more, and names come and go.
        state.lastSuccesses = state.lastSuccesses.filter { now.seconds(since: $0.value) < 90 * 86_400 }
        state.flagChanges = Dictionary(
            flags.changes.map { ($0.key.id.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        state.asides = asidesToKeep
        return state
    }
}
