/// What one poll of a source answered: the facts that detectors judge, whoever read them, a probe or a recording.
///
/// Times are seconds since 1970 by the clock of the source. A list holds at least the rows that changed since the poll
/// before of the same source and kind.
package struct Observation: Sendable, Hashable {
    package var at: Double
    /// As the store's shape names it.
    package var source: String
    package var fact: Fact

    package init(at: Double, source: String, fact: Fact) {
        self.at = at
        self.source = source
        self.fact = fact
    }

    package enum Fact: Sendable, Hashable {
        case brokerQueues([BrokerQueue])
        case databaseQueues([DatabaseQueue])
        /// Not a list of changes: a flow that is not in it had none.
        case outcomes([Outcomes])
        case cron([CronJob], heartbeat: Double?)
        case indexers([Indexer])
        /// What is older than `settledTo` is to agree.
        case checks([Check], settledTo: Double?)
        case flags([Flag])
        /// The poll got no answer.
        case failed(kind: String, message: String)
    }

    package struct BrokerQueue: Sendable, Hashable {
        package var name: String
        package var ready = 0.0
        package var unacknowledged = 0.0
        package var consumers = 0.0
        /// Messages a second; nil where the broker does not tell.
        package var arriving: Double?
        package var leaving: Double?
        package var isGone = false
        package init(_ name: String) { self.name = name }
    }

    package struct DatabaseQueue: Sendable, Hashable {
        package var name: String
        package var ready = 0.0
        package var inProgress = 0.0
        package var retry = 0.0
        package var error = 0.0
        package var completedLastMinute = 0.0
        /// A consumer holds its lock.
        package var isLocked = false
        /// Age of the oldest message, in seconds.
        package var oldest: Double?
        package var isGone = false
        package init(_ name: String) { self.name = name }
    }

    /// How one flow's attempts ended since the poll before.
    package struct Outcomes: Sendable, Hashable {
        package var flow: String
        package var succeeded = 0.0
        package var failed = 0.0
        package var retried = 0.0
        /// Seconds, of some of the attempts.
        package var latencies: [Double] = []
        package var lastError: String?
        /// Nobody knows what came: that none is named here is no silence.
        package var isUnread = false
        package init(_ flow: String) { self.flow = flow }
    }

    package struct CronJob: Sendable, Hashable {
        package var job: String
        package var group = ""
        package var lastSuccess: Double?
        package var runningSince: Double?
        /// Whether its group's lock is held; nil where that is not told.
        package var isLocked: Bool?
        package var missedLastHour = 0.0
        package var errorsLastHour = 0.0
        package var lastError: String?
        package var nextDue: Double?
        package var overdueSince: Double?
        package var isGone = false
        package init(_ job: String) { self.job = job }
    }

    package struct Indexer: Sendable, Hashable {
        package var name: String
        package var isBySchedule = true
        /// `idle`, `working`, `suspended`, `invalid` and what else the store says.
        package var status = ""
        /// Of the changelog: how far it has come, and the newest there is.
        package var version: Double?
        package var newest: Double?
        package var triggers: Double?
        package var isGone = false
        package init(_ name: String) { self.name = name }
    }

    /// The same thing counted in two systems.
    package struct Check: Sendable, Hashable {
        package var name: String
        package var left: Side?
        package var right: Side?
        /// Ids that only the left has, only the right has, and both have with different sums; some of them.
        package var missing: [String] = []
        package var extra: [String] = []
        package var different: [String] = []
        /// How many more there are than are named.
        package var more = 0.0
        package var isGone = false
        package init(_ name: String) { self.name = name }
    }

    package struct Side: Sendable, Hashable {
        package var count: Double
        package var sum: Double
        package init(count: Double, sum: Double) {
            self.count = count
            self.sum = sum
        }
    }

    package struct Flag: Sendable, Hashable {
        package var name: String
        package var value = ""
        package var isGone = false
        package init(_ name: String) { self.name = name }
    }
}

/// What people did to the store.
package struct StoreEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case deploy, flag, config, maintenance, note }

    package var at: Double
    package var kind: Kind
    package var text: String
    package var entity: EntityID?

    package init(at: Double, kind: Kind, text: String, entity: EntityID? = nil) {
        self.at = at
        self.kind = kind
        self.text = text
        self.entity = entity
    }
}
