import EngineAPI
import Monitoring
import TestSupport
import Testing

@testable import Engine
@testable import Persistence

/// A person's own command in the audit log.
@Suite struct RunRecordTests {
    private static let run = OwnRun(
        opID: "run-1", entity: EntityID(.queue, "erp order", in: "rabbit", virtualHost: "/"),
        command: OwnCommand(name: "purge", subject: .queue, arguments: ["x", "{name}"]),
        arguments: ["/bin/x", "erp order", "\"\n"], reason: "RB-12")

    @Test func `the row and each argument stand in the record, and for people in one line`() async throws {
        let ops = RecordingOps()
        let log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        let at = AuditEntry.sample(1).at
        try await log.append(AuditEntry(phase: .runs, of: Self.run, in: "eu-shop", at: at, by: .mira))
        try await log.append(
            AuditEntry(
                phase: .ran, of: Self.run, in: "eu-shop", at: at, by: .mira,
                result: RunEnd(.timedOut(30), seconds: 30).words))
        let bytes = try ops.read(AuditFile.fileName, limit: 1 << 20) ?? []
        #expect(
            String(decoding: bytes, as: UTF8.self).contains(
                #""entity":"queue@rabbit/%2F:erp order","command":["/bin/x","erp order","\"\n"]"#))
        let chain = try AuditChain(bytes)
        #expect(chain.faults.isEmpty && chain.count == 2)
        let lines = chain.lines()
        #expect(lines[0].contains("  runs  eu-shop  queue@rabbit/%2F:erp order  /bin/x 'erp order' "))
        #expect(lines[0].contains("reason: RB-12"))
        #expect(lines[1].contains("  ran  ") && lines[1].hasSuffix("its deadline: what it did is not known"))
    }

    @Test func `it is no change of a flag, neither open nor ended, and the next run goes on after it`()
        async throws
    {
        let ops = RecordingOps()
        var log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        let at = AuditEntry.sample(1).at
        try await log.append(AuditEntry(phase: .runs, of: Self.run, in: "eu-shop", at: at, by: .mira))
        try await log.append(
            AuditEntry(phase: .ran, of: Self.run, in: "eu-shop", at: at, by: .mira, result: "exit code 0"))
        log = try AuditFile(in: ops, environment: "eu-shop", author: .mira)
        #expect(try await log.recorded() == RecordedChanges())
        try await log.append(.sample(2))
        #expect(try await log.recorded().unfinished.map(\.change) == [AuditEntry.sample(2).change])
    }
}
