import Configuration
import Engine
import EngineAPI
import Persistence
import Platform
import Reports
import Text

/// Each change as a line at the end of a file, which is opened for each: whoever moves it away, as logrotate does,
/// finds a new one begun.
struct AlertFile: AlertSink {
    let path: String
    /// Two files are two who are told.
    var name: String { "alerts file \(path)" }

    @concurrent func take(
        _ notice: AlertNotice, of environment: EnvironmentFacts
    ) async throws(AlertSinkFailure) {
        do {
            try LogFile(at: path, mode: 0o640).append(NoticeLine.bytes(notice, of: environment))
        } catch {
            throw AlertSinkFailure("\(error)")
        }
    }
}

/// The same on standard output, for whoever reads it.
struct AlertOutput: AlertSink {
    let name = "alerts output"

    @concurrent func take(
        _ notice: AlertNotice, of environment: EnvironmentFacts
    ) async throws(AlertSinkFailure) {
        let line = String(decoding: NoticeLine.bytes(notice, of: environment), as: UTF8.self)
        do {
            try StandardStreams.write(line)
        } catch {
            throw AlertSinkFailure("\(error)")
        }
    }
}

/// A program that gets each change on its standard input, one after the other.
struct AlertProgram: AlertSink {
    let name = "notify"
    let takesSilenced = false
    let run: OwnProgram

    @concurrent func take(
        _ notice: AlertNotice, of environment: EnvironmentFacts
    ) async throws(AlertSinkFailure) {
        try await run.start(NoticeLine.bytes(notice, of: environment))
    }
}

/// A program whose silence tells that nobody watches.
struct Heartbeat: Pulse {
    let name = "heartbeat"
    let interval: Duration
    let run: OwnProgram

    @concurrent func beat() async throws(AlertSinkFailure) { try await run.start([]) }
}

/// A program of the config: argv, no shell, a deadline, nothing of our environment but what children get.
struct OwnProgram: Sendable {
    private static let deadline: Duration = .seconds(30)

    let arguments: [String]
    let environment: [String: String]
    let trust: FileTrust

    @concurrent func start(_ input: [UInt8]) async throws(AlertSinkFailure) {
        let program = Sanitizer.line(arguments.first ?? "", maxBytes: 200)
        let result: ChildResult
        do {
            result = try await ChildProcess.run(
                ChildCommand(arguments, environment: environment, input: input, trust: trust),
                deadline: Self.deadline, outputCap: 4096)
        } catch {
            throw AlertSinkFailure(Sanitizer.line("\(error)", maxBytes: 300))
        }
        guard result.end != .exited(0) else { return }
        let said = result.error.isEmpty ? result.output : result.error
        let line = said.split(separator: UInt8(ascii: "\n")).last.map { String(decoding: $0, as: UTF8.self) }
        let how =
            if case .exited(let code) = result.end { "ended with \(code)" } else { "did not end in 30 s" }
        throw AlertSinkFailure(
            "\(program) \(how)" + (line.map { ": " + Sanitizer.line($0, maxBytes: 200) } ?? ""))
    }
}

extension EngineSetup {
    /// Those of the config, and where the command line wants them too.
    mutating func tell(_ alerts: AlertSettings, trust: FileTrust, _ variables: Environment) {
        if let file = alerts.file { sinks.append(AlertFile(path: file)) }
        func program(_ arguments: [String]) -> OwnProgram {
            OwnProgram(arguments: arguments, environment: variables.forChildren(), trust: trust)
        }
        if !alerts.notify.isEmpty { sinks.append(AlertProgram(run: program(alerts.notify))) }
        if !alerts.heartbeat.isEmpty {
            pulses.append(Heartbeat(interval: alerts.heartbeatInterval, run: program(alerts.heartbeat)))
        }
    }
}
