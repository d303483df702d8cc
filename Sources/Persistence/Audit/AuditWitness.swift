package import Platform

/// A place beside the state folder that is told of each newest record, so that a log which its owner made anew is
/// told from the one that was written.
package enum AuditWitness: Hashable, Sendable {
    /// The socket of the system's log. One that nobody asked for may be missing.
    case systemLog(String, isWanted: Bool)
    /// A file that only grows, a line a record.
    case file(String)
    /// A program that is given the line on its standard input.
    case command([String], environment: [String: String], trust: FileTrust = FileTrust())

    private static let deadline: Duration = .seconds(5)

    /// Hands over `line`; `time` is for a place that adds none of its own.
    func take(_ line: String, at time: String) async throws {
        switch self {
        case .systemLog(let path, let isWanted):
            do throws(SystemError) {
                try SystemLog.send(line, to: path)
            } catch {
                if isWanted { throw error }
            }
        case .file(let path):
            try LogFile(at: path).append(Array("\(time) \(line)\n".utf8))
        case .command(let arguments, let environment, let trust):
            let command = ChildCommand(
                arguments, environment: environment, input: Array("\(time) \(line)\n".utf8), trust: trust)
            let result = try await ChildProcess.run(command, deadline: Self.deadline, outputCap: 1 << 10)
            guard result.end == .exited(0) else {
                throw SystemError("run", arguments.first ?? "", detail: "\(result.end)")
            }
        }
    }
}
