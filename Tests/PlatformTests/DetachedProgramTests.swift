import Monitoring
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DetachedProgramTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("detached") }

    private func start(_ script: String) throws -> DetachedProgram {
        let directory = try Directory(folder.path)
        try directory.remove("said")
        let output = FileDescriptor(taking: try directory.create("said", mode: 0o600))
        return try DetachedProgram(
            ChildCommand(["sh", "-c", script], directory: folder.path), output: output, keeping: 100_000)
    }

    private var said: String {
        get throws { String(decoding: try Files.read(folder.path("said"), limit: 1000), as: UTF8.self) }
    }

    private func isThere(_ name: String) -> Bool {
        (try? Files.read(folder.path(name), limit: 10)) != nil
    }

    @Test func `says what it says into a file, and how it ended`() async throws {
        #expect(try await start("echo out; echo err >&2; exit 3").run() == .exited(3))
        #expect(try said == "out\nerr\n")
        #expect(try await start("kill -9 $$").run() == .signalled(9))
    }

    @Test func `is in a session of its own and reads nothing`() async throws {
        // proc(5): the fourth field behind the name is the session.
        #expect(try await start("cat; set -- $(cut -d')' -f2 /proc/$$/stat); echo $$ $4").run() == .exited(0))
        let numbers = try said.split(whereSeparator: { " \n".contains($0) })
        #expect(numbers.count == 2 && numbers[0] == numbers[1])
    }

    @Test func `does nothing before it is let go, and nothing at all when it is given up`() async throws {
        let program = try start("echo x > did")
        let mark = program.mark
        try await Task.sleep(for: .milliseconds(200))
        #expect(mark.isRunning && !isThere("did"))
        program.giveUp()
        #expect(!mark.isRunning && !isThere("did"))
    }

    @Test func `ends without having done anything when whoever starts it is gone`() async throws {
        func lose() throws -> ProcessMark { try start("echo x > did").mark }
        let mark = try lose()
        try await eventually("it has ended") { !mark.isRunning }
        #expect(!isThere("did"))
        #expect(try Files.facts("/proc/\(mark.pid)") == nil, "nobody has reaped it")
    }

    @Test func `holds nothing of ours while it waits`() async throws {
        let program = try start("true")
        defer { program.giveUp() }
        @Sendable func held() throws -> [String] {
            try Files.names(in: "/proc/\(program.mark.pid)/fd", startingWith: "")
                .filter { !$0.hasPrefix(".") }
        }
        // Its streams, what it waits for and where it tells that it failed.
        try await eventually("it waits") { try held().count <= 5 }
        #expect(try held().count == 5 && held().prefix(3) == ["0", "1", "2"])
    }

    @Test func `is ended with what it has started, also where it does not listen`() async throws {
        let program = try start("trap '' TERM; echo x > did; for i in $(seq 2000); do sleep 0.02; done")
        async let end = program.run()
        try await eventually("it is at work") { isThere("did") }
        try await DetachedProgram.end(program.mark, patience: .milliseconds(300))
        #expect(try await end == .signalled(9))
        #expect(!program.mark.isRunning)
        try await eventually("what it has started is gone") { !DetachedProgram.hasOffspring(program.mark) }
        try await DetachedProgram.end(program.mark)
    }

    @Test func `what it started and left is seen`() async throws {
        let program = try start("(for i in $(seq 1000); do [ -f go ] && break; sleep 0.02; done) & exit 1")
        #expect(try await program.run() == .exited(1))
        #expect(!program.mark.isRunning && DetachedProgram.hasOffspring(program.mark))
        try folder.write("", to: "go")
        try await eventually("it has ended") { !DetachedProgram.hasOffspring(program.mark) }
        var other = program.mark
        other.pid = 1
        #expect(!DetachedProgram.hasOffspring(other))
    }

    @Test func `what says much keeps only its last words on the disk, with nobody of ours to see to it`()
        async throws
    {
        let program = try start(
            "head -c 32000000 /dev/zero; echo last; for i in $(seq 1000); do [ -f go ] && break; sleep 0.02; done"
        )
        async let end = program.run()
        try await eventually("it has said it") { try Files.facts(folder.path("said"))?.size == 32_000_005 }
        try await eventually("most is given back") {
            let used = try await shell("du -k \(folder.path("said"))").split(separator: "\t").first
            return used.flatMap { Int($0) }.map { $0 <= 300 } ?? false
        }
        let bound = try #require(try await bounding())
        #expect(bound.parent != program.mark.pid)
        // It holds the file and nothing else of ours.
        let held = try Files.names(in: "/proc/\(bound.pid)/fd", startingWith: "").filter {
            !$0.hasPrefix(".")
        }
        #expect(held == ["1"])
        try folder.write("", to: "go")
        #expect(try await end == .exited(0))
        try await eventually("it has ended too") { try await bounding() == nil }
        let tail = try Directory(folder.path).read("said", at: 32_000_000, limit: 10)
        #expect(tail == Array("last\n".utf8))
    }

    /// What gives the disk back: the one of that name that holds the output.
    private func bounding() async throws -> (pid: Int, parent: Int32)? {
        let script = """
            for p in /proc/[0-9]*; do
              [ "$(cat $p/comm 2>/dev/null)" = hypercare-bound ] || continue
              [ "$(readlink $p/fd/1)" = "\(folder.path("said"))" ] && cut -d' ' -f1,4 $p/stat
            done; true
            """
        let numbers = try await shell(script).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        return (numbers[0], Int32(numbers[1]))
    }

    @Test func `what cannot become its program is told when it is let go`() async throws {
        let program = try DetachedProgram(
            ChildCommand([folder.path]),
            output: FileDescriptor(taking: try Directory(folder.path).create("x", mode: 0o600)), keeping: 1000
        )
        await #expect(throws: SystemError.self) { try await program.run() }
    }

    @Test func `a later process of ours can wait for it, and takes no other for it`() async throws {
        let program = try start("for i in $(seq 1000); do [ -f go ] && break; sleep 0.02; done")
        let mark = program.mark
        let end = Task { try await program.run() }
        try await eventually("it runs") { mark.isRunning }

        var others = [mark, mark, mark]
        others[0].startTicks += 1
        others[1].bootID = "another"
        others[2].pid = 0
        for other in others {
            #expect(!other.isRunning)
            await DetachedProgram.waitForEnd(of: other)
        }

        let waiting = Task { await DetachedProgram.waitForEnd(of: mark) }
        try await Task.sleep(for: .milliseconds(100))
        #expect(mark.isRunning)
        try folder.write("", to: "go")
        await waiting.value
        #expect(try await end.value == .exited(0))
        #expect(!mark.isRunning)
        await DetachedProgram.waitForEnd(of: mark)
    }
}
