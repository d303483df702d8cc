import Commands
import Configuration
import Platform

/// `hypercare`: the console on a store of the config.
struct ConsoleCommand {
    private let common: Command.Common

    init(_ common: Command.Common) { self.common = common }

    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let chosen = [common.theme, settings.theme].compactMap { $0 }.first { $0 != ThemeFile.automatic }
        let themes = try Themes.load(chosen: chosen, environment: variables)
        let time = try SystemTime()
        let path = Stores.path(of: settings.name, in: variables)
        let identity = Identity(variables)
        let opened = try Stores.open(
            path, environment: settings.name, identity: identity,
            witnesses: Stores.witnesses(settings, variables))
        let composition = Composition(settings: settings, variables: variables, time: time)
        // A second console of the same user keeps nothing, so it changes nothing either.
        var setup = try composition.setup(
            stores: opened.stores, watchesOnly: opened.watchesOnly)
        setup.tell(settings.alerts, trust: FileTrust(groups: settings.trustedGroups), variables)
        var attached = Attached(setup: setup, person: identity.person, time: time, themes: themes)
        attached.themeChoice = Themes.choice(common.theme, settings.theme)
        attached.view = path.map { ViewFile(in: $0) }
        attached.trust = FileTrust(groups: settings.trustedGroups)
        // Who keeps the environment serves it; another console beside it would find the port taken.
        attached.metrics = opened.watchesOnly == nil ? settings.metrics : nil
        attached.rings = settings.bell == .critical
        return try attached.run(environment: variables)
    }
}
