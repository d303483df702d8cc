import Monitoring
import Platform
import Probes
import TestSupport
import Testing

/// The lines that stay behind a flow, from real files.
@Suite struct KeptLinesTests {
    private let log: TestLog
    /// 2026-11-21 10:03:20
    private let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))

    init() throws { log = try TestLog() }

    private func probe(_ format: LineFormat = .monolog) throws -> LogProbe {
        try LogProbe(
            LogSource(
                "app-log", path: log.path, format: format,
                rules: [
                    OutcomeRule("erp", .success, .template("export done")),
                    OutcomeRule("erp", .failure, .template("export bad")),
                    OutcomeRule("erp", .retry, .template("export again")),
                ], deadline: .seconds(20)), clock: time)
    }

    private func lines(_ probe: LogProbe, _ outcome: Outcome) async throws -> [OutcomeLine] {
        let reading = try #require(outcomes(try await probe.read().facts).first)
        return try #require(reading.lines).lines(of: outcome)
    }

    @Test func `are kept with time, level and text, the last one before its record has ended`() async throws {
        log.append(
            """
            [2026-11-21 10:01:00] main.ERROR: export bad: timeout [] []
            #0 /var/www/Export.php(17): send()
            #1 {main}
            [2026-11-21 10:02:00] report.WARNING: export again [] []
            [2026-11-21 10:03:00] main.CRITICAL: export bad \u{1B}[31mred\u{202E} {"order":7} []

            """)
        let probe = try probe()
        let failures = try await lines(probe, .failure)
        #expect(
            failures.map(\.text) == ["export bad: timeout", "export bad ␛[31mred<202E> {\"order\":7} []"])
        #expect(failures.map(\.level) == ["ERROR", "CRITICAL"])
        #expect(failures.map(\.more) == [2, 0])
        #expect(failures.map(\.at) == [260, 380].map { WallTime(seconds: 1_795_255_000 + $0) })
        #expect(failures.allSatisfy { !$0.isTimeRead })
        // The same line, a line longer.
        log.append("#0 trace\n")
        let again = try await lines(probe, .failure)
        #expect(again.map(\.number) == failures.map(\.number) && again.map(\.more) == [2, 1])
        #expect(try await lines(probe, .retry).map(\.text) == ["export again"])
        await probe.close()
    }

    @Test func `stand once and in their place through rotation, late writers, copies and a cut file`()
        async throws
    {
        func write(_ second: Int, to name: String = "system.log") {
            let digits = second < 10 ? "0\(second)" : "\(second)"
            log.append("[2026-11-21 10:02:\(digits)] main.ERROR: export bad \(second) [] []\n", to: name)
        }
        let probe = try probe()
        write(1)
        #expect(try await lines(probe, .failure).map(\.text) == ["export bad 1"])
        write(2)
        log.rename(to: "system.log.1")
        write(5)
        #expect(try await lines(probe, .failure).count == 3)
        // The old writer goes on in the rotated file.
        write(3, to: "system.log.1")
        let texts = try await lines(probe, .failure).map(\.text)
        #expect(texts == [1, 2, 3, 5].map { "export bad \($0)" })
        write(6)
        log.copy(to: "system.log.2")
        log.truncate()
        write(7)
        time.advance(by: .seconds(5))
        let all = try await lines(probe, .failure)
        #expect(all.map(\.text) == [1, 2, 3, 5, 6, 7].map { "export bad \($0)" })
        #expect(Set(all.map(\.number)).count == 6)
        await probe.close()
    }

    @Test func `one without a time carries when it was read`() async throws {
        log.append("before anybody looked: export bad\n")
        let probe = try probe(.plain)
        #expect(try await lines(probe, .failure).isEmpty)
        log.append("export bad one\n")
        time.advance(by: .seconds(7))
        let found = try await lines(probe, .failure)
        #expect(found.map(\.text) == ["export bad one"])
        #expect(found.first?.at == time.now.wall && found.first?.isTimeRead == true)
        await probe.close()
    }

    @Test func `ten thousand long and hostile lines leave the newest, cut at a length that is told`()
        async throws
    {
        log.append("begins\n")
        let probe = try probe(.plain)
        _ = try await probe.read()
        let long = String(repeating: "\u{202E}é", count: 3000)
        for number in 1...100 { log.append("export bad \(number) \(long)\n") }
        for number in 1...10_000 { log.append("export done \(number)\n") }
        let reading = try #require(outcomes(try await probe.read().facts).first?.lines)
        let failures = reading.lines(of: .failure)
        #expect(failures.last?.text.hasPrefix("export bad 100 <202E>é") == true)
        #expect(failures.allSatisfy { $0.text.contains("…+") && !$0.text.contains("\u{202E}") })
        #expect(failures.allSatisfy { !$0.text.contains("\u{FFFD}") })
        #expect(failures.reduce(0) { $0 + $1.text.utf8.count } <= OutcomeLines.mostBytes / 2)
        #expect(reading.isCut(.failure) && reading.isCut(.success))
        #expect(
            reading.lines(of: .success).map(\.text) == (9976...10_000).map { "export done \($0)" })
        await probe.close()
    }

    @Test func `of an access line neither address nor query is kept`() async throws {
        let format = try NginxFormat(
            #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent"#)
        var tally = try OutcomeTally(
            format: .nginx(format), rules: [OutcomeRule("erp", .failure, .any, status: 500...599)])
        let now = WallTime(seconds: 1_795_255_400)
        tally.take(
            LogLine(
                #"10.1.2.3 - bob [21/Nov/2026:10:02:13 +0000] "GET /rest/V1/orders?token=secret HTTP/1.1" 502 7"#
            ),
            at: now)
        let lines = try #require(outcomes(tally.reading(at: now)).first?.lines).lines(of: .failure)
        #expect(lines.map(\.text) == ["502 GET /rest/V1/orders"])
    }
}
