import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct LogStreamProbeTests {
    private let log: TestLog
    private let folder: TemporaryFolder
    private let ssh: String
    private let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))

    init() throws {
        log = try TestLog()
        folder = try TemporaryFolder("ssh")
        ssh = fixture("bin/ssh")
    }

    @Test func `counts what tail brings, through rotation and truncation`() async throws {
        log.append("[2026-11-21 10:01:00] main.INFO: done\n")
        let probe = try LogStreamProbe(source(via: ["nice"]), clock: time)
        let first = outcomes(try await probe.read().facts)[0]
        #expect(first.span == .sinceLastRead(OutcomeCounts()))
        #expect(first.lastSuccess == WallTime(seconds: 1_795_255_260))
        // From here on every line is new and counts.
        try await count(1, of: probe) { log.append("[2026-11-21 10:02:00] main.INFO: done\n") }
        try await count(2, of: probe) {
            log.append(String(repeating: "[2026-11-21 10:02:01] main.INFO: done\n", count: 2))
        }
        log.rename(to: "system.log.1")
        try await count(3, of: probe) {
            log.append(String(repeating: "[2026-11-21 10:03:01] main.INFO: done\n", count: 3))
        }
        await probe.close()
    }

    @Test func `a line written while a slow tail begins is counted or history, and none is lost`()
        async throws
    {
        // The running tail of this one takes half a second to begin, as over a slow line.
        let slow = try folder.write(
            """
            #!/bin/sh
            case "$*" in *-F*) echo "Welcome to app1"; sleep 0.5;; esac
            exec "$@"
            """, to: "slow")
        _ = try await ChildProcess.run(ChildCommand(["chmod", "+x", slow]), deadline: .seconds(20))
        log.append("[2026-11-21 10:01:00] main.INFO: done\n")
        let probe = try LogStreamProbe(source(via: [slow]), clock: time)
        _ = try await probe.read()
        try await count(1, of: probe) { log.append("[2026-11-21 10:02:00] main.INFO: done\n") }
        await probe.close()
    }

    @Test func `the words for ssh arrive over there as they were meant`() async throws {
        let odd = try folder.write("[2026-11-21 10:01:00] main.INFO: done\n", to: "my shop's $log.txt")
        let probe = try LogStreamProbe(
            source(via: [ssh, "app1"], path: odd, ["FAKE_SSH_OPTIONS": folder.path("options")]), clock: time)
        let reading = outcomes(try await probe.read().facts)[0]
        #expect(reading.lastSuccess == WallTime(seconds: 1_795_255_260))
        let options = String(decoding: try Files.read(folder.path("options"), limit: 4096), as: UTF8.self)
        #expect(options.contains("BatchMode=yes"))
        #expect(options.contains("StrictHostKeyChecking=yes"))
        #expect(options.contains("ForwardAgent=no"))
        await probe.close()
    }

    @Test func `a line that dies is a failure in its own words, and starts again at the next read`()
        async throws
    {
        log.append("[2026-11-21 10:01:00] main.INFO: done\n")
        let probe = try LogStreamProbe(
            source(via: [ssh, "app1"], ["FAKE_SSH_CUT": folder.path("cut")]), clock: time)
        _ = try await probe.read()
        try folder.write("", to: "cut")
        var failure: ReadFailure?
        for _ in 0..<500 where failure == nil {
            do {
                _ = try await probe.read()
                try await Task.sleep(for: .milliseconds(10))
            } catch let error as ReadFailure { failure = error }
        }
        #expect(failure?.kind == .unreachable)
        #expect(
            failure?.message.hasSuffix("exit code 255: Connection to app1 closed by remote host.") == true)
        let again = outcomes(try await probe.read().facts)[0]
        #expect(again.span == .sinceLastRead(OutcomeCounts(isBound: true)))
        await probe.close()
    }

    @Test(
        arguments: [
            ("ssh: connect to host app1 port 22: No route to host", .unreachable),
            ("root@app1: Permission denied (publickey).", .loginRefused),
            ("Host key verification failed.", .insecure),
        ] as [(String, ReadFailure.Kind)])
    func `tells why it cannot begin`(said: String, kind: ReadFailure.Kind) async throws {
        let probe = try LogStreamProbe(source(via: [ssh, "app1"], ["FAKE_SSH_SAY": said]), clock: time)
        for _ in 0..<2 {
            let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
            #expect(failure?.kind == kind)
            #expect(failure?.message.hasSuffix("exit code 255: \(said)") == true)
        }
    }

    @Test func `a missing file over there is a failure`() async throws {
        let probe = try LogStreamProbe(source(via: ["nice"], path: log.path + ".absent"), clock: time)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure?.message.contains("No such file") == true)
    }

    private func source(
        via: [String], path: String? = nil, _ environment: [String: String] = [:]
    ) -> LogSource {
        LogSource(
            "app1-log", path: path ?? log.path, via: via, format: .monolog,
            rules: [OutcomeRule("erp", .success, .template("INFO: done"))], deadline: .seconds(10),
            environment: environment.merging(["PATH": ChildCommand.standardPath]) { own, _ in own })
    }

    /// Writes, then reads until so many successes have come, and no more.
    private func count(_ expected: Int, of probe: LogStreamProbe, after write: () -> Void) async throws {
        write()
        var seen = 0
        for _ in 0..<1000 where seen < expected {
            for reading in outcomes(try await probe.read().facts) {
                if case .sinceLastRead(let counts) = reading.span { seen += counts.successes }
            }
            if seen < expected { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(seen == expected)
    }
}

/// A file of `Tests/ProbesTests/Fixtures`.
func fixture(_ name: String, from file: String = #filePath) -> String {
    let parts = file.split(separator: "/")
    guard let tests = parts.lastIndex(of: "ProbesTests") else { return name }
    return "/" + parts[...tests].joined(separator: "/") + "/Fixtures/" + name
}
