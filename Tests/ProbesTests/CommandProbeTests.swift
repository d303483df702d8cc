import Glibc
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
        #expect(reading.hour == OutcomeCounts(successes: successes, failures: failures))
        #expect(reading.ledger.latencies.map(\.seconds) == [0.25])
        #expect(reading.ledger.lastSuccess == (code == 0 ? time.now.wall : nil))
        #expect(reading.ledger.lastError == (failures > 0 ? "late" : nil))
        #expect(notices(sample.facts) == expected.map(\.text))
        #expect(sample.cost.queries == 1)
        #expect(sample.cost.bytes == 22)
    }

    @Test func `a plugin's counters count from run to run, also after they began again`() async throws {
        let probe = try plugin("cat '\(folder.path("figures"))'")
        var seen: [OutcomeCounts?] = []
        for (success, failure) in [(100, 7), (112, 9), (3, 9)] {
            try folder.write("OK | success=\(success)c failure=\(failure)c", to: "figures")
            time.advance(by: .seconds(60))
            seen.append(outcomes(try await probe.read().facts).first?.ledger.total)
        }
        #expect(
            seen == [
                OutcomeCounts(), OutcomeCounts(successes: 12, failures: 2),
                OutcomeCounts(successes: 15, failures: 2, isBound: true),
            ])
    }

    @Test(arguments: [CommandSource.Output.nagios, .json])
    func `the config says that counts are totals, of which the difference counts`(
        output: CommandSource.Output
    ) async throws {
        let probe = CommandProbe(
            CommandSource(
                "orders", ["cat", folder.path("told")], output: output, counts: .totals,
                integrations: ["orders"]), clock: time)
        var seen: [OutcomeCounts?] = []
        for count in [114_000, 114_012] {
            try folder.write(
                output == .json ? #"{"success":\#(count)}"# : "OK | success=\(count)", to: "told")
            time.advance(by: .seconds(60))
            seen.append(outcomes(try await probe.read().facts).first?.ledger.total)
        }
        #expect(seen == [OutcomeCounts(), OutcomeCounts(successes: 12)])
    }

    @Test func `a count since the run before is spread between the two, and the first is no rate`()
        async throws
    {
        let probe = try json(#"{"success":60,"failure":1,"last_error":"timeout"}"#)
        time.advance(by: .seconds(34))
        let first = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(first.sum(last: 3600) == OutcomeCounts())
        #expect(first.perMinute() == nil)
        #expect(first.lastSuccess == time.now.wall)
        #expect(first.lastError == "timeout")
        let errorAt = first.lastErrorAt
        time.advance(by: .seconds(60))
        let second = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(second.sum(last: 3600) == OutcomeCounts(successes: 60, failures: 1))
        #expect(second.perMinute().map { ($0.successes - 60).magnitude < 6 } == true)
        #expect(second.lastErrorAt == time.now.wall && errorAt != second.lastErrorAt)
        for _ in 0..<2 {
            time.advance(by: .seconds(60))
            _ = try await probe.read()
        }
        let later = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(later.perMinute().map { ($0.successes - 60).magnitude < 6 } == true)
    }

    @Test func `after runs without an answer a count is spread over all of that time, as a bound`()
        async throws
    {
        let fails = folder.path("fails")
        let probe = try plugin(
            "if [ -e '\(fails)' ]; then echo no route >&2; exit 9; fi; cat '\(folder.path("figures"))'")
        for unit in ["", "c"] {
            try folder.write("OK | success=100\(unit)", to: "figures")
            _ = try await probe.read()
            try folder.write("", to: "fails")
            for _ in 0..<4 {
                time.advance(by: .seconds(60))
                await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
            }
            try remove(fails)
            time.advance(by: .seconds(60))
            try folder.write("OK | success=400\(unit)", to: "figures")
            let facts = try await probe.read().facts
            let ledger = try #require(outcomes(facts).first?.ledger)
            // 400 since the run before, or 300 more than before, in five minutes.
            let perMinute = unit.isEmpty ? 80.0 : 60.0
            #expect(ledger.perMinute().map { ($0.successes - perMinute).magnitude < 8 } == true)
            #expect(ledger.sum(last: 60).isBound == unit.isEmpty)
            #expect(
                notices(facts)
                    == (unit.isEmpty ? ["a run that gave no answer may have taken its counts with it"] : []))
            time.advance(by: .seconds(3700))
        }
    }

    @Test func `an error that is only repeated grows old and ends`() async throws {
        let probe = try json(#"{"success":1,"last_error":"timeout"}"#)
        let begun = time.now.wall
        for _ in 0..<59 {
            _ = try await probe.read()
            time.advance(by: .seconds(60))
        }
        var ledger = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(ledger.lastErrorAt == begun)
        time.advance(by: .seconds(120))
        ledger = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(ledger.lastError == nil)
        let dated = try json(#"{"failure":1,"last_error":"x","last_error_at":"2026-11-28T03:01:00Z"}"#)
        let known = try #require(outcomes(try await dated.read().facts).first?.ledger)
        #expect(known.lastErrorAt == WallTime(seconds: 1_795_834_860))
    }

    @Test func `reads a report in JSON`() async throws {
        let report = """
            {"success":12,"failure":1,"latency":[0.5,1.5],"last_success":"2026-11-21T10:02:13Z",
             "last_error":"time\\u001bout","status":"warning","text":"disk","more":[1],
             "queues":[{"name":"out","ready":5,"error":2,"oldest":90.5,"consumers":0,"arrived":9,"left":4},
                       {"name":"o\\u0075t\\u200b"}]}
            """
        let facts = try await json(report).read().facts
        let reading = try #require(outcomes(facts).first)
        #expect(reading.ledger.latencies.map(\.seconds) == [0.5, 1.5])
        #expect(reading.ledger.lastSuccess == WallTime(seconds: 1_795_255_333))
        #expect(reading.ledger.lastError == "time␛out")
        #expect(notices(facts) == ["disk"])
        for case .queues(let queues) in facts {
            // As the command has it: what is drawn is another matter.
            #expect(queues.map { Array($0.name.utf8) } == ["out", "out\u{200B}"].map { Array($0.utf8) })
            #expect(queues.first?.arrivedCounter == 9)
            #expect(queues.first?.leftCounter == 4)
            #expect(queues.last?.ready == nil)
            #expect(queues.first?.ready == Count(5))
            #expect(queues.first?.error == Count(2))
            #expect(queues.first?.oldestSeconds == 90.5)
            #expect(queues.first?.consumers == .nobody)
        }
        #expect(facts.count == 3)
    }

    @Test(arguments: [
        ("[]", "orders: the answer should be an object"),
        (#"{"success":-1}"#, "orders: success should be a whole number that is not negative, it is -1"),
        (
            #"{"success":"12"}"#,
            #"orders: success should be a whole number that is not negative, it is the text "12""#
        ),
        (#"{"success":1.5}"#, "orders: success should be a whole number that is not negative, it is 1.5"),
        (#"{"retry":1e30}"#, "orders: retry should be a whole number that is not negative, it is 1e30"),
        (#"{"latency":[1,null]}"#, "orders: latency should be seconds"),
        (#"{"queues":[{"name":"a","oldest":1e30}]}"#, "orders: oldest should be seconds"),
        (#"{"last_success":"noon"}"#, "orders: last_success should be a time such as 2026-11-21T10:02:13Z"),
        (#"{"success":1,"last_error":[1]}"#, "orders: last_error should be a text, it is a list"),
        (#"{"queues":[{"ready":1}]}"#, "orders: queues: name should be a text"),
        (#"{"queues":[{"name":"é"},{"name":"é"}]}"#, #"orders: queues: "é" stands there twice"#),
        (#"{"status":"green"}"#, "orders: status should be ok, warning, critical or unknown"),
        (#"{"status":1}"#, "orders: status should be a text, it is 1"),
        (
            #"{"sucess":1}"#,
            "orders: the answer has none of success, failure, retry, last_success, queues, status"
        ),
        (
            #"{"success":null}"#,
            "orders: the answer has none of success, failure, retry, last_success, queues, status"
        ),
        ("", "orders: exit code 0 and not a word"),
        (" \n", "orders: exit code 0 and not a word"),
        ("{", "orders:1:1: '{' is never closed"),
    ])
    func `says which part of a report is wrong`(report: String, message: String) async throws {
        let probe = try json(report)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure == ReadFailure(.malformed, message))
    }

    @Test func `queues whose names Unicode takes for the same are two`() async throws {
        let facts = try await json(#"{"queues":[{"name":"\u00e9"},{"name":"e\u0301"}]}"#).read().facts
        for case .queues(let queues) in facts { #expect(queues.count == 2) }
        #expect(facts.count == 1)
    }

    @Test(arguments: [
        ("success=1,234", "success=1,234 is no whole number that can be counted; it says: OK"),
        ("success=NaN", "success=NaN is no whole number that can be counted; it says: OK"),
        ("success=-3", "success=-3 is negative; it says: OK"),
        ("failure=1e30", "failure=1e30 is no whole number that can be counted; it says: OK"),
        ("failure=0.5", "failure=0.5 is no whole number that can be counted; it says: OK"),
        ("retry=U", "retry=U: the plugin could not tell; it says: OK"),
        ("success=3%", "success=3% has a unit, a count has none or c; it says: OK"),
        ("success=1 success=2", "the figure success stands there twice; it says: OK"),
    ])
    func `a plugin's figure that is no count is unknown with its reason`(
        figures: String, message: String
    ) async throws {
        let probe = try plugin("echo 'OK | \(figures)'")
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure == ReadFailure(.malformed, "orders: " + message))
    }

    @Test func `a latency that cannot be read is unknown, the attempt is not`() async throws {
        let facts = try await plugin("echo 'OK | time=0,120s'").read().facts
        #expect(outcomes(facts).first?.ledger.latencies.isEmpty == true)
        #expect(outcomes(facts).first?.hour == OutcomeCounts(successes: 1))
        #expect(notices(facts) == ["the latency is not known: time=0,120s"])
    }

    @Test func `not a word with exit 0 is no success`() async throws {
        for (body, words) in [
            ("exit 0", ""), ("echo; exit 0", ""), ("echo 'no perl' >&2", "; it says: no perl"),
        ] {
            let probe = try plugin(body)
            let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
            #expect(failure == ReadFailure(.malformed, "orders: exit code 0 and not a word" + words))
        }
    }

    @Test(arguments: [(1, Status.warning), (2, .critical), (3, .unknown)])
    func `what a plugin says on its standard error is its word when it has no other`(
        code: Int, status: Status
    ) async throws {
        let sample = try await plugin("echo 'cannot reach \u{1B}erp' >&2; exit \(code)").read()
        let told = sample.facts.compactMap { fact in
            if case .notice(let notice) = fact { notice } else { nil }
        }
        #expect(told == [SourceNotice(status, "cannot reach ␛erp")])
        #expect(
            outcomes(sample.facts).first?.ledger.lastError == (code < 3 ? "cannot reach ␛erp" : nil))
        #expect(sample.cost.bytes == 18)
    }

    @Test func `a program that fails, hangs or is missing says so`() async throws {
        let script = try folder.write(
            "echo >&2 'first'; echo >&2 'no \u{1B}route'; exit 9", to: "x")
        let failing = CommandProbe(CommandSource("orders", ["sh", script], output: .nagios), clock: time)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await failing.read() }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message == "sh: exit code 9: no ␛route")

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

    private func remove(_ path: String) throws { #expect(unsafe unlink(path) == 0) }

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
