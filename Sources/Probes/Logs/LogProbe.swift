package import Monitoring
import Platform
import Text

/// Reads outcomes from a log file on this machine, on a thread of its own: a disk may hang.
package actor LogProbe: Examinable {
    package nonisolated let schedule: ProbeSchedule
    private let source: LogSource
    private let clock: any TimeSource
    private let executor: ThreadExecutor
    private var tail: LogTail
    private var tally: OutcomeTally

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }

    /// Throws `.unusable` when a rule or the format cannot work.
    package init(_ source: LogSource, clock: any TimeSource) throws(ReadFailure) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
        tail = LogTail(source.path, lookBack: source.lookBack, budget: source.budget)
        do {
            tally = try OutcomeTally(format: source.format, rules: source.rules)
            executor = try ThreadExecutor("log")
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(source.name): \(error)"))
        }
    }

    package func read() async throws(ReadFailure) -> Sample {
        let start = clock.now
        let report: LogTail.Report
        do {
            report = try tail.read { line, isHistory in
                tally.take(line, isHistory: isHistory, at: start.wall)
            }
        } catch {
            throw ReadFailure(file: error)
        }
        if report.wasTruncated || report.skipped.value > 0 { tally.lose() }
        var facts = tally.reading()
        if report.skipped.value > 0 { facts.append(.notice(Self.skipNotice(report.skipped))) }
        if report.isAway {
            let text = Sanitizer.line(
                "\(source.path) is gone, its newest lines are still read", maxBytes: 512)
            facts.append(.notice(SourceNotice(.warning, text)))
        }
        let cost = ReadCost(bytes: report.bytes, milliseconds: clock.now.seconds(since: start) * 1000)
        return Sample(facts, cost: cost)
    }

    package func close() async { tail = LogTail(source.path) }

    package func examine() async -> [DoctorStep] {
        do {
            let probe = try LogProbe(source, clock: clock)
            return DoctorStep.steps(ofLog: try await probe.read(), source, at: clock.now.wall)
        } catch {
            return [DoctorStep("file", .failed, error.message, advice: error.advice)]
        }
    }

    static func skipNotice(_ skipped: Count) -> SourceNotice {
        let lines = Figures.counted(skipped.value, "line", isBound: skipped.isBound)
        return SourceNotice(.warning, "+\(lines) skipped, too many came between two reads")
    }
}

extension RuleFailure: CustomStringConvertible {
    package var description: String { message }
}

extension ReadFailure {
    /// A file that cannot be read, with what to do about it.
    init(file error: SystemError) {
        let notPermitted: Int32 = 13
        let (kind, advice): (Kind, String) =
            switch error.code {
            case SystemError.notFound:
                (.unreachable, "Is the path right? A program often makes its log with the first line.")
            case notPermitted: (.denied, "Let this account read the file, and enter its folders.")
            default: (.unusable, "")
            }
        self.init(kind, Sanitizer.line("\(error)", maxBytes: 512), advice: advice)
    }
}
