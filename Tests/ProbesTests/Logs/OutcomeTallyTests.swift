import Monitoring
import Probes
import Testing

@Suite struct OutcomeTallyTests {
    private let now = WallTime(milliseconds: 1_795_255_400_000)

    @Test(arguments: [
        ("rejected: * not found", "main.CRITICAL: Message has been rejected: SKU not found", true),
        ("rejected: * not found", "not found, and rejected: x", false),
        ("*rejected*", "xrejected", true), ("a*b*c", "aXbXc", true), ("a*b*c", "acb", false),
        (#"100\* \\"#, #"costs 100* \"#, true), ("aab", "aaab", true), ("end", "en", false), ("x", "", false),
    ])
    func `a template is found anywhere, its holes take anything`(
        template: String, line: String, fits: Bool
    ) throws {
        #expect(try LineTemplate(template).matches(ArraySlice(line.utf8)) == fits)
    }

    @Test(arguments: ["", "*", "***"])
    func `a template of holes only is refused`(text: String) {
        #expect(throws: RuleFailure.self) { try LineTemplate(text) }
    }

    @Test func `counts the outcomes of each integration, first rule first`() throws {
        var tally = try OutcomeTally(
            format: .monolog,
            rules: [
                OutcomeRule("orders-erp", .retry, .template("will be retried")),
                OutcomeRule("orders-erp", .failure, .template("order export * failed"), level: .error),
                OutcomeRule("orders-erp", .success, .pattern("^\\w+\\.INFO: order export (\\d+) done")),
                OutcomeRule("stock", .failure, .template("stock import failed")),
            ])
        for line in [
            "[2026-11-21 10:01:00] main.INFO: order export 17 done in 12 ms [] []",
            "[2026-11-21 10:02:00] main.INFO: order export 18 done in 15 ms [] []",
            "[2026-11-21 10:02:10] main.ERROR: order export 19 failed: \u{1B}[31mtimeout [] []",
            "#0 order export 19 failed at x.php",
            "[2026-11-21 10:02:11] main.ERROR: order export 20 failed, will be retried [] []",
            "[2026-11-21 10:02:12] main.INFO: order export 21 failed [] []",
            "[2026-11-21 10:02:13] main.INFO: something else [] []",
        ] { tally.take(LogLine(line), at: now) }
        let readings = outcomes(tally.reading())
        #expect(readings.map(\.integration) == ["orders-erp", "stock"])
        #expect(readings[0].span == .sinceLastRead(OutcomeCounts(successes: 2, failures: 1, retries: 1)))
        #expect(readings[0].lastSuccess == WallTime(milliseconds: 1_795_255_320_000))
        #expect(readings[0].lastError == "order export 19 failed: ␛[31mtimeout")
        #expect(readings[1].span == .sinceLastRead(OutcomeCounts()))
        #expect(readings[1].lastSuccess == nil)
        #expect(outcomes(tally.reading())[0].span == .sinceLastRead(OutcomeCounts()))
    }

    @Test func `a stack trace line can decide a record, and only once`() throws {
        var tally = try OutcomeTally(
            format: .monolog, rules: [OutcomeRule("erp", .failure, .template("ErpTimeout"), level: .critical)]
        )
        for line in [
            "[2026-11-21 10:02:10] main.CRITICAL: Exception", "caused by ErpTimeout", "in ErpTimeout.php",
            "[2026-11-21 10:02:11] main.INFO: calm", "ErpTimeout mentioned",
        ] { tally.take(LogLine(line), at: now) }
        #expect(outcomes(tally.reading())[0].span == .sinceLastRead(OutcomeCounts(failures: 1)))
    }

    @Test func `old lines tell the last success and are not counted`() throws {
        var tally = try OutcomeTally(
            format: .monolog,
            rules: [
                OutcomeRule("a", .success, .template("done")), OutcomeRule("a", .failure, .template("bad")),
            ])
        tally.take(LogLine("[2026-11-21 10:01:00] main.INFO: done"), isHistory: true, at: now)
        tally.take(LogLine("[2026-11-21 10:01:30] main.ERROR: bad"), isHistory: true, at: now)
        let reading = outcomes(tally.reading())[0]
        #expect(reading.span == .sinceLastRead(OutcomeCounts()))
        #expect(reading.lastSuccess == WallTime(milliseconds: 1_795_255_260_000))
        #expect(reading.lastError == "bad")
    }

    @Test func `access lines count by status and bring the request time`() throws {
        let format = try NginxFormat(NginxFormat.combinedText + " $request_time")
        var tally = try OutcomeTally(
            format: .nginx(format),
            rules: [
                OutcomeRule("pim", .failure, .template("PIM/2"), status: 400...599),
                OutcomeRule("pim", .success, .template("PIM/2"), status: 200...399, latency: .requestTime),
            ])
        let head = #"10.0.0.1 - - [21/Nov/2026:10:02:13 +0000] "GET /rest/V1/products?token=s3cret HTTP/1.1""#
        tally.take(LogLine(head + #" 200 5 "-" "PIM/2" 0.250"#), at: now)
        tally.take(LogLine(head + #" 503 5 "-" "PIM/2" 9.000"#), at: now)
        tally.take(LogLine(head + #" 200 5 "-" "Firefox" 0.001"#), at: now)
        let facts = tally.reading()
        let reading = outcomes(facts)[0]
        #expect(reading.span == .sinceLastRead(OutcomeCounts(successes: 1, failures: 1)))
        #expect(reading.latencies == [0.25])
        #expect(reading.lastError == "503 GET /rest/V1/products")
        #expect(notices(facts).isEmpty)
    }

    @Test func `says when the lines do not have the format that is set`() throws {
        var tally = try OutcomeTally(
            format: .nginx(try NginxFormat()), rules: [OutcomeRule("pim", .success, status: 200...299)])
        for _ in 0..<5 { tally.take(LogLine("{\"json\": 1}"), at: now) }
        #expect(notices(tally.reading()) == ["5 of 5 lines are not in the format set"])
    }

    @Test func `a pattern that needs too many steps is switched off in words, not taken for no match`() throws
    {
        var tally = try OutcomeTally(
            format: .plain,
            rules: [
                OutcomeRule("a", .failure, .pattern("^(a+)+$")), OutcomeRule("a", .success, .template("a")),
                OutcomeRule("b", .success, .template("fine")),
            ])
        tally.take(LogLine("aa"), at: now)
        #expect(outcomes(tally.reading())[0].span == .sinceLastRead(OutcomeCounts(failures: 1)))
        let clock = ContinuousClock()
        let spent = clock.measure {
            tally.take(LogLine(String(repeating: "a", count: 60_000) + "!"), at: now)
        }
        #expect(spent < .seconds(10))
        tally.take(LogLine("a fine day"), at: now)
        let facts = tally.reading()
        // The hostile line and the one after it might have been failures: neither is a success.
        #expect(outcomes(facts)[0].span == .sinceLastRead(OutcomeCounts(isBound: true)))
        #expect(outcomes(facts)[1].span == .sinceLastRead(OutcomeCounts(successes: 1)))
        #expect(notices(facts) == ["rule 1 of a is off: its pattern needed too many steps on one line"])
    }

    @Test func `a pattern reads latency from its named group and lives with invalid UTF-8`() throws {
        var tally = try OutcomeTally(
            format: .plain,
            rules: [
                OutcomeRule(
                    "a", .success, .pattern("done in (?<ms>[\\d.]+) ms"),
                    latency: .capture("ms", seconds: 0.001))
            ])
        tally.take(LogLine([0xFF, 0xC3, 0x28] + ArraySlice("done in 1500.5 ms".utf8) + [0xE2]), at: now)
        let reading = outcomes(tally.reading())[0]
        #expect(reading.span == .sinceLastRead(OutcomeCounts(successes: 1)))
        #expect(reading.latencies.map { ($0 * 10000).rounded() } == [15005])
        #expect(reading.lastSuccess == now)
    }

    @Test(arguments: [
        (
            OutcomeRule("a", .success, .pattern("(")),
            "rule 1 of a: pattern, at byte 1: missing closing parenthesis"
        ),
        (OutcomeRule("a", .success, .any, level: .error), "rule 1 of a: `level` needs the format monolog"),
        (OutcomeRule("a", .success, .any, status: 200...299), "rule 1 of a: `status` needs the format nginx"),
        (
            OutcomeRule("a", .success, .any, latency: .requestTime),
            "rule 1 of a: the log_format has no `$request_time`"
        ),
        (
            OutcomeRule("a", .success, .pattern("x"), latency: .capture("ms", seconds: 1)),
            "rule 1 of a: latency: the pattern has no group named `ms`"
        ),
    ])
    func `names the rule that cannot work`(rule: OutcomeRule, message: String) {
        #expect(throws: RuleFailure(message)) { try OutcomeTally(format: .plain, rules: [rule]) }
    }

    @Test func `keeps at most 256 latencies, early and late alike`() throws {
        var tally = try OutcomeTally(
            format: .plain,
            rules: [OutcomeRule("a", .success, .pattern("(?<s>\\d+)"), latency: .capture("s", seconds: 1))])
        for second in 0..<10_000 { tally.take(LogLine(String(second)), at: now) }
        let latencies = outcomes(tally.reading())[0].latencies
        #expect((128...256).contains(latencies.count))
        let average = latencies.reduce(0, +) / Double(latencies.count)
        #expect((4800...5200).contains(average))
    }

    @Test func `a line of 100 KB is quoted short and says what it left out`() throws {
        var tally = try OutcomeTally(format: .plain, rules: [OutcomeRule("a", .failure)])
        tally.take(LogLine(ArraySlice([UInt8](repeating: 65, count: 65_536)), cut: 36_864), at: now)
        let error = try #require(outcomes(tally.reading())[0].lastError)
        #expect(error.hasPrefix("AAAA"))
        #expect(error.hasSuffix("…+99.6 KB"))
        #expect(error.utf8.count < 450)
    }
}

func outcomes(_ facts: [Fact]) -> [OutcomeReading] {
    facts.flatMap { fact -> [OutcomeReading] in
        if case .outcomes(let readings) = fact { readings } else { [] }
    }
}

func notices(_ facts: [Fact]) -> [String] {
    facts.compactMap { fact in if case .notice(let notice) = fact { notice.text } else { nil } }
}
