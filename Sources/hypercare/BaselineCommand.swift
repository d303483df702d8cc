import Commands
import Configuration
import Documents
import Engine
import EngineAPI
import Monitoring
import Persistence
import Platform
import Recordings
import Reports
import Text

/// `hypercare baseline capture|show|import`: what a store was like before its upgrade, frozen.
struct BaselineCommand {
    private let common: Command.Common
    private let wanted: Command.Baseline

    init(_ common: Command.Common, _ wanted: Command.Baseline) {
        self.common = common
        self.wanted = wanted
    }

    func run() throws -> Int32 {
        let variables = Environment.ofProcess
        let settings = try ConfigFile(common, environment: variables).environment(common.environment)
        let time = try SystemTime()
        guard let folder = Stores.path(of: settings.name, in: variables) else {
            throw Complaint("neither XDG_STATE_HOME nor HOME is set: nothing is kept")
        }
        let name = Sanitizer.line(settings.name)
        let file = try told { () throws(StorageFailure) in try BaselineFile(in: folder) }
        let person = Identity(variables).person.name
        switch wanted {
        case .show(let asJSON):
            guard let baseline = try load(file) else {
                throw Complaint(
                    "\(name) has no baseline. Do: hypercare baseline capture, before the upgrade")
            }
            let clock = clock(settings, at: time.now.wall)
            try StandardStreams.write(
                asJSON
                    ? try BaselineReport(baseline, clock: clock).json()
                    : BaselineReport(baseline, clock: clock).text)
        case .capture(let isForced):
            try refuse(over: file, unless: isForced, name)
            guard try Files.facts(folder) != nil else {
                throw Complaint(
                    "nothing is kept of \(name) yet: open the console or hypercare watch --headless, and come back after 3 days"
                )
            }
            let baseline = try HistoryCapture(in: folder).baseline(at: time.now.wall, by: person)
            guard baseline.days * 86_400 >= Learning.enough else {
                let known = Age.text(seconds: baseline.days * 86_400)
                throw Complaint(
                    "nothing was captured: \(known) of healthy history are kept of \(name), and \(Age.text(seconds: Learning.enough)) are needed. `hypercare watch --headless` gathers them"
                )
            }
            try keep(baseline, in: file, as: name)
        case .take(let path, let isForced):
            try refuse(over: file, unless: isForced, name)
            try keep(try read(path, at: time.now.wall, by: person), in: file, as: name)
        }
        return ExitCode.ok
    }

    private func clock(_ settings: EnvironmentSettings, at now: WallTime) -> StoreClock {
        let own = settings.timeZone.flatMap { try? StoreClock.ofSystem($0, around: now) }
        return own ?? StoreClock(zone: "UTC", offsetSeconds: 0, changes: [])
    }

    private func read(_ path: String, at now: WallTime, by person: String) throws -> Baseline {
        let past: RecordedPast
        do {
            past = try RecordedPast(path)
        } catch let fault as RecordingFault {
            throw Complaint("\(path): \(fault)")
        }
        guard
            let baseline = Baseline(
                past.series, at: now, by: person,
                origin: "recording " + Sanitizer.line(past.store, maxBytes: 100))
        else {
            throw Complaint(
                "\(path) tells of no time before it: lines {\"history\": …} of half hours are what is imported"
            )
        }
        guard baseline.days * 86_400 >= Learning.enough else {
            throw Complaint(
                "\(path) tells of \(Age.text(seconds: baseline.days * 86_400)) before it, and \(Age.text(seconds: Learning.enough)) are needed"
            )
        }
        return baseline
    }

    /// Frozen: it is not replaced by mistake, least of all after the upgrade.
    private func refuse(over file: BaselineFile, unless isForced: Bool, _ name: String) throws {
        guard !isForced, let known = try load(file) else { return }
        throw Complaint(
            "\(name) has a \(known.name) by \(Sanitizer.line(known.by)): --force replaces it, and keeps it as \(BaselineFile.name).prev"
        )
    }

    private func keep(_ baseline: Baseline, in file: BaselineFile, as name: String) throws {
        try told { () async throws(StorageFailure) in try await file.save(baseline) }
        let left = baseline.leftOut > 0 ? ", \(baseline.leftOut) more were left out" : ""
        let text =
            "kept for \(name): the \(baseline.name), \(Figures.counted(baseline.figures.count, "figure"))\(left). `hypercare baseline show` prints it"
        try StandardStreams.write(text + "\n")
    }

    private func load(_ file: BaselineFile) throws -> Baseline? {
        try told { () async throws(StorageFailure) in try await file.load() }
    }

    private func told<Answer: Sendable>(
        _ work: @escaping @Sendable () async throws(StorageFailure) -> Answer
    ) throws -> Answer {
        let answer: Result<Answer, StorageFailure> = try Blocking.run {
            do throws(StorageFailure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let answer): return answer
        case .failure(let failure): throw Complaint(failure.message)
        }
    }
}
