import Commands
import Documents
import Monitoring
import Platform
import Recordings
import Reports

/// `hypercare backtest FILE…`: the alerts that a recorded store would have given.
struct BacktestCommand {
    private let wanted: Command.Backtest

    init(_ wanted: Command.Backtest) { self.wanted = wanted }

    /// A recording that cannot be read is told, and the others are played.
    func run() throws -> Int32 {
        let backtest = Backtest(tuning: Tuning(factor: wanted.limits), isCold: wanted.isCold)
        var complaints: [String] = []
        for path in wanted.files {
            do {
                if wanted.isTable { try table(path, backtest) } else { try lines(path, backtest) }
            } catch let fault as RecordingFault {
                complaints.append("\(path): \(fault)")
            } catch let error as SystemError {
                // A reader that has gone is no mistake of the recording.
                if error.code == SystemError.brokenPipe { throw error }
                complaints.append(error.description)
            }
        }
        guard complaints.isEmpty else { throw Complaint(complaints, exitCode: ExitCode.failure) }
        return ExitCode.ok
    }

    private func lines(_ path: String, _ backtest: Backtest) throws {
        let name = wanted.files.count > 1 ? path : nil
        try backtest.run(path) { change in
            let bytes = try JSONWriter.write(AlertLine.document(change, recording: name), sortedKeys: false)
            try StandardStreams.write(String(decoding: bytes, as: UTF8.self) + "\n")
        }
    }

    private func table(_ path: String, _ backtest: Backtest) throws {
        var table = AlertTable()
        defer {
            let head = wanted.files.count > 1 ? "\(path):\n" : ""
            try? StandardStreams.write(head + table.text)
        }
        try backtest.run(path) { table.add($0) }
    }
}
