package import EngineAPI
package import FeatureFlags
package import Monitoring

/// What survives a restart. Versioned by the store that writes it.
package struct EngineState: Sendable, Codable, Hashable {
    /// Conditions hold over a pause of at most so long; after it they may have ended and begun again.
    package static let pauseSeconds: Double = 15 * 60

    /// When each entity's present status began, by `EntityID` key.
    package var since: [String: KeptJudgement]
    /// Last success per integration, by `EntityID` key; before `cronJobs`, of cron jobs too.
    package var lastSuccesses: [String: WallTime]
    /// How each cron job last ended, by `EntityID` key and its server's clock: Magento forgets successes after
    /// 60 minutes. Nil in what an older version kept.
    package var cronJobs: [String: CronMemory]?
    /// Progress of each indexer's view: its version and when it last moved.
    package var indexerProgress: [String: IndexerProgress]
    /// First count of triggers seen per view, for the "blind" rule.
    package var triggerBaselines: [String: Int]
    /// Last change of each flag that was seen, by `EntityID` key; `name@backend` in files of the first version.
    package var flagChanges: [String: KeptFlagChange]
    /// The newest change of ours that this knows of, by its id, of each flag, by `EntityID` key: a later one is on
    /// record in the audit log alone. Nil in what an older version kept.
    package var flagEnds: [String: String]?
    /// Saved changes that may be half done and what crossed one, by `EntityID` key of the flag: the audit log, which
    /// is what says so, may be put elsewhere.
    package var halfDone: [String: KeptHalfDone]
    package var crossings: [String: String]
    /// What each flag was when it was last seen, by `EntityID` key.
    package var flagValues: [String: FlagValue]
    /// Since when what holds of each entity has held, by `EntityID` key and condition: `noConsumer`.
    package var conditions: [String: [String: WallTime]]
    /// What is learned of each queue, by `EntityID` key.
    package var queues: [String: QueueWatch.Memory]
    /// What people have set aside, by `EntityID` key.
    package var asides: [String: AsideBook.Entry]
    /// Which alerts are told to nobody for a while, and which of those are open.
    package var silences: KeptSilences
    /// What was listed and is missed if it is not there at the next start, by `EntityID` key.
    package var listed: [String: Listed]
    /// What is open, and what was wrong before and is not learned from, newest last.
    package var alerts: [KeptAlert]
    package var troubles: [Trouble]
    /// The alerts that are over, by their end, newest last.
    package var ended: [EndedAlert]
    /// What is to be told of alerts, and who has been told how much.
    package var notices: KeptNotices
    /// Of how long it was known what is usual when this was kept, in seconds; nil before anything was compared.
    package var learnedSeconds: Double?
    /// The baseline that was compared with then, as nothing was learned yet.
    package var comparedWith: String?
    /// Where a person took another level as usual, by `EntityID` key.
    package var normals: [String: KeptNormal]
    /// Levels that last and were offered as the new normal, by `EntityID` key.
    package var offers: [String: KeptOffer]
    /// What was changed on the store lately, oldest first.
    package var changes: [Change]
    /// What the newest readings of it were compared with, by probe.
    package var changesSeen: [String: ChangesMemory]
    /// When this was kept; nil before it ever was.
    package var savedAt: WallTime?

    package init() {
        changes = []
        changesSeen = [:]
        conditions = [:]
        queues = [:]
        asides = [:]
        silences = KeptSilences()
        listed = [:]
        alerts = []
        troubles = []
        ended = []
        notices = KeptNotices()
        normals = [:]
        offers = [:]
        since = [:]
        lastSuccesses = [:]
        indexerProgress = [:]
        triggerBaselines = [:]
        flagChanges = [:]
        halfDone = [:]
        crossings = [:]
        flagValues = [:]
    }

    // A member that an older version did not write is empty.
    package init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: CodingKeys.self)
        func map<Value: Decodable>(_ key: CodingKeys) throws -> [String: Value] {
            try kept.decodeIfPresent([String: Value].self, forKey: key) ?? [:]
        }
        since = try map(.since)
        lastSuccesses = try map(.lastSuccesses)
        indexerProgress = try map(.indexerProgress)
        triggerBaselines = try map(.triggerBaselines)
        flagChanges = try map(.flagChanges)
        flagEnds = try kept.decodeIfPresent([String: String].self, forKey: .flagEnds)
        let halfDone: [String: Readable<KeptHalfDone>] = try map(.halfDone)
        self.halfDone = halfDone.compactMapValues(\.value)
        crossings = try map(.crossings)
        let flagValues: [String: Readable<FlagValue>] = try map(.flagValues)
        self.flagValues = flagValues.compactMapValues(\.value)
        conditions = try map(.conditions)
        queues = try map(.queues)
        let asides: [String: Readable<AsideBook.Entry>] = try map(.asides)
        self.asides = asides.compactMapValues(\.value)
        silences = (try? kept.decodeIfPresent(KeptSilences.self, forKey: .silences)) ?? KeptSilences()
        listed = try map(.listed)
        let changes = try kept.decodeIfPresent([Readable<Change>].self, forKey: .changes) ?? []
        self.changes = changes.compactMap(\.value)
        let seen: [String: Readable<ChangesMemory>] = try map(.changesSeen)
        changesSeen = seen.compactMapValues(\.value)
        cronJobs = try kept.decodeIfPresent([String: CronMemory].self, forKey: .cronJobs)
        // What a later version calls otherwise is found anew.
        let alerts = try kept.decodeIfPresent([Readable<KeptAlert>].self, forKey: .alerts) ?? []
        self.alerts = alerts.compactMap(\.value)
        let troubles = try kept.decodeIfPresent([Readable<Trouble>].self, forKey: .troubles) ?? []
        self.troubles = troubles.compactMap(\.value)
        let ended = try kept.decodeIfPresent([Readable<EndedAlert>].self, forKey: .ended) ?? []
        self.ended = ended.compactMap(\.value)
        notices = (try? kept.decodeIfPresent(KeptNotices.self, forKey: .notices)) ?? KeptNotices()
        comparedWith = try kept.decodeIfPresent(String.self, forKey: .comparedWith)
        normals = try map(.normals)
        let offers: [String: Readable<KeptOffer>] = try map(.offers)
        self.offers = offers.compactMapValues(\.value)
        learnedSeconds = try kept.decodeIfPresent(Double.self, forKey: .learnedSeconds)
        savedAt = try kept.decodeIfPresent(WallTime.self, forKey: .savedAt)
    }

    /// Nil where this program cannot read it: what was set aside by a rule that is no more is told again, and a
    /// flag is as it is.
    private struct Readable<Value: Decodable>: Decodable {
        var value: Value?
        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
    }

    /// One that was not well or held work, or was told as gone.
    package struct Listed: Sendable, Codable, Hashable {
        /// Of the probe that listed it, `ProbeSchedule.reach`.
        package var reach: String
        /// `QueueReading.Transport`, `IndexerReading.Mode`.
        package var form: String
        /// Messages in it.
        package var waiting: Int
        /// Since when it is told as gone; nil while it was there.
        package var goneSince: WallTime?

        package init(reach: String, form: String, waiting: Int, goneSince: WallTime? = nil) {
            self.reach = reach
            self.form = form
            self.waiting = waiting
            self.goneSince = goneSince
        }
    }

    package struct KeptJudgement: Sendable, Codable, Hashable {
        package var status: Status
        package var since: WallTime
        package init(status: Status, since: WallTime) {
            self.status = status
            self.since = since
        }
    }

    package struct IndexerProgress: Sendable, Codable, Hashable {
        package var version: UInt64
        package var movedAt: WallTime
        package init(version: UInt64, movedAt: WallTime) {
            self.version = version
            self.movedAt = movedAt
        }
    }

    /// What may be undone of a change that was saved.
    package struct KeptHalfDone: Sendable, Codable, Hashable {
        package var change: FlagChange
        /// Why, sanitised.
        package var why: String
        package var at: WallTime
        package init(change: FlagChange, why: String, at: WallTime) {
            self.change = change
            self.why = why
            self.at = at
        }
    }

    package struct KeptFlagChange: Sendable, Codable, Hashable {
        /// Empty: it is not known by whom.
        package var by: String
        package var at: WallTime
        package init(by: String, at: WallTime) {
            self.by = by
            self.at = at
        }
    }
}

