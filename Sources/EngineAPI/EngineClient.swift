package import FeatureFlags
package import Monitoring

/// What a console, a report or (later) a socket can ask of an engine.
package protocol EngineClient: Sendable {
    /// The newest snapshot, then each newer one; an older one that was not taken is dropped.
    func snapshots() -> AsyncStream<Snapshot>
    @concurrent func submit(_ request: Request, by operator: Operator) async -> Reply
    @concurrent func history(_ series: SeriesID, _ range: HistoryRange) async -> History
    @concurrent func detail(_ entity: EntityID) async -> Detail?
}

package enum Request: Sendable, Codable, Hashable {
    /// Switch a flag; answered when the outcome is known.
    case change(FlagChange)
    /// End the program that carries out this change, which may leave it half done; answered when it was told to.
    case endProgram(EntityID, opID: String)
    /// Do what this change, which was saved, may have left undone; answered when that has ended.
    case finish(EntityID, opID: String)
    /// Read this source now (all when nil); joins a read that is under way.
    case readNow(source: String?)
    /// Set a told thing aside; `forget` takes one off the list that is no longer there.
    case setAside(AsideOrder)
    /// Tell it again.
    case takeBack(EntityID)
    /// Tell nobody of some alerts for a while; and of one silence, by its id, that it ends now.
    case silence(SilenceOrder)
    case endSilence(String)
    /// Put on record that a person's command begins; it may run once this is answered with `done`.
    case beginRun(OwnRun)
    /// Put on record how it ended.
    case endRun(OwnRun, RunEnd)
    /// Tell this among the changes of the store.
    case note(String)
    /// Take down what sources answer from now on, in a new file of this path.
    case record(String)
    case stopRecording
    /// Of a recording that is played.
    case replay(ReplayOrder)
    /// Compare with the level at which it has stood for days; refused where it has not.
    case takeNormal(EntityID)
}

package enum Reply: Sendable, Codable, Hashable {
    case done
    case changed(ChangeOutcome)
    case refused(Refusal)
}

/// Why the engine would not do it, nothing was sent; or, `notFinished`, why what it ran failed.
package struct Refusal: Error, Sendable, Codable, Hashable {
    package enum Code: String, Sendable, Codable {
        case readOnly, unknownFlag, notToggleable, alreadyChanging, auditUnwritable, storageFailed, stale,
            notFinished
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Which stretch of a series, and how fine.
package struct HistoryRange: Hashable, Sendable, Codable {
    /// Seconds back from now.
    package var seconds: Int
    /// About how many points are wanted; the answer may have fewer, at most 2000.
    package var points: Int

    package init(seconds: Int, points: Int) {
        self.seconds = seconds
        self.points = points
    }
}

/// Evenly spaced values, oldest first, the last one ends at `end`; nil is a gap and stays one.
package struct History: Hashable, Sendable, Codable {
    package var end: WallTime
    package var stepSeconds: Double
    package var values: [Double?]
    /// The highest in each of these steps, as far as it is known; nil where a step is one value.
    package var peaks: [Double?]?
    /// What is usual in each of these steps; nil until enough is learned of the series.
    package var usual: Usual?
    /// What it was before the upgrade at these hours of the week, a value a step; nil where that is not known.
    package var before: [Double]?
    /// Of how many seconds what is usual of it could be learned so far; nil where no history is kept.
    package var learnedSeconds: Double?

    /// The range that nine of ten healthy stretches keep to, a value a step.
    package struct Usual: Hashable, Sendable, Codable {
        package var low: [Double]
        package var high: [Double]

        package init(low: [Double], high: [Double]) {
            self.low = low
            self.high = high
        }
    }

    package init(end: WallTime, stepSeconds: Double, values: [Double?]) {
        self.end = end
        self.stepSeconds = stepSeconds
        self.values = values
    }
}

/// What is worth knowing of one entity beyond its row.
package struct Detail: Hashable, Sendable, Codable {
    package var entity: EntityID
    /// Label and value, in order; sanitised.
    package var facts: [Fact]
    /// The limits that judge it: rule, limit, what it is now.
    package var rules: [Rule]
    /// Newest last.
    package var events: [Event]
    /// The series there are of it.
    package var series: [SeriesID]
    /// Where its series turn bad, for lines in a chart.
    package var limits: [Limit]
    /// Lines of logs, or errors a table keeps; nil for what has none by its kind.
    package var lines: Lines?
    /// Of a queue whose server tells: whose messages wait longest.
    package var topics: QueueTopics?
    /// What was changed shortly before its trouble began, nearest first.
    package var changedBefore: [ChangeBook.Near]
    /// The newest changes of what it is itself, newest first.
    package var changesOfIt: [Change]
    /// Its figures beside what they were before the upgrade.
    package var before: [BaselineBook.Comparison]
    /// It stands off what is usual for days and is no worse: it may be the new normal.
    package var shift: LastingShift?
    /// What alerts of it stand on.
    package var evidence: [Evidence]
    /// How fast it gets worse and when it will hurt, as a clause; nil where that is not known.
    package var outlook: String?

    package struct Fact: Hashable, Sendable, Codable {
        package var label: String
        package var value: String
        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    package struct Rule: Hashable, Sendable, Codable {
        package var rule: String
        package var limit: String
        package var now: String
        package var status: Status
        package var since: WallTime?
        package init(rule: String, limit: String, now: String, status: Status, since: WallTime? = nil) {
            self.rule = rule
            self.limit = limit
            self.now = now
            self.status = status
            self.since = since
        }
    }

    /// A value of a series, in its unit, from which on it has this status.
    package struct Limit: Hashable, Sendable, Codable {
        package var measure: SeriesID.Measure
        package var value: Double
        package var status: Status
        package init(_ measure: SeriesID.Measure, _ value: Double, _ status: Status) {
            self.measure = measure
            self.value = value
            self.status = status
        }
    }

    /// What one rule says that is told as an alert.
    package struct Evidence: Hashable, Sendable, Codable {
        package var kind: Finding.Kind
        /// What the rule is called, and what it looks at.
        package var rule: String
        package var how: String
        /// As the rules table has them; nil where there is none.
        package var limit: String?
        package var now: String?
        /// A detector found it: what it compared.
        package var basis: Basis?
        /// Why it is worse, or milder, than it is by itself.
        package var weight: String?

        package init(_ kind: Finding.Kind, rule: String, how: String) {
            self.kind = kind
            self.rule = rule
            self.how = how
        }
    }

    package init(entity: EntityID) {
        self.entity = entity
        evidence = []
        before = []
        facts = []
        rules = []
        events = []
        series = []
        limits = []
        changedBefore = []
        changesOfIt = []
    }
}
