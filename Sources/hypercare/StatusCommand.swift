import Commands
import Configuration
import Documents
import Engine
import EngineAPI
import Monitoring
import Platform
import Reports

/// `hypercare status`: one look at a store, for a script.
///
/// Reads every source once, with the kept state beside it (last successes, when things began), and keeps
/// nothing itself.
struct StatusCommand {
    private let common: Command.Common
    private let format: Command.StatusFormat
    /// A source that has not answered by then is reported as it stands.
    private static let patience: Duration = .seconds(20)

    init(_ common: Command.Common, format: Command.StatusFormat) {
        self.common = common
        self.format = format
    }

    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        let snapshot: Snapshot
        do {
            let settings = try ConfigFile(common, environment: variables).environment(common.environment)
            snapshot = try look(
                at: settings.name,
                Composition(
                    settings: settings, variables: variables, time: try SystemTime()), variables)
        } catch let complaint as Complaint {
            // A plugin that could not look says unknown.
            throw Complaint(complaint.message, exitCode: ExitCode.unknown)
        }
        let report = StatusReport(snapshot)
        do {
            try write(snapshot, report)
        } catch let error as SystemError {
            throw Complaint(error.description, exitCode: ExitCode.unknown)
        }
        return report.exitCode
    }

    private func write(_ snapshot: Snapshot, _ report: StatusReport) throws {
        switch format {
        case .plain: try StandardStreams.write(report.plain)
        case .json:
            let bytes = try JSONWriter.write(StatusDocument(snapshot), pretty: true)
            try StandardStreams.write(String(decoding: bytes, as: UTF8.self) + "\n")
        }
    }

    private func look(
        at name: String, _ composition: Composition, _ variables: Environment
    ) throws -> Snapshot {
        let stores = Stores.looking(in: Stores.path(of: name, in: variables))
        var setup = try composition.setup(stores: stores, watchesOnly: "one look changes nothing")
        setup.looksOnce = true
        let time = composition.time
        return try Blocking.run { [setup] in
            let engine = LocalEngine(setup, time: time)
            return await withTaskGroup(of: Snapshot?.self) { group in
                group.addTask {
                    await engine.run()
                    return nil
                }
                group.addTask {
                    try? await time.sleep(until: time.now.boot + Self.patience)
                    return nil
                }
                group.addTask {
                    var last: Snapshot?
                    for await snapshot in engine.snapshots() {
                        last = snapshot
                        if snapshot.isComplete { break }
                    }
                    return last
                }
                var newest: Snapshot?
                for await snapshot in group {
                    newest = snapshot ?? newest
                    group.cancelAll()
                }
                return newest ?? Snapshot(at: time.now, environment: setup.environment)
            }
        }
    }
}

extension Snapshot {
    /// Every probe has been read or has failed once.
    fileprivate var isComplete: Bool {
        !sources.isEmpty
            && sources.allSatisfy { source in
                source.probes.allSatisfy { $0.reads + $0.failures > 0 }
            }
    }
}