/// Why something could not be kept, in words.
package struct StorageFailure: Error, Sendable, Hashable {
    package var message: String
    /// What is there is of a newer program: it knows what this one does not.
    package var isOfNewer: Bool
    package init(_ message: String, isOfNewer: Bool = false) {
        self.message = message
        self.isOfNewer = isOfNewer
    }
}

/// The state file.
package protocol StateStore: Sendable {
    /// The newest good state and what had to be done to get it (`recovered from the previous copy`), or nil
    /// when there is none yet. Throws when what is there is newer than this program.
    @concurrent func load() async throws(StorageFailure) -> (state: EngineState, note: String?)?
    /// Returns once it is durable. Throws, and leaves what is there, when that is newer than this program, loaded
    /// before or not, and when it could not be loaded again.
    @concurrent func save(_ state: EngineState) async throws(StorageFailure)
}

/// What happened, append-only. An append that failed is there whole, in part or not at all, and changes nothing
/// that was there.
package protocol Journal: Sendable {
    @concurrent func append(_ events: [Event]) async throws(StorageFailure)
    /// The newest `limit` events, oldest first.
    @concurrent func recent(_ limit: Int) async throws(StorageFailure) -> [Event]
}

/// What people did, append-only and hash-chained (`safety.md` 3.3). `append` returns once it is durable.
package protocol AuditLog: Sendable {
    @concurrent func append(_ entry: AuditEntry) async throws(StorageFailure)
    /// Whether a record could be written now; none is.
    @concurrent func check() async throws(StorageFailure)
    /// Whether it is still the log that was last read or written here; nothing is written.
    @concurrent func look() async throws(StorageFailure)
    /// Has the newest record anchored where the config says, if it is not yet; throws when a place took it not.
    /// The record stands all the same.
    @concurrent func anchor() async throws(StorageFailure)
    /// What is on record of changes: a state that was kept before may not know it.
    @concurrent func recorded() async throws(StorageFailure) -> RecordedChanges
}

