import Commands
import Configuration
import Engine
import Monitoring
import Persistence
import Platform
import Recordings
import Text

/// `hypercare record FILE`: takes down what a store's sources answer, until a signal or a bound ends it. It keeps
/// nothing, changes nothing and tells nobody: a console may keep the environment meanwhile.
struct RecordCommand {
    private let common: Command.Common
    private let wanted: Command.Record

    init(_ common: Command.Common, _ wanted: Command.Record) {
        self.common = common
        self.wanted = wanted
    }

    /// Which program wrote it.
    static var program: String { "hypercare \(Version.text)" }

    static func writer(
        _ wanted: Command.Record, onEnd: @escaping @Sendable (String) -> Void
    ) throws -> RecordingWriter {
        var bounds = RecordingWriter.Bounds.standard
        if let seconds = wanted.seconds { bounds.seconds = seconds }
        if let bytes = wanted.bytes { bounds.bytes = bytes }
        return try RecordingWriter(
            wanted.file, bounds: bounds,
            redaction: RecordingRedaction(wanted.redaction == .text ? .text : .none), program: program,
            onEnd: onEnd)
    }

    func run() throws -> Int32 {
        EndSignals.holdBack()
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let time = try SystemTime()
        let path = Stores.path(of: settings.name, in: variables)
        let memory = LookMemory(console: path, own: nil, at: time.now.wall)
        let composition = Composition(settings: settings, variables: variables, time: time)
        var stores = Stores.looking(memory, at: path)
        stores.history = try HistoryLook(path)
        var setup = try composition.setup(stores: stores, watchesOnly: "a recording changes nothing")
        let writer = try Self.writer(wanted) { _ in EndSignals.end() }
        setup.tap = writer
        let name = Sanitizer.line(wanted.file)
        StandardStreams.complain(
            "hypercare: recording \(Sanitizer.line(settings.name)) to \(name); Ctrl-C ends it\n")
        let engine = LocalEngine(setup, time: time)
        let running = Task { @concurrent in await engine.run() }
        _ = EndSignals.wait()
        try Blocking.run {
            running.cancel()
            await running.value
        }
        let (progress, size) = (writer.progress, "\(writer.progress.bytes >> 10) KB")
        let why = progress.isWanted ? progress.ended.map { ": \($0)" } ?? "" : ": \(progress.ended ?? "")"
        StandardStreams.complain("hypercare: \(size) recorded in \(name)\(Sanitizer.line(why))\n")
        return progress.isWanted ? ExitCode.ok : ExitCode.failure
    }
}
