/// One queue as a server reports it at one moment.
package struct QueueReading: Hashable, Sendable, Codable {
    package enum Transport: String, Sendable, Codable {
        /// Magento's own tables, `queue_message_status`.
        case db
        case amqp
    }

    /// As the server has it, not cleaned.
    package var name: String
    /// The broker's virtual host; nil for a queue of the database.
    package var virtualHost: String?
    package var transport: Transport
    /// Messages waiting for a consumer (status NEW; `messages_ready`).
    package var ready: Count?
    /// Taken and not finished (status IN_PROGRESS; `messages_unacknowledged`).
    package var inProgress: Count?
    /// Put back for another try (status RETRY_REQUIRED); nil for AMQP, which has no such state.
    package var retry: Count?
    /// Given up (status ERROR), newest ones that were counted; nil for AMQP.
    package var error: Count?
    /// Errors of the last hour, where the server can tell.
    package var recentErrors: Count?
    /// Messages that ever arrived, a counter that may start again; arrivals per second come from it.
    package var arrivedCounter: UInt64?
    /// Messages that ever left for good (acknowledged, taken without acknowledgement, completed, given up), a
    /// counter that may start again; progress is judged by it.
    package var leftCounter: UInt64?
    /// Messages that were ever handed out, those that came back again and again, a counter that may start again;
    /// nil where the server does not tell.
    package var takenCounter: UInt64?
    /// Messages the server holds that are neither ready nor in progress: dead letters on their way.
    package var held: Count?
    /// Where the queue is bounded: its `max-length`, at which messages are dropped or refused.
    package var maxLength: Int?
    /// Where it is bounded by size: its `max-length-bytes`, of the bodies that are ready; and those now.
    package var maxBytes: Int?
    package var readyBytes: Int?
    /// What becomes of a message more; nil where there is no such length, or the server has another word.
    package var overflow: Overflow?
    /// A stream keeps what it has: its length is no backlog.
    package var isStream = false
    /// The config says that nobody is to take from it.
    package var isWithoutConsumer = false
    /// Seconds since the message that is longest in progress was taken, where the server tells.
    package var oldestInProgressSeconds: Double?
    /// Completed in the last minute, where the server counts no rate.
    package var completedLastMinute: Count?
    /// Per second, where the server itself knows it.
    package var inRate: Double?
    package var outRate: Double?
    /// Seconds the oldest waiting message has waited; `isOldestReckoned` when it is an estimate, drawn `~`.
    package var oldestSeconds: Double?
    package var isOldestReckoned: Bool
    package var consumers: Consumers
    /// The server's word for the queue's own state where it is not healthy: `down`, `minority`, `flow`.
    package var serverState: String?
    /// Whose messages wait longest, where the server tells.
    package var topics: QueueTopics?
    /// It is listed and has no figures, as of a broker that has just begun: they come within seconds.
    package var isBeingMeasured = false

    package init(name: String, transport: Transport) {
        self.name = name
        self.transport = transport
        isOldestReckoned = false
        consumers = .unreadable
    }

    /// What a queue does at its `max-length`, in RabbitMQ's words.
    package enum Overflow: String, Sendable, Codable {
        /// The oldest message gives way, lost or to the dead letters.
        case dropHead = "drop-head"
        /// The new one is refused: publishers with confirms are told, others are not.
        case rejectPublish = "reject-publish"
        /// The new one is refused and goes to the dead letters.
        case rejectPublishDeadLetter = "reject-publish-dlx"
    }

    /// Who takes from a queue.
    package enum Consumers: Hashable, Sendable, Codable {
        /// Broker subscriptions.
        case subscribed(Int)
        /// A Magento consumer holds its named lock (Magento polls, the broker shows 0 for it).
        case lockHeld
        /// Nobody: no subscription, or the lock is free.
        case nobody
        /// Could not be read.
        case unreadable
    }
}
