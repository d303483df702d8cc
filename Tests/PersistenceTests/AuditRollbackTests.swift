import Engine
import Platform
import TestSupport
import Testing

@testable import Persistence

/// An older copy of log and anchor is as whole as the newest: whoever wrote or read the newest knows better.
@Suite(.timeLimit(.minutes(1))) struct AuditRollbackTests {
    private static let names = [AuditFile.fileName, AuditFile.anchorName]
    private let folder: TemporaryFolder
    private let directory: Directory

    init() throws {
        folder = try TemporaryFolder("rollback")
        directory = try PrivateDirectory.open(folder.path("d"))
    }

    private func log() throws -> AuditFile {
        try AuditFile(in: directory, environment: "eu-shop", author: .mira)
    }

    private func copy() throws -> [String: [UInt8]] {
        var copy: [String: [UInt8]] = [:]
        for name in Self.names { copy[name] = try directory.read(name, limit: 1 << 20) }
        return copy
    }

    private func put(_ copy: [String: [UInt8]]) throws {
        for name in Self.names {
            try directory.remove(name)
            if let bytes = copy[name] { try AtomicFile(name, in: directory).replace(with: bytes) }
        }
    }

    private func told(_ body: () async throws(StorageFailure) -> Void) async -> Bool {
        await storageFailure(body)?.message.hasPrefix(
            "an older copy of audit.jsonl and audit.head was put in place") == true
    }

    enum Knowing: CaseIterable { case wrote, read }

    @Test(arguments: Knowing.allCases, [1, 2])
    func `an older copy of both is told by whoever wrote or read the newest, and takes no record`(
        knowing: Knowing, kept: Int
    ) async throws {
        let writer = try log()
        for number in 1...kept { try await writer.append(.sample(number)) }
        let old = try copy()
        try await writer.append(.sample(3))
        try await writer.append(.sample(3, phase: .confirmed))
        let newest = try copy()
        let log = knowing == .wrote ? writer : try log()
        if knowing == .read { _ = try await log.recorded() }
        try await log.look()
        try put(old)
        for _ in 0..<2 {
            #expect(await told { () throws(StorageFailure) in try await log.look() })
            #expect(await told { () throws(StorageFailure) in try await log.check() })
            #expect(await told { () throws(StorageFailure) in try await log.append(.sample(9)) })
            #expect(await told { () throws(StorageFailure) in _ = try await log.recorded() })
        }
        #expect(try copy() == old)
        // The newest put back, it goes on.
        try put(newest)
        try await log.look()
        try await log.append(.sample(4))
        #expect(try AuditChain(directory.read(AuditFile.fileName, limit: 1 << 20) ?? []).count == kept + 3)
    }

    @Test func `an older copy that grew as many records is told too`() async throws {
        let log = try log()
        try await log.append(.sample(1))
        let old = try copy()
        try await log.append(.sample(2))
        let newest = try copy()
        try put(old)
        let other = try self.log()
        for number in 7...9 { try await other.append(.sample(number)) }
        #expect(await told { () throws(StorageFailure) in try await log.append(.sample(3)) })
        try put(newest)
        try await log.append(.sample(3))
    }

    @Test func `both moved away are a new beginning with the next record, and no older copy is one`()
        async throws
    {
        let log = try log()
        try await log.append(.sample(1))
        let old = try copy()
        try await log.append(.sample(2))
        try put([:])
        try await log.look()
        try await log.check()
        try put(old)
        #expect(await told { () throws(StorageFailure) in try await log.look() })
        try put([:])
        try await log.append(.sample(3))
        #expect(try AuditChain(directory.read(AuditFile.fileName, limit: 1 << 20) ?? []).count == 1)
        try put(old)
        #expect(await told { () throws(StorageFailure) in try await log.look() })
    }

    @Test func `a record whose append failed may be there or not`() async throws {
        let subject = try StorageSubject(.disk)
        let log = try subject.audit()
        try await log.append(.sample(1))
        for fault in BreakableOps.Fault.allCases {
            subject.fail(fault)
            _ = await storageFailure { () throws(StorageFailure) in try await log.append(.sample(2)) }
            subject.fail(nil)
            try await log.look()
            try await log.append(.sample(3))
        }
    }
}
