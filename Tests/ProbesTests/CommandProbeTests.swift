import Monitoring
import Probes
import TestSupport
import Testing

@Suite struct CommandProbeTests {
    private let folder: TemporaryFolder
    private let time = ManualTime()

    init() throws { folder = try TemporaryFolder("command") }

    @Test(
        arguments: [
            (0, 1, 0, []), (1, 0, 1, [SourceNotice(.warning, "late")]),
            (2, 0, 1, [SourceNotice(.critical, "late")]), (3, 0, 0, [SourceNotice(.unknown, "late")]),
        ] as [(Int, Int, Int, [SourceNotice])])
    func `a plugin's exit code is an outcome and a word`(
        code: Int, successes: Int, failures: Int, expected: [SourceNotice]
    ) async throws {
        let probe = try plugin("echo 'late | time=250ms;1;2'; exit \(code)")
        let sample = try await probe.read()
        let reading = try #require(outcomes(sample.facts).first)
        #expect(reading.span == .sinceLastRead(OutcomeCounts(successes: successes, failures: failures)))
        #expect(reading.latencies == [0.25])
        #expect(reading.lastSuccess == (code == 0 ? time.now.wall : nil))
        #expect(reading.lastError == (failures > 0 ? "late" : nil))
        #expect(notices(sample.facts) == expected.map(\.text))
        #expect(sample.cost.queries == 1)
        #expect(sample.cost.bytes == 22)
    }

    @Test func `a plugin's counters count from run to run, also after they began again`() async throws {
        let probe = try plugin("cat '\(folder.path("figures"))'")
        var seen: [OutcomeReading.Span] = []
        for (success, failure) in [(100, 7), (112, 9), (3, 9)] {
            try folder.write("OK | success=\(success)c failure=\(failure)c", to: "figures")
            seen.append(try #require(outcomes(try await probe.read().facts).first).span)
        }
        #expect(
            seen == [
                .sinceLastRead(OutcomeCounts()), .sinceLastRead(OutcomeCounts(successes: 12, failures: 2)),
                .sinceLastRead(OutcomeCounts(successes: 3)),
            ])
    }

    @Test func `reads a report in JSON`() async throws {
        let report = """
            {"success":12,"failure":1,"latency":[0.5,1.5],"last_success":"2026-11-21T10:02:13Z",
             "last_error":"time\\u001bout","status":"warning","text":"disk","more":[1],
             "queues":[{"name":"out","ready":5,"error":2,"oldest":90.5,"consumers":0}]}
            """
        let facts = try await json(report).read().facts
        let reading = try #require(outcomes(facts).first)
        #expect(reading.span == .sinceLastRead(OutcomeCounts(successes: 12, failures: 1)))
        #expect(reading.latencies == [0.5, 1.5])
        #expect(reading.lastSuccess == WallTime(seconds: 1_795_255_333))
        #expect(reading.lastError == "time␛out")
        #expect(notices(facts) == ["disk"])
        for case .queues(let queues) in facts {
            #expect(queues.map(\.name) == ["out"])
            #expect(queues.first?.ready == Count(5))
            #expect(queues.first?.error == Count(2))
            #expect(queues.first?.oldestSeconds == 90)
            #expect(queues.first?.consumers == .nobody)
        }
        #expect(facts.count == 3)
    }

    @Test(arguments: [
        ("[]", "orders: the answer should be an object"),
        (#"{"success":-1}"#, "orders: success should be a number that is not negative"),
        (#"{"success":"a"}"#, "orders: success should be a number that is not negative"),
        (#"{"latency":[1,null]}"#, "orders: latency should be seconds"),
        (#"{"last_success":"noon"}"#, "orders: last_success should be a time such as 2026-11-21T10:02:13Z"),
        (#"{"queues":[{"ready":1}]}"#, "orders: queues: name should be a text"),
        (#"{"status":"green"}"#, "orders: status should be ok, warning, critical or unknown"),
        ("", "orders:1:1: expected a value, found the end"),
    ])
    func `says which part of a report is wrong`(report: String, message: String) async throws {
        let probe = try json(report)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure == ReadFailure(.malformed, message))
    }

    @Test func `a program that fails, hangs or is missing says so`() async throws {
        let script = try folder.write(
            "echo >&2 'first'; echo >&2 'no \u{1B}route'; exit 9", to: "x")
        let failing = CommandProbe(CommandSource("orders", ["sh", script], output: .nagios), clock: time)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await failing.read() }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message == "sh \(script): exit code 9: no ␛route")

        let hanging = CommandProbe(
            CommandSource("orders", ["sleep", "60"], output: .json, deadline: .milliseconds(100)), clock: time
        )
        let late = await #expect(throws: ReadFailure.self) { _ = try await hanging.read() }
        #expect(late?.kind == .timedOut)

        let missing = CommandProbe(CommandSource("orders", ["no-such-program"], output: .json), clock: time)
        let absent = await #expect(throws: ReadFailure.self) { _ = try await missing.read() }
        #expect(absent?.kind == .unusable)
        #expect(await missing.examine().map(\.outcome) == [.failed, .skipped])
    }

    @Test func `an answer that is too long is refused, not cut`() async throws {
        let source = CommandSource(
            "orders", ["sh", "-c", "head -c 100000 /dev/zero"], output: .json, outputCap: 1024)
        let failure = await #expect(throws: ReadFailure.self) {
            _ = try await CommandProbe(source, clock: time).read()
        }
        #expect(failure?.message == "orders: the answer is longer than 1.0 KB")
    }

    @Test func `doctor tells the program, the run and the answer`() async throws {
        let steps = await (try plugin("echo disk full; exit 1")).examine()
        #expect(steps.map(\.name) == ["program", "run", "answer"])
        #expect(steps.last?.text == "it says warning: disk full")
    }

    private func plugin(_ body: String) throws -> CommandProbe {
        let script = try folder.write(body, to: "plugin")
        return CommandProbe(
            CommandSource("orders", ["sh", script], output: .nagios, integrations: ["erp"]), clock: time)
    }

    private func json(_ report: String) throws -> CommandProbe {
        let path = try folder.write(report, to: "report.json")
        return CommandProbe(
            CommandSource("orders", ["cat", path], output: .json, integrations: ["erp"]), clock: time)
    }
}
