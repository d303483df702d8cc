import Commands
import Configuration
import Documents
import Engine
import EngineAPI
import Monitoring
import Persistence
import Platform
import Reports
import Text

/// `hypercare status`: one look at a store, for a script.
struct StatusCommand {
    private let common: Command.Common
    private let wanted: Command.Status

    init(_ common: Command.Common, _ wanted: Command.Status) {
        self.common = common
        self.wanted = wanted
    }

    /// A plugin that could not look, or could not say what it saw, says unknown.
    func run() throws -> Int32 {
        do {
            if wanted.format == .schema {
                try write(StatusDocument.schema)
                return ExitCode.ok
            }
            return try look()
        } catch let complaint as Complaint {
            throw Complaint(lines: complaint.lines, exitCode: ExitCode.unknown)
        } catch let error as SystemError {
            throw Complaint(error.description, exitCode: ExitCode.unknown)
        }
    }

    private func look() throws -> Int32 {
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let time = try SystemTime()
        let watched = Stores.path(of: settings.name, in: variables)
        let own = wanted.state.map { "\($0)/\(settings.name)" } ?? watched.map { "\($0)/status" }
        let memory = LookMemory(console: watched, own: own, at: time.now.wall)
        let filter = wanted.entity.map { EntityFilter($0) }
        let composition = Composition(settings: settings, variables: variables, time: time)
        let looked = try OneLook(
            composition.setup(
                stores: Stores.looking(memory, at: watched), watchesOnly: "one look changes nothing"),
            person: Identity(variables).person, time,
            patience: wanted.patience, hasMemory: memory.isThere, filter: filter
        ).run()
        let look = Look(
            memory: memory.kept(forget), hasReadAgain: looked.hasReadAgain,
            obstacle: settings.access == .operate ? AuditLook(watched).obstacle : nil)
        var snapshot = looked.snapshot
        if let filter {
            if let complaint = snapshot.complaint(about: filter) { throw Complaint(complaint) }
            snapshot = snapshot.narrowed(to: filter)
        }
        let report = StatusReport(snapshot, look: look)
        if case .lapsed(let pause) = memory.kind, report.pending > 0 {
            let limit = Age.text(seconds: EngineState.pauseSeconds)
            forget("the one before was \(Age.text(seconds: pause)) ago, a hold is remembered for \(limit)")
        }
        switch wanted.format {
        case .json: try write(StatusDocument.document(report))
        case .plain, .schema: try StandardStreams.write(report.plain)
        }
        return report.exitCode
    }

    private func write(_ value: JSONValue) throws {
        let bytes = try JSONWriter.write(value, sortedKeys: false, pretty: true)
        try StandardStreams.write(String(decoding: bytes, as: UTF8.self) + "\n")
    }

    private func forget(_ why: String) {
        StandardStreams.complain(
            "hypercare: nothing is remembered between two looks: \(Sanitizer.line(why))\n")
    }
}

extension LookMemory {
    fileprivate var isThere: Bool {
        switch kind {
        case .console, .own: true
        case .lapsed, .none: false
        }
    }

    /// Keeps what there is to keep; says why nothing is remembered, when that is so.
    fileprivate func kept(_ complain: (String) -> Void) -> Look.Memory {
        if let why = keep() {
            complain(why)
            return .none
        }
        switch kind {
        case .console: return .console
        case .own: return .own
        case .lapsed: return .none
        case .none(let why):
            complain(why)
            return .none
        }
    }
}
