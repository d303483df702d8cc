package import FeatureFlags
package import Monitoring

/// Everything an operator can see at one moment. No histories in it: it must stay small enough to travel.
package struct Snapshot: Sendable, Codable {
    /// Grows by one with every snapshot of this engine.
    package var generation: UInt64
    package var at: Timestamp
    package var environment: EnvironmentFacts
    package var window: WindowClock?
    package var queues: [QueueRow]
    package var integrations: [IntegrationRow]
    package var cron: CronRows
    package var indexers: [IndexerRow]
    package var flags: [FlagRow]
    package var sources: [SourceRow]
    /// What rules have to say: those that are not plainly ok (not well, pending, not judged), by entity. Rows
    /// are made of the same.
    package var assessments: [Assessment]
    /// What is open, worst and oldest first.
    package var alerts: [AlertRow]
    /// What becomes an alert if it lasts, the first to be told on top, then what detectors are half sure of, at most `mostPending`; how many there are in all.
    package var pending: [PendingAlert]
    package var pendingCount: Int
    /// Which of them are told to nobody for a while, by their end.
    package var silences: [Silence]
    /// Those that are over, by their end, newest last, at most `mostEnded`.
    package var ended: [EndedAlert]
    /// Of how long it is known what is usual; nil before anything is compared with that.
    package var learnedSeconds: Double?
    /// What the store was like before its upgrade; nil where that was not captured.
    package var baseline: BaselineFacts?
    /// Newest last, at most 50.
    package var events: [Event]
    /// What was changed on the store lately, newest last, at most `mostChanges`.
    package var changes: [Change]
    /// False when the state directory cannot be written: nothing is kept and no change is sent.
    package var storage: Judgement
    /// What is taken down of all this; nil while nothing is.
    package var recording: RecordingShown?
    /// Set where all this is of a recording; nil where it is so now.
    package var replay: ReplayShown?

    package init(at: Timestamp, environment: EnvironmentFacts) {
        generation = 0
        self.at = at
        self.environment = environment
        queues = []
        integrations = []
        cron = CronRows()
        indexers = []
        flags = []
        sources = []
        assessments = []
        alerts = []
        pending = []
        pendingCount = 0
        ended = []
        silences = []
        events = []
        changes = []
        storage = .ok
    }

    package static let mostChanges = 50
    package static let mostEnded = 100
    package static let mostPending = 20
}

/// Which store this is and what may be done to it.
package struct EnvironmentFacts: Hashable, Sendable, Codable {
    package enum Access: String, Sendable, Codable, CaseIterable {
        case readOnly = "read-only"
        case operate
    }

    package var name: String
    /// What the other stores of the config are called.
    package var siblings: [String] = []
    package var isProduction: Bool
    /// What the config says.
    package var access: Access
    package var isDemo: Bool
    /// Why this console may change nothing, whatever the config says; nil when the config decides.
    package var watchesOnly: String?
    /// Nil where the config does not say the store's time zone.
    package var clock: StoreClock?
    /// What a person may run on a row.
    package var commands: [OwnCommand] = []

    package var mayChange: Bool { whyReadOnly == nil }

    /// Why nothing may be changed, as a clause; nil when it may.
    package var whyReadOnly: String? {
        if let watchesOnly { return watchesOnly }
        guard access == .readOnly else { return nil }
        return "this environment is read-only; `access: operate` in its config would allow it"
    }

    package init(name: String, isProduction: Bool, access: Access, isDemo: Bool = false) {
        self.name = name
        self.isProduction = isProduction
        self.access = access
        self.isDemo = isDemo
    }
}

/// The stabilization window, from the config.
package struct WindowClock: Hashable, Sendable, Codable {
    package var start: WallTime
    package var days: Int
    /// What was upgraded, `2.4.6 to 2.4.8`; nil when not said.
    package var title: String?

    package init(start: WallTime, days: Int, title: String? = nil) {
        self.start = start
        self.days = days
        self.title = title
    }
}

