internal import Monitoring
package import Text

/// A store's database and how it is read; the configuration gives it.
package struct MySQLSource: Sendable {
    package enum Address: Hashable, Sendable {
        case tcp(host: String, port: UInt16)
        case socket(String)
    }

    package enum TLS: Hashable, Sendable {
        case off
        /// Encrypted; whose certificate it is is not asked.
        case encrypted
        /// Encrypted, chain and host name checked; nil is the system's own authorities.
        case verified(caFile: String?)
    }

    /// Where Magento keeps its locks (`lock/provider` in env.php).
    package enum Locks: Hashable, Sendable {
        /// In the database; the prefix is `lock/config/prefix`, nil the database's name.
        case database(prefix: String?)
        /// Files, ZooKeeper or the cache: nothing here can see them.
        case elsewhere
    }

    package var name: String
    package var address: Address
    package var user: String
    /// Asked for at each connect.
    package var password: @Sendable () async throws -> String?
    package var database: String
    package var tablePrefix: String
    /// A socket file needs no TLS and has none.
    package var tls: TLS
    package var locks: Locks
    /// `indexer/use_application_lock` in env.php: only then is an indexer's lock its state.
    package var usesApplicationLock: Bool
    /// Counts the triggers that feed the changelogs, each minute; needs the privilege TRIGGER.
    package var checksTriggers: Bool
    package var interval: Duration
    package var deadline: Duration
    /// So long it is believed which tables and keys there are, and what the server is.
    package var catalogAge: Duration
    /// After this the server itself ends a statement.
    package var statementLimit: Duration
    /// Consumers by queue, where they differ from Magento's own.
    package var consumers: [String: [String]]
    /// Queues of brokers whose consumers may be asked for by their locks.
    package var brokerQueues: BrokerQueues?
    /// Queues that have no consumer by design.
    package var queuesWithoutConsumer: [NamePattern]
    package var ignoredQueues: [NamePattern]
    package var ignoredJobs: [NamePattern]
    package var ignoredIndexers: [NamePattern]
    /// Cron groups by job code, beyond Magento's own jobs.
    package var cronGroups: [String: String]
    /// Topics of bulk operations by integration.
    package var topics: [String: [NamePattern]]
    /// Who would have signed the server's certificate, where TLS is off; nil takes the system's authorities.
    var caFile: String?
    /// Why its password may be read on the way; nil when it cannot be.
    var insecure: String?
    /// Why it cannot be read as it is set up; nil when it can.
    var objection: ReadFailure?

    package init(
        name: String, address: Address, user: String,
        password: @escaping @Sendable () async throws -> String?, database: String,
        tls: TLS = .verified(caFile: nil)
    ) {
        self.name = name
        self.address = address
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
        tablePrefix = ""
        locks = .database(prefix: nil)
        usesApplicationLock = false
        checksTriggers = true
        interval = .seconds(5)
        deadline = .seconds(4)
        catalogAge = .seconds(60)
        statementLimit = .seconds(1)
        consumers = [:]
        queuesWithoutConsumer = []
        ignoredQueues = []
        ignoredJobs = []
        ignoredIndexers = []
        cronGroups = [:]
        topics = [:]
    }

    /// `ProbeSchedule.reach`
    var reach: String {
        let ignored = [ignoredQueues, ignoredJobs, ignoredIndexers].map { patterns in
            patterns.map(\.text).joined(separator: " ")
        }
        return ([place, database, tablePrefix] + ignored).joined(separator: ", ")
    }

    /// `db1:3306` or the socket's path.
    var place: String {
        switch address {
        case .tcp(let host, let port): "\(host):\(port)"
        case .socket(let path): path
        }
    }
}