/// Series beyond what is kept in memory: 1 min and 10 min roll-ups.
package protocol HistoryStore: Sendable {
    /// Appends finished minutes; called about once a minute with all series. Answers what had to be done first, as a
    /// sentence: a damaged history was put aside, one of an older version taken over.
    @discardableResult
    @concurrent func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String?
    /// Averages of the series between two moments, evenly spaced by `stepSeconds` (1 at least); gaps are nil, and
    /// a step that has not come to its end is left out. None at all where it would be more than
    /// `HistoryLimit.values`.
    @concurrent func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?]
    /// The highest values in the same steps, as far as they are kept; may be none at all.
    @concurrent func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?]
}

extension HistoryStore {
    /// Of a store that keeps averages alone.
    @concurrent package func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] { [] }
}

/// Where deploy scripts and people leave what they say, until it is taken up.
package protocol MarkBox: Sendable {
    /// Returns once it is durable.
    @concurrent func leave(_ mark: Mark) async throws(StorageFailure)
    /// What is there, oldest first: some of it where there is much.
    @concurrent func waiting() async throws(StorageFailure) -> WaitingMarks
    /// Takes these out.
    @concurrent func taken(_ ids: [String]) async throws(StorageFailure)
}

/// Where it is kept what the store was like before its upgrade.
package protocol BaselineStore: Sendable {
    /// Differs once another one is there; nil where there is none.
    @concurrent func mark() async -> String?
    @concurrent func load() async throws(StorageFailure) -> Baseline?
}

package struct WaitingMarks: Sendable {
    package var marks: [(id: String, mark: Mark)] = []
    /// So many were put aside just now, because nobody can read them.
    package var unread = 0

    package init() {}
}

/// What one question may ask of a history.
package enum HistoryLimit {
    package static let values = 10_000
}

/// One series over one minute of wall time; one whose average is no number is a gap.
package struct HistoryMinute: Sendable, Codable, Hashable {
    package var series: SeriesID
    /// Start of the minute.
    package var minute: WallTime
    package var average: Double
    package var maximum: Double

    package init(series: SeriesID, minute: WallTime, average: Double, maximum: Double) {
        self.series = series
        self.minute = minute
        self.average = average
        self.maximum = maximum
    }
}
