import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServerProcessTests {
    @Test func `a server dies with the process that runs the tests, even when that is killed`() async throws {
        let note = "/tmp/hypercare-server-\(getpid())"
        defer { _ = unsafe unlink(note) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let server = try await ServerProcess(["/bin/sleep", "600"], log: "/dev/null")
            let file = unsafe fopen("/tmp/hypercare-server-\(getppid())", "w")
            unsafe fputs("\(server.pid)\n", file)
            unsafe fclose(file)
            kill(getpid(), SIGKILL)
            server.stop()
        }
        let text = String(decoding: try Files.read(note, limit: 20), as: UTF8.self)
        let pid = try #require(Int32(text.dropLast()))
        try await eventually("the server is gone or a zombie") {
            guard kill(pid, 0) == 0 else { return true }
            let stat = try Files.read("/proc/\(pid)/stat", limit: 1000)
            return String(decoding: stat, as: UTF8.self).contains(") Z ")
        }
    }
}
