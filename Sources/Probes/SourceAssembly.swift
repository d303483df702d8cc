package import Configuration
package import Monitoring

/// One source of the config with everything that reads it.
package struct SourceAssembly: Sendable {
    package let settings: SourceSettings
    private let environment: EnvironmentSettings
    private let clock: any TimeSource
    /// The one connection of everything that reads this database.
    private let store: MySQLStore?

    package init(_ settings: SourceSettings, in environment: EnvironmentSettings, clock: any TimeSource) {
        self.settings = settings
        self.environment = environment
        self.clock = clock
        store =
            if case .mysql(let mysql) = settings.details {
                MySQLStore(MySQLSource(mysql, named: settings.name, in: environment))
            } else {
                nil
            }
    }

    package var name: String { settings.name }

    /// The probes; one that cannot work as it is set up stands there with its reason.
    package func probes() -> [any Probe] {
        if let store { return store.probes() }
        return [settings.probe(in: environment, clock: clock)].compactMap { $0 }
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
