import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What the audit log knows of changes that ended, and what was kept does not: a console may be gone between a change
/// and the next save.
extension StoreState {
    /// Who turned what last, and which of it was crossed by another program. True when that is news. What ended here of
    /// the flags in `waiting` is newer, and waits to be put on record; and of a flag of which the log knows nothing
    /// what is known stays: the log may have been put elsewhere.
    mutating func hear(
        _ ended: [EndedChange], but waiting: Set<FlagKey> = [], at now: Timestamp
    ) -> Bool {
        let ended = ended.filter { !waiting.contains($0.change.key) }
        var isNews = false
        for (key, end) in Self.turns(ended) where !isKnown(end, key) {
            flags.heard[key] = end.change.opID
            flags.changes[key] = EngineState.KeptFlagChange(
                by: Self.words(of: end.by), at: min(end.at, now.wall))
            if let known = flags.book.known[key] {
                // What was read here is older, or has told it already.
                if known.reading.value != end.change.to { flags.turnedSince.insert(key) }
            } else {
                flags.book.remember([key: end.change.to])
            }
            unsaved = .urgent
            isNews = true
        }
        let recorded = Set(ended.map(\.change.key))
        let crossings = flags.crossings.filter { !recorded.contains($0.key) }
            .merging(Self.crossings(ended)) { mine, _ in mine }
        let halfDone = flags.halfDone.filter { !recorded.contains($0.key) }
            .merging(undone(of: ended)) { mine, _ in mine }
        guard crossings != flags.crossings || halfDone != flags.halfDone else { return isNews }
        let keys = [
            Array(crossings.keys), Array(flags.crossings.keys), Array(halfDone.keys),
            Array(flags.halfDone.keys),
        ]
        .joined()
        flags.crossings = crossings
        flags.halfDone = halfDone
        for key in Set(keys) { settleFlag(key, at: now) }
        return true
    }

    /// What happened last before the keeper was gone stands neither in its journal nor in what it kept.
    mutating func tell(_ ended: [EndedChange], unlessIn kept: EngineState) {
        // Where nothing was kept it was told long ago.
        guard kept.savedAt != nil else { return }
        let ends = Self.flagEnds(kept)
        let unknown = Self.turns(ended).filter { key, end in
            kept.flagEnds == nil ? kept.savedAt.map { end.at >= $0 } ?? false : ends[key] != end.change.opID
        }
        for (key, end) in unknown.sorted(by: { $0.value.at < $1.value.at }) {
            let text = turned(end.change, by: Self.words(of: end.by))
            let isTold = events.contains { event in
                event.entity == key.id && event.text.hasPrefix(text)
                    && abs(event.at.seconds(since: end.at)) < Self.sameSeconds
            }
            guard !isTold else { continue }
            note(nil, key.id, text, at: end.at)
            keepTurn(of: key, text, at: end.at, by: Self.words(of: end.by))
        }
    }

    /// An event and its record are of one change when they are no further apart.
    private static let sameSeconds = 5.0

    private func isKnown(_ end: EndedChange, _ key: FlagKey) -> Bool {
        if let opID = flags.heard[key] { return opID == end.change.opID }
        return flags.heardBefore.map { end.at < $0 } ?? false
    }

    /// The change that each flag owes its value to, unless somebody else changed it since.
    private static func turns(_ ended: [EndedChange]) -> [FlagKey: EndedChange] {
        var turns: [FlagKey: EndedChange] = [:]
        for end in ended {
            if end.took {
                turns[end.change.key] = end
            } else if end.crossing == nil {
                turns[end.change.key] = nil
            }
        }
        return turns
    }

    /// What was saved and may not be whole, whatever was read since: who turns a flag by SQL cleans no cache.
    private func undone(of ended: [EndedChange]) -> [FlagKey: EngineState.KeptHalfDone] {
        var halfDone: [FlagKey: EngineState.KeptHalfDone] = [:]
        for (key, end) in Self.turns(ended) {
            guard let why = end.undone else { continue }
            let at = flags.halfDone[key]?.change.opID == end.change.opID ? flags.halfDone[key]?.at : nil
            halfDone[key] = EngineState.KeptHalfDone(
                change: end.change, why: Sanitizer.line(why, maxBytes: 300), at: at ?? end.at)
        }
        return halfDone
    }

    private static func crossings(_ ended: [EndedChange]) -> [FlagKey: String] {
        var crossings: [FlagKey: String] = [:]
        for end in ended {
            if let text = end.crossing {
                crossings[end.change.key] = Sanitizer.line(text, maxBytes: 600)
            } else if end.took {
                crossings[end.change.key] = nil
            }
        }
        return crossings
    }

    static func flagEnds(_ kept: EngineState) -> [FlagKey: String] {
        var ends: [FlagKey: String] = [:]
        for (text, opID) in kept.flagEnds ?? [:] {
            if let key = EntityID(text).flatMap({ FlagKey($0) }) { ends[key] = opID }
        }
        return ends
    }
}