/// What every row has. A figure that is nil was not read or cannot be known: it is drawn `-` or `?`,
/// never as zero.
package protocol Row: Sendable, Codable {
    var id: EntityID { get }
    /// What it is called, harmless, and not like any other of its kind.
    var label: String { get }
    var judgement: Judgement { get }
    /// When its figures were read, nil when never.
    var readAt: Timestamp? { get }
    /// The sources its figures come from.
    var sources: [String] { get }
}

package struct QueueRow: Row, Hashable {
    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    package var transport: QueueReading.Transport
    /// ready + in progress + retry.
    package var depth: Count?
    package var ready: Count?
    package var inProgress: Count?
    package var retry: Count?
    package var error: Count?
    /// Per second.
    package var inRate: Double?
    package var outRate: Double?
    package var oldestSeconds: Double?
    package var isOldestReckoned: Bool
    package var consumers: QueueReading.Consumers
    /// The config says that nobody is to take from it, and nobody was ever seen to.
    package var isWithoutConsumer = false
    /// Since when its server does not list it any more; nil while it does.
    package var goneSince: WallTime?
    /// Depth over the last hour, oldest first, 8 values; nil is a gap.
    package var trend: [Double?]

    package init(
        id: EntityID, transport: QueueReading.Transport, judgement: Judgement, sources: [String] = []
    ) {
        self.id = id
        label = id.name
        self.transport = transport
        self.judgement = judgement
        self.sources = sources
        isOldestReckoned = false
        consumers = .unreadable
        trend = []
    }
}

/// A share of attempts with the number it stands on.
package struct FailureShare: Hashable, Sendable, Codable {
    package var failed: Int
    package var finished: Int
    package var isBound: Bool
    /// What of the span was watched; nil when all of it was.
    package var coverage: Coverage?

    package init(failed: Int, finished: Int, isBound: Bool = false, coverage: Coverage? = nil) {
        self.failed = failed
        self.finished = finished
        self.isBound = isBound
        self.coverage = coverage
    }

    /// 0...1; nil when nothing finished.
    package var share: Double? { finished > 0 ? Double(failed) / Double(finished) : nil }
}

package struct IntegrationRow: Row, Hashable {
    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    package var integration: Integration
    /// The config's name, where another flow is of the same thing and system; nil where it needs none.
    package var distinction: String?
    /// Per minute.
    package var successes: Double?
    package var failures: Double?
    package var retries: Double?
    package var fiveMinutes: FailureShare?
    package var hour: FailureShare?
    /// Too few attempts to judge a share by (the limit is in the config).
    package var isFewFiveMinutes: Bool
    package var isFewHour: Bool
    /// Seconds.
    package var p50: Double?
    package var p95: Double?
    package var lastSuccess: WallTime?
    /// Of the last hour, with its time.
    package var lastError: String?
    package var lastErrorAt: WallTime?

    package init(integration: Integration, judgement: Judgement, sources: [String] = []) {
        id = EntityID(.integration, integration.name)
        label = integration.title
        self.integration = integration
        self.judgement = judgement
        self.sources = sources
        isFewFiveMinutes = false
        isFewHour = false
    }
}

package struct IndexerRow: Row, Hashable {
    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    package var mode: IndexerReading.Mode
    /// `idle`, `working`, `valid`, `invalid`, `suspended`.
    package var status: String?
    /// Change events waiting.
    package var backlog: Int?
    /// Seconds since the view last moved while events waited; nil when nothing waits.
    package var lagSeconds: Double?
    /// When its version last moved.
    package var movedAt: WallTime?
    /// Since when its store does not list it any more; nil while it does.
    package var goneSince: WallTime?

    package init(id: EntityID, mode: IndexerReading.Mode, judgement: Judgement, sources: [String] = []) {
        self.id = id
        label = id.name
        self.mode = mode
        self.judgement = judgement
        self.sources = sources
    }
}

