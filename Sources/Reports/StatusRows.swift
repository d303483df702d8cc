import EngineAPI
import FeatureFlags
import Monitoring

/// The rows of `status --json`: a declaration for each kind.
enum StatusRows {
    /// What every row begins with.
    static func common<Subject: Row>(_ name: String) -> [Field<Subject>] {
        [
            Field("name", .text, name) { $0.label }, Field("id", .text, "As in checks.") { $0.checkID },
            Field("key", .key, "Exactly which it is.") { $0.id.key },
            Field("status", .word, "What it is.") { $0.judgement.status },
            Field("readAt", .time, "When its figures were read.", ifKnown: { $0.readAt?.wall }),
            Field("sources", .list(.text), "Where.") { $0.sources },
        ]
    }

    /// A count, and whether it is only a lower bound.
    private static func count<Subject>(
        _ name: String, _ text: String, _ get: @escaping @Sendable (Subject) -> Count?
    ) -> [Field<Subject>] {
        [
            Field(name, .count, text, ifKnown: { get($0)?.value }),
            Field(
                "\(name)IsBound", .bool, "True: there are at least so many.", ifKnown: { get($0)?.isBound }),
        ]
    }

    // MARK: Queues

    private enum Consumers: String, CaseIterable {
        case subscribed, nobody, unreadable
        case lockHeld = "lock held"
        case byDesign = "none by design"

        init(_ row: QueueRow) {
            switch row.consumers {
            case .subscribed(let count): self = count > 0 ? .subscribed : .nobody
            case .lockHeld: self = .lockHeld
            case .nobody: self = .nobody
            case .unreadable: self = .unreadable
            }
            if row.isWithoutConsumer { self = .byDesign }
        }
    }

    static let queue = Record<QueueRow>("queue", "One queue.") {
        common("What the console calls it.")
        Field("via", .word, "Magento's tables or a broker.") { Via($0.transport) }
        Field("virtualHost", .text, "Of the broker.", ifKnown: { $0.id.virtualHost })
        count("depth", "Ready, in progress, to be retried and held.") { $0.depth }
        count("ready", "Waiting for a consumer.") { $0.ready }
        count("inProgress", "Taken and not finished.") { $0.inProgress }
        count("retry", "To be tried again.") { $0.retry }
        count("error", "Given up.") { $0.error }
        Field("inPerSecond", .amount, "What comes in.", ifKnown: { $0.inRate })
        Field("outPerSecond", .amount, "What leaves.", ifKnown: { $0.outRate })
        Field("oldestSeconds", .amount, "How long the oldest has waited.", ifKnown: { $0.oldestSeconds })
        Field("oldestIsReckoned", .bool, "That age is an estimate.") { $0.isOldestReckoned }
        Field("consumers", .word, "Who takes from it.") { Consumers($0) }
        Field(
            "subscriptions", .count, "Consumers that a broker counts.",
            ifKnown: { $0.subscriptions })
        Field("goneSince", .time, "Since when its server does not list it.", ifKnown: { $0.goneSince })
    }

    private enum Via: String, CaseIterable {
        case db, amqp
        init(_ transport: QueueReading.Transport) { self = transport == .db ? .db : .amqp }
    }

    // MARK: Integrations

    static let flow = Record<IntegrationRow>("integration", "One flow between the store and another system.")
    {
        common("What flows where.")
        Field("configName", .text, "What the config calls it.") { $0.integration.name }
        Field("thing", .text, "What flows.") { $0.integration.thing }
        Field("direction", .word, "Seen from the store.") { $0.integration.direction }
        Field("system", .text, "The other end.") { $0.integration.system }
        Field(
            "tier", .count, "1 is the most important; nothing where nobody said.",
            ifKnown: { $0.integration.tier })
        Field("safeZone", .bool, "It must stay healthy at all costs.") { $0.integration.isSafeZone }
        Field("owner", .text, "Who knows it.", ifKnown: { $0.integration.owner })
        Field("runbook", .text, "What to do.", ifKnown: { $0.integration.runbook })
        Field("flags", .list(.text), "What switches it.") { $0.integration.flags }
        Field("okPerMinute", .amount, "Successes.", ifKnown: { $0.successes })
        Field("failedPerMinute", .amount, "Failures.", ifKnown: { $0.failures })
        Field("retriesPerMinute", .amount, "Retries.", ifKnown: { $0.retries })
        share("5Min", "of five minutes", isFew: { $0.isFewFiveMinutes }) { $0.fiveMinutes }
        share("Hour", "of an hour", isFew: { $0.isFewHour }) { $0.hour }
        Field("p50Seconds", .amount, "Half of the attempts take less.", ifKnown: { $0.p50 })
        Field("p95Seconds", .amount, "95 of 100 attempts take less.", ifKnown: { $0.p95 })
        Field("lastSuccess", .time, "The newest success.", ifKnown: { $0.lastSuccess })
        Field("lastError", .text, "What the newest failure said.", ifKnown: { $0.lastError })
        Field("lastErrorAt", .time, "When that was.", ifKnown: { $0.lastErrorAt })
    }

