import Commands
import Configuration
import DemoStore
import Engine
import EngineAPI
import Monitoring
import Persistence
import Platform

/// `hypercare demo`: the simulated store, with its state in a temporary folder that is gone afterwards, at the
/// latest when the next one starts.
struct DemoCommand {
    private let options: Command.Demo

    init(_ options: Command.Demo) { self.options = options }

    func run() throws -> Int32 {
        let environment = Environment.ofProcess
        let time = try SystemTime()
        let chosen = options.theme == ThemeFile.automatic ? nil : options.theme
        let themes = try Themes.load(chosen: chosen, environment: environment)
        let store = DemoStore.make(seed: options.seed ?? 1, time: time, hangs: options.isHanging)
        let folder = try ScratchFolder.make(for: "demo")
        defer { folder.remove() }
        let identity = Identity(environment)
        var facts = EnvironmentFacts(
            name: "demo-shop", isProduction: false, access: .operate, isDemo: true)
        facts.commands = DemoStore.commands
        var stores = try Stores.open(folder.path, environment: facts.name, identity: identity).stores
        let (marks, box) = (DemoStore.marks(before: time.now.wall), stores.marks)
        try? Blocking.run { for mark in marks { try await box?.leave(mark) } }
        stores.history = DemoHistory(past: store.past, own: stores.history)
        let setup = EngineSetup(
            environment: facts,
            window: WindowClock(
                start: time.now.wall.advanced(bySeconds: -61 * 3600), days: 14, title: "2.4.6 to 2.4.8"),
            integrations: store.integrations, limits: store.limits, probes: store.probes,
            backends: store.flagBackends,
            stores: stores)
        var attached = Attached(setup: setup, person: identity.person, time: time, themes: themes)
        attached.themeChoice = Themes.choice(options.theme, nil)
        return try attached.run(environment: environment)
    }
}
