import Monitoring
import Probes
import Testing
import Text

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

    @Test func `counts the outcomes of each integration`() throws {
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
            "[2026-11-21 10:02:11] main.WARNING: order export 20 failed, will be retried [] []",
            "[2026-11-21 10:02:12] main.INFO: order export 21 failed [] []",
            "[2026-11-21 10:02:13] main.INFO: something else [] []",
        ] { tally.take(LogLine(line), at: now) }
        let readings = outcomes(tally.reading(at: now))
        #expect(readings.map(\.integration) == ["orders-erp", "stock"])
        #expect(readings[0].hour == (OutcomeCounts(successes: 2, failures: 1, retries: 1)))
        #expect(readings[0].ledger.lastSuccess == WallTime(milliseconds: 1_795_255_320_000))
        #expect(readings[0].ledger.lastError == "order export 19 failed: ␛[31mtimeout")
        #expect(readings[1].hour == (OutcomeCounts()))
        #expect(readings[1].ledger.lastSuccess == nil)
        // Asked again it says the same: nothing is taken away by a read.
        #expect(outcomes(tally.reading(at: now))[0].hour == readings[0].hour)
    }

    @Test func `a line that is both is a failure, whatever the order of the rules`() throws {
        for level in [nil, MonologLine.Level.error] {
            var tally = try OutcomeTally(
                format: .monolog,
                rules: [
                    OutcomeRule("erp", .success, .template("order * exported")),
                    OutcomeRule("erp", .retry, .template("again")),
                    OutcomeRule("erp", .failure, .template("export failed"), level: level),
                ])
            for _ in 0..<50 {
                tally.take(
                    LogLine(
                        "[2026-11-21 10:02:11] main.ERROR: export failed, note: \"order 1 exported\", again"),
                    at: now)
            }
            #expect(outcomes(tally.reading(at: now))[0].hour == OutcomeCounts(failures: 50))
        }
    }

    @Test func `a later line of a record makes its success a failure, and levels can be named`() throws {
        var tally = try OutcomeTally(
            format: .monolog,
            rules: [
                OutcomeRule("erp", .success, .template("exported"), levels: [.info, .notice]),
                OutcomeRule("erp", .failure, .template("ErpTimeout")),
            ])
        tally.take(LogLine("[2026-11-21 10:02:11] main.INFO: order 1 exported"), at: now)
        #expect(outcomes(tally.reading(at: now))[0].hour == OutcomeCounts(successes: 1))
        #expect(outcomes(tally.reading(at: now))[0].ledger.lastSuccess == WallTime(seconds: 1_795_255_331))
        tally.take(LogLine("then ErpTimeout"), at: now)
        let reading = outcomes(tally.reading(at: now))[0]
        #expect(reading.hour == OutcomeCounts(failures: 1))
        #expect(reading.ledger.lastSuccess == nil)
        #expect(reading.ledger.lastError == "then ErpTimeout")
        tally.take(LogLine("[2026-11-21 10:02:12] main.ERROR: order 2 exported"), at: now)
        #expect(outcomes(tally.reading(at: now))[0].hour == OutcomeCounts(failures: 1))
    }

    @Test func `two flows of one source share nothing`() throws {
        var tally = try OutcomeTally(
            format: .monolog,
            rules: [
                OutcomeRule("a", .failure, .template("timeout")),
                OutcomeRule("b", .success, .template("order")),
            ])
        tally.take(LogLine("[2026-11-21 10:02:11] main.INFO: order: timeout"), at: now)
        let readings = outcomes(tally.reading(at: now))
        #expect(readings.map(\.hour) == [OutcomeCounts(failures: 1), OutcomeCounts(successes: 1)])
        #expect(readings[0].ledger.lastSuccess == nil && readings[1].ledger.lastError == nil)
    }

    @Test func `a stack trace line can decide a record, and only once`() throws {
        var tally = try OutcomeTally(
            format: .monolog, rules: [OutcomeRule("erp", .failure, .template("ErpTimeout"), level: .critical)]
        )
        for line in [
            "[2026-11-21 10:02:10] main.CRITICAL: Exception", "caused by ErpTimeout", "in ErpTimeout.php",
            "[2026-11-21 10:02:11] main.INFO: calm", "ErpTimeout mentioned",
        ] { tally.take(LogLine(line), at: now) }
        #expect(outcomes(tally.reading(at: now))[0].hour == (OutcomeCounts(failures: 1)))
    }

    @Test func `a line counts at the time it carries, and an error ends after an hour`() throws {
        var tally = try OutcomeTally(
            format: .monolog,
            rules: [
                OutcomeRule("a", .success, .template("done")), OutcomeRule("a", .failure, .template("bad")),
            ])
        tally.take(LogLine("[2026-11-21 08:59:00] main.INFO: done"), at: now)
        tally.take(LogLine("[2026-11-21 09:30:00] main.ERROR: bad"), at: now)
        tally.take(LogLine("[2026-11-21 10:02:30] main.INFO: done"), at: now)
        tally.take(LogLine("[2026-11-21 10:03:00] main.INFO: nothing"), at: now)
        let ledger = outcomes(tally.reading(at: now))[0].ledger
        #expect(ledger.sum(last: 60) == OutcomeCounts(successes: 1))
        #expect(ledger.sum(last: 3600) == OutcomeCounts(successes: 1, failures: 1))
        #expect(ledger.total == OutcomeCounts(successes: 2, failures: 1))
        #expect(ledger.lastError == "bad")
        #expect(ledger.lastErrorAt == WallTime(seconds: 1_795_253_400))
        let later = outcomes(tally.reading(at: now.advanced(bySeconds: 1800)))[0].ledger
        #expect(later.lastError == nil)
        #expect(later.lastSuccess == WallTime(seconds: 1_795_255_350))
    }

    @Test func `times that have not come yet are counted now, and said`() throws {
        var tally = try OutcomeTally(format: .monolog, rules: [OutcomeRule("a", .failure)])
        tally.take(LogLine("[2026-11-21 12:03:20] main.ERROR: bad"), at: now)
        let facts = tally.reading(at: now)
        #expect(outcomes(facts)[0].ledger.sum(last: 60) == OutcomeCounts(failures: 1))
        #expect(notices(facts) == ["lines carry times 2 h 00 ahead: is their time zone told?"])
        let later = outcomes(tally.reading(at: now.advanced(bySeconds: 600)))[0].ledger
        #expect(later.sum(last: 60) == OutcomeCounts())
    }

    @Test func `plain lines are spread over the time since the read before`() throws {
        var tally = try OutcomeTally(format: .plain, rules: [OutcomeRule("a", .success, .template("ok"))])
        tally.begin(at: now)
        _ = tally.reading(at: now)
        let later = now.advanced(bySeconds: 120)
        for _ in 0..<120 { tally.take(LogLine("ok"), at: later) }
        let ledger = outcomes(tally.reading(at: later))[0].ledger
        #expect(ledger.perMinute()?.successes == 60)
        #expect(ledger.total.successes == 120)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 13], [0, 0.4, 1.9, 4.99])
    func `a steady flow of 60 a minute reads 60 at any phase of polling`(interval: Int, phase: Double) throws
    {
        let begin = now.advanced(bySeconds: phase)
        for format in [LineFormat.plain, .monolog] {
            var tally = try OutcomeTally(format: format, rules: [OutcomeRule("a", .success)])
            tally.begin(at: begin)
            _ = tally.reading(at: begin)
            for second in 1...200 {
                let time = begin.advanced(bySeconds: Double(second))
                let stamp = time.civil.rfc3339
                tally.take(LogLine(format == .plain ? "x" : "[\(stamp)] main.INFO: x"), at: time)
                guard second % interval == 0 else { continue }
                let ledger = outcomes(tally.reading(at: time))[0].ledger
                if second >= 70 { #expect(ledger.perMinute()?.successes == 60, "\(format) at \(second) s") }
            }
        }
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
        let facts = tally.reading(at: now)
        let reading = outcomes(facts)[0]
        #expect(reading.hour == (OutcomeCounts(successes: 1, failures: 1)))
        #expect(reading.ledger.latencies.map(\.seconds) == [0.25])
        #expect(reading.ledger.lastError == "503 GET /rest/V1/products")
        #expect(notices(facts).isEmpty)
    }

    @Test func `says when the lines do not have the format that is set`() throws {
        var tally = try OutcomeTally(
            format: .nginx(try NginxFormat()), rules: [OutcomeRule("pim", .success, status: 200...299)])
        for _ in 0..<5 { tally.take(LogLine("{\"json\": 1}"), at: now) }
        #expect(notices(tally.reading(at: now)) == ["5 of 5 lines are not in the format set"])
    }

    @Test func `one line does not switch a rule off for good, and what it leaves open is a bound`() throws {
        var tally = try OutcomeTally(
            format: .plain,
            rules: [
                OutcomeRule("a", .failure, .pattern("^(a+)+$")), OutcomeRule("a", .success, .template("a")),
                OutcomeRule("b", .success, .template("fine")),
            ])
        tally.begin(at: now)
        tally.take(LogLine("aa"), at: now)
        #expect(outcomes(tally.reading(at: now))[0].hour == OutcomeCounts(failures: 1))
        let hostile = LogLine(String(repeating: "a", count: 60_000) + "!")
        let clock = ContinuousClock()
        let spent = clock.measure { tally.take(hostile, at: now) }
        #expect(spent < .seconds(10))
        tally.take(LogLine("a fine day"), at: now)
        tally.take(LogLine("aaa"), at: now)
        var facts = tally.reading(at: now)
        // The hostile line might have been a failure: it is no success.
        #expect(
            outcomes(facts)[0].hour == OutcomeCounts(successes: 1, failures: 2, isBound: true))
        #expect(outcomes(facts)[1].hour == OutcomeCounts(successes: 1))
        #expect(
            notices(facts) == ["rule 1 of a cannot decide some lines: its pattern needs too many steps"])
        // However many come: the time they cost is bounded, and a minute later it tries again.
        let many = clock.measure { for _ in 0..<1000 { tally.take(hostile, at: now) } }
        #expect(many < .seconds(20))
        let later = now.advanced(bySeconds: 90)
        _ = tally.reading(at: later)
        tally.take(LogLine("aaaa"), at: later)
        facts = tally.reading(at: later)
        #expect(outcomes(facts)[0].hour == OutcomeCounts(successes: 1, failures: 3, isBound: true))
    }

    @Test func `short lines that each stay below the bound cost in proportion to their bytes together`()
        throws
    {
        var tally = try OutcomeTally(
            format: .plain,
            rules: [
                OutcomeRule("a", .failure, .pattern("(a+)+$")),
                OutcomeRule("a", .success, .pattern("^order [0-9]+ (.*) exported$")),
            ])
        tally.begin(at: now)
        // 2^18 steps each, had they their way: some 5,000 of them are 90 KB and were a minute.
        let hostile = LogLine(String(repeating: "a", count: 18) + "!")
        let clock = ContinuousClock()
        let spent = clock.measure { for _ in 0..<4700 { tally.take(hostile, at: now) } }
        #expect(spent < .seconds(10))
        tally.take(LogLine("order 7 " + String(repeating: "x ", count: 500) + "exported"), at: now)
        let facts = tally.reading(at: now)
        #expect(outcomes(facts)[0].hour == OutcomeCounts(successes: 1, isBound: true))
        #expect(
            notices(facts) == ["rule 1 of a cannot decide some lines: its pattern needs too many steps"])
    }

    @Test func `a word behind 64 KB counts, and behind a megabyte it is a bound with its reason`() throws {
        let rules = [
            OutcomeRule("a", .failure, .template("broken")), OutcomeRule("a", .success, .template("done")),
            OutcomeRule("b", .success, .template("done")),
        ]
        for (length, expected) in [
            (100_000, [OutcomeCounts(failures: 1), OutcomeCounts(successes: 1)]),
            (LineSplitter.cap, [OutcomeCounts(isBound: true), OutcomeCounts(successes: 1)]),
        ] {
            var tally = try OutcomeTally(format: .plain, rules: rules)
            var splitter = LineSplitter()
            let text = "done " + String(repeating: "x", count: length) + " broken\n"
            splitter.feed(ArraySlice(text.utf8)) { tally.take($0, at: now) }
            let facts = tally.reading(at: now)
            #expect(outcomes(facts).map(\.hour) == expected)
            #expect(
                notices(facts)
                    == (length < LineSplitter.cap
                        ? [] : ["a line is longer than 1.0 MB, its end is not read"]))
        }
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
        let reading = outcomes(tally.reading(at: now))[0]
        #expect(reading.hour == (OutcomeCounts(successes: 1)))
        #expect(reading.ledger.latencies.map { ($0.seconds * 10000).rounded() } == [15005])
        #expect(reading.ledger.lastSuccess == now)
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

    @Test func `a line of 100 KB is quoted short and says what it left out`() throws {
        var tally = try OutcomeTally(format: .plain, rules: [OutcomeRule("a", .failure)])
        tally.take(LogLine(ArraySlice([UInt8](repeating: 65, count: 65_536)), cut: 36_864), at: now)
        let error = try #require(outcomes(tally.reading(at: now))[0].ledger.lastError)
        #expect(error.hasPrefix("AAAA"))
        #expect(error.hasSuffix("…+99.6 KB"))
        #expect(error.utf8.count < 450)
    }
}

extension OutcomeTally {
    /// Looks at `now`, and answers what a read does.
    mutating func reading(at now: WallTime) -> [Fact] {
        looked(upTo: now, at: now)
        return [.outcomes(readings)] + notices(at: now)
    }
}

extension OutcomeReading {
    /// What its ledger has of the last hour.
    var hour: OutcomeCounts { ledger.sum(last: 3600) }
}

func outcomes(_ facts: [Fact]) -> [OutcomeReading] {
    facts.flatMap { fact -> [OutcomeReading] in
        if case .outcomes(let readings) = fact { readings } else { [] }
    }
}

func notices(_ facts: [Fact]) -> [String] {
    facts.compactMap { fact in if case .notice(let notice) = fact { notice.text } else { nil } }
}
