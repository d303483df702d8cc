import Glibc
import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct LogTailTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    @Test func `hands over history as history and every new line once`() throws {
        log.append("old 1\nold 2\nhalf")
        var follower = Follower(log.path)
        try follower.read()
        #expect(follower.history == ["old 1", "old 2"])
        #expect(follower.lines.isEmpty)
        log.append(" a line\nnew\r\n")
        try follower.read()
        try follower.read()
        #expect(follower.history.count == 2)
        #expect(follower.lines == ["half a line", "new"])
    }

    @Test func `history is bounded and begins at a whole line`() throws {
        log.append("a long first line that is cut\nsecond\nthird\n")
        var follower = Follower(log.path, lookBack: 20)
        try follower.read()
        #expect(follower.history == ["second", "third"])
    }

    @Test func `survives rename and create, with late lines for the old file`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.append("1\n2")
        log.rename(to: "system.log.1")
        log.append("late\n3\n", to: "system.log.1")
        log.append("4\n")
        try follower.read()
        log.append("5 after all\n", to: "system.log.1")
        log.append("6\n")
        try follower.read()
        #expect(follower.lines == ["1", "2late", "3", "4", "5 after all", "6"])
        for _ in 0..<3 { try follower.read() }
        log.append("nobody reads this any more\n", to: "system.log.1")
        log.append("7\n")
        try follower.read()
        #expect(follower.lines.last == "7")
        #expect(follower.lines.count == 7)
    }

    @Test func `survives copytruncate, also when the file has grown beyond its old size`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.append("1\npart")
        try follower.read()
        log.truncate()
        log.append("2\n")
        #expect(try follower.read().wasTruncated)
        log.truncate()
        log.append("three\nand a line that is longer than all that was there\n")
        #expect(try follower.read().wasTruncated)
        #expect(!(try follower.read().wasTruncated))
        #expect(
            follower.lines == ["1", "2", "three", "and a line that is longer than all that was there"])
    }

    @Test func `a file that goes away is a failure from the second read on, and comes back whole`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.append("1\n")
        log.remove()
        #expect(try follower.read().isAway)
        #expect(throws: SystemError.self) { try follower.read() }
        log.append("2\n3\n")
        try follower.read()
        #expect(follower.lines == ["1", "2", "3"])
    }

    @Test func `a file that was not there at first is read from its beginning`() throws {
        var follower = Follower(log.path)
        #expect(throws: SystemError.self) { try follower.read() }
        log.append("first\n")
        try follower.read()
        #expect(follower.lines == ["first"])
        #expect(follower.history.isEmpty)
    }

    @Test func `refuses what is not a regular file, at once`() throws {
        #expect(unsafe mkfifo(log.path, 0o600) == 0)
        var follower = Follower(log.path)
        #expect(throws: SystemError("open", log.path, detail: "it is not a regular file")) {
            try follower.read()
        }
        var device = Follower("/dev/zero")
        #expect(throws: SystemError.self) { try device.read() }
    }

    @Test func `reads 50 000 lines at once, and counts exactly what it leaves out`() throws {
        log.append("start\n")
        var whole = Follower(log.path)
        var small = Follower(log.path, budget: 1 << 20)
        try whole.read()
        try small.read()
        let line = String(repeating: "x", count: 100) + "\n"
        log.append(String(repeating: line, count: 50_000))
        #expect(try whole.read().skipped == Count(0))
        #expect(whole.lines.count == 50_000)
        let report = try small.read()
        #expect(report.bytes <= 1 << 20)
        #expect(report.skipped.value > 30_000)
        #expect(report.skipped.value + small.lines.count == 50_000)
        #expect(small.lines.allSatisfy { $0.utf8.count == 100 })
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `loses and repeats no line through any mix of writes, rotations and reads`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var follower = Follower(log.path)
        log.append("begin\n")
        try follower.read()
        var written = 0
        for _ in 0..<300 {
            switch random.next() % 8 {
            case 0...3:
                log.append("line \(written)\n")
                written += 1
            case 4:
                log.append("li")
                log.append("ne \(written)\n")
                written += 1
            case 5:
                log.rename(to: "system.log.1")
                log.append("")
                try follower.read()
            default: try follower.read()
            }
        }
        try follower.read()
        #expect(follower.lines == (0..<written).map { "line \($0)" })
    }
}

@Suite struct LogProbeTests {
    @Test func `brings outcomes with the last success of the history, then only what is new`() async throws {
        let log = try TestLog()
        let time = ManualTime(wall: WallTime(milliseconds: 1_795_255_400_000))
        log.append(
            "[2026-11-21 10:01:00] main.INFO: export done\n[2026-11-21 10:01:01] main.ERROR: export bad\n")
        let source = LogSource(
            "app-log", path: log.path, format: .monolog,
            rules: [
                OutcomeRule("erp", .success, .template("export done")),
                OutcomeRule("erp", .failure, .template("export bad")),
            ])
        let probe = try LogProbe(source, clock: time)
        #expect(probe.schedule.id == "app-log/outcomes")
        let first = outcomes(try await probe.read().facts)[0]
        #expect(first.span == .sinceLastRead(OutcomeCounts()))
        #expect(first.lastSuccess == WallTime(milliseconds: 1_795_255_260_000))
        log.append(
            "[2026-11-21 10:03:00] main.INFO: export done\n[2026-11-21 10:03:01] main.ERROR: export bad\n")
        let sample = try await probe.read()
        #expect(outcomes(sample.facts)[0].span == .sinceLastRead(OutcomeCounts(successes: 1, failures: 1)))
        #expect(sample.cost.bytes == 90)
        log.truncate()
        log.append("[2026-11-21 10:04:00] main.INFO: export done\n")
        #expect(
            outcomes(try await probe.read().facts)[0].span
                == .sinceLastRead(OutcomeCounts(successes: 1, isBound: true)))
        await probe.close()
    }

    @Test func `says what is wrong with the file in words`() async throws {
        let log = try TestLog()
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
}

/// Collects what a tail hands over.
private struct Follower: ~Copyable {
    var tail: LogTail
    var lines: [String] = []
    var history: [String] = []

    init(_ path: String, lookBack: Int = 1 << 16, budget: Int = 32 << 20) {
        tail = LogTail(path, lookBack: lookBack, budget: budget)
    }

    @discardableResult
    mutating func read() throws -> LogTail.Report {
        var old: [String] = []
        var new: [String] = []
        defer {
            history += old
            lines += new
        }
        return try tail.read { line, isHistory in
            let text = String(decoding: line.bytes, as: UTF8.self)
            if isHistory { old.append(text) } else { new.append(text) }
        }
    }
}

/// A log as another program writes it.
struct TestLog {
    private let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder("log")
        path = folder.path("system.log")
    }

    func append(_ text: String, to name: String = "system.log") {
        guard let file = unsafe fopen(folder.path(name), "a") else { return }
        let bytes = Array(text.utf8)
        _ = unsafe fwrite(bytes, 1, bytes.count, file)
        _ = unsafe fclose(file)
    }

    func rename(to name: String) { _ = unsafe Glibc.rename(path, folder.path(name)) }
    func truncate() { _ = unsafe Glibc.truncate(path, 0) }
    func remove() { _ = unsafe unlink(path) }
}
