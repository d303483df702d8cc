import Documents
import Engine
import FeatureFlags
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// What every state store owes the engine, on the fake that the engine's tests run on and on the real ones alike.
@Suite(.timeLimit(.minutes(1))) struct StateContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, memory, disk, look
        var testDescription: String { rawValue }

        /// Those that write while they run: a look writes at its end.
        static let writing: [Kind] = [.fake, .memory, .disk]
    }

    /// Each run is a store of its own.
    struct Subject {
        let storage: StorageSubject
        private let isLook: Bool
        private var own: String { storage.folder.path("look") }

        init(_ kind: Kind) throws {
            storage = try StorageSubject(StorageSubject.Kind(rawValue: kind.rawValue) ?? .disk)
            isLook = kind == .look
        }

        func run<Result>(_ body: (any StateStore) async throws -> Result) async throws -> Result {
            guard isLook else { return try await body(storage.state()) }
            // A child of another test holds a copy of the lock's descriptor between its fork and its exec.
            let look: LookMemory = try await soon("the lock is free") {
                let look = LookMemory(console: nil, own: own, at: WallTime(seconds: 1_795_834_800))
                if case .none(let why) = look.kind, why.contains("another") { return nil }
                return look
            }
            let result = try await body(look)
            #expect(look.keep() == nil)
            return result
        }

        /// In the words of the file, so that nothing is equal that differs in a byte.
        func loaded() async throws -> [UInt8]? {
            try await run { try await $0.load().map { try JSONWriter.write($0.state) } }
        }
    }

    private func state(_ number: Int64) -> EngineState {
        var state = EngineState()
        state.savedAt = WallTime(seconds: number)
        for (place, name) in Names.hard.enumerated() {
            let id = EntityID(.queue, name, in: "rabbit", virtualHost: name)
            let at = WallTime(milliseconds: number + Int64(place))
            state.since[id.key] = .init(status: .critical, since: at)
            state.conditions[id.key] = ["noConsumer": at]
            state.flagValues[id.key] = .variant(name)
            state.flagChanges[id.key] = .init(by: name, at: at)
            state.queues[id.key] = QueueWatch.Memory(usualWait: 0.1 + Double(place), hadConsumer: true)
        }
        return state
    }

    @Test(arguments: Kind.allCases)
    func `nothing is there before the first save`(kind: Kind) async throws {
        let subject = try Subject(kind)
        #expect(try await subject.loaded() == nil)
        #expect(try await subject.loaded() == nil)
    }

    @Test(arguments: Kind.allCases)
    func `what was saved is loaded to the byte, in its own run and in each after it`(kind: Kind) async throws
    {
        let subject = try Subject(kind)
        let wanted = try JSONWriter.write(state(7))
        try await subject.run { store in
            try await store.save(state(7))
            let loaded = try await store.load()
            #expect(loaded?.note == nil)
            #expect(try loaded.map { try JSONWriter.write($0.state) } == wanted)
        }
        for _ in 0..<2 { #expect(try await subject.loaded() == wanted) }
    }

    @Test(arguments: Kind.allCases)
    func `the newest save is what is loaded, whoever saved it`(kind: Kind) async throws {
        let subject = try Subject(kind)
        for run in 0..<3 {
            try await subject.run { store in
                _ = try await store.load()
                for number in 0..<3 { try await store.save(state(Int64(10 * run + number))) }
            }
            #expect(try await subject.loaded() == JSONWriter.write(state(Int64(10 * run + 2))))
        }
    }

    @Test(arguments: Kind.allCases)
    func `times survive, however far away`(kind: Kind) async throws {
        let subject = try Subject(kind)
        var state = EngineState()
        for milliseconds: Int64 in [0, -1, 1, 1_795_834_800_123, .max, .min] {
            state.lastSuccesses["integration:\(milliseconds)"] = WallTime(milliseconds: milliseconds)
        }
        let kept = state
        try await subject.run { try await $0.save(kept) }
        #expect(try await subject.loaded() == JSONWriter.write(kept))
    }

    @Test(arguments: Kind.writing, BreakableOps.Fault.allCases)
    func `a save that failed says why and leaves what stood, and the next one counts`(
        kind: Kind, fault: BreakableOps.Fault
    ) async throws {
        let subject = try Subject(kind)
        try await subject.run { store in
            try await store.save(state(1))
            subject.storage.fail(fault)
            for _ in 0..<2 {
                let failure = await storageFailure { () throws(StorageFailure) in
                    try await store.save(state(2))
                }
                #expect(failure.isSentence(), "\(failure?.message ?? "it worked")")
            }
            subject.storage.fail(nil)
            #expect(try await subject.loaded() == JSONWriter.write(state(1)))
            try await store.save(state(3))
        }
        #expect(try await subject.loaded() == JSONWriter.write(state(3)))
    }

    @Test(arguments: Kind.writing)
    func `of two saves at once one stands, whole`(kind: Kind) async throws {
        let subject = try Subject(kind)
        try await subject.run { store in
            let (one, other) = (state(1), state(2))
            async let first: Void = store.save(one)
            async let second: Void = store.save(other)
            _ = try await (first, second)
        }
        let loaded = try await subject.loaded()
        #expect(try loaded == JSONWriter.write(state(1)) || loaded == JSONWriter.write(state(2)))
    }

    @Test(arguments: [Kind.memory, .disk], [true, false])
    func `what a newer program wrote is refused in a sentence and left, whether it was loaded or not`(
        kind: Kind, isLoaded: Bool
    ) async throws {
        let subject = try Subject(kind)
        let newer = try StateFormat(schema: 99, migrations: [:]).write(state(9), generation: 3)
        try AtomicFile(StateStorage.name, in: subject.storage.ops).replace(with: newer)
        try await subject.run { store in
            if isLoaded {
                let failure = await storageFailure { () throws(StorageFailure) in _ = try await store.load() }
                #expect(failure.isSentence(naming: "newer"), "\(failure?.message ?? "it was loaded")")
            }
            let failure = await storageFailure { () throws(StorageFailure) in try await store.save(state(1)) }
            #expect(failure.isSentence(naming: "newer"), "\(failure?.message ?? "it was saved")")
        }
        #expect(try subject.storage.ops.read(StateStorage.name, limit: 1 << 20) == newer)
    }

    @Test(arguments: Kind.writing)
    func `what could not be loaded again is not saved`(kind: Kind) async throws {
        let subject = try Subject(kind)
        try await subject.run { try await $0.save(state(1)) }
        var large = state(2)
        large.flagValues["flag:long"] = .variant(String(repeating: "x", count: 2 << 20))
        let kept = large
        let failure = try await subject.run { store in
            await storageFailure { () throws(StorageFailure) in try await store.save(kept) }
        }
        #expect(failure == nil || failure.isSentence())
        #expect(try await subject.loaded() == JSONWriter.write(failure == nil ? kept : state(1)))
    }

    @Test func `what stands in the way is named by its path`() async throws {
        let subject = try Subject(.disk)
        try subject.storage.obstruct("state.json.tmp")
        let store = subject.storage.state()
        let failure = await storageFailure { () throws(StorageFailure) in try await store.save(state(1)) }
        #expect(failure.isSentence(naming: subject.storage.folder.path("d/state.json.tmp")))
    }
}
