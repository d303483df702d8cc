package import Monitoring
import Platform
import Text

/// Reads outcomes from a log file on this machine, on a thread of its own: a disk may hang.
///
/// The first read goes back an hour. A read that nobody waits for any more has still counted: the next one
/// hands over what it found.
package actor LogProbe: Examinable {
    package nonisolated let schedule: ProbeSchedule
    private let source: LogSource
    private let clock: any TimeSource
    private let executor: ThreadExecutor
    private var tail: LogTail
    private var tally: OutcomeTally
    private var remarks = Remarks()
    /// Up to here everything is known; nil before the first look.
    private var whole: WallTime?
    private var isClosed = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unownedExecutor }

    /// Throws `.unusable` when a rule or the format cannot work.
    package init(_ source: LogSource, clock: any TimeSource) throws(ReadFailure) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
        tail = Self.tail(source)
        do {
            tally = try OutcomeTally(format: source.format, rules: source.rules)
            executor = try ThreadExecutor("log")
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(source.name): \(error)"))
        }
    }

    package func read() async throws(ReadFailure) -> Sample {
        guard !isClosed else { throw .closed(source.name) }
        let start = clock.now
        let now = start.wall
        // What is left is read next time: an answer that comes in time says how far it goes.
        let limit = ContinuousClock.now + source.deadline * 0.6
        let report: LogTail.Report
        do {
            report = try tail.read(
                at: start, isOver: { ContinuousClock.now >= limit },
                { line, file in tally.take(line, from: file, at: now) }, ended: { tally.end($0) })
        } catch {
            throw ReadFailure(file: error)
        }
        if let since = report.since {
            tally.begin(at: tally.placesHistory(at: now) ? since : now)
        } else if whole == nil {
            tally.begin(at: now)
        }
        note(report, at: now)
        let isBehind = report.behind > 0
        let reached = isBehind ? min(now, tally.newestTime ?? whole ?? now) : now
        whole = max(reached, isBehind ? whole ?? reached : reached)
        tally.looked(upTo: whole ?? reached, at: now)
        var facts: [Fact] = [.outcomes(tally.readings)]
        if isBehind {
            let text = "\(ByteSize.text(Int(clamping: report.behind))) are still to be read"
            facts.append(.notice(SourceNotice(.unknown, text)))
        }
        if report.isAway {
            let text = Sanitizer.line(
                "\(source.path) is gone, its newest lines are still read", maxBytes: 512)
            facts.append(.notice(SourceNotice(.warning, text)))
        }
        facts += remarks.facts(at: now) + tally.notices(at: now)
        let cost = ReadCost(
            bytes: report.bytes, milliseconds: clock.now.seconds(since: start) * 1000)
        return Sample(facts, cost: cost)
    }

    package func close() async {
        isClosed = true
        tail = Self.tail(source)
    }

    package func examine() async -> [DoctorStep] {
        do {
            let probe = try LogProbe(source, clock: clock)
            return DoctorStep.steps(ofLog: try await probe.read(), source, at: clock.now.wall)
        } catch {
            return [DoctorStep("file", .failed, error.message, advice: error.advice)]
        }
    }

    private func note(_ report: LogTail.Report, at now: WallTime) {
        if report.wasTruncated || report.skipped.value > 0 { tally.lose(from: whole, to: now) }
        if report.skipped.value > 0 {
            let lines = Figures.counted(report.skipped.value, "line", isBound: report.skipped.isBound)
            remarks.note(.skipped, "+\(lines) skipped, too many came between two reads", at: now)
        }
        if report.wasTruncated {
            remarks.note(.truncated, "the file was cut, lines written just before are not counted", at: now)
        }
    }

    private static func tail(_ source: LogSource) -> LogTail {
        let lookBack =
            source.format.isTimed
            ? LookBack(source.format, most: source.history, least: source.lookBack) : nil
        return LogTail(source.path, lookBack: lookBack, budget: source.budget)
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
