import Glibc
import Monitoring
import Platform
import TestSupport
import Testing

/// What the other suites stand on.
@Suite(.timeLimit(.minutes(1))) struct TestSupportTests {
    @Test func `manual time wakes those that are due and no others, and both clocks move`() async throws {
        let time = ManualTime()
        let start = time.now
        let short = Task { try await time.sleep(until: start.boot + .seconds(5)) }
        let long = Task { try await time.sleep(until: start.boot + .seconds(6)) }
        try await time.sleepers(2)
        time.advance(by: .milliseconds(4999))
        try await time.sleepers(2)
        time.advance(by: .milliseconds(1))
        try await short.value
        try await time.sleepers(1)
        #expect(time.now.wall.milliseconds - start.wall.milliseconds == 5000)
        time.stepWall(bySeconds: -3600)
        #expect(time.now.boot - start.boot == .seconds(5))

        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
        try await time.sleepers(0)
        // Already due.
        try await time.sleep(until: start.boot)
    }

    @Test func `waiting for what never comes ends and says what it was`() async {
        let error = await #expect(throws: NotInTime.self) {
            try await eventually("the moon", within: .milliseconds(20)) { false }
        }
        #expect(error?.description.contains("the moon") == true)
    }

    @Test func `a folder is removed when let go, and one of a killed run by the next`() async throws {
        var folder: TemporaryFolder? = try TemporaryFolder("gone")
        let path = try #require(folder?.path)
        try folder?.write("x", to: "a")
        folder = nil
        #expect(try Files.facts(path) == nil)

        await #expect(processExitsWith: .success) {
            // No process has this number.
            let left =
                (unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp")
                + "/hypercare-x.2147483646.a"
            #expect(unsafe mkdir(left, 0o700) == 0)
            _ = try TemporaryFolder("sweep")
            #expect(try Files.facts(left) == nil)
        }
    }

    @Test func `a program killed before it has its terminal leaves one whose output ends`() async throws {
        for _ in 0..<40 {
            let pty = try Pty()
            defer { pty.close() }
            try pty.start(["/bin/sleep", "60"], environment: [:])
            pty.signal(9)
            #expect(try await pty.exit(within: .seconds(5)) == .signal(9))
        }
    }
}
