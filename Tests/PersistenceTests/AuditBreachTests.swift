import Engine
import FeatureFlags
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// A log that is not the one that was written is told, and never written on.
@Suite(.timeLimit(.minutes(1))) struct AuditBreachTests {
    private let name = AuditFile.fileName

    private func log(_ ops: any FileOps) throws -> AuditFile {
        try AuditFile(in: ops, environment: "eu-shop", author: .mira)
    }

    private func written(_ count: Int, why: String = "") async throws -> RecordingOps {
        let ops = RecordingOps()
        let log = try log(ops)
        for number in 1...count { try await log.append(.sample(number, reason: why)) }
        return ops
    }

    private func chain(_ contents: RecordingOps.Contents) throws -> AuditChain {
        var chain = try AuditChain(contents[name] ?? [])
        chain.compare(with: AuditAnchor.Found(contents[AuditFile.anchorName]))
        return chain
    }

    enum Breach: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case cut, emptied, removed, madeAnew, edited, anchorRemoved, anchorDamaged
        var testDescription: String { rawValue }
    }

    private func breach(_ contents: RecordingOps.Contents, _ breach: Breach) async throws
        -> RecordingOps.Contents
    {
        var contents = contents
        let lines = (contents[name] ?? []).split(separator: UInt8(ascii: "\n"))
        switch breach {
        case .cut: contents[name] = lines.dropLast(2).flatMap { $0 + [UInt8(ascii: "\n")] }
        case .emptied: contents[name] = []
        case .removed: contents[name] = nil
        case .madeAnew: contents[name] = try await written(lines.count, why: "none").contents[name]
        case .edited: contents[name]?.removeLast(3)
        case .anchorRemoved: contents[AuditFile.anchorName] = nil
        case .anchorDamaged: contents[AuditFile.anchorName] = Array("{\"version\":1".utf8)
        }
        return contents
    }

    @Test(arguments: Breach.allCases)
    func `a log that was cut, emptied or replaced takes no record, before the first and between two`(
        breach: Breach
    ) async throws {
        for isRunning in [false, true] {
            let folder = try TemporaryFolder("audit")
            let directory = try PrivateDirectory.open(folder.path("d"))
            let running = try log(directory)
            for number in 1...4 { try await running.append(.sample(number)) }
            var before: RecordingOps.Contents = [:]
            for file in [name, AuditFile.anchorName] {
                before[file] = try directory.read(file, limit: 1 << 20)
            }
            let after = try await self.breach(before, breach)
            for file in [name, AuditFile.anchorName] {
                try directory.remove(file)
                if let bytes = after[file] { try AtomicFile(file, in: directory).replace(with: bytes) }
            }
            let next = isRunning ? running : try log(directory)
            for _ in 0..<2 {
                #expect(await told(next, 9)?.message.contains("is not the log that was written") == true)
                let checked = await storageFailure { () throws(StorageFailure) in try await next.check() }
                #expect(checked?.message.contains("move audit.jsonl and audit.head away together") == true)
                let open = await storageFailure { () throws(StorageFailure) in _ = try await next.unfinished()
                }
                #expect(open?.message.contains("is not the log that was written") == true)
            }
            var left: RecordingOps.Contents = [:]
            for file in [name, AuditFile.anchorName] { left[file] = try directory.read(file, limit: 1 << 20) }
            #expect(left == after)
            #expect(try !chain(left).faults.isEmpty)
        }
    }

    private func told(_ log: AuditFile, _ number: Int) async -> StorageFailure? {
        await storageFailure { () throws(StorageFailure) in try await log.append(.sample(number)) }
    }

    @Test func `both moved away together, a new log is begun`() async throws {
        let folder = try TemporaryFolder("audit")
        let directory = try PrivateDirectory.open(folder.path("d"))
        let log = try log(directory)
        for number in 1...4 { try await log.append(.sample(number)) }
        try directory.rename(name, to: "old.jsonl")
        try directory.rename(AuditFile.anchorName, to: "old.head")
        try await log.append(.sample(5))
        #expect(try AuditChain(directory.read(name, limit: 1 << 20) ?? []).count == 1)
        #expect(try AuditChain(directory.read("old.jsonl", limit: 1 << 20) ?? []).count == 4)
    }

    @Test func `a copy put in its place takes the next record, not the file that was there before`()
        async throws
    {
        let folder = try TemporaryFolder("audit")
        let directory = try PrivateDirectory.open(folder.path("d"))
        let log = try log(directory)
        for number in 1...3 { try await log.append(.sample(number)) }
        let bytes = try #require(try directory.read(name, limit: 1 << 20))
        try AtomicFile(name, in: directory).replace(with: bytes)
        try await log.append(.sample(4))
        #expect(try AuditChain(directory.read(name, limit: 1 << 20) ?? []).count == 4)
    }

    /// Whatever a crash leaves is no breach: the next run goes on, and the chain holds.
    @Test func `a power cut at any step is followed by a log that holds`() async throws {
        let contents = try await written(2).contents
        for isTorn in [false, true] {
            var contents = contents
            if isTorn { contents[name]? += Array("{\"v\":1,\"seq\"".utf8) }
            let counting = RecordingOps(contents)
            try await log(counting).append(.sample(3))
            var checked = 0
            for cut in 0...counting.steps.count {
                let ops = RecordingOps(contents)
                ops.configure { $0.powerCut = cut }
                let isKept = await told(try log(ops), 3) == nil
                for left in ops.statesAfterPowerCut() {
                    let after = RecordingOps(left)
                    let next = try log(after)
                    let open = try await next.unfinished().map(\.change.opID)
                    #expect(!isKept || open.contains("op3"), "cut \(cut): \(open)")
                    for number in 4...5 { try await next.append(.sample(number)) }
                    let chain = try chain(after.contents)
                    #expect(chain.faults == [] && chain.tornAt == nil, "cut \(cut): \(chain.faults)")
                    checked += 1
                }
            }
            #expect(checked > counting.steps.count)
        }
    }

    @Test func `an anchor that cannot take its place again and again does not outlive it`() async throws {
        let ops = try await written(2)
        let log = try log(ops)
        ops.configure { $0.failing = "rename" }
        for number in 3...6 { #expect(await told(log, number) != nil) }
        ops.configure { $0.failing = nil }
        try await log.append(.sample(7))
        #expect(try chain(ops.contents).faults == [])
    }

    @Test func `what a newer hypercare wrote is respected: no torn line, nothing written, and said`()
        async throws
    {
        let ops = try await written(2)
        let contents = ops.contents
        let last = try AuditChain(contents[name] ?? [])
        let body = #"{"v":2,"seq":3,"prev":"\#(last.lastHash)","shape":{"of":"its own"}"#
        let line = Array((body + #","crc":"\#(CRC32C.text(of: Array(body.utf8)))"}"#).utf8)
        var newer = contents
        newer[name]? += line + [UInt8(ascii: "\n")]
        newer[AuditFile.anchorName] = AuditAnchor(seq: 3, sha256: try Hash.sha256(line)).bytes
        let chain = try chain(newer)
        #expect(chain.faults == [] && chain.tornAt == nil && chain.newer == 2 && chain.count == 3)

        let after = RecordingOps(newer)
        let log = try log(after)
        for _ in 0..<2 {
            let failure = await told(log, 4)
            #expect(failure?.isOfNewer == true && failure?.message.contains("format 2") == true)
        }
        let open = await storageFailure { () throws(StorageFailure) in
            _ = try await log.unfinished()
        }
        #expect(open?.isOfNewer == true)
        #expect(after.contents == newer)

        // Its anchor alone may be newer too.
        var headed = contents
        headed[AuditFile.anchorName] = Array(#"{"version":2,"heads":[]}"#.utf8)
        let other = try self.log(RecordingOps(headed))
        #expect(await told(other, 4)?.isOfNewer == true)
    }

    @Test func `the greatest number has no next one, and says so`() async throws {
        var record = AuditRecord(.sample(1), seq: .max, prev: AuditRecord.noPrevious, author: .mira)
        record.seq = .max
        let line = record.line
        let anchor = AuditAnchor(seq: .max, sha256: try Hash.sha256(Array(line.dropLast())))
        for anchor in [anchor.bytes, AuditAnchor(seq: .min, sha256: "").bytes] {
            let contents: RecordingOps.Contents = [name: line + line, AuditFile.anchorName: anchor]
            #expect(try !chain(contents).faults.isEmpty)
            #expect(await told(try log(RecordingOps(contents)), 2) != nil)
        }
    }
}
