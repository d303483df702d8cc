import Documents
import FeatureFlags
import FlagBackends
import Glibc
import Platform
import TestSupport
import Testing

/// Consoles in processes of their own, editors, a script, readers and one who follows by the inode, all at one flagd
/// file. Some seconds; `make flagfile` for a minute.
@Suite(.serialized) struct FlagFileStormTests {
    static let seconds = Environment.ofProcess["FLAGFILE_SECONDS"].flatMap { Double($0) } ?? 3
    static let turner =
        (CommandLine.arguments.first ?? "").split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/") + "/flag-turner"

    /// How its changes ended, one line each.
    private func turn(_ flag: String, of path: String, for seconds: Double) async throws -> [String] {
        let result = try await ChildProcess.run(
            ChildCommand([Self.turner, path, flag, String(seconds)]), deadline: .seconds(seconds + 60),
            outputCap: 8 << 20)
        #expect(result.end == .exited(0), "\(String(decoding: result.error, as: UTF8.self))")
        return String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func isOn(_ flag: String, in path: String) throws -> Bool {
        let document = try JSON.read(Files.read(path, limit: 1 << 20), name: path)
        return document["flags"]?[flag]?["defaultVariant"]?.string == "yes"
    }

    @Test func `of what consoles change at once nothing is lost`() async throws {
        let storm = try FlagFileStorm()
        let path = storm.path
        async let first = turn("erp.v2", of: path, for: Self.seconds)
        async let second = turn("erp.v2", of: path, for: Self.seconds)
        async let third = turn("pay", of: path, for: Self.seconds)
        let (both, alone) = (try await first + second, try await third)
        // Each confirmed change turns it once more; none of one flag, another's is a conflict.
        #expect(Set(alone).isSubset(of: ["confirmed ON", "confirmed OFF"]))
        #expect(alone.count > 20)
        #expect(try isOn("pay", in: path) == (alone.count % 2 == 0))
        let known: Set = ["confirmed ON", "confirmed OFF", "conflict ON", "conflict OFF"]
        #expect(Set(both).isSubset(of: known), "\(Set(both).subtracting(known))")
        let turns = both.count { $0.hasPrefix("confirmed") }
        #expect(turns > 20)
        #expect(try isOn("erp.v2", in: path) == (turns % 2 == 0))
        #expect(try Files.names(in: storm.folder.path, startingWith: ".hypercare-").isEmpty)
    }

    @Test func `of what others save nothing is replaced untold, nobody reads half a file or loses it`()
        async throws
    {
        let storm = try FlagFileStorm()
        let path = storm.path
        let follower = try FileFollower(path)
        defer { follower.end() }
        let end = ContinuousClock.now + .seconds(Self.seconds)
        async let first = turn("erp.v2", of: path, for: Self.seconds)
        async let second = turn("pay", of: path, for: Self.seconds)
        async let savers: Void = withThrowingTaskGroup(of: Void.self) { group in
            for (place, saver) in FlagFileStorm.Saver.allCases.enumerated() {
                group.addTask { try await storm.run(saver, until: end, seed: UInt64(place)) }
            }
            try await group.waitForAll()
        }
        let torn = try await onThread {
            var torn: [String] = []
            for number in 0..<10_000 {
                let bytes = try Files.read(path, limit: 1 << 20)
                if (try? JSON.read(bytes, name: path)) == nil || bytes.count != FlagFileStorm.first.utf8.count
                {
                    torn.append("reading \(number): \(bytes.count) bytes")
                }
                usleep(UInt32(Self.seconds * 60))
            }
            return torn
        }
        try await savers
        let outcomes = try await first + second
        try storm.lookInTurn()

        #expect(torn.isEmpty, "\(torn.prefix(3))")
        #expect(storm.failures.isEmpty, "\(storm.failures.prefix(3))")
        let kept = try Files.names(in: storm.folder.path, startingWith: "flags.json.kept-").map {
            try FlagFileStorm.counted(Files.read(storm.folder.path($0), limit: 1 << 20))
        }
        let untold = storm.lost.filter { save in !kept.contains { $0[save.saver] == save.number } }
        let toldLost = outcomes.count { $0.contains("has to be saved again") }
        #expect(untold.count <= toldLost, "\(untold)")
        #expect(outcomes.count { $0.hasPrefix("confirmed") } > 10 && storm.saves > 50)
        let word = { (outcome: String) in outcome.prefix { $0 != " " && $0 != ":" } }
        let words = Dictionary(grouping: outcomes, by: word).mapValues(\.count)
        print(
            "flag file: \(storm.saves) saves of others, \(storm.lost.count) replaced, \(kept.count) kept, "
                + "\(toldLost) told as lost; changes: \(words)")
        #expect(try Files.names(in: storm.folder.path, startingWith: ".hypercare-").isEmpty)

        let last = try Files.read(path, limit: 1 << 20)
        try await eventually("the follower has the last content") { follower.seen.last == last }
        #expect(!follower.seen.hasGivenUp && follower.seen.empty == 0)
    }

    @Test
    func `killed at any moment of a change, the file is whole, and the next console sweeps what is left`()
        async throws
    {
        let storm = try FlagFileStorm()
        let texts = Set(
            ["yes", "not"].map {
                FlagFileStorm.first.replacing("\"yes\"}", with: "\"\($0)\"}", maxReplacements: 1)
            })
        let follower = try FileFollower(storm.path)
        defer { follower.end() }
        var random = SeededGenerator(seed: 9)
        var left = 0
        for number in 0..<Int(Self.seconds * 10) {
            let writer = try await ServerProcess(
                [Self.turner, storm.path, "erp.v2", "60"], log: storm.folder.path("log"))
            try await Task.sleep(for: .milliseconds(Int.random(in: 15...60, using: &random)))
            writer.stop(SIGKILL)
            let text = String(decoding: try Files.read(storm.path, limit: 1 << 20), as: UTF8.self)
            #expect(texts.contains(text), "kill \(number): \(text)")
            if try !Files.names(in: storm.folder.path, startingWith: ".hypercare-").isEmpty { left += 1 }
            let next = try FlagdFile(name: "file", path: storm.path)
            #expect(try await next.read().notices.isEmpty)
            let names = try Files.names(in: storm.folder.path, startingWith: "")
            #expect(Set(names) == [".", "..", FlagFileStorm.name, "log"], "kill \(number): \(names)")
        }
        print("flag file: \(left) of \(Int(Self.seconds * 10)) kills left something, all of it swept")
        let last = try Files.read(storm.path, limit: 1 << 20)
        try await eventually("the follower has the last content") { follower.seen.last == last }
        #expect(!follower.seen.hasGivenUp && follower.seen.empty == 0)
    }

    static let strace = "/usr/bin/strace"

    @Test(
        .enabled(if: (try? Files.facts(strace)) != nil),
        arguments: [
            ("flock", 1), ("fchown", 1), ("fchmod", 2), ("fsync", 1), ("linkat", 1), ("renameat", 1),
            ("fsync", 2),
            ("unlinkat", 1),
        ])
    func `killed before any step of a change, the file is whole and followed, and the rest is swept`(
        call: String, number: Int
    ) async throws {
        let storm = try FlagFileStorm()
        let follower = try FileFollower(storm.path)
        defer { follower.end() }
        let result = try await ChildProcess.run(
            ChildCommand(
                [
                    Self.strace, "-f", "-qq", "-o", storm.folder.path("trace"), "-e", "trace=\(call)",
                    "-e", "inject=\(call):signal=KILL:when=\(number)", Self.turner, storm.path, "erp.v2",
                    "60",
                ]), deadline: .seconds(20))
        #expect(result.end == .signalled(SIGKILL))
        #expect(try Files.read(storm.path, limit: 1 << 20).count == FlagFileStorm.first.utf8.count)
        let next = try FlagdFile(name: "file", path: storm.path)
        #expect(try await next.read().notices.isEmpty)
        #expect(try Files.names(in: storm.folder.path, startingWith: ".hypercare-").isEmpty)
        let last = try Files.read(storm.path, limit: 1 << 20)
        try await eventually("the follower has the last content") { follower.seen.last == last }
        #expect(!follower.seen.hasGivenUp && follower.seen.empty == 0)
    }
}
