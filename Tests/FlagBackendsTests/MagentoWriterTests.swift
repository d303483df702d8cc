import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import Synchronization
import TestSupport
import Testing

/// The program of a change, which nothing here ends.
@Suite(.timeLimit(.minutes(1))) struct MagentoWriterTests {
    private static let path = MagentoShop.path

    /// What was put on record.
    private final class Records: Sendable {
        private let writers = Mutex<[ProcessMark]>([])
        var all: [ProcessMark] { writers.withLock { $0 } }
        func recorder(refusing why: String? = nil) -> ChangeRecorder {
            ChangeRecorder { writer in
                self.writers.withLock { $0.append(writer) }
                return why
            }
        }
    }

    private func shop(deadline: Duration = .seconds(20), prefix: [String] = []) throws -> MagentoShop {
        try MagentoShop(["default/\(Self.path)": "1"], deadline: deadline, prefix: prefix)
    }

    private func change(_ shop: MagentoShop, _ opID: String = "op") async throws -> FlagChange {
        let seen = try #require(try await shop.backend.read().flags.first)
        return FlagChange(
            opID: opID, flag: seen.name, backend: seen.backend, from: seen.value, to: .off,
            expectedRevision: seen.revision)
    }

    @Test func `is on record before it does anything, and does nothing where that cannot be`() async throws {
        let shop = try shop()
        let change = try await change(shop)
        let records = Records()
        #expect(
            await shop.backend.apply(change, records.recorder(refusing: "the disk is full"))
                == .refused("the disk is full"))
        #expect(try shop.value() == "1\n" && !shop.calls.contains { $0.contains("config:set") })
        #expect(records.all.count == 1)
        guard case .confirmed = await shop.backend.apply(change, records.recorder()) else {
            Issue.record("not confirmed")
            return
        }
        #expect(records.all.count == 2 && records.all[0].pid != records.all[1].pid)
        #expect(try Files.names(in: shop.folder.path("kept"), startingWith: "writer").isEmpty)
    }

    @Test func `of one that is not on record yet nothing is left when the console is killed`() async throws {
        let shop = try shop()
        let left = Mutex<[String]?>(nil)
        let recorder = ChangeRecorder { _ in
            // Whatever has a name now would outlive us, and no later console knows of it.
            left.withLock { $0 = try? Files.names(in: shop.folder.path("kept"), startingWith: "writer") }
            return nil
        }
        guard case .confirmed = await shop.backend.apply(try await change(shop), recorder) else {
            Issue.record("not confirmed")
            return
        }
        #expect(left.withLock { $0 } == [])
    }

    @Test func `is waited for beyond every deadline`() async throws {
        let shop = try shop(deadline: .seconds(1))
        let change = try await change(shop)
        try shop.folder.write("", to: "wait")
        let outcome = Task { await shop.backend.apply(change) }
        try await Task.sleep(for: .seconds(2))
        #expect(try shop.value() == "0\n", "it has saved")
        try shop.folder.write("", to: "go")
        guard case .confirmed(let after) = await outcome.value else {
            Issue.record("\(await outcome.value)")
            return
        }
        #expect(after.value == .off)
    }

    /// As a console that ended since has left it.
    private func begun(_ change: FlagChange, in shop: MagentoShop) throws -> DetachedProgram {
        let kept = try PrivateDirectory.open(shop.folder.path("kept"))
        let output = FileDescriptor(taking: try kept.create("writer-\(change.opID).out", mode: 0o600))
        return try DetachedProgram(
            ChildCommand(["/bin/sh", shop.folder.path("magento"), "config:set", "--", Self.path, "0"]),
            output: output, keeping: 1000)
    }

    @Test func `a later console waits for it, and tells by its words and the reading how it ended`()
        async throws
    {
        for (ends, isTold) in [("well", true), ("unseen", false)] {
            let shop = try shop()
            let change = try await change(shop, ends)
            try shop.folder.write("", to: "wait")
            if !isTold { try shop.folder.write("3", to: "end") }
            let program = try begun(change, in: shop)
            let end = Task { try await program.run() }
            defer { end.cancel() }
            try await eventually("it has saved") { try shop.value() == "0\n" }
            let writer = program.mark
            let outcome = Task { await shop.backend.takeUp(change, of: writer) }
            try await Task.sleep(for: .milliseconds(200))
            try shop.folder.write("", to: "go")
            switch await outcome.value {
            case .confirmed(let after): #expect(isTold && after.value == .off)
            case .saved(let after, let why):
                #expect(!isTold && after.value == .off)
                #expect(
                    why.contains("cache is perhaps not cleaned")
                        && why.contains("how config:set ended was not seen"))
            case let outcome: Issue.record("\(ends): \(outcome)")
            }
        }
    }

    @Test(arguments: [6, 40_000])
    func `the last thing it says counts, however much it said before`(warnings: Int) async throws {
        let shop = try shop()
        try shop.folder.write(
            String(repeating: "PHP Deprecated: a\n", count: warnings), to: "loud")
        let change = try await change(shop, "later")
        let program = try begun(change, in: shop)
        #expect(try await program.run() == .exited(0))
        guard case .confirmed = await shop.backend.takeUp(change, of: program.mark) else {
            Issue.record("it said that it was saved")
            return
        }
        try shop.keep("1", at: "default/\(Self.path)")
        try shop.folder.write("", to: "locked")
        guard case .refused(let why) = await shop.backend.apply(try await self.change(shop)) else {
            Issue.record("it is locked")
            return
        }
        #expect(why.hasPrefix("it is locked in env.php or config.php: ") && why.contains("PHP Deprecated"))
    }

    @Test func `one that said no and left a process at work may yet have done it`() async throws {
        let shop = try shop()
        try shop.folder.write("", to: "fork")
        let outcome = await shop.backend.apply(try await change(shop))
        #expect(outcome == .unknown("config:set said no (exit code 1), and config:show reads ON"))
        try await eventually("it is saved") { try shop.value() == "0\n" }
    }

    @Test func `one that is gone without a trace is decided by what reads`() async throws {
        let gone = ProcessMark(pid: 1, startTicks: 1, bootID: "another")
        let shop = try shop()
        let change = try await change(shop)
        guard case .refused(let why) = await shop.backend.takeUp(change, of: gone) else {
            Issue.record("nothing was saved")
            return
        }
        #expect(why == "how config:set ended was not seen")
        // Elsewhere it may go on when its ssh has gone.
        let far = try self.shop(prefix: ["/usr/bin/env"])
        guard case .unknown = await far.backend.takeUp(try await self.change(far), of: gone) else {
            Issue.record("it may be at work still")
            return
        }
        try shop.keep("0", at: "default/\(Self.path)")
        guard case .saved = await shop.backend.takeUp(change, of: gone) else {
            Issue.record("it is saved")
            return
        }
    }

    @Test func `one that talks without end does not fill the disk, and its last words count`() async throws {
        let shop = try shop()
        let change = try await change(shop)
        try shop.folder.write("64000000", to: "flood")
        try shop.folder.write("", to: "wait")
        let outcome = Task { await shop.backend.apply(change) }
        let file = shop.folder.path("kept/writer-op.out")
        try await eventually("it has said all") { try Files.facts(file)?.size == 64_000_000 }
        try await eventually("most of it is given back") {
            let du = ChildCommand(["/usr/bin/du", "-k", file])
            let result = try await ChildProcess.run(du, deadline: .seconds(5), outputCap: 1000)
            let kilobytes = String(decoding: result.output, as: UTF8.self).split(separator: "\t").first
            return kilobytes.flatMap { Int($0) }.map { $0 <= 1024 } ?? false
        }
        try shop.folder.write("", to: "go")
        guard case .confirmed = await outcome.value else {
            Issue.record("not confirmed")
            return
        }
    }

    @Test func `what programs of earlier consoles said goes, but for changes that are open`() async throws {
        let shop = try shop()
        _ = try PrivateDirectory.open(shop.folder.path("kept"))
        for name in ["writer-done.out", "writer-open.out", "notes.txt"] {
            try shop.folder.write("Value was saved.\n", to: "kept/" + name)
        }
        await shop.backend.tidy(keeping: ["open"])
        #expect(try Files.names(in: shop.folder.path("kept"), startingWith: "writer") == ["writer-open.out"])
        #expect(try Files.names(in: shop.folder.path("kept"), startingWith: "notes") == ["notes.txt"])
    }
}
