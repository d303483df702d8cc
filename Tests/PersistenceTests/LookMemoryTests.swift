import Engine
import Monitoring
import Persistence
import Platform
import TestSupport
import Testing

/// Whose state one look goes on with, and what it writes.
@Suite(.timeLimit(.minutes(1))) struct LookMemoryTests {
    private let folder: TemporaryFolder
    private let now = WallTime(seconds: 1_795_834_800)
    private var console: String { folder.path("shop") }
    private var own: String { folder.path("shop/status") }

    init() throws { folder = try TemporaryFolder("look") }

    private func state(_ name: String, savedAt seconds: Double) -> EngineState {
        var state = EngineState()
        state.savedAt = now.advanced(bySeconds: seconds)
        state.conditions = [name: ["stalled": now.advanced(bySeconds: seconds - 60)]]
        return state
    }

    private func keep(_ state: EngineState, at path: String) throws {
        try StateStorage(in: PrivateDirectory.open(path)).save(state)
    }

    private func known(_ memory: LookMemory) async throws -> [String] {
        try await memory.load()?.state.conditions.keys.sorted() ?? []
    }

    private func look() -> LookMemory { LookMemory(console: console, own: own, at: now) }

    @Test func `while a console keeps its state fresh nothing is written`() async throws {
        try keep(state("console", savedAt: -150), at: console)
        let memory = look()
        #expect(memory.kind == .console)
        #expect(try await known(memory) == ["console"])
        try await memory.save(state("look", savedAt: 0))
        #expect(memory.keep() == nil)
        #expect(try Files.facts(own) == nil)
        #expect(try await known(look()) == ["console"])
    }

    @Test func `without one it keeps its own, once, in a folder for itself alone`() async throws {
        do {
            let memory = look()
            #expect(memory.kind == .own)
            #expect(try await known(memory) == [])
            try await memory.save(state("look", savedAt: -2))
            #expect(try Files.facts(own + "/state.json") == nil)
            try await memory.save(state("look", savedAt: 0))
            #expect(memory.keep() == nil)
        }
        #expect(try Files.facts(own)?.mode == 0o700)
        try await eventually("the lock is free") { look().kind == .own }
        #expect(try await known(look()) == ["look"])
    }

    @Test(arguments: [(-300.0, -600.0, "console"), (-600, -300, "look")])
    func `goes on with whatever is newer`(console: Double, own: Double, name: String) async throws {
        try keep(state("console", savedAt: console), at: self.console)
        try keep(state("look", savedAt: own), at: self.own)
        let memory = look()
        #expect(memory.kind == .own)
        #expect(try await known(memory) == [name])
    }

    @Test(arguments: [(899.0, LookMemory.Kind.own), (901, .lapsed(901))])
    func `looks too far apart let no hold go on, and are kept all the same`(
        seconds: Double, kind: LookMemory.Kind
    ) async throws {
        try keep(state("look", savedAt: -seconds), at: own)
        let memory = look()
        #expect(memory.kind == kind)
        try await memory.save(state("now", savedAt: 0))
        #expect(memory.keep() == nil)
        let read = try StateStorage(in: Directory(own)).load(mends: false)
        #expect(read?.state.conditions.keys.sorted() == ["now"])
    }

    @Test func `of two at once the second remembers nothing, says so, and damages nothing`() async throws {
        let first = look()
        let second = look()
        #expect(first.kind == .own && second.kind == .none("another `status` is using \(own)"))
        try await first.save(state("first", savedAt: 0))
        try await second.save(state("second", savedAt: 0))
        #expect(first.keep() == nil && second.keep() == nil)
        let read = try StateStorage(in: Directory(own)).load(mends: false)
        #expect(read?.state.conditions.keys.sorted() == ["first"])
    }

    @Test(arguments: ["others may enter it", "no directory", "newer", "nowhere"])
    func `a folder that cannot be used is a reason, and no harm`(kind: String) async throws {
        var path: String? = own
        switch kind {
        case "others may enter it":
            _ = try PrivateDirectory.open(own)
            try await shell("chmod 755 \(own)")
        case "no directory": path = "/proc/none/status"
        case "newer":
            _ = try PrivateDirectory.open(own)
            let newer = try StateFormat(schema: 99, migrations: [:]).write(EngineState(), generation: 3)
            try folder.write(String(decoding: newer, as: UTF8.self), to: "shop/status/state.json")
        default: path = nil
        }
        let memory = LookMemory(console: console, own: path, at: now)
        guard case .none(let why) = memory.kind else {
            Issue.record("\(memory.kind)")
            return
        }
        #expect(!why.isEmpty)
        try await memory.save(state("look", savedAt: 0))
        #expect(memory.keep() == nil)
    }
}
