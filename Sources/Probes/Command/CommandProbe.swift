package import Monitoring
import Platform
import Text

/// Runs a program at each read and takes its answer for facts.
///
/// Of a Nagios plugin, `ok` is one success of the integration, `warning` and `critical` are one failure with
/// the plugin's line; figures named `success`, `failure` and `retry` count instead where it has them (with the
/// unit `c` as counters, from which the difference is taken), and `latency` or `time` is a latency.
package actor CommandProbe: Examinable {
    package nonisolated let schedule: ProbeSchedule
    private let source: CommandSource
    private let clock: any TimeSource
    /// Counters of the run before, by label.
    private var counters: [String: Double] = [:]

    package init(_ source: CommandSource, clock: any TimeSource) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
    }

    package func read() async throws(ReadFailure) -> Sample {
        let result = try await run()
        var facts: [Fact]
        switch source.output {
        case .nagios:
            guard case .exited(let code) = result.end,
                let output = NagiosOutput(exitCode: code, output: result.output)
            else { throw failure(result) }
            facts = self.facts(output)
        case .json:
            guard case .exited(0) = result.end else { throw failure(result) }
            if result.droppedOutput > 0 {
                throw ReadFailure(
                    .malformed,
                    Sanitizer.line(
                        "\(source.name): the answer is longer than \(ByteSize.text(source.outputCap))"))
            }
            facts = self.facts(try CommandReport(result.output, of: source.name))
        }
        let bytes = result.output.count + result.droppedOutput
        let parts = result.duration.components
        let milliseconds = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
        return Sample(facts, cost: ReadCost(queries: 1, bytes: bytes, milliseconds: milliseconds))
    }

    package func close() async {}

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
            CommandPrefix(source.via).arguments(source.arguments), environment: source.environment)
    }

    private func run() async throws(ReadFailure) -> ChildResult {
        do {
            return try await ChildProcess.run(
                command, deadline: source.deadline, outputCap: source.outputCap)
        } catch {
            throw ReadFailure(running: source.via + source.arguments, error)
        }
    }

    private func failure(_ result: ChildResult) -> ReadFailure {
        let complaint = LastLine(result.error).text ?? LastLine(result.output).text
        return ReadFailure(running: source.via + source.arguments, end: result.end, complaint: complaint)
    }

    private func facts(_ output: NagiosOutput) -> [Fact] {
        let text = Sanitizer.line(output.text, maxBytes: 512)
        var facts: [Fact] = []
        if !source.integrations.isEmpty {
            var counts = OutcomeCounts(
                successes: output.state == .ok ? 1 : 0,
                failures: output.state == .warning || output.state == .critical ? 1 : 0)
            let figures = ["success", "failure", "retry"].map { figure($0, of: output) }
            if figures.contains(where: { $0 != nil }) {
                counts = OutcomeCounts(
                    successes: figures[0] ?? 0, failures: figures[1] ?? 0, retries: figures[2] ?? 0)
            }
            var reading = OutcomeReading(integration: "", span: .sinceLastRead(counts))
            reading.latencies = output.figures.compactMap { figure in
                guard figure.unit == .seconds, ["latency", "time"].contains(figure.label) else { return nil }
                return figure.value.flatMap { $0 >= 0 ? $0 : nil }
            }
            if counts.successes > 0 { reading.lastSuccess = clock.now.wall }
            if output.state == .warning || output.state == .critical { reading.lastError = text }
            facts.append(.outcomes(reading.of(source.integrations)))
        }
        let said = text.isEmpty ? "the plugin says nothing" : text
        switch output.state {
        case .ok: break
        case .warning: facts.append(.notice(SourceNotice(.warning, said)))
        case .critical: facts.append(.notice(SourceNotice(.critical, said)))
        case .unknown: facts.append(.notice(SourceNotice(.unknown, said)))
        }
        return facts
    }

    /// How many of one kind since the run before; nil when the plugin has no such figure. A counter tells
    /// nothing at its first run, and one that has gone back started again from 0.
    private func figure(_ label: String, of output: NagiosOutput) -> Int? {
        guard let figure = output.figures.first(where: { $0.label == label }), let value = figure.value else {
            return nil
        }
        guard figure.unit == .counter else { return Self.count(value) }
        guard let before = counters.updateValue(value, forKey: label) else { return 0 }
        return Self.count(value >= before ? value - before : value)
    }

    private static func count(_ value: Double) -> Int { Int(exactly: max(0, value).rounded(.down)) ?? 0 }

    private func facts(_ report: CommandReport) -> [Fact] {
        var facts: [Fact] = []
        if !source.integrations.isEmpty {
            var reading = OutcomeReading(
                integration: "", span: .sinceLastRead(report.counts ?? OutcomeCounts()),
                latencies: report.latencies)
            let succeeded = (report.counts?.successes ?? 0) > 0
            reading.lastSuccess =
                report.lastSuccess.map { min($0, clock.now.wall) } ?? (succeeded ? clock.now.wall : nil)
            reading.lastError = report.lastError
            facts.append(.outcomes(reading.of(source.integrations)))
        }
        if let queues = report.queues { facts.append(.queues(queues)) }
        if let notice = report.notice { facts.append(.notice(notice)) }
        return facts
    }
}

extension OutcomeReading {
    /// The same outcomes of each of these integrations.
    fileprivate func of(_ integrations: [String]) -> [OutcomeReading] {
        integrations.map { name in
            var reading = self
            reading.integration = name
            return reading
        }
    }
}
