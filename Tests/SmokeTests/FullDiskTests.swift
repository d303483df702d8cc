import Glibc
import Platform
import TestSupport
import Testing

/// A recording whose disk is full: said at once, whoever watches watches on, and what was written is a recording.
@Suite(.timeLimit(.minutes(3)), .enabled(if: AlertKillTests.canTrace)) struct FullDiskTests {
    private func full(_ chain: AlertChain, _ name: String, after writes: Int) -> [String] {
        let path = chain.shop.path(name)
        return [
            AlertKillTests.strace, "-f", "-qq", "-o", chain.shop.path("trace"), "-P", path, "-e",
            "trace=write,pwrite64,writev,fsync",
            "-e", "inject=write,pwrite64,writev:error=ENOSPC:when=\(writes)+",
        ]
    }

    private func isReadable(_ name: String, of chain: AlertChain) async throws -> Bool {
        let result = try await ChildProcess.run(
            ChildCommand([Program.path, "backtest", chain.shop.path(name)], environment: [:]),
            deadline: .seconds(60))
        return result.end == .exited(0)
    }

    @Test func `a watch that records says that the disk is full and goes on telling`() async throws {
        let chain = try AlertChain()
        let name = "watched.jsonl.zst"
        let watch = try await chain.watch(
            full(chain, name, after: 2), ["--record", chain.shop.path(name)])
        defer { watch.stop(SIGKILL) }
        @Sendable func log() throws -> String { try chain.shop.text(chain.shop.path("watch.log")) }
        try await eventually("it is said", within: .seconds(60)) {
            try log().contains("is recorded no more")
        }
        let said = try log()
        #expect(said.contains("No space left on device"), "\(said)")
        #expect(said.split(separator: "\n").count { $0.contains("recorded no more") } == 1)
        let known = try chain.lines().count
        try await eventually("the next alert is told", within: .seconds(60)) {
            try chain.lines().count > known + 1
        }
        #expect(try await isReadable(name, of: chain))
    }

    @Test func `a recorder whose disk is full ends with 1 and one sentence, and leaves what it has`()
        async throws
    {
        let chain = try AlertChain()
        let name = "recorded.jsonl.zst"
        let result = try await ChildProcess.run(
            ChildCommand(
                full(chain, name, after: 2) + [
                    Program.path, "--config", chain.shop.path("config.yaml"), "record",
                    chain.shop.path(name),
                ], environment: chain.shop.variables), deadline: .seconds(90))
        let said = String(decoding: result.error, as: UTF8.self)
        #expect(result.end == .exited(1), "\(said)")
        #expect(said.contains("No space left on device"), "\(said)")
        #expect(try await isReadable(name, of: chain))
    }
}
