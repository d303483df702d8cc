import Engine
import EngineAPI
import Monitoring
import Persistence
import Platform
import TestSupport
import Testing

@Suite struct AuditFileTests {
    func written(_ count: Int, in ops: any FileOps) async throws {
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        for number in 1...count { try await log.append(.sample(number)) }
    }

    func chain(in ops: any FileOps) throws -> AuditChain {
        var chain = try AuditChain(ops.read(AuditFile.fileName, limit: AuditFile.sizeLimit) ?? [])
        chain.compare(with: AuditAnchor.Found(try ops.read(AuditFile.anchorName, limit: 4096)))
        return chain
    }

    @Test func `a log that nobody touched verifies, over restarts too`() async throws {
        let ops = RecordingOps()
        try await written(3, in: ops)
        try await written(2, in: ops)
        let chain = try chain(in: ops)
        #expect(chain.count == 5)
        #expect(chain.faults == [])
    }

    @Test(arguments: [0, 1, 7, 60])
    func `log and anchor are read as of one moment, however many records come between`(times: Int) throws {
        var (records, left) = (UInt8(1), times)
        // Two more whenever one of the two is looked at.
        func looked() -> [UInt8] {
            defer {
                if left > 0 { records += 2 }
                left -= 1
            }
            return [records]
        }
        let read = try AuditLook.together(log: looked, anchor: looked)
        #expect(read.log == read.anchor && read.log == [records])
    }

    @Test func `who reads it while records are added finds none of them gone`() async throws {
        let folder = try TemporaryFolder("audit")
        let ops = try PrivateDirectory.open(folder.path("kept"))
        try await written(60, in: ops)
        let writing = Task {
            let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
            var number = 100
            while !Task.isCancelled, number < 600 {
                try await log.append(.sample(number))
                number += 1
            }
        }
        defer { writing.cancel() }
        var counts: Set<Int> = []
        for _ in 0..<40 {
            let chain = try #require(try AuditLook.chain(in: folder.path("kept")))
            #expect(chain.faults.isEmpty && chain.count >= 60, "\(chain.faults)")
            counts.insert(chain.count)
            await Task.yield()
        }
        #expect(counts.count > 1, "nothing was added meanwhile")
        writing.cancel()
        try await writing.value
    }

    @Test func `tells the changes whose end is not on record, in the next run`() async throws {
        let ops = RecordingOps()
        try await written(4, in: ops)
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        try await log.append(.sample(1, phase: .confirmed))
        try await log.append(.sample(2, phase: .unknown))
        try await log.append(.sample(3, phase: .refused))
        #expect(
            try await log.unfinished().map(\.change)
                == [AuditEntry.sample(4), AuditEntry.sample(2)].map(\.change))
        try await log.append(.sample(2, phase: .conflict))
        #expect(try await log.unfinished().map(\.change) == [AuditEntry.sample(4).change])
    }

    @Test func `who asked stands in each record, and comes back with what is left open`() async throws {
        let ops = RecordingOps()
        let ola = Operator(
            login: "magento", uid: 33, sshClient: "10.0.0.9", sudoUser: "ola", loginUID: 1004,
            auditSession: 17)
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        var theirs = AuditEntry.sample(1)
        theirs.by = ola
        try await log.append(theirs)
        try await log.append(.sample(2))
        #expect(try await log.unfinished().map(\.by) == [ola, .mira])
        let lines = try chain(in: ops).lines()
        #expect(lines[0].contains("magento@bastion (ola by sudo) from 10.0.0.9  intent"), "\(lines)")
        #expect(lines[1].contains("mira@bastion from 10.0.0.4  intent"))
        let text = String(decoding: try ops.read(AuditFile.fileName, limit: 1 << 20) ?? [], as: UTF8.self)
        #expect(
            text.contains(
                #""ssh_client":"10.0.0.9","sudo_user":"ola","login_uid":1004,"audit_session":17,"env""#))
        #expect(try chain(in: ops).faults == [])
    }

    @Test func `any changed byte is found`() async throws {
        let ops = RecordingOps()
        try await written(3, in: ops)
        let good = try #require(try ops.read(AuditFile.fileName, limit: 1 << 20))
        let anchor = AuditAnchor.Found(try ops.read(AuditFile.anchorName, limit: 4096))
        var undetected: [Int] = []
        for position in good.indices {
            var bad = good
            bad[position] ^= 1
            var chain = try AuditChain(bad)
            chain.compare(with: anchor)
            if chain.faults.isEmpty, chain.tornAt == nil { undetected.append(position) }
        }
        #expect(undetected == [])
    }

    @Test func `a removed, inserted or swapped line is found`() async throws {
        let ops = RecordingOps()
        try await written(4, in: ops)
        let good = try #require(try ops.read(AuditFile.fileName, limit: 1 << 20))
        let anchor = AuditAnchor.Found(try ops.read(AuditFile.anchorName, limit: 4096))
        let lines = good.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
        let variants: [[Int]] = [
            [0, 1, 3], [1, 2, 3], [0, 1, 1, 2, 3], [0, 2, 1, 3], [0, 1, 2], [0, 1], [],
        ]
        for order in variants {
            var chain = try AuditChain(order.flatMap { lines[$0] })
            chain.compare(with: anchor)
            // One record may be missing at the end only if its anchor is too; here the anchor stands.
            #expect(!chain.faults.isEmpty, "\(order)")
        }
    }

    @Test func `a torn end is left, named by the next record, and not a fault`() async throws {
        let ops = RecordingOps()
        try await written(2, in: ops)
        let good = try #require(try ops.read(AuditFile.fileName, limit: 1 << 20))
        let anchor = try #require(try ops.read(AuditFile.anchorName, limit: 4096))
        for cut in 1..<40 {
            let torn = good + good.prefix(cut)
            let folder = RecordingOps([AuditFile.fileName: torn, AuditFile.anchorName: anchor])
            try await written(1, in: folder)
            let chain = try chain(in: folder)
            #expect(chain.faults == [], "cut at \(cut)")
            #expect(chain.lines().contains { $0.contains("torn record at byte \(good.count)") })
        }
    }

    @Test func `the record is durable before append returns`() async throws {
        let ops = RecordingOps()
        try await written(2, in: ops)
        for state in ops.statesAfterPowerCut() {
            let chain = try AuditChain(state[AuditFile.fileName] ?? [])
            #expect(chain.count == 2)
        }
    }

    @Test(arguments: ["write", "sync", "rename"])
    func `says so when it cannot be written`(failing: String) async throws {
        let ops = RecordingOps()
        try await written(1, in: ops)
        ops.configure { $0.failing = failing }
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        await #expect(throws: StorageFailure.self) { try await log.append(.sample(9)) }
    }

    @Test func `reasons from a keyboard stay one line and reach no terminal raw`() async throws {
        let ops = RecordingOps()
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        try await log.append(.sample(1, reason: "a\n{\"seq\":2}\u{1B}[31m\u{202E}"))
        let chain = try chain(in: ops)
        #expect(chain.count == 1)
        #expect(chain.faults == [])
        let line = try #require(chain.lines().first)
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(line.contains("mira@bastion from 10.0.0.4"))
    }
}
