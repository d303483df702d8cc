import Glibc
import Monitoring
import Platform
import Probes
import Synchronization
import TestSupport

/// A log on this machine. Nobody can hold it, and it has no clock but ours.
final class LogWorld: ProbeWorld {
    let hasClock = false
    let isDistant = false
    let probe: any Probe
    private let log: TestLog
    private let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))

    init() throws {
        log = try TestLog()
        log.append(FarWorld.line)
        probe = try LogProbe(
            LogSource(
                "app1-log", path: log.path, format: .monolog,
                rules: [OutcomeRule("erp", .success, .template("INFO: done"))], interval: .seconds(1),
                deadline: .seconds(1)), clock: time)
    }

    func figure(_ sample: Sample) -> Int? { outcomes(sample.facts).first?.ledger.total.successes }

    func happen(_ times: Int) -> Int {
        time.advance(by: .seconds(1))
        log.append(String(repeating: FarWorld.line, count: times))
        return times
    }

    func hold(_ isHeld: Bool) {}
    func cut(after bytes: Int?) {}
    func withhold() { log.remove() }
    func open() -> [String] { OpenThings.files(log.path) }
}

/// A log on another machine: the way there can be shut, and what is under way cut.
final class FarWorld: ProbeWorld {
    static let line = "[2026-11-21 10:03:00] main.INFO: done\n"

    let hasClock = true
    let isDistant = true
    let probe: any Probe
    private let host: FarHost
    private let gate: Gate

    init() throws {
        host = try FarHost()
        host.log.append(Self.line)
        gate = try Gate()
        var source = host.source(via: [gate.path])
        source.deadline = .seconds(1)
        probe = try LogStreamProbe(source, clock: host.time)
    }

    func figure(_ sample: Sample) -> Int? { outcomes(sample.facts).first?.ledger.total.successes }

    func happen(_ times: Int) -> Int {
        host.log.append(String(repeating: Self.line, count: times))
        return times
    }

    func hold(_ isHeld: Bool) async throws {
        try gate.shut(isHeld)
        if isHeld { try await endWhatRuns() }
    }

    func cut(after bytes: Int?) async throws {
        try gate.cut(after: bytes)
        if bytes != nil { try await endWhatRuns() }
    }

    /// What runs is killed, and that has been told: the next read begins anew.
    private func endWhatRuns() async throws {
        let programs = OpenThings.programs(host.log.path)
        guard !programs.isEmpty else { return }
        for program in programs { _ = kill(program.pid, SIGKILL) }
        _ = try await soon("the end is told") {
            if case .failure = await ends().result { true } else { nil }
        }
    }

    func withhold() { host.log.remove() }
    func open() -> [String] { OpenThings.programs(host.log.path).map(\.line) }
}

/// A program whose totals are read, in either form.
final class CommandWorld: ProbeWorld {
    let hasClock = false
    let isDistant = true
    let probe: any Probe
    private let output: CommandSource.Output
    private let gate: Gate
    private let folder: TemporaryFolder
    private let count = Mutex(0)

    init(_ output: CommandSource.Output) throws {
        self.output = output
        gate = try Gate()
        folder = try TemporaryFolder("command")
        probe = CommandProbe(
            CommandSource(
                "orders", ["cat", folder.path("answer")], via: [gate.path], output: output, counts: .totals,
                integrations: ["erp"], interval: .seconds(1), deadline: .seconds(1)),
            clock: try SystemTime())
        _ = try happen(5)
    }

    func figure(_ sample: Sample) -> Int? { outcomes(sample.facts).first?.ledger.total.successes }

    func happen(_ times: Int) throws -> Int {
        let total = count.withLock { count in
            count += times
            return count
        }
        try answer(output == .json ? #"{"success":\#(total)}"# : "OK | success=\(total)")
        return times
    }

    func hold(_ isHeld: Bool) throws { try gate.shut(isHeld) }
    func cut(after bytes: Int?) throws { try gate.cut(after: bytes) }

    func withhold() throws { try answer(output == .json ? #"{"success":null}"# : "OK | success=U") }

    func open() -> [String] { OpenThings.programs(folder.path).map(\.line) }

    private func answer(_ text: String) throws {
        try folder.write(text, to: "answer.new")
        _ = unsafe rename(folder.path("answer.new"), folder.path("answer"))
    }
}

/// A command prefix that can be shut, and that breaks off what goes through it.
final class Gate: Sendable {
    private let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder("gate")
        path = try folder.write(
            """
            #!/bin/sh
            g='\(folder.path)'
            while [ -e "$g/shut" ]; do sleep 0.02; done
            if mv "$g/cut" "$g/cut.$$" 2>/dev/null; then
              mkfifo "$g/line.$$"
              "$@" > "$g/line.$$" &
              dd bs=1 count="$(cat "$g/cut.$$")" < "$g/line.$$" 2>/dev/null
              kill $!
              echo 'Connection closed by remote host' >&2
              exit 255
            fi
            exec "$@"
            """, to: "gate", mode: 0o700)
    }

    func shut(_ isShut: Bool) throws {
        if isShut {
            try folder.write("", to: "shut")
        } else {
            _ = unsafe unlink(folder.path("shut"))
        }
    }

    /// Cuts the next program that is started.
    func cut(after bytes: Int?) throws {
        if let bytes {
            try folder.write("\(bytes)", to: "cut")
        } else {
            _ = unsafe unlink(folder.path("cut"))
        }
    }
}