package struct FlagRow: Row, Hashable {
    /// Asked, confirmed and observed are different things.
    package enum Progress: Hashable, Sendable, Codable {
        /// As last read.
        case seen
        /// Confirmed in the dialog, on its way.
        case asked(to: FlagValue, opID: String)
        /// The program that carries it out has begun, and is waited for.
        case running(to: FlagValue, opID: String, since: WallTime, pid: Int32)
        /// Sent, and whether it took is not known.
        case unknown(to: FlagValue, opID: String)

        /// Of the change; nil when none is under way.
        package var opID: String? {
            switch self {
            case .seen: nil
            case .asked(_, let opID), .running(_, let opID, _, _), .unknown(_, let opID): opID
            }
        }

        /// Behind what was asked for, wherever it is told.
        package static let asked = "asked, not yet done"

        /// What the change asks for; nil when none is under way.
        package var wanted: FlagValue? {
            switch self {
            case .seen: nil
            case .asked(let value, _), .running(let value, _, _, _), .unknown(let value, _): value
            }
        }
    }

    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String]
    package var flag: FlagReading
    /// `flagd file`, `magento config`.
    package var place: String
    package var progress: Progress
    /// What `t` would ask for; nil when it cannot be toggled, then `refusal` says why.
    package var next: FlagValue?
    package var refusal: String?
    /// From when on its value proves how a change ended whose end was not seen; nil when that is not known here.
    package var openUntil: WallTime?
    /// The program that carries its change out may be ended from here.
    package var mayEnd = false
    /// What its last change, which was saved, may have left undone.
    package var undone: Undone?

    package struct Undone: Hashable, Sendable, Codable {
        /// Of the change.
        package var opID: String
        /// What may be undone and why, sanitised.
        package var why: String
        package var at: WallTime
        /// What can be done about it; nil where nothing can be from here.
        package var step: FinishingStep?
        package var isBeingDone = false

        package init(opID: String, why: String, at: WallTime) {
            self.opID = opID
            self.why = why
            self.at = at
        }
    }

    package init(flag: FlagReading, place: String, judgement: Judgement) {
        id = flag.id
        label = flag.name
        self.flag = flag
        self.place = place
        self.judgement = judgement
        sources = [flag.backend]
        progress = .seen
    }
}

/// A source with its probes.
package struct SourceRow: Row, Hashable {
    package var id: EntityID
    package var label: String
    package var judgement: Judgement
    package var readAt: Timestamp?
    package var sources: [String] { [id.name] }
    /// `mysql`, `rabbitmq`, `log`, `command`, `release`, `flags`, `demo`.
    package var kind: String
    package var probes: [ProbeRow]
    /// That its password can be read on the way, and why it may; nil when it cannot.
    package var openWay: String? { probes.lazy.compactMap(\.schedule.openWay).first }

    package init(name: String, kind: String, judgement: Judgement) {
        id = EntityID(.source, name)
        label = name
        self.kind = kind
        self.judgement = judgement
        probes = []
    }
}

/// One probe: its state and what it costs its server.
package struct ProbeRow: Hashable, Sendable, Codable {
    package var schedule: ProbeSchedule
    package var judgement: Judgement
    package var readAt: Timestamp?
    /// Seconds the last read took.
    package var latency: Double?
    /// Per minute, over the last minutes.
    package var costPerMinute: ReadCost
    package var reads: Int
    package var failures: Int
    package var skippedTicks: Int
    package var lastError: String?
    package var nextTry: Timestamp?
    package var isReading: Bool

    package init(schedule: ProbeSchedule, judgement: Judgement) {
        self.schedule = schedule
        self.judgement = judgement
        costPerMinute = ReadCost()
        reads = 0
        failures = 0
        skippedTicks = 0
        isReading = false
    }
}
