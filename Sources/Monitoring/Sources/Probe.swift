/// The port to the world that is watched: reads one thing, never writes.
///
/// A probe may throw `ReadFailure` only; anything else that escapes is reported as one. It must return or
/// throw within `schedule.deadline`; the poller abandons it then.
package protocol Probe: Sendable {
    var schedule: ProbeSchedule { get }
    @concurrent func read() async throws(ReadFailure) -> Sample
    /// Ends the reads under way and lets go of connections, files and child processes; a read after it throws.
    @concurrent func close() async
}

/// Which probe this is, and how often it may be read.
package struct ProbeSchedule: Hashable, Sendable, Codable {
    /// Unique in an environment: `magento-db/cron`.
    package var id: String
    /// The source it reads, as the config names it: `magento-db`.
    package var source: String
    /// `mysql`, `rabbitmq`, `log`, `command`, `release`, `flags`, `demo`.
    package var kind: String
    /// What it reads, one word: `queues`, `cron`, `indexers`, `outcomes`, `changes`, `flags`.
    package var subject: String
    package var interval: Duration
    /// At most the interval.
    package var deadline: Duration
    /// Where it reads and what it leaves out, in the config's words: what is missing under another reach has not
    /// vanished. No secrets.
    package var reach = ""
    /// Why the password of the source may be read on its way by others; nil when it cannot be.
    package var insecure: String?

    /// Of probes that bring `Fact.changes`.
    package static let changesSubject = "changes"

    /// What is said of that, wherever the source is told of.
    package var openWay: String? { insecure.map { "the password can be read on the way: \($0)" } }

    package init(
        id: String, source: String, kind: String, subject: String, interval: Duration, deadline: Duration
    ) {
        self.id = id
        self.source = source
        self.kind = kind
        self.subject = subject
        self.interval = interval
        self.deadline = min(deadline, interval)
    }
}

/// What a read cost the server that was asked.
package struct ReadCost: Hashable, Sendable, Codable {
    package var queries: Int
    /// Bytes of questions and answers, as they go over the wire where that can be known.
    package var bytes: Int
    /// Time spent waiting for the server.
    package var milliseconds: Double

    package init(queries: Int = 0, bytes: Int = 0, milliseconds: Double = 0) {
        self.queries = queries
        self.bytes = bytes
        self.milliseconds = milliseconds
    }
}

/// One successful read: facts as the server states them, nothing judged.
package struct Sample: Sendable, Codable {
    package var facts: [Fact]
    package var cost: ReadCost
    /// The server's own clock at the read, when it has one: ages are reckoned against it.
    package var serverTime: WallTime?

    package init(_ facts: [Fact], cost: ReadCost = ReadCost(), serverTime: WallTime? = nil) {
        self.facts = facts
        self.cost = cost
        self.serverTime = serverTime
    }
}

/// The kinds of facts a probe can bring.
package enum Fact: Sendable, Codable {
    /// All queues of this transport in this source; a queue no longer listed is gone.
    case queues([QueueReading])
    case cron(CronReading)
    case indexers([IndexerReading])
    /// Outcomes of the named integrations since the last read, or in fixed windows.
    case outcomes([OutcomeReading])
    /// Who of Magento's consumers lives, by the locks of the store's database: of queues elsewhere too.
    case consumerLocks([ConsumerLock])
    /// What shows whether somebody changed something.
    case changes(ChangesReading)
    /// Something the source itself says is wrong (a memory alarm, an unreadable virtual host).
    case notice(SourceNotice)
}

/// A source's own complaint, judged critical or warning by the source's nature.
package struct SourceNotice: Hashable, Sendable, Codable {
    package var status: Status
    package var text: String

    package init(_ status: Status, _ text: String) {
        self.status = status
        self.text = text
    }
}

/// Why a read failed, in words for the person on call.
package struct ReadFailure: Error, Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable {
        /// No connection, or it broke.
        case unreachable
        /// No answer within the deadline.
        case timedOut
        /// The login was refused: tried again only after a long wait, so that the account is not locked.
        case loginRefused
        /// Logged in, but this may not be read.
        case denied
        /// What was to be read is not there: a virtual host, a database.
        case gone
        /// TLS was required and could not be had, or the certificate is wrong.
        case insecure
        /// The answer makes no sense.
        case malformed
        /// It answers what was: a copy that is not kept up.
        case standing
        /// The guards of the session did not take; the source is not polled.
        case unguarded
        /// A library or program that is needed is not installed, or the configuration cannot work.
        case unusable
        case cancelled
    }

    package var kind: Kind
    /// What was tried and what came back: `connect to db1:3306 timed out after 2 s`. Sanitised.
    package var message: String
    /// What to do about it, for `doctor`; may be empty.
    package var advice: String
    /// From when its answers are, where that is known; else it has been so since it first failed.
    package var since: WallTime?

    package init(_ kind: Kind, _ message: String, advice: String = "") {
        self.kind = kind
        self.message = message
        self.advice = advice
    }
}

extension ReadFailure {
    /// The probe of this source was closed: nobody waits for its answer.
    package static func closed(_ source: String) -> ReadFailure {
        ReadFailure(.cancelled, "\(source) is closed")
    }
}
