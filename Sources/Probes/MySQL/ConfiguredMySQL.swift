package import Configuration
internal import Monitoring
internal import Platform
internal import Text

extension MySQLSource {
    /// The source `name` of an environment, as its config sets it up.
    package init(_ settings: MySQLSettings, named name: String, in environment: EnvironmentSettings) {
        let password = settings.password.fetch(trusting: environment.trustedGroups)
        var tls = TLS.off
        if settings.tls.mode == .required { tls = .verified(caFile: settings.tls.authority) }
        self.init(
            name: name,
            address: settings.socket.map(Address.socket)
                ?? .tcp(host: settings.host, port: UInt16(clamping: settings.port)),
            user: settings.user, password: { try await password()?.reveal() }, database: settings.database,
            tls: tls)
        tablePrefix = settings.tablePrefix
        caFile = settings.tls.authority
        insecure = settings.isOpen ? settings.insecure : nil
        locks = settings.lockProvider == .db ? .database(prefix: settings.lockPrefix) : .elsewhere
        checksTriggers = settings.checksTriggers
        interval = settings.interval
        deadline = settings.deadline
        consumers = environment.queues.consumers.mapValues { [$0] }
        queuesWithoutConsumer = environment.queues.withoutConsumer.map(NamePattern.init)
        ignoredQueues = environment.queues.ignore.map(NamePattern.init)
        cronGroups = environment.cron.groups
        ignoredJobs = environment.cron.ignore.map(NamePattern.init)
        ignoredIndexers = environment.indexers.ignore.map(NamePattern.init)
        for integration in environment.integrations {
            let patterns = integration.outcomes.filter { $0.source == name }.flatMap(\.topics)
            if !patterns.isEmpty { topics[integration.integration.name] = patterns.map(NamePattern.init) }
        }
        if settings.socket == nil, settings.tls.mode == .required, let other = settings.tls.serverName,
            other != settings.host
        {
            objection = ReadFailure(
                .unusable,
                "tls.server_name \"\(other)\" is not the host, and libmariadb checks the host's name only",
                advice: "Write the name in the certificate: `host: \(other)`, and leave `server_name` out.")
        }
    }
}
