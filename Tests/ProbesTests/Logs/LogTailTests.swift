import Glibc
import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct LogTailTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    @Test func `begins at the end, and hands over every new line once`() throws {
        log.append("old 1\nold 2\nhalf")
        var follower = Follower(log.path)
        try follower.read()
        #expect(follower.lines.isEmpty)
        log.append(" a line\nnew\r\n")
        try follower.read()
        try follower.read()
        #expect(follower.lines == ["half a line", "new"])
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
    }

    @Test func `a writer that goes on in the rotated file is read for an hour, quiet or not`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.rename(to: "system.log.1")
        log.append("")
        for number in 1...12 {
            log.append("\(number)\n", to: number <= 7 ? "system.log" : "system.log.1")
            for _ in 0..<4 { try follower.read(after: 100) }
        }
        #expect(follower.lines == (1...12).map(String.init))
        try follower.read(after: 3700)
        log.append("nobody reads this any more\n", to: "system.log.1")
        try follower.read()
        #expect(follower.lines.count == 12)
        #expect(follower.ended == [1])
        // Back at the path it is known: what was read is not read twice.
        log.rename("system.log.1", to: "system.log")
        try follower.read()
        #expect(follower.lines.last == "nobody reads this any more")
        #expect(follower.lines.count == 13)
    }

    @Test func `a removed file does not keep its room on the disk`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.remove()
        log.append("1\n")
        try follower.read()
        #expect(follower.ended.isEmpty)
        try follower.read(after: 61)
        #expect(follower.ended == [1])
        #expect(follower.lines == ["1"])
    }

    @Test func `several rotations between two reads lose nothing`() throws {
        log.append("old\n", to: "system.log.3")
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        for number in 1...3 {
            log.append("\(number)\n")
            log.rename("system.log.2", to: "system.log.3")
            log.rename("system.log.1", to: "system.log.2")
            log.rename(to: "system.log.1")
        }
        log.append("4\n")
        try follower.read()
        try follower.read()
        #expect(follower.lines == ["1", "2", "3", "4"])
    }

    @Test func `a copy of what was read is not read twice, under any name`() throws {
        log.append("a first line that is long enough to be told from others, 2026-11-21\n1\n")
        var follower = Follower(log.path)
        try follower.read()
        log.append("2\n")
        try follower.read()
        log.copy(to: "copy")
        log.append("3\n", to: "copy")
        log.rename("copy", to: "system.log")
        try follower.read()
        #expect(follower.lines == ["2", "3"])
    }

    @Test func `copytruncate loses nothing while its copy can be read`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        log.append("1\nbegin")
        try follower.read()
        log.append("ning\n2\n")
        log.copy(to: "system.log.1")
        log.truncate()
        log.append("3\n")
        #expect(!(try follower.read().wasTruncated))
        #expect(follower.lines == ["1", "beginning", "2", "3"])
        log.rename(to: "system.log.2")
        log.append("4\n")
        try follower.read()
        #expect(follower.lines == ["1", "beginning", "2", "3", "4"])
    }

    @Test func `a link to today's file is followed, and another target is a rotation`() throws {
        log.append("old\n", to: "system-20.log")
        try log.link("system-20.log")
        var follower = Follower(log.path)
        try follower.read()
        log.append("1\n", to: "system-20.log")
        try follower.read()
        log.append("2\n", to: "system-20.log")
        log.append("3\n", to: "system-21.log")
        log.remove()
        try log.link("system-21.log")
        try follower.read()
        log.append("4\n", to: "system-20.log")
        log.append("5\n", to: "system-21.log")
        try follower.read()
        #expect(follower.lines == ["1", "2", "3", "4", "5"])
        log.remove()
        try log.link("/dev/zero")
        #expect(throws: SystemError.self) { try follower.read() }
    }

    @Test func `a read whose time is over goes on where it stood`() throws {
        log.append("0\n")
        var follower = Follower(log.path)
        try follower.read()
        let line = String(repeating: "x", count: 99) + "\n"
        log.append(String(repeating: line, count: 5000))
        var left = 2
        let report = try follower.read {
            left -= 1
            return left < 0
        }
        #expect(report.behind == 500_000 - 2 * 65_536)
        #expect(try follower.read().behind == 0)
        #expect(follower.lines.count == 5000)
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
        // What was left out has been read all the same.
        #expect(report.bytes == 50_000 * 101)
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

/// Collects what a tail hands over.
private struct Follower: ~Copyable {
    var tail: LogTail
    var lines: [String] = []
    var ended: [Int] = []
    let time = ManualTime()

    init(_ path: String, budget: Int = 32 << 20) { tail = LogTail(path, budget: budget) }

    @discardableResult
    mutating func read(
        after seconds: Int = 1, isOver: () -> Bool = { false }
    ) throws -> LogTail.Report {
        var new: [String] = []
        var gone: [Int] = []
        defer {
            lines += new
            ended += gone
        }
        time.advance(by: .seconds(seconds))
        return try tail.read(
            at: time.now, isOver: isOver,
            { line, _ in new.append(String(decoding: line.bytes, as: UTF8.self)) }, ended: { gone.append($0) }
        )
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
        append(bytes: Array(text.utf8)[...], to: name)
    }

    func append(bytes slice: ArraySlice<UInt8>, to name: String = "system.log") {
        guard let file = unsafe fopen(folder.path(name), "a") else { return }
        let bytes = Array(slice)
        _ = unsafe fwrite(bytes, 1, bytes.count, file)
        _ = unsafe fclose(file)
    }

    func rename(to name: String) { rename("system.log", to: name) }
    func rename(_ name: String, to other: String) {
        _ = unsafe Glibc.rename(folder.path(name), folder.path(other))
    }
    func copy(to name: String) {
        guard let bytes = try? Files.read(path, limit: 1 << 30) else { return }
        append(String(decoding: bytes, as: UTF8.self), to: name)
    }
    func link(_ target: String) throws { try folder.link(target, as: "system.log") }
    func truncate() { _ = unsafe Glibc.truncate(path, 0) }
    func remove() { _ = unsafe unlink(path) }
}
