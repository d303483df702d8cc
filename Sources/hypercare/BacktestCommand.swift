import Commands
import Documents
import EngineAPI
import Monitoring
import Platform
import Recordings
import Reports
import Text

/// `hypercare backtest FILE…`: the alerts that a recorded store would have given.
struct BacktestCommand {
    private let wanted: Command.Backtest

    init(_ wanted: Command.Backtest) { self.wanted = wanted }

    /// A recording that cannot be read is told, and the others are played.
    func run() throws -> Int32 {
        var complaints: [String] = []
        for path in wanted.files {
            do {
                if wanted.isScores {
                    try scores(path)
                } else if wanted.isTable {
                    try table(path)
                } else {
                    try lines(path)
                }
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

    private func lines(_ path: String) throws {
        let name = wanted.files.count > 1 ? path : nil
        try play(path) { change in
            let document =
                switch change {
                case .detected(let change): AlertLine.document(change, recording: name)
                case .told(let notice, let environment):
                    NoticeLine.document(notice, of: environment, recording: name)
                }
            let bytes = try JSONWriter.write(document, sortedKeys: false)
            try StandardStreams.write(String(decoding: bytes, as: UTF8.self) + "\n")
        }
    }

    /// A number a row, from 0 to 1.
    private func scores(_ path: String) throws {
        var values = try TimedValues(path)
        var scores = SeriesScore()
        var text = ""
        while let row = try values.next() {
            let score = row.value.map { scores.score($0, at: row.at) } ?? 0
            text += Figures.fixed(score, decimals: 6) + "\n"
            guard text.utf8.count > 1 << 16 else { continue }
            try StandardStreams.write(text)
            text = ""
        }
        try StandardStreams.write(text)
    }

    private func table(_ path: String) throws {
        var table = AlertTable()
        defer {
            let head = wanted.files.count > 1 ? "\(path):\n" : ""
            try? StandardStreams.write(head + table.text)
        }
        try play(path) { change in
            switch change {
            case .detected(let change): table.add(change)
            case .told(let notice, _): table.add(AlertChange(notice))
            }
        }
    }

    private enum Change {
        /// By the detectors, of what version 1 holds.
        case detected(AlertChange)
        /// By the whole engine.
        case told(AlertNotice, EnvironmentFacts)
    }

    private func play(_ path: String, _ tell: (Change) throws -> Void) throws {
        let tuning = Tuning(factor: wanted.limits)
        guard try RecordingVersion.of(path) > 1 else {
            return try Backtest(tuning: tuning, isCold: wanted.isCold).run(path) { try tell(.detected($0)) }
        }
        let note = try EngineBacktest(tuning: tuning, isCold: wanted.isCold).run(path) {
            try tell(.told($0, $1))
        }
        if let note { StandardStreams.complain("hypercare: \(Sanitizer.line(path)): \(note)\n") }
    }
}

extension AlertChange {
    fileprivate init(_ notice: AlertNotice) {
        let told = notice.alert
        func seconds(_ time: WallTime) -> Double { Double(time.milliseconds) / 1000 }
        let alert = Alert(
            key: AlertKey(entity: told.entity, kind: told.kind),
            severity: told.severity == .critical ? .critical : .warning,
            state: notice.what == .resolved ? .resolved : .open, since: seconds(told.since),
            opened: seconds(told.openedAt), sentence: told.sentence, records: told.records, changes: [],
            folded: told.folded, isFlapping: told.isFlapping)
        let what: What =
            switch notice.what {
            // No recording holds a silence: what was not told then is told now.
            case .opened, .unsilenced: .opened
            case .worsened: .worsened
            case .resolved: .resolved
            }
        self.init(at: seconds(notice.at), what: what, alert: alert)
    }
}
