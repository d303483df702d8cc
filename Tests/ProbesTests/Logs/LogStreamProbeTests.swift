import Glibc
import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct LogStreamProbeTests {
    private let host: FarHost
    private var log: TestLog { host.log }
    private let program: FixtureProgram
    private var ssh: String { program.path }
    private let done = "[2026-11-21 10:03:00] main.INFO: done\n"

    init() throws {
        host = try FarHost()
        program = try FixtureProgram("ssh")
    }

    @Test func `reads the last hour back, then counts what comes, through rotation and truncation`()
        async throws
    {
        log.append("[2026-11-21 08:01:00] main.ERROR: bad\n")
        log.append("[2026-11-21 10:01:00] main.INFO: done\n")
        let probe = try host.probe()
        let sample = try await probe.read()
        let first = try #require(outcomes(sample.facts).first?.ledger)
        #expect(first.sum(last: 3600) == OutcomeCounts(successes: 1))
        #expect(first.covered(last: 3600) == 3600)
        #expect(first.lastSuccess == WallTime(seconds: 1_795_255_260))
        #expect(sample.serverTime == host.time.now.wall)
        #expect(sample.cost.bytes > 100)
        log.append("[2026-11-21 10:02:00] main.INFO: do")
        log.append("ne\n" + done)
        _ = try await host.expect(OutcomeCounts(successes: 3, failures: 1), of: probe)
        log.append(done)
        log.rename(to: "system.log.1")
        log.append(done + done)
        _ = try await host.expect(OutcomeCounts(successes: 6, failures: 1), of: probe)
        // A writer that goes on in the rotated file.
        log.append(done, to: "system.log.1")
        log.append(done)
        _ = try await host.expect(OutcomeCounts(successes: 8, failures: 1), of: probe)
        log.truncate()
        log.append(done)
        let last = try await host.expect(OutcomeCounts(successes: 9, failures: 1), of: probe)
        #expect(last.sum(last: 3600).isBound)
        await probe.close()
    }

    @Test func `several rotations between two beats lose nothing, and no file is counted twice`() async throws
    {
        log.append("[2026-11-21 10:01:00] main.ERROR: bad\n", to: "system.log.4")
        log.append(done)
        let probe = try host.probe()
        _ = try await probe.read()
        for number in 1...3 {
            log.append(done)
            log.rename("system.log.2", to: "system.log.3")
            log.rename("system.log.1", to: "system.log.2")
            log.rename(to: "system.log.1")
            // Files that are told apart by their first bytes.
            log.append("[2026-11-21 10:02:0\(number)] main.INFO: a new file, the \(number) of them, begins\n")
        }
        log.append(done)
        _ = try await host.expect(OutcomeCounts(successes: 5), of: probe)
        log.rename(to: "system.log.new")
        log.rename("system.log.1", to: "system.log")
        log.append(done)
        _ = try await host.expect(OutcomeCounts(successes: 6), of: probe)
        await probe.close()
    }

    @Test func `a long hour is read back in pieces, each byte once, as far as the bound goes`() async throws {
        for minute in 0..<60 {
            let stamp = minute < 56 ? "09:\(two(minute + 4))" : "10:\(two(minute - 56))"
            let line = "[2026-11-21 \(stamp):00] main.INFO: done " + String(repeating: "x", count: 160) + "\n"
            log.append(String(repeating: line, count: 250))
        }
        let probe = try host.probe()
        let sample = try await probe.read()
        let first = try #require(outcomes(sample.facts).first?.ledger)
        #expect(first.total.successes == 15_000)
        #expect(first.covered(last: 3600) == 3560)
        #expect((2_985_000..<2_990_000).contains(sample.cost.bytes))
        var bounded = host.source()
        bounded.farHistory = 100_000
        bounded.deadline = .seconds(10)
        let short = try LogStreamProbe(bounded, clock: host.time)
        let little = try #require(outcomes(try await short.read().facts).first?.ledger)
        #expect(little.total.successes == 502)
        #expect(little.covered(last: 3600) == 140)
        await probe.close()
        await short.close()
    }

    @Test func `a line that dies is a failure in its own words, and goes on at the byte where it was`()
        async throws
    {
        log.append(done)
        let probe = try host.probe(via: [ssh, "app1"], ["FAKE_SSH_CUT": host.cutFile])
        _ = try await probe.read()
        log.append("[2026-11-21 10:03:00] main.INFO: do")
        try host.write("", to: "cut")
        var failure: ReadFailure?
        for _ in 0..<1000 where failure == nil {
            do {
                _ = try await probe.read()
                try await Task.sleep(for: .milliseconds(10))
            } catch let error as ReadFailure { failure = error }
        }
        #expect(failure?.kind == .unreachable)
        #expect(
            failure?.message.hasSuffix("exit code 255: Connection to app1 closed by remote host.") == true)
        log.append("ne\n" + done)
        log.rename(to: "system.log.1")
        log.append(done)
        let again = try await host.expect(OutcomeCounts(successes: 4), of: probe)
        #expect(!again.sum(last: 3600).isBound)
        await probe.close()
    }

    @Test func `a stalled line is told, not taken for a quiet log, and what comes late counts at its time`()
        async throws
    {
        log.append(done)
        let probe = try host.probe(via: [host.relayed])
        _ = try await probe.read()
        // Quiet: the beats go on.
        for _ in 0..<3 {
            host.time.advance(by: .seconds(20))
            try host.setClock(aheadBy: 0)
            try await eventually("a beat") { (try? await probe.read()) != nil }
        }
        try host.hold(true)
        log.append(String(repeating: "[2026-11-21 10:04:20] main.ERROR: bad\n", count: 143))
        host.time.advance(by: .seconds(40))
        try host.setClock(aheadBy: 0)
        let failure = await #expect(throws: ReadFailure.self) {
            for _ in 0..<100 { _ = try await probe.read() }
        }
        #expect(failure?.kind == .timedOut)
        #expect(
            failure?.message
                == "\(host.relayed) \(log.path): stalled: nothing was heard for 40 s, whole until 10:04:20")
        try host.hold(false)
        host.time.advance(by: .seconds(60))
        try host.setClock(aheadBy: 0)
        let ledger = try await soon("the rest comes") {
            let ledger = try? await outcomes(probe.read().facts).first?.ledger
            return ledger?.total == OutcomeCounts(successes: 1, failures: 143) ? ledger : nil
        }
        #expect(ledger.sum(last: 60) == OutcomeCounts())
        #expect(ledger.sum(last: 120).failures == 143)
        await probe.close()
    }

    @Test func `bytes that never come are told with their number`() async throws {
        log.append(done)
        let probe = try host.probe(via: [host.lossy])
        _ = try await probe.read()
        log.append("this is dropped on its way\n" + done)
        _ = try await host.expect(OutcomeCounts(successes: 2), of: probe)
        host.time.advance(by: .seconds(20))
        try host.setClock(aheadBy: 0)
        let failure: ReadFailure = try await soon("a stall of 27 bytes") {
            do { _ = try await probe.read() } catch let error as ReadFailure {
                return error.message.contains("stalled: 27 B of the file have not come") ? error : nil
            }
            return nil
        }
        #expect(failure.kind == .timedOut)
        await probe.close()
    }

    @Test func `lines are taken by the clock of the machine that wrote them, and the difference is said`()
        async throws
    {
        try host.setClock(aheadBy: -600)
        // Five minutes ago over there.
        log.append("[2026-11-21 09:48:20] main.ERROR: bad\n[2026-11-21 09:53:00] main.INFO: done\n")
        let probe = try host.probe()
        let sample = try await probe.read()
        let ledger = try #require(outcomes(sample.facts).first?.ledger)
        #expect(ledger.until == WallTime(seconds: 1_795_254_800))
        #expect(ledger.sum(last: 60) == OutcomeCounts(successes: 1))
        #expect(ledger.sum(last: 3600) == OutcomeCounts(successes: 1, failures: 1))
        #expect(sample.serverTime == WallTime(seconds: 1_795_254_800))
        #expect(
            notices(sample.facts)
                == ["its machine's clock is 10 min behind, its lines are taken by its own"])
        await probe.close()
    }

    @Test func `the words for ssh arrive over there as they were meant`() async throws {
        log.rename(to: "x")
        var odd = host.source(via: [ssh, "app1"], ["FAKE_SSH_OPTIONS": host.path("options")])
        odd.deadline = .seconds(10)
        odd.path = host.path("my shop's $log.txt")
        try host.write("[2026-11-21 10:01:00] main.INFO: done\n", to: "my shop's $log.txt")
        let probe = try LogStreamProbe(odd, clock: host.time)
        let reading = outcomes(try await probe.read().facts)[0]
        #expect(reading.ledger.lastSuccess == WallTime(seconds: 1_795_255_260))
        let options = String(decoding: try Files.read(host.path("options"), limit: 4096), as: UTF8.self)
        #expect(options.contains("BatchMode=yes"))
        #expect(options.contains("StrictHostKeyChecking=yes"))
        #expect(options.contains("ForwardAgent=no"))
        await probe.close()
    }

    @Test(
        arguments: [
            ("ssh: connect to host app1 port 22: No route to host", .unreachable),
            ("root@app1: Permission denied (publickey).", .loginRefused),
            ("Host key verification failed.", .insecure),
        ] as [(String, ReadFailure.Kind)])
    func `tells why it cannot begin`(said: String, kind: ReadFailure.Kind) async throws {
        let probe = try host.probe(via: [ssh, "app1"], ["FAKE_SSH_SAY": said])
        for _ in 0..<2 {
            let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
            #expect(failure?.kind == kind)
            #expect(failure?.message.hasSuffix("exit code 255: \(said)") == true)
        }
    }

    @Test func `a missing file and one that is none are failures`() async throws {
        let missing = await #expect(throws: ReadFailure.self) { _ = try await host.probe().read() }
        #expect(missing?.message.contains("No such file") == true)
        #expect(unsafe mkfifo(log.path, 0o600) == 0)
        let other = await #expect(throws: ReadFailure.self) { _ = try await host.probe().read() }
        #expect(other?.message.hasSuffix("it is not a regular file") == true)
    }

    @Test func `plain lines over there count from the start on, the line under way too`() async throws {
        log.append("done\nhalf")
        var plain = host.source()
        plain.format = .plain
        plain.rules = [OutcomeRule("erp", .success, .template("done"))]
        plain.deadline = .seconds(10)
        let probe = try LogStreamProbe(plain, clock: host.time)
        #expect(outcomes(try await probe.read().facts).first?.ledger.total == OutcomeCounts())
        log.append(" done\n")
        _ = try await host.expect(OutcomeCounts(successes: 1), of: probe)
        await probe.close()
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// A program of `Tests/ProbesTests/Fixtures/bin`, copied to where nobody but us may write: where these sources lie others
/// may, as after an `umask 002`.
private struct FixtureProgram {
    let path: String
    private let folder: TemporaryFolder

    init(_ name: String, from file: String = #filePath) throws {
        folder = try TemporaryFolder("fixture")
        let tests = file.split(separator: "/").dropLast(2).joined(separator: "/")
        let text = try Files.read("/\(tests)/Fixtures/bin/\(name)", limit: 1 << 20)
        path = try folder.write(String(decoding: text, as: UTF8.self), to: name, mode: 0o700)
    }
}
