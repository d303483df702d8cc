package import Monitoring
import Platform
import Synchronization
import Text

/// Reads outcomes from a log behind a command prefix, `ssh app1`, through a `tail -F` that runs on.
///
/// At each start a second `tail` brings the newest lines as history, so that the last success is known and a
/// start that cannot work is noticed. The running one stands at the end of the file before that: what comes in
/// between is in both, and history is not counted, so that every line counts once.
package actor LogStreamProbe: Examinable {
    package nonisolated let schedule: ProbeSchedule
    private let source: LogSource
    private let clock: any TimeSource
    private let stream: LogStream
    private var child: FollowedChild?
    private var awayReads = 0

    /// Throws `.unusable` when a rule or the format cannot work.
    package init(_ source: LogSource, clock: any TimeSource) throws(ReadFailure) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
        do {
            stream = LogStream(try OutcomeTally(format: source.format, rules: source.rules), clock: clock)
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(source.name): \(error)"))
        }
    }

    package func read() async throws(ReadFailure) -> Sample {
        let start = clock.now
        if child == nil { try await begin() }
        let news = stream.news()
        switch news.end {
        case .none: break
        case .ended(let end):
            child = nil
            throw ReadFailure(running: words, end: end, complaint: news.complaint)
        case .failed(let error):
            child = nil
            throw ReadFailure(running: words, error)
        }
        var facts = news.facts
        if let complaint = news.complaint, news.isAway || news.isComplaintNew {
            awayReads = news.isAway ? awayReads + 1 : 0
            if awayReads > 1 { throw ReadFailure(.unreachable, complaint) }
            facts.append(.notice(SourceNotice(.warning, complaint)))
        }
        let cost = ReadCost(bytes: news.bytes, milliseconds: clock.now.seconds(since: start) * 1000)
        return Sample(facts, cost: cost)
    }

    package func close() async { child = nil }

    package func examine() async -> [DoctorStep] {
        do {
            let probe = try LogStreamProbe(source, clock: clock)
            let sample = try await probe.read()
            await probe.close()
            return DoctorStep.steps(ofLog: sample, source, at: clock.now.wall)
        } catch {
            return [DoctorStep("file", .failed, error.message, advice: error.advice)]
        }
    }

    private var words: [String] { source.via + ["tail", source.path] }

    private func command(_ options: [String]) -> ChildCommand {
        let tail = ["tail"] + options + ["--", source.path]
        return ChildCommand(CommandPrefix(source.via).arguments(tail), environment: source.environment)
    }

    private func begin() async throws(ReadFailure) {
        let (receive, opening) = stream.begin()
        awayReads = 0
        do {
            let child = try FollowedChild(command(["-n", "0", "-F", "-v"]), receive)
            guard await opening.value(until: .now + source.deadline) != nil else {
                try Task.checkCancellation()
                let what =
                    "\(words.joined(separator: " ")): had not begun within \(Age.text(source.deadline))"
                throw ReadFailure(.timedOut, Sanitizer.line(what, maxBytes: 512))
            }
            let history = try await ChildProcess.run(
                command(["-n", String(max(1, source.lookBackLines))]), deadline: source.deadline,
                outputCap: 8 << 20)
            guard history.end == .exited(0) else {
                throw ReadFailure(
                    running: words, end: history.end, complaint: LastLine(history.error).text)
            }
            stream.take(history: history.output)
            self.child = child
        } catch {
            throw ReadFailure(running: words, error)
        }
    }
}
