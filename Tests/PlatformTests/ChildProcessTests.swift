import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
    private func sh(_ script: String, input: String = "") -> ChildCommand {
        ChildCommand(["sh", "-c", script], input: Array(input.utf8))
    }

    private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test func `hands back the exit code and both outputs`() async throws {
        let result = try await ChildProcess.run(
            sh("echo out; echo err >&2; exit 3"), deadline: .seconds(20))
        #expect(result.end == .exited(3))
        #expect(result.output == Array("out\n".utf8))
        #expect(result.error == Array("err\n".utf8))
        let killed = try await ChildProcess.run(sh("kill -9 $$"), deadline: .seconds(20))
        #expect(killed.end == .signalled(9))
    }

    @Test func `arguments reach the program as they are, and only the given environment`() async throws {
        let nasty = ["a b", "$(id)", "; rm", "", "\"'", "*", "ü"]
        let result = try await ChildProcess.run(
            ChildCommand(["printf", "[%s]"] + nasty), deadline: .seconds(20))
        #expect(String(decoding: result.output, as: UTF8.self) == nasty.map { "[\($0)]" }.joined())

        let environment = try await ChildProcess.run(
            ChildCommand(["/usr/bin/env"], environment: ["A": "1", "B": "x=y"]), deadline: .seconds(20))
        #expect(String(decoding: environment.output, as: UTF8.self) == "A=1\nB=x=y\n")
        await #expect(throws: SystemError.self) {
            try await ChildProcess.run(ChildCommand(["echo", "a\0b"]), deadline: .seconds(20))
        }
    }

    @Test func `reads nothing unless given something, also more than a pipe holds`() async throws {
        let empty = try await ChildProcess.run(ChildCommand(["cat"]), deadline: .seconds(20))
        #expect(empty.end == .exited(0) && empty.output.isEmpty)
        let text = String(repeating: "0123456789", count: 50_000)
        let echoed = try await ChildProcess.run(
            ChildCommand(["cat"], input: Array(text.utf8)), deadline: .seconds(20))
        #expect(echoed.output == Array(text.utf8))
        // A program that does not read what it is given is no error, and no SIGPIPE.
        let deaf = try await ChildProcess.run(
            ChildCommand(["true"], input: Array(text.utf8)), deadline: .seconds(20))
        #expect(deaf.end == .exited(0))
    }

    @Test func `output beyond the cap is dropped and counted, and does not block the child`() async throws {
        let result = try await ChildProcess.run(
            sh("head -c 3000000 /dev/zero; head -c 100 /dev/zero >&2"), deadline: .seconds(20),
            outputCap: 1000)
        #expect(result.end == .exited(0))
        #expect(result.output.count == 1000 && result.droppedOutput == 2_999_000)
        #expect(result.error.count == 100 && result.droppedError == 0)
    }

    @Test func `a child that does not end in time is stopped and says what it had said`() async throws {
        let start = ContinuousClock.now
        let error = await #expect(throws: ChildTimedOut.self) {
            try await ChildProcess.run(sh("echo begun; exec sleep 60"), deadline: .milliseconds(300))
        }
        #expect(error?.output == Array("begun\n".utf8))
        let duration = ContinuousClock.now - start
        #expect(duration >= .milliseconds(300) && duration < .seconds(5))
    }

    @Test func `a child that ignores SIGTERM is killed half a second later, with its children`() async throws
    {
        let folder = try TemporaryFolder("child")
        let start = ContinuousClock.now
        let script = "trap '' TERM; sleep 60 & echo $! > \(folder.path("pid")); while :; do wait; done"
        await #expect(throws: ChildTimedOut.self) {
            try await ChildProcess.run(sh(script), deadline: .milliseconds(300))
        }
        let duration = ContinuousClock.now - start
        #expect(duration >= .milliseconds(800) && duration < .seconds(5))
        let text = String(decoding: try Files.read(folder.path("pid"), limit: 20), as: UTF8.self)
        let grandchild = try #require(Int32(text.dropLast()))
        // Killed at once, reaped by whoever inherits it.
        try await eventually("the grandchild is gone or a zombie") {
            guard kill(grandchild, 0) == 0 else { return true }
            let stat = try Files.read("/proc/\(grandchild)/stat", limit: 1000)
            return String(decoding: stat, as: UTF8.self).contains(") Z ")
        }
    }

    @Test func `a grandchild that holds the pipe open holds up nobody`() async throws {
        let start = ContinuousClock.now
        let result = try await ChildProcess.run(sh("sleep 30 & echo done"), deadline: .seconds(20))
        #expect(result.end == .exited(0))
        #expect(result.output == Array("done\n".utf8))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `cancelling the task ends the child, before and after its start`() async throws {
        let folder = try TemporaryFolder("child")
        let pidFile = folder.path("pid")
        let command = sh("echo $$ > \(pidFile).new; mv \(pidFile).new \(pidFile); exec sleep 60")
        let task = Task { try await ChildProcess.run(command, deadline: .seconds(60)) }
        try await eventually("the child runs") { try Files.facts(pidFile) != nil }
        let text = String(decoding: try Files.read(pidFile, limit: 20), as: UTF8.self)
        let pid = try #require(Int32(text.dropLast()))
        #expect(isAlive(pid))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!isAlive(pid))

        let early = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await ChildProcess.run(command, deadline: .seconds(60))
        }
        await #expect(throws: CancellationError.self) { try await early.value }
    }

    @Test func `no program is found relative to where we are, nor does one start there`() async throws {
        for (name, path) in [("./sh", "/bin"), ("bin/sh", "/"), ("planted", ""), ("planted", ".:/bin")] {
            let error = #expect(throws: SystemError.self) {
                try ChildCommand([name], environment: ["PATH": path]).program()
            }
            #expect(error?.description.hasPrefix("cannot start \(name): ") == true)
        }
        let run = try await ChildProcess.run(ChildCommand(["sh", "-c", "pwd"]), deadline: .seconds(20))
        #expect(String(decoding: run.output, as: UTF8.self) == "/\n")
        let found = Environment(["PATH": ".::bin:/usr/bin:"]).forChildren()["PATH"]
        #expect(
            found == "/usr/bin"
                && Environment(["PATH": "."]).forChildren()["PATH"] == ChildCommand.standardPath)
    }

    @Test func `a program that others may write is not started, nor a script by its interpreter`()
        async throws
    {
        let folder = try TemporaryFolder("child")
        let path = try folder.write("#!/bin/sh\necho planted\n", to: "planted-script", mode: 0o777)
        try folder.link("planted-script", as: "link")
        let output = try Files.open(path)
        for words in [
            [path], [folder.path("link")], ["sh", path], ["/bin/sh", "-e", path], ["planted-script"],
        ] {
            let command = ChildCommand(words, environment: ["PATH": "/bin:\(folder.path)"])
            let error = await #expect(throws: SystemError.self) {
                try await ChildProcess.run(command, deadline: .seconds(20))
            }
            #expect(error?.isDistrust == true, "\(words)")
            let detached = #expect(throws: SystemError.self) {
                try DetachedProgram(command, output: output, keeping: 1000)
            }
            #expect(detached?.isDistrust == true, "\(words)")
        }
    }

    @Test func `a program that is not there, or may not run, is named`() async throws {
        let missing = await #expect(throws: SystemError.self) {
            try await ChildProcess.run(ChildCommand(["no-such-program"]), deadline: .seconds(1))
        }
        #expect(
            missing?.description
                == "cannot start no-such-program: No such file or directory: it is in no folder of "
                + "PATH=\(ChildCommand.standardPath)")
        let folder = try TemporaryFolder("child")
        let path = try folder.write("#!/bin/sh\n", to: "script", mode: 0o600)
        let refused = await #expect(throws: SystemError.self) {
            try await ChildProcess.run(ChildCommand([path]), deadline: .seconds(1))
        }
        #expect(refused?.description == "cannot start \(path): Permission denied")
    }

    @Test func `forty children at once leave no descriptor, no zombie and the pool free`() async throws {
        func open() async throws -> Int {
            try #require(Int(try await shell("ls /proc/\(getpid())/fd | wc -l")))
        }
        _ = try await ChildProcess.run(ChildCommand(["true"]), deadline: .seconds(20))
        let before = try await open()
        try await withThrowingTaskGroup(of: ChildEnd.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await ChildProcess.run(sh("sleep 0.3"), deadline: .seconds(20)).end
                }
            }
            for try await end in group { #expect(end == .exited(0)) }
        }
        // Other tests run at the same time: a leak of 40 children would be hundreds.
        #expect(try await open() < before + 60)
    }

    @Test func `a program that runs on delivers as it goes and is ended with its reader`() async throws {
        let folder = try TemporaryFolder("follow")
        let log = try folder.write("one\n", to: "log")
        var seen = ""
        for await event in try ChildProcess.follow(ChildCommand(["tail", "-F", log])) {
            guard case .output(let bytes) = event else { continue }
            seen += String(decoding: bytes, as: UTF8.self)
            if seen == "one\n" { try folder.write("one\ntwo\n", to: "log") }
            if seen.hasSuffix("two\n") { break }
        }
        #expect(seen.hasSuffix("two\n"))
        try await eventually("tail has ended") {
            let result = try await ChildProcess.run(
                ChildCommand(["pgrep", "-f", "tail -F \(log)"]), deadline: .seconds(20))
            return result.end == .exited(1)
        }
    }

    @Test func `a reader that is slow learns how much was dropped, and always the end`() async throws {
        let folder = try TemporaryFolder("slow")
        let done = folder.path("done")
        let stream = try ChildProcess.follow(
            ChildCommand(["sh", "-c", "head -c 8000000 /dev/zero; : > '\(done)'"]), bufferedChunks: 4)
        // It ends when all it wrote was taken, with nobody reading here.
        try await eventually("head has ended") { try Files.facts(done) != nil }
        var received = 0
        var skipped = 0
        var last: ChildOutput?
        for await event in stream {
            switch event {
            case .output(let bytes): received += bytes.count
            case .skipped(let count): skipped += count
            default: break
            }
            last = event
        }
        #expect(last == .ended(.exited(0)))
        #expect(skipped > 0 && received + skipped == 8_000_000)
    }
}
