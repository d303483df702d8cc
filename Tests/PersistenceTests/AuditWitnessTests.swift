import Engine
import Platform
import TestSupport
import Testing

@testable import Persistence

/// What is told of each newest record where the log's owner cannot change it.
@Suite(.timeLimit(.minutes(1))) struct AuditWitnessTests {
    private let folder: TemporaryFolder
    private let directory: Directory

    init() throws {
        folder = try TemporaryFolder("witness")
        directory = try PrivateDirectory.open(folder.path("d"))
    }

    private func log(_ witnesses: [AuditWitness]) throws -> AuditFile {
        try AuditFile(in: directory, environment: "eu-shop", author: .mira, witnesses: witnesses)
    }

    private func chain() throws -> AuditChain {
        try AuditChain(directory.read(AuditFile.fileName, limit: 1 << 20) ?? [])
    }

    private func failure(_ log: AuditFile) async -> StorageFailure? {
        await storageFailure { () throws(StorageFailure) in try await log.anchor() }
    }

    private func marks(in file: String) throws -> [AuditMark] {
        try String(decoding: Files.read(folder.path(file), limit: 1 << 20), as: UTF8.self)
            .split(separator: "\n").compactMap { AuditMark(String($0)) }
    }

    @Test func `the system's log is told of each newest record, once`() async throws {
        let receiver = try LogReceiver(folder.path("log"))
        let log = try log([.systemLog(folder.path("log"), isWanted: true)])
        #expect(await failure(log) == nil && receiver.next() == nil)
        for number in 1...3 {
            try await log.append(.sample(number))
            for _ in 0..<2 { #expect(await failure(log) == nil) }
            let line = try #require(receiver.next())
            #expect(line.hasPrefix("<85>hypercare: hypercare-audit env=eu-shop host=bastion uid=1000 seq="))
            let mark = try #require(AuditMark(line))
            #expect(try mark.seq == number && mark.sha256 == chain().lastHash)
            #expect(receiver.next() == nil)
        }
    }

    @Test func `a system's log that is not there is no failure, unless it was asked for`() async throws {
        for isWanted in [false, true] {
            let log = try log([.systemLog(folder.path("none"), isWanted: isWanted)])
            try await log.append(.sample(1))
            let told = await failure(log)
            #expect((told == nil) == !isWanted)
            #expect(told == nil || told.isSentence(naming: folder.path("none")))
        }
    }

    @Test func `a place that takes nothing keeps no record from being written, and is told the newest later`()
        async throws
    {
        let log = try log([.file(folder.path("far/anchors")), .file(folder.path("near"))])
        try await log.append(.sample(1))
        for _ in 0..<2 { #expect(await failure(log).isSentence(naming: "the audit log is not anchored")) }
        try await log.append(.sample(2))
        _ = try PrivateDirectory.open(folder.path("far"))
        try await log.append(.sample(3))
        #expect(await failure(log) == nil)
        #expect(try marks(in: "far/anchors").map(\.seq) == [3])
        #expect(try marks(in: "near").map(\.seq) == [1, 3])
        #expect(try chain().count == 3)
    }

    @Test func `a program reads the line, and one that fails is told`() async throws {
        let script = "cat >> \(folder.path("anchors"))"
        let log = try log([.command(["/bin/sh", "-c", script], environment: ["PATH": "/bin"])])
        try await log.append(.sample(1))
        #expect(await failure(log) == nil)
        #expect(try marks(in: "anchors").map(\.seq) == [1])
        let failing = try self.log([.command(["/bin/sh", "-c", "exit 3"], environment: [:])])
        try await failing.append(.sample(2))
        #expect(await failure(failing).isSentence(naming: "not anchored"))
    }

    @Test func `a chain made anew by its owner is told from the one that was written`() async throws {
        let place = folder.path("anchors")
        let kept = try log([.file(place)])
        for number in 1...3 {
            try await kept.append(.sample(number))
            try await kept.anchor()
        }
        let marks = try marks(in: "anchors")
        var same = try chain()
        #expect(same.compare(with: marks, in: place) == 3 && same.faults.isEmpty)
        for count in [2, 3, 4] {
            for file in [AuditFile.fileName, AuditFile.anchorName] { try directory.remove(file) }
            let anew = try log([])
            for number in 1...count { try await anew.append(.sample(number, reason: "nothing to see")) }
            var chain = try chain()
            chain.compare(with: AuditAnchor.Found(try directory.read(AuditFile.anchorName, limit: 4096)))
            #expect(chain.faults.isEmpty, "in itself it holds")
            #expect(chain.compare(with: marks, in: place) == 0)
            #expect(chain.faults.count == 3, "\(chain.faults)")
            #expect(chain.faults.allSatisfy { $0.what.contains("anchored in \(place)") })
        }
    }

    @Test func `a mark is found behind what a log puts before it, and is of one log`() throws {
        let hash = String(repeating: "a", count: 64)
        let mark = AuditMark(environment: "eu-shop", author: .mira, seq: 7, sha256: hash)
        for before in ["", "Nov 28 09:00:00 bastion hypercare[12]: ", "2026-11-28T09:00:00Z "] {
            #expect(AuditMark(before + mark.line) == mark)
            #expect(AuditMark(before + mark.line + " more=1") == mark)
        }
        for broken in ["", "hypercare-audit", String(mark.line.dropLast()), "env=eu-shop seq=7"] {
            #expect(AuditMark(broken) == nil)
        }
        #expect(mark.isOf("eu-shop", .mira) && !mark.isOf("us-shop", .mira))
        var other = AuditAuthor.mira
        other.host = "bastion2"
        #expect(!mark.isOf("eu-shop", other))
        other.host = "b a=stion"
        #expect(AuditMark(environment: "x", author: other, seq: 1, sha256: hash).isOf("x", other))
    }
}
