import Engine
import Glibc
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// What is kept stays what it is while it cannot be read, linked or counted on.
@Suite struct UnreadStateTests {
    private func state(_ number: Int64) -> EngineState {
        var state = EngineState()
        state.savedAt = WallTime(seconds: number)
        return state
    }

    private func directory(_ folder: TemporaryFolder) throws -> Directory {
        let directory = try PrivateDirectory.open(folder.path("d"))
        let storage = StateStorage(in: directory)
        try storage.save(state(1))
        try storage.save(state(2))
        return directory
    }

    private func both(_ directory: Directory) throws -> [[UInt8]?] {
        try ["state.json", "state.json.prev"].map { try directory.read($0, limit: 1 << 20) }
    }

    @Test func `a state that could not be read once is not saved over until it was loaded`() throws {
        let folder = try TemporaryFolder("state")
        let directory = try directory(folder)
        let before = try both(directory)
        let ops = BreakableOps(directory)
        let storage = StateStorage(in: ops)
        ops.deny(.reading)
        #expect(throws: SystemError.self) { try storage.load() }
        ops.deny(nil)
        for number in 3..<6 {
            let failure = #expect(throws: StorageFailure.self) { try storage.save(state(Int64(number))) }
            #expect(failure?.message.contains("Input/output error") == true)
            #expect(failure?.message.contains("left as it is") == true)
        }
        #expect(try both(directory) == before)
        #expect(try storage.load()?.state == state(2))
        try storage.save(state(7))
        #expect(try StateStorage(in: directory).load()?.state == state(7))
    }

    @Test(arguments: ["link", "long", "folder"])
    func `what stands there and cannot be read is left as it is, however often is saved`(kind: String) throws
    {
        let folder = try TemporaryFolder("state")
        let directory = try directory(folder)
        let previous = try both(directory)[1]
        try directory.rename("state.json", to: "elsewhere")
        switch kind {
        case "link": try folder.link("elsewhere", as: "d/state.json")
        case "folder": _ = try PrivateDirectory.open(folder.path("d/state.json"))
        default: try folder.write(String(repeating: "x", count: 2 << 20), to: "d/state.json")
        }
        let facts = try Files.facts(folder.path("d/state.json"))
        let storage = StateStorage(in: directory, limit: 1 << 20)
        #expect(throws: SystemError.self) { try storage.load() }
        for number in 3..<6 {
            #expect(throws: StorageFailure.self) { try storage.save(state(Int64(number))) }
        }
        // Also by one that never asked.
        let other = StateStorage(in: directory, limit: 1 << 20)
        for _ in 0..<2 { #expect(throws: (any Error).self) { try other.save(state(9)) } }
        #expect(try Files.facts(folder.path("d/state.json")) == facts)
        #expect(try directory.read("state.json.prev", limit: 1 << 20) == previous)
    }

    /// As the kernel answers for a file of another user: `protected_hardlinks`.
    @Test func `a state that may be read and not linked leaves both copies`() throws {
        let folder = try TemporaryFolder("state")
        let directory = try directory(folder)
        let before = try both(directory)
        let ops = BreakableOps(directory)
        let storage = StateStorage(in: ops)
        #expect(try storage.load()?.state == state(2))
        ops.deny(.linking)
        for number in 3..<6 {
            #expect(throws: SystemError.self) { try storage.save(state(Int64(number))) }
            #expect(try both(directory) == before)
        }
        ops.deny(nil)
        try storage.save(state(7))
        #expect(try StateStorage(in: directory).load()?.state == state(7))
    }

    @Test func `a generation that has no next one begins again`() throws {
        for generation in [Int.max, Int.max - 1, -1, Int.min] {
            let bytes = try StateFormat.current.write(state(1), generation: generation)
            let ops = RecordingOps(["state.json": bytes])
            let storage = StateStorage(in: ops)
            #expect(try storage.load()?.state == state(1))
            for number in 2..<5 { try storage.save(state(Int64(number))) }
            #expect(try StateStorage(in: ops).load()?.state == state(4))
        }
    }

    @Test func `of two damaged files both are kept, and none that was kept before is lost`() throws {
        var contents: RecordingOps.Contents = [
            "state.json": Array("x".utf8), "state.json.prev": Array("y".utf8),
        ]
        for number in 1...12 { contents["state.json.bad-\(number)"] = Array("\(number)".utf8) }
        let ops = RecordingOps(contents)
        let storage = StateStorage(in: ops)
        #expect(try storage.load()?.state == EngineState())
        try storage.save(state(1))
        try storage.save(state(2))
        for number in 1...12 {
            #expect(ops.contents["state.json.bad-\(number)"] == Array("\(number)".utf8))
        }
        #expect(ops.contents["state.json.bad-13"] == Array("x".utf8))
        #expect(ops.contents["state.json.bad-14"] == Array("y".utf8))
    }

    @Test func `twenty thousand entries are loaded and saved in a moment`() throws {
        var large = state(1)
        for number in 0..<20_000 {
            large.lastSuccesses["integration:flow-\(number)"] = WallTime(seconds: Int64(number))
        }
        let ops = RecordingOps()
        let began = secondsOfThread
        try StateStorage(in: ops).save(large)
        #expect(try StateStorage(in: ops).load()?.state == large)
        let seconds = secondsOfThread - began
        // Minutes in this build when each entry looked through all of them.
        #expect(seconds < 5, "\(seconds) s")
    }

    /// Of its processor: what else runs does not count.
    private var secondsOfThread: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
