import Platform
import TestSupport
import Testing

/// The demo keeps its state in the temporary directory, and nothing of it stays there.
@Suite struct DemoFolderTests {
    private func folders(in base: TemporaryFolder) async throws -> Int {
        let found = try await ChildProcess.run(
            ChildCommand(["/usr/bin/find", base.path, "-mindepth", "1", "-maxdepth", "1"]),
            deadline: .seconds(10), outputCap: 1 << 16)
        return found.output.count { $0 == UInt8(ascii: "\n") }
    }

    private func demo(in base: TemporaryFolder, _ arguments: [String] = []) async throws -> Program {
        let program = try Program()
        try program.startDemo(arguments, ["TMPDIR": base.path])
        try await program.pty.wait(for: "the demo is drawn", within: .seconds(20)) {
            $0.text.contains("DEMO")
        }
        return program
    }

    @Test(arguments: [Program.Signal.hangUp, Program.Signal.terminate])
    func `a signal that ends it removes its folder at once`(signal: Int32) async throws {
        let base = try TemporaryFolder("temporary")
        let program = try await demo(in: base, ["--hang"])
        defer { program.pty.close() }
        #expect(try await folders(in: base) == 1)
        let started = ContinuousClock.now
        program.pty.signal(signal)
        #expect(try await program.pty.exit() == .code(128 + signal))
        #expect(ContinuousClock.now - started < .seconds(5))
        #expect(try await folders(in: base) == 0)
    }

    @Test func `the next one removes what a killed one left, and not that of a living one`() async throws {
        let base = try TemporaryFolder("temporary")
        let killed = try await demo(in: base)
        let living = try await demo(in: base)
        defer {
            killed.pty.close()
            living.pty.close()
        }
        killed.pty.signal(Program.Signal.kill)
        _ = try await killed.pty.exit()
        try await killed.isGivenBack()
        #expect(try await folders(in: base) == 2)
        let next = try await demo(in: base)
        defer { next.pty.close() }
        try await eventually("two are left") { try await folders(in: base) == 2 }
        for program in [living, next] {
            program.pty.send("q")
            #expect(try await program.pty.exit() == .code(0))
        }
        #expect(try await folders(in: base) == 0)
    }
}
