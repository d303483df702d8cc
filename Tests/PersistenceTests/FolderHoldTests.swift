import Engine
import EngineAPI
import Monitoring
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Persistence

/// Who keeps a folder goes by what others find under its name.
@Suite(.timeLimit(.minutes(1))) struct FolderHoldTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("eu-shop") }
    private let parent: Directory

    init() throws {
        folder = try TemporaryFolder("hold")
        parent = try Directory(folder.path)
    }

    private func open() throws -> (StateDirectory, AuditFile) {
        let process = ProcessMark(pid: 4711, startTicks: 88, bootID: "b")
        let directory = try StateDirectory.open(path, holder: LockHolder(process, origin: "10.0.0.7"))
        let audit = try AuditFile.opened(
            in: directory, environment: "eu-shop", author: .mira, witnesses: [])
        return (directory, audit)
    }

    private func refusals(_ directory: StateDirectory, _ audit: AuditFile) async -> [String?] {
        let event = EngineAPI.Event(
            at: WallTime(seconds: 1), status: nil, entity: nil, subject: "queue", text: "erp")
        return [
            await storageFailure { () throws(StorageFailure) in
                try await directory.state.save(EngineState())
            },
            await storageFailure { () throws(StorageFailure) in try await directory.journal.append([event]) },
            await storageFailure { () throws(StorageFailure) in try await audit.append(.sample(9)) },
            await storageFailure { () throws(StorageFailure) in try await audit.check() },
        ].map { $0?.message }
    }

    private func told(_ keeper: Keeper) -> String {
        switch keeper {
        case .us: "us"
        case .wanted: "wanted"
        case .another(let words): "another: \(words)"
        case .nobody: "nobody"
        case .lost(let words): "lost: \(words)"
        }
    }

    @Test(arguments: [false, true])
    func `moved away or replaced, a folder is written no more, and is kept again when it is back`(
        isReplaced: Bool
    ) async throws {
        let (first, audit) = try open()
        try await first.state.save(EngineState())
        try await audit.append(.sample(1))
        try parent.rename("eu-shop", to: "moved")
        var second: (StateDirectory, AuditFile)?
        if isReplaced { second = try open() }
        for _ in 0..<3 {
            let words = told(await first.keeper())
            #expect(
                words.hasPrefix("lost: this console's folder was moved away, removed or replaced"), "\(words)"
            )
            #expect(words.hasSuffix("Put it back, or start the console again: \(path)"))
        }
        for refusal in await refusals(first, audit) {
            #expect(
                refusal?.hasPrefix("this console's folder was moved away, removed or replaced") == true,
                "\(refusal ?? "")")
        }
        #expect(try AuditChain(Files.read(folder.path("moved/audit.jsonl"), limit: 1 << 20)).count == 1)
        if let second {
            // Who came to the name keeps what is there.
            #expect(told(await second.0.keeper()) == "us")
            try await second.1.append(.sample(5))
            try parent.rename("eu-shop", to: "theirs")
        } else {
            #expect(try Files.facts(path) == nil, "it was made again")
        }
        try parent.rename("moved", to: "eu-shop")
        #expect(told(await first.keeper()) == "us")
        try await first.state.save(EngineState())
        try await audit.append(.sample(2))
        if let second { #expect(told(await second.0.keeper()).hasPrefix("lost: ")) }
    }

    @Test func `a lock that was removed is told, and then taken again`() async throws {
        let (first, audit) = try open()
        try first.directory.remove("lock")
        #expect(
            await refusals(first, audit).allSatisfy { $0?.contains("lock was removed or replaced") == true })
        #expect(told(await first.keeper()).contains("lock was removed or replaced"))
        #expect(told(await first.keeper()) == "us")
        try await first.state.save(EngineState())
        try await audit.append(.sample(1))
        let (second, _) = try open()
        #expect(!second.isOurs)
        let words = "pid 4711 keeps this environment (another console of yours from 10.0.0.7 since "
        #expect(told(await second.keeper()).contains(words))
    }

    @Test func `where another one has taken a lock that was removed, the first keeps no more`() async throws {
        let (first, audit) = try open()
        try await audit.append(.sample(1))
        try first.directory.remove("lock")
        var second: (directory: StateDirectory, audit: AuditFile)? = try open()
        #expect(second?.directory.isOurs == true)
        #expect(await refusals(first, audit).allSatisfy { $0 != nil })
        #expect(told(await first.keeper()).hasPrefix("lost: "))
        #expect(told(await first.keeper()).contains("keeps this environment (another console of yours"))
        #expect(!first.isOurs)
        #expect(await refusals(first, audit).allSatisfy { $0 == StateDirectory.keptByAnother })
        try await second?.audit.append(.sample(2))
        // And when that one has ended the first has what it wrote.
        second = nil
        try await eventually("it is let go") { await first.keeper() == .us }
        try await audit.append(.sample(3))
        #expect(try AuditChain(Files.read("\(path)/audit.jsonl", limit: 1 << 20)).count == 3)
    }

    @Test func `a console that watched a folder that is elsewhere by now does not keep it`() async throws {
        var first: StateDirectory? = try open().0
        let (second, _) = try open()
        #expect(first?.isOurs == true && !second.isOurs)
        try parent.rename("eu-shop", to: "moved")
        first = nil
        try await eventually("it is let go") {
            if case .lost = await second.keeper() { true } else { false }
        }
        #expect(!second.isOurs)
        let third = try open().0
        #expect(third.isOurs)
        #expect(told(await second.keeper()).hasPrefix("lost: "))
    }

    @Test func `what could not be opened is opened when it can be, and says why until then`() async throws {
        let path = try folder.write("in the way", to: "eu-shop")
        let tries = Tries()
        let awaited = try AwaitedStores(because: StorageFailure("not yet"), every: .zero) {
            tries.add()
            let directory = try StateDirectory.open(path)
            return AwaitedStores.Opened(
                directory,
                try AuditFile.opened(
                    in: directory, environment: "eu-shop", author: .mira, witnesses: []))
        }
        #expect(
            await storageFailure { () throws(StorageFailure) in _ = try await awaited.load() }?.message
                == "not yet")
        #expect(told(await awaited.keeper()).contains("cannot open the directory \(path)"))
        #expect(
            await storageFailure { () throws(StorageFailure) in _ = try await awaited.recorded() }?.message
                .contains(path) == true)
        try parent.remove("eu-shop")
        #expect(told(await awaited.keeper()) == "us")
        try await awaited.save(EngineState())
        try await awaited.append(.sample(1))
        #expect(try await awaited.recorded().unfinished.count == 1)
        let before = tries.count
        for _ in 0..<3 { _ = await awaited.keeper() }
        #expect(tries.count == before)
    }

    @Test func `it is tried again once in a pause, however often it is asked`() async throws {
        let tries = Tries()
        let awaited = try AwaitedStores(because: StorageFailure("not yet"), every: .seconds(3600)) {
            tries.add()
            throw StorageFailure("never")
        }
        for _ in 0..<5 { #expect(told(await awaited.keeper()) == "lost: not yet") }
        #expect(tries.count == 0)
    }

    private final class Tries: Sendable {
        private let tries = Mutex(0)
        var count: Int { tries.withLock { $0 } }
        func add() { tries.withLock { $0 += 1 } }
    }
}
