package import Configuration
package import Monitoring

/// One source of the config with everything that reads it.
package struct SourceAssembly: Sendable {
    package let settings: SourceSettings
    private let environment: EnvironmentSettings
    private let clock: any TimeSource
    private let brokerQueues: BrokerQueues?
    /// The one connection of everything that reads this database.
    private let store: MySQLStore?

    /// `brokerQueues` is shared by all sources of an environment: brokers list their queues in it, the store's
    /// database tells who of their consumers lives.
    package init(
        _ settings: SourceSettings, in environment: EnvironmentSettings, clock: any TimeSource,
        brokerQueues: BrokerQueues? = nil
    ) {
        self.brokerQueues = brokerQueues
        self.settings = settings
        self.environment = environment
        self.clock = clock
        store =
            if case .mysql(let mysql) = settings.details {
                Self.store(mysql, named: settings.name, in: environment, brokerQueues)
            } else {
                nil
            }
    }

    private static func store(
        _ mysql: MySQLSettings, named name: String, in environment: EnvironmentSettings,
        _ brokerQueues: BrokerQueues?
    ) -> MySQLStore {
        var source = MySQLSource(mysql, named: name, in: environment)
        source.brokerQueues = brokerQueues
        return MySQLStore(source)
    }

    package var name: String { settings.name }

    /// The probes; one that cannot work as it is set up stands there with its reason.
    package func probes() -> [any Probe] {
        if let store { return store.probes() }
        return [settings.probe(in: environment, clock: clock, brokerQueues: brokerQueues)].compactMap { $0 }
    }

    /// Looks at the source step by step, as `doctor` prints it; takes at most some ten seconds.
    @concurrent package func diagnose() async -> [DoctorStep] {
        if let store { return await store.diagnose() }
        guard let probe = settings.probe(in: environment, clock: clock) else { return [] }
        let steps = await probe.examine()
        await probe.close()
        return steps
    }

    /// Rows of the store's settings; nil where it is no database.
    package var settingsTable: (any SettingsTable)? { store?.settingsTable() }
}
