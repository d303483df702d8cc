import Configuration
import Engine
import EngineAPI
import FlagBackends
import FeatureFlags
import Monitoring
import Platform
import Probes
import Text

/// Puts an environment of the config together: its probes, its flag backends, its stores. The only place that
/// knows them all.
struct Composition {
    let settings: EnvironmentSettings
    let variables: Environment
    let time: any TimeSource
    let assemblies: [SourceAssembly]

    init(settings: EnvironmentSettings, variables: Environment, time: any TimeSource) {
        self.settings = settings
        self.variables = variables
        self.time = time
        // Without one nobody asks who consumes what the database does not list.
        let hasBroker = settings.sources.contains { source in
            switch source.details {
            case .rabbitmq, .command: true
            case .mysql, .log, .release: false
            }
        }
        let brokerQueues = hasBroker ? BrokerQueues() : nil
        assemblies = settings.sources.map {
            SourceAssembly($0, in: settings, clock: time, brokerQueues: brokerQueues)
        }
    }

    /// `watchesOnly` says why nothing may be changed whatever the config says; nil when the config decides.
    func setup(stores: EngineSetup.Stores, watchesOnly: String?) throws -> EngineSetup {
        var facts = EnvironmentFacts(
            name: settings.name, isProduction: settings.isProduction,
            access: settings.access == .operate ? .operate : .readOnly)
        facts.siblings = settings.siblings
        facts.watchesOnly = watchesOnly
        facts.commands = settings.ownCommands.commands
        // A machine without zoneinfo still watches; the doctor says what is missing.
        facts.clock = try? clock
        var setup = EngineSetup(
            environment: facts,
            window: settings.window.map { WindowClock(start: $0.start, days: $0.days, title: $0.title) },
            integrations: settings.integrations.map(\.integration), limits: settings.limits,
            probes: assemblies.flatMap { $0.probes() }, backends: try backends(), stores: stores, seed: seed)
        setup.expected = settings.expected
        setup.rules = settings.rules
        setup.tunings = settings.tunings
        let urgent = settings.integrations.filter { $0.integration.tier == 1 }
        setup.urgentSources = Set(urgent.flatMap { $0.outcomes.map(\.source) })
        for flow in settings.integrations {
            let id = EntityID(.integration, flow.integration.name)
            setup.sourcesOfFlows[id] = flow.outcomes.map(\.source)
        }
        for flags in settings.flags {
            guard case .magento(let magento) = flags.details, let source = magento.database else { continue }
            for entry in magento.entries {
                let id = EntityID(.flag, entry.flag, in: flags.name)
                setup.flagSettings[source, default: [:]][ExactName(entry.path)] = id
            }
        }
        return setup
    }

    /// Nil where the config says no time zone; throws where the system does not know it.
    var clock: StoreClock? {
        get throws {
            guard let zone = settings.timeZone else { return nil }
            return try StoreClock.ofSystem(zone, around: time.now.wall)
        }
    }

    func backends() throws -> [any FlagBackend] {
        try settings.flags.map { flags -> any FlagBackend in
            switch flags.details {
            case .flagd(let file):
                return try FlagdFile(
                    name: flags.name, path: file.path, isProduction: settings.isProduction,
                    interval: file.interval)
            case .magento(let magento):
                let command = MagentoCommand(
                    magento.command, prefix: CommandPrefix(magento.via), environment: variables.forChildren(),
                    deadline: magento.deadline,
                    folder: Stores.path(of: settings.name, in: variables) ?? "",
                    trust: FileTrust(groups: settings.trustedGroups))
                let table = assemblies.first { $0.name == magento.database }?.settingsTable
                return MagentoConfig(
                    name: flags.name, command: command,
                    flags: magento.entries.map {
                        MagentoFlag(name: $0.flag, path: $0.path, scope: $0.scope)
                    }, table: table, interval: magento.interval, time: time)
            }
        }
    }

    /// The same on every start of this host, another on another host: probes of two consoles do not meet.
    private var seed: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (Identity(variables).host + "/" + settings.name).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return hash
    }
}
