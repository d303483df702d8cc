import Commands
import Configuration
import Engine
import EngineAPI
import Platform
import Text

/// `hypercare watch --headless`: the engine without a screen, until a signal ends it.
struct WatchCommand {
    private let common: Command.Common
    private let alerts: String?
    private let record: Command.Record?

    init(_ common: Command.Common, alerts: String?, record: Command.Record? = nil) {
        self.common = common
        self.alerts = alerts
        self.record = record
    }

    func run() throws -> Int32 {
        EndSignals.holdBack()
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let time = try SystemTime()
        let path = Stores.path(of: settings.name, in: variables)
        let identity = Identity(variables)
        let opened = try Stores.open(
            path, environment: settings.name, identity: identity,
            witnesses: Stores.witnesses(settings, variables), yields: true)
        let composition = Composition(settings: settings, variables: variables, time: time)
        var setup = try composition.setup(stores: opened.stores, watchesOnly: opened.watchesOnly)
        setup.tell(settings.alerts, trust: FileTrust(groups: settings.trustedGroups), variables)
        let ofAll = Set(setup.sinks.map(\.name))
        switch alerts {
        case nil: break
        case "-": setup.sinks.append(AlertOutput())
        case let file?:
            let sink = AlertFile(path: try absolute(file))
            if !setup.sinks.contains(where: { $0.name == sink.name }) { setup.sinks.append(sink) }
        }
        setup.ownSinks = Set(setup.sinks.map(\.name)).subtracting(ofAll)
        if let why = opened.watchesOnly { StandardStreams.complain("hypercare: \(why)\n") }
        let serving = settings.metrics.map { ServedMetrics($0, unlessSaid: &setup.notes) }
        if let record {
            // It watches on when the recording has ended.
            let path = Sanitizer.line(record.file)
            setup.tap = try RecordCommand.writer(record) {
                StandardStreams.complain("hypercare: \(path) is recorded no more: \($0)\n")
            }
        }
        let engine = LocalEngine(setup, time: time)
        let running = Task { @concurrent in await engine.run() }
        serving?.follow(engine)
        _ = EndSignals.wait()
        serving?.end()
        try Blocking.run {
            running.cancel()
            await running.value
        }
        return ExitCode.ok
    }

    private func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        throw Complaint(
            "--alerts needs a whole path, or - for standard output: \(path) is another file in each folder",
            exitCode: ExitCode.usage)
    }
}
