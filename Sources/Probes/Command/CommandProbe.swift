package import Monitoring
import Platform
import Text

/// Runs a program at each read and takes its answer for facts.
///
/// Of a Nagios plugin, `ok` is one success of the integration, `warning` and `critical` are one failure with
/// the plugin's line; figures named `success`, `failure` and `retry` count instead where it has them (with the
/// unit `c`, or where the config says so, as totals, of which the difference counts), and `latency` or `time`
/// is a latency.
package actor CommandProbe: Examinable {
    package nonisolated let schedule: ProbeSchedule
    private let source: CommandSource
    private let clock: any TimeSource
    private var ledger = CommandLedger()
    private var remarks = Remarks()
    private var runs = 0
    private let running = ReadsUnderWay()

    package init(_ source: CommandSource, clock: any TimeSource) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
    }

    package func read() async throws(ReadFailure) -> Sample {
        runs += 1
        let run = runs
        do {
            let result = try await self.run()
            let facts = try facts(result, ofRun: run)
            let bytes =
                result.output.count + result.droppedOutput + result.error.count + result.droppedError
            let parts = result.duration.components
            let milliseconds = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
            return Sample(facts, cost: ReadCost(queries: 1, bytes: bytes, milliseconds: milliseconds))
        } catch {
            ledger.miss()
            throw error
        }
    }

    package func close() async { running.close() }

    /// Looks at the command step by step: the program, one run, its answer.
    package func examine() async -> [DoctorStep] {
        let command = command
        do throws(SystemError) {
            let path = try command.program()
            let found = DoctorStep("program", .ok, Sanitizer.line(path, maxBytes: 512))
            do {
                let sample = try await CommandProbe(source, clock: clock).read()
                let milliseconds = Figures.fixed(sample.cost.milliseconds, decimals: 0)
                let ran = DoctorStep("run", .ok, "answered in \(milliseconds) ms")
                let complaints = sample.facts.compactMap { fact -> DoctorStep? in
                    guard case .notice(let notice) = fact else { return nil }
                    return DoctorStep("answer", .ok, "it says \(notice.status.rawValue): \(notice.text)")
                }
                return [found, ran] + complaints
            } catch {
                return [found, DoctorStep("run", .failed, error.message, advice: error.advice)]
            }
        } catch {
            return [
                DoctorStep(
                    "program", .failed, Sanitizer.line("\(error)", maxBytes: 512),
                    advice: "Install it, or give its whole path."),
                DoctorStep("run", .skipped, "there is no program to run"),
            ]
        }
    }

    private var command: ChildCommand {
        ChildCommand(
            CommandPrefix(source.via).arguments(source.arguments), environment: source.environment,
            trust: source.trust)
    }

    private func run() async throws(ReadFailure) -> ChildResult {
        let (command, source) = (command, source)
        do {
            return try await running.run(of: source.name) {
                try await ChildProcess.run(
                    command, deadline: source.deadline, outputCap: source.outputCap)
            }
        } catch let failure as ReadFailure {
            throw failure
        } catch {
            throw ReadFailure(running: source.title, error)
        }
    }

    private func facts(_ result: ChildResult, ofRun run: Int) throws(ReadFailure) -> [Fact] {
        let complaint = LastLine(result.error).text
        guard case .exited(let code) = result.end else { throw failure(result) }
        if result.droppedOutput > 0 {
            throw malformed("the answer is longer than \(ByteSize.text(source.outputCap))", complaint)
        }
        switch source.output {
        case .nagios:
            guard let output = NagiosOutput(exitCode: code, output: result.output) else {
                throw failure(result)
            }
            if output.state == .ok, output.isEmpty {
                throw malformed("exit code 0 and not a word", complaint)
            }
            let plugin = PluginAnswer(output, complaint: complaint, counts: source.counts)
            let outcomes: CommandOutcomes
            do {
                outcomes = try plugin.outcomes
            } catch {
                throw malformed(error.message, plugin.text)
            }
            let notices = source.integrations.isEmpty ? [] : plugin.latencyNotices
            return readings(outcomes, ofRun: run) + notices + [plugin.notice].compactMap(\.self)
        case .json:
            guard code == 0 else { throw failure(result) }
            if result.output.allSatisfy(LastLine.isBlank) {
                throw malformed("exit code 0 and not a word", complaint)
            }
            return try facts(CommandReport(result.output, of: source.name), ofRun: run)
        }
    }

    private func facts(_ report: CommandReport, ofRun run: Int) throws(ReadFailure) -> [Fact] {
        if report.queues == nil, report.status == nil,
            source.integrations.isEmpty || !report.hasOutcomes
        {
            let keys = source.integrations.isEmpty ? "" : "success, failure, retry, last_success, "
            throw malformed("the answer has none of \(keys)queues, status", nil)
        }
        var outcomes = CommandOutcomes()
        outcomes.figures = report.figures.map {
            CommandOutcomes.Figure(kind: $0.kind, value: $0.value, isTotal: source.counts == .totals)
        }
        outcomes.latencies = report.latencies
        outcomes.lastSuccess = report.lastSuccess
        outcomes.lastError = report.lastError
        outcomes.lastErrorAt = report.lastErrorAt
        var facts = report.hasOutcomes ? readings(outcomes, ofRun: run) : []
        if let queues = report.queues { facts.append(.queues(queues)) }
        if let status = report.status, status.status != .ok { facts.append(.notice(status)) }
        return facts
    }

    /// The last hour with what this run told, of each integration the answer is about.
    private func readings(_ outcomes: CommandOutcomes, ofRun run: Int) -> [Fact] {
        guard !source.integrations.isEmpty else { return [] }
        let now = clock.now.wall
        if ledger.take(outcomes, ofRun: run, at: now) {
            remarks.note(
                .lost, "a run that gave no answer may have taken its counts with it", at: now)
        }
        guard let ledger = ledger.ledger else { return [] }
        let readings = source.integrations.map { name in
            OutcomeReading(integration: name, ledger: ledger)
        }
        return [.outcomes(readings)] + remarks.facts(at: now)
    }

    private func failure(_ result: ChildResult) -> ReadFailure {
        let complaint = LastLine(result.error).text ?? LastLine(result.output).text
        return ReadFailure(running: source.title, end: result.end, complaint: complaint)
    }

    private func malformed(_ what: String, _ said: String?) -> ReadFailure {
        let words = said.map { $0.isEmpty ? "" : "; it says: \($0)" } ?? ""
        return ReadFailure(.malformed, Sanitizer.line("\(source.name): \(what)\(words)", maxBytes: 768))
    }
}
