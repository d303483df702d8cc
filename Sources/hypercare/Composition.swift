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

    /// `watchesOnly` says why nothing may be changed whatever the config says; nil when the config decides.
    func setup(stores: EngineSetup.Stores, watchesOnly: String?) throws -> EngineSetup {
        let mayOperate = settings.access == .operate && watchesOnly == nil
        var facts = EnvironmentFacts(
            name: settings.name, isProduction: settings.isProduction,
            access: mayOperate ? .operate : .readOnly)
        facts.watchesOnly = watchesOnly
        // A machine without zoneinfo still watches; the doctor says what is missing.
        facts.clock = try? clock
        var setup = EngineSetup(
            environment: facts,
            window: settings.window.map { WindowClock(start: $0.start, days: $0.days, title: $0.title) },
            integrations: settings.integrations.map(\.integration), limits: settings.limits,
            probes: assemblies.flatMap { $0.probes() }, backends: try backends(), stores: stores,
            operatorName: Identity(variables).login, seed: seed)
        let urgent = settings.integrations.filter { $0.integration.tier == 1 }
        setup.urgentSources = Set(urgent.flatMap { $0.outcomes.map(\.source) })
        return setup
    }

    /// Nil where the config says no time zone; throws where the system does not know it.
    var clock: StoreClock? {
        get throws {
            guard let zone = settings.timeZone else { return nil }
            return try StoreClock.ofSystem(zone, around: time.now.wall)
        }
    }

    var assemblies: [SourceAssembly] {
        settings.sources.map { source in
            SourceAssembly(source, in: settings, clock: time)
        }
    }

    func backends() throws -> [any FlagBackend] {
        try settings.flags.map { flags -> any FlagBackend in
            switch flags.details {
            case .flagd(let file):
                return try FlagdFile(name: flags.name, path: file.path, interval: file.interval)
            case .magento(let magento):
                return MagentoConfig(
                    name: flags.name, command: magento.command, prefix: CommandPrefix(magento.via),
                    environment: variables.forChildren(),
                    paths: magento.entries.map { ($0.flag, $0.path) }, interval: magento.interval,
                    deadline: magento.deadline)
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