    private static func share(
        _ span: String, _ words: String, isFew: @escaping @Sendable (IntegrationRow) -> Bool,
        _ get: @escaping @Sendable (IntegrationRow) -> FailureShare?
    ) -> [Field<IntegrationRow>] {
        [
            Field("failed\(span)", .count, "Failures \(words).", ifKnown: { get($0)?.failed }),
            Field(
                "finished\(span)", .count, "Attempts that ended, \(words).", ifKnown: { get($0)?.finished }),
            Field("share\(span)", .amount, "The share that failed, 0 to 1.", ifKnown: { get($0)?.share }),
            Field("isBound\(span)", .bool, "True: at least so many.", ifKnown: { get($0)?.isBound }),
            Field(
                "covered\(span)Seconds", .count, "Where less than the whole span was watched.",
                ifKnown: { get($0)?.coverage.flatMap { Int(exactly: $0.seconds.rounded(.down)) } }),
            Field("few\(span)", .bool, "Too few to judge a share by.") { isFew($0) },
        ]
    }

    // MARK: Cron

    static let heartbeat = Record<CronHeartbeat>("heartbeat", "Whether cron runs at all.") {
        common("What the console calls it.")
        Field("lastBeat", .time, "When a job last gave a sign of life.", ifKnown: { $0.lastBeat })
        Field("missedLastHour", .count, "Runs declared missed.", ifKnown: { $0.missedLastHour })
        Field("errorsLastHour", .count, "Runs that failed.", ifKnown: { $0.errorsLastHour })
        Field("aliveGroups", .list(.text), "Groups that ran lately.") { $0.aliveGroups }
        Field("silentGroups", .list(.text), "Groups that did not.") { $0.silentGroups }
    }

    private enum Lock: String, CaseIterable {
        case held, free, unknown
        init(_ lock: CronJobReading.Lock) {
            switch lock {
            case .held: self = .held
            case .free: self = .free
            case .unknown: self = .unknown
            }
        }
    }

    static let job = Record<CronRow>("job", "One cron job.") {
        common("Its code.")
        Field("group", .text, "Its group.", ifKnown: { $0.group })
        Field("lastSuccess", .time, "The newest success.", ifKnown: { $0.lastSuccess })
        Field("runningSince", .time, "When its present run began.", ifKnown: { $0.runningSince })
        Field("lock", .word, "Whether the process of a run holds its lock.") { Lock($0.lock) }
        Field("missedLastHour", .count, "Runs declared missed.", ifKnown: { $0.missedLastHour })
        Field("errorsLastHour", .count, "Runs that failed.", ifKnown: { $0.errorsLastHour })
        Field("lastError", .text, "What the newest failure said.", ifKnown: { $0.lastError })
        Field("nextDue", .time, "When it is planned next.", ifKnown: { $0.nextDue })
        Field("overdueSince", .time, "When it should have begun.", ifKnown: { $0.overdueSince })
        Field("usualSeconds", .amount, "How long a run usually takes.", ifKnown: { $0.usualSeconds })
    }

    // MARK: Indexers

    private enum Mode: String, CaseIterable {
        case schedule, save
        init(_ mode: IndexerReading.Mode) { self = mode == .schedule ? .schedule : .save }
    }

    static let indexer = Record<IndexerRow>("indexer", "One indexer with its view.") {
        common("What the console calls it.")
        Field("mode", .word, "When it is updated.") { Mode($0.mode) }
        Field("state", .text, "idle, working, valid, invalid, suspended.", ifKnown: { $0.status })
        Field("backlog", .count, "Change events that wait.", ifKnown: { $0.backlog })
        Field(
            "lagSeconds", .amount, "How long its view has not moved while events waited.",
            ifKnown: { $0.lagSeconds })
        Field("movedAt", .time, "When its view last moved.", ifKnown: { $0.movedAt })
        Field("goneSince", .time, "Since when its store does not list it.", ifKnown: { $0.goneSince })
    }
}

extension QueueRow {
    /// Nil where no broker counts them.
    fileprivate var subscriptions: Int? {
        switch consumers {
        case .subscribed(let count): count
        case .nobody where transport == .amqp: 0
        default: nil
        }
    }
}
