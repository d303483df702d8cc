import EngineAPI
import FeatureFlags
import Monitoring

/// What an earlier run kept and could not be read before polls began, taken up beside what this run has seen.
extension StoreState {
    mutating func takeLate(_ loaded: EngineState, at now: WallTime) {
        let mine = toKeep(at: now)
        let (book, changes, heard, present) = (flags.book, flags.changes, flags.heard, since.seen)
        let (halfDone, crossings) = (flags.halfDone, flags.crossings)
        let changed = self.changes
        take(loaded, at: now)

        kept.conditions.merge(mine.conditions) { $1 }
        kept.lastSuccesses.merge(mine.lastSuccesses) { $1 }
        kept.indexerProgress.merge(mine.indexerProgress) { $1 }
        kept.queues.merge(mine.queues) { $1 }
        kept.listed.merge(mine.listed) { $1 }
        // Who was there first; the next answer tells the rest again.
        kept.triggerBaselines.merge(mine.triggerBaselines) { earlier, _ in earlier }
        if let jobs = mine.cronJobs { kept.cronJobs = (kept.cronJobs ?? [:]).merging(jobs) { $1 } }

        since = SinceBook(
            since.seen.merging(present) { earlier, mine in earlier.status == mine.status ? earlier : mine })
        flags.book = book
        flags.book.remember(Self.flagValues(loaded.flagValues))
        // What the audit log told meanwhile may be older than what was kept.
        flags.changes.merge(changes) { earlier, mine in mine.at < earlier.at ? earlier : mine }
        flags.heard.merge(heard) { $1 }
        // And what it knows nothing of was kept alone.
        flags.halfDone = flags.halfDone.filter { heard[$0.key] == nil }.merging(halfDone) { $1 }
        flags.crossings = flags.crossings.filter { heard[$0.key] == nil }.merging(crossings) { $1 }
        var together = loaded
        together.asides.merge(mine.asides) { $1 }
        takeAsides(of: together, at: now)
        self.changes = changed
        for change in loaded.changes { _ = self.changes.book.add(change) }
        rememberAnew()
    }

    /// Watches are made anew of what is kept, as at a start, by the next answer.
    private mutating func rememberAnew() {
        flows.watches = [:]
        queues.watches = [:]
        indexers.watches = [:]
        for place in flows.rows.indices {
            flows.rows[place].lastSuccess = kept.lastSuccesses[flows.rows[place].id.key]
        }
    }
}
