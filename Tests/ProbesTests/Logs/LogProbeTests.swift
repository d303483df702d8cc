import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct LogProbeTests {
    private let log: TestLog
    /// 2026-11-21 10:03:20
    private let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))

    init() throws { log = try TestLog() }

    @Test func `reads the last hour back at a start, by the times in the lines`() async throws {
        log.append("[2026-11-21 08:00:00] main.ERROR: export bad\n")
        for minute in 4...59 { log.append("[2026-11-21 09:\(two(minute)):00] main.INFO: export done\n") }
        log.append("[2026-11-21 10:03:00] main.ERROR: export bad\n")
        let probe = try LogProbe(source(), clock: time)
        #expect(probe.schedule.id == "app-log/outcomes")
        let first = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(first.sum(last: 3600) == OutcomeCounts(successes: 56, failures: 1))
        #expect(first.sum(last: 300) == OutcomeCounts(successes: 1, failures: 1))
        #expect(first.sum(last: 60) == OutcomeCounts(failures: 1))
        #expect(first.covered(last: 3600) == 3600)
        #expect(first.lastSuccess == WallTime(seconds: 1_795_255_140))
        #expect(first.lastErrorAt == WallTime(seconds: 1_795_255_380))
        log.append("[2026-11-21 10:03:20] main.INFO: export done\n")
        let sample = try await probe.read()
        let second = try #require(outcomes(sample.facts).first?.ledger)
        #expect(second.sum(last: 60) == OutcomeCounts(successes: 1, failures: 1))
        #expect(second.reads == 2)
        #expect(sample.cost.bytes == 45)
        await probe.close()
    }

    @Test func `lines of another time zone are not taken for the last hour at a start`() async throws {
        // An hour ahead of UTC, the last two hours of it: what failed did so long ago.
        for minute in 3...59 { log.append("[2026-11-21 09:\(two(minute)):00] main.ERROR: export bad\n") }
        for minute in 0...59 { log.append("[2026-11-21 10:\(two(minute)):00] main.INFO: export done\n") }
        log.append("[2026-11-21 11:03:00] main.INFO: export done\n")
        let probe = try LogProbe(source(), clock: time)
        let sample = try await probe.read()
        let first = try #require(outcomes(sample.facts).first?.ledger)
        #expect(first.total == OutcomeCounts() && first.covered(last: 3600) == 0)
        #expect(first.lastSuccess == nil)
        #expect(notices(sample.facts) == ["lines carry times 59 min ahead: is their time zone told?"])
        time.advance(by: .seconds(10))
        log.append("[2026-11-21 11:03:30] main.INFO: export done\n")
        let second = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(second.sum(last: 60) == OutcomeCounts(successes: 1))
        await probe.close()
    }

    @Test func `an hour that is too long for the bound is covered as far as it was read`() async throws {
        for second in 0..<3600 {
            let (minute, rest) = ((second / 60 + 3) % 60, second % 60)
            let hour = second / 60 + 3 < 60 ? "09" : "10"
            log.append("[2026-11-21 \(hour):\(two(minute)):\(two(rest))] main.INFO: export done\n")
        }
        var bounded = source()
        bounded.history = 45 * 600
        bounded.lookBack = 100
        let ledger = try #require(
            outcomes(try await LogProbe(bounded, clock: time).read().facts).first?.ledger)
        #expect(ledger.total.successes == 600)
        #expect(ledger.covered(last: 3600) == 620)
        let whole = try #require(
            outcomes(try await LogProbe(source(), clock: time).read().facts).first?.ledger)
        // The five seconds under way have only begun.
        #expect(whole.sum(last: 3600).successes == 3575)
        #expect(whole.covered(last: 3600) == 3600)
    }

    @Test func `a file that began within the hour is covered since then`() async throws {
        log.append("[2026-11-21 10:00:00] main.INFO: export done\n")
        let ledger = try #require(
            outcomes(try await LogProbe(source(), clock: time).read().facts).first?.ledger)
        #expect(ledger.covered(last: 3600) == 200)
    }

    @Test func `an hour that began before a rotation is read back across it, and no copy is counted`()
        async throws
    {
        for minute in [1, 10, 40] {
            log.append("[2026-11-21 09:\(two(minute)):00] main.INFO: export done\n", to: "system.log.2")
        }
        log.append("[2026-11-21 09:50:00] main.INFO: export done\n", to: "system.log.1")
        log.append("[2026-11-21 09:51:00] main.ERROR: Exception\n", to: "system.log.1")
        log.append("export bad, in its trace\n[2026-11-21 10:00:00] main.INFO: export done\n")
        log.copy(to: "system.log.bak")
        log.append("[2026-11-21 09:49:00] main.ERROR: export bad\n", to: "system.log.3.gz")
        let probe = try LogProbe(source(), clock: time)
        let first = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(first.sum(last: 3600) == OutcomeCounts(successes: 4, failures: 1))
        #expect(first.covered(last: 3600) == 3600)
        log.append("[2026-11-21 10:03:00] main.INFO: export done\n", to: "system.log.1")
        let second = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(second.sum(last: 3600) == OutcomeCounts(successes: 5, failures: 1))
    }

    @Test func `one odd line is a bound and says so, and is no alarm`() async throws {
        log.append("[2026-11-21 10:00:00] main.INFO: start\n")
        let probe = try LogProbe(source(), clock: time)
        _ = try await probe.read()
        log.append(String(repeating: "[2026-11-21 10:03:20] main.INFO: export done\n", count: 50))
        log.append("2026-11-21 10:03:20 odd\n")
        let facts = try await probe.read().facts
        #expect(outcomes(facts).first?.hour == OutcomeCounts(successes: 50, isBound: true))
        #expect(
            facts.compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
                == [SourceNotice(.ok, "1 of 51 lines is not in the format set")])
    }

    @Test func `a read that nobody waited for has still counted`() async throws {
        log.append("[2026-11-21 10:00:00] main.INFO: start\n")
        let probe = try LogProbe(source(), clock: time)
        _ = try await probe.read()
        log.append(String(repeating: "[2026-11-21 10:03:20] main.ERROR: export bad\n", count: 1000))
        let lost = Task { _ = try await probe.read() }
        lost.cancel()
        _ = await lost.result
        let ledger = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(ledger.sum(last: 60) == OutcomeCounts(failures: 1000))
    }

    @Test func `lines that were lost leave a bound and a reason, told for as long as it stands`() async throws
    {
        log.append("[2026-11-21 10:00:00] main.INFO: start\n")
        var small = source()
        small.budget = 1 << 16
        small.history = 1 << 16
        let probe = try LogProbe(small, clock: time)
        _ = try await probe.read()
        log.append(String(repeating: "[2026-11-21 10:03:20] main.INFO: export done\n", count: 2000))
        time.advance(by: .seconds(2))
        var facts = try await probe.read().facts
        #expect(outcomes(facts).first?.hour.isBound == true)
        #expect(notices(facts) == ["+544 lines skipped, too many came between two reads"])
        log.truncate()
        log.append("[2026-11-21 10:03:22] main.INFO: export done\n")
        facts = try await probe.read().facts
        #expect(outcomes(facts).first?.ledger.sum(last: 5).isBound == true)
        #expect(
            notices(facts) == [
                "+544 lines skipped, too many came between two reads",
                "the file was cut, lines written just before are not counted",
            ])
        time.advance(by: .seconds(600))
        facts = try await probe.read().facts
        #expect(outcomes(facts).first?.ledger.sum(last: 300) == OutcomeCounts())
        #expect(
            facts.contains { fact in
                if case .notice(let notice) = fact { notice.status == .ok } else { false }
            })
        time.advance(by: .seconds(3600))
        #expect(notices(try await probe.read().facts).isEmpty)
    }

    @Test func `a formatter that changes in the running file is read on`() async throws {
        log.append("[2026-11-21 10:00:00] main.INFO: start\n")
        let probe = try LogProbe(source(), clock: time)
        _ = try await probe.read()
        for number in 0..<1400 {
            let what =
                number % 2 == 0
                ? #""message":"export done","level":200,"level_name":"INFO""#
                : #""message":"export bad","level":400,"level_name":"ERROR""#
            log.append(
                "{\(what),\"context\":{\"order\":\(number)},\"channel\":\"main\",\"datetime\":\"2026-11-21T10:03:20.5+00:00\",\"extra\":[]}\n"
            )
        }
        let facts = try await probe.read().facts
        #expect(outcomes(facts).first?.hour == OutcomeCounts(successes: 700, failures: 700))
        #expect(outcomes(facts).first?.ledger.lastError == #"export bad {"order":1399} []"#)
        #expect(notices(facts).isEmpty)
        for _ in 0..<1400 { log.append(#"{"ts":"2026-11-21T10:03:20Z","lvl":"error","msg":"bad"}"# + "\n") }
        let other = try await probe.read().facts
        #expect(outcomes(other).first?.hour.isBound == true)
        #expect(notices(other) == ["1400 of 1400 lines are not in the format set"])
    }

    @Test func `a trace belongs to its record across reads and a rotation`() async throws {
        log.append("[2026-11-21 10:00:00] main.INFO: start\n")
        var traced = source()
        traced.rules = [OutcomeRule("erp", .failure, .template("ErpTimeout"), level: .error)]
        let probe = try LogProbe(traced, clock: time)
        _ = try await probe.read()
        log.append("[2026-11-21 10:03:00] main.ERROR: Exception\n")
        _ = try await probe.read()
        log.append("#0 x.php\n")
        log.rename(to: "system.log.1")
        log.append("#1 ErpTimeout.php\n[2026-11-21 10:03:01] main.INFO: ErpTimeout is no more\n")
        _ = try await probe.read()
        log.append("late: ErpTimeout\n", to: "system.log.1")
        let ledger = try #require(outcomes(try await probe.read().facts).first?.ledger)
        #expect(ledger.total == OutcomeCounts(failures: 1))
    }

    @Test func `says what is wrong with the file in words`() async throws {
        let probe = try LogProbe(
            LogSource("a", path: log.path, format: .plain, rules: []), clock: ManualTime())
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message == "cannot open \(log.path): No such file or directory")
    }

    @Test func `refuses rules that cannot work, by name`() {
        let source = LogSource(
            "a", path: "/x", format: .plain, rules: [OutcomeRule("erp", .failure, .pattern("["))])
        let failure = #expect(throws: ReadFailure.self) { _ = try LogProbe(source, clock: ManualTime()) }
        #expect(failure?.kind == .unusable)
        #expect(failure?.message.hasPrefix("a: rule 1 of erp: pattern, at byte 1: ") == true)
    }

    private func source() -> LogSource {
        LogSource(
            "app-log", path: log.path, format: .monolog,
            rules: [
                OutcomeRule("erp", .success, .template("export done")),
                OutcomeRule("erp", .failure, .template("export bad")),
            ], deadline: .seconds(20))
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
