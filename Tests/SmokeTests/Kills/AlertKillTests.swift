import Glibc
import Platform
import TestSupport
import Testing

/// A watch without a screen, killed at any moment: no alert is lost, none is told twice as new, and what a person set
/// aside stays aside. Some eighty kills; `make kills-alerts` for a thousand.
@Suite(.timeLimit(.minutes(6))) struct AlertKillTests {
    static let kills = Environment.ofProcess["ALERT_KILLS"].flatMap { Int($0) }
    static let strace = "/usr/bin/strace"
    static let canTrace = (try? Files.facts(strace)) != nil

    private func begin() async throws -> AlertChain {
        let chain = try AlertChain()
        // Who is to be told is known from the first save on.
        let watch = try await chain.watch()
        try await eventually("the first one is told", within: .seconds(60)) {
            try chain.open().contains("queue:q0 growing")
        }
        watch.stop(SIGTERM)
        try await chain.acknowledge()
        return chain
    }

    private func end(_ chain: AlertChain, _ words: String) async throws {
        try await chain.settle()
        let flaws = try chain.flaws()
        #expect(flaws == [], "\(words): \(flaws.joined(separator: "\n"))")
        #expect(try await chain.acknowledged() == "the ERP is closed", "\(words)")
        #expect(try Files.facts(chain.shop.kept("state.json.bad-1")) == nil, "\(words)")
    }

    @Test func `killed at any moment, each alert is told, once as new, and stays as it was acknowledged`()
        async throws
    {
        let each = (Self.kills ?? 80) / 4
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed: UInt64 in 1...4 {
                group.addTask {
                    let chain = try await begin()
                    var random = SeededGenerator(seed: seed)
                    for _ in 0..<each {
                        let watch = try await chain.watch()
                        // Any moment: there is no fact to wait for.
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...1800, using: &random)))
                        watch.stop(SIGKILL)
                    }
                    try await end(chain, "chain \(seed)")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Each step from an alert's being kept to its being on record as told, and the file it is done to.
    private static let steps = [
        ("openat", "state.json.tmp"), ("write", "state.json.tmp"), ("fsync", "state.json.tmp"),
        ("linkat", "state.json"), ("renameat", "state.json.prev.tmp"), ("renameat", "state.json.tmp"),
        ("openat", "alerts.jsonl"), ("write", "alerts.jsonl"), ("close", "alerts.jsonl"),
        ("openat", "journal.jsonl"), ("write", "journal.jsonl"), ("fsync", "journal.jsonl"),
    ]

    @Test(.enabled(if: canTrace))
    func `killed before any step of keeping and telling, each alert is told, once as new`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<3 {
                group.addTask {
                    let chain = try await begin()
                    for place in stride(from: first, to: Self.steps.count, by: 3) {
                        let (call, file) = Self.steps[place]
                        // The first time it is done, and the third.
                        for number in [1, 3] { try await kill(chain, before: call, of: file, number) }
                    }
                    try await end(chain, "steps \(first)")
                }
            }
            try await group.waitForAll()
        }
    }

    private func kill(_ chain: AlertChain, before call: String, of file: String, _ number: Int) async throws {
        let path =
            file == "alerts.jsonl" ? chain.shop.path(file) : chain.shop.kept(file)
        let watch = try await chain.watch([
            Self.strace, "-f", "-qq", "-o", chain.shop.path("trace"), "-P", file, "-P", path,
            "-e", "trace=\(call)", "-e", "inject=\(call):signal=KILL:when=\(number)",
        ])
        try? await eventually("it is killed", within: .seconds(8)) { !Self.isRunning(watch.pid) }
        // Where nothing new is to be told it is not done so often: then it is killed as it stands, for strace alone would
        // leave it alive.
        let children = "/proc/\(watch.pid)/task/\(watch.pid)/children"
        if let pids = try? Files.read(children, limit: 4096) {
            for pid in String(decoding: pids, as: UTF8.self).split(separator: " ").compactMap({ Int32($0) }) {
                _ = Glibc.kill(pid, SIGKILL)
            }
        }
        watch.stop(SIGKILL)
    }

    private static func isRunning(_ pid: Int32) -> Bool {
        let status = (try? Files.read("/proc/\(pid)/stat", limit: 4096)).map {
            String(decoding: $0, as: UTF8.self)
        }
        return status.map { !$0.contains(") Z ") } ?? false
    }
}
