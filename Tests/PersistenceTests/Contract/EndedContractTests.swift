import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// What every audit log says of changes that ended.
@Suite(.timeLimit(.minutes(1))) struct EndedContractTests {
    private static let deed = "another program wrote flags.json right after"

    private func entry(
        _ phase: AuditEntry.Phase, _ opID: String, flag: String = "erp.v2", _ result: String = "reads OFF",
        milliseconds: Int64 = 0
    ) -> AuditEntry {
        AuditEntry(
            phase: phase,
            at: Timestamp(
                boot: .seconds(7), wall: WallTime(milliseconds: 1_795_834_800_000 + milliseconds),
                bootID: "test"),
            environment: "eu-shop",
            change: FlagChange(
                opID: opID, flag: flag, backend: "features", from: .on, to: .off, expectedRevision: "r"),
            by: Operator(login: "magento", uid: 33, sudoUser: "ola"), result: result)
    }

    private func told(_ subject: StorageSubject) async throws -> [String] {
        try await subject.audit().ended().map { "\($0.change.flag) \($0.change.opID) \($0.phase.rawValue)" }
    }

    @Test(arguments: StorageSubject.Kind.allCases)
    func `the newest change of each flag that took comes back with who asked for it and when`(
        kind: StorageSubject.Kind
    ) async throws {
        let subject = try StorageSubject(kind)
        #expect(try await told(subject).isEmpty)
        let log = try subject.audit()
        for entry in [
            entry(.intent, "1"), entry(.confirmed, "1"), entry(.intent, "2", flag: "cart"),
            entry(.saved, "2", flag: "cart", "reads OFF; exit code 255", milliseconds: 1999),
            entry(.intent, "3"), entry(.confirmed, "3"), entry(.intent, "4"), entry(.refused, "4", "no"),
            entry(.intent, "5", flag: "cart"), entry(.unknown, "5", flag: "cart", "no answer"),
            entry(.intent, "6", flag: "pay"), entry(.started, "6", flag: "pay", "pid 7, start 8, boot b"),
        ] { try await log.append(entry) }
        #expect(try await told(subject) == ["cart 2 saved", "erp.v2 3 confirmed"])
        let end = try #require(try await subject.audit().ended().first)
        #expect(end.by?.name == "ola as magento" && end.result == "reads OFF; exit code 255")
        // A log tells seconds.
        #expect(end.at == WallTime(seconds: 1_795_834_801) && end.change.to == .off)
    }

    @Test(arguments: StorageSubject.Kind.allCases)
    func `a conflict comes back with the change that took before, until a later one takes`(
        kind: StorageSubject.Kind
    ) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        let crossed = "reads ON; \(Self.deed)"
        try await log.append(entry(.confirmed, "1"))
        try await log.append(entry(.conflict, "1", crossed))
        #expect(try await told(subject) == ["erp.v2 1 confirmed", "erp.v2 1 conflict"])
        // The late word of one change behind the end of the next.
        try await log.append(entry(.confirmed, "2"))
        try await log.append(entry(.conflict, "1", crossed))
        #expect(try await told(subject) == ["erp.v2 2 confirmed", "erp.v2 1 conflict"])
        // Somebody else changed it: nobody here is known to have turned it so.
        try await log.append(entry(.conflict, "3", "reads os2, changed by somebody else"))
        #expect(try await told(subject) == ["erp.v2 1 conflict", "erp.v2 3 conflict"])
        try await log.append(entry(.confirmed, "4"))
        #expect(try await told(subject) == ["erp.v2 4 confirmed"])
    }

    @Test(arguments: StorageSubject.Kind.allCases)
    func `a saved change is whole once it was completed, and one whose completing has no end comes back`(
        kind: StorageSubject.Kind
    ) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        @Sendable func interrupted() async throws -> [String] {
            try await subject.audit().recorded().interrupted.map(\.change.opID)
        }
        for phase in [AuditEntry.Phase.saved, .finishing] { try await log.append(entry(phase, "1")) }
        #expect(try await interrupted() == ["1"])
        #expect(try await told(subject) == ["erp.v2 1 saved"])
        try await log.append(entry(.notFinished, "1", "no"))
        #expect(try await interrupted() == [])
        #expect(try await told(subject) == ["erp.v2 1 saved"])
        try await log.append(entry(.saved, "2"))
        // That of the change before completes nothing of this one.
        try await log.append(entry(.finished, "1"))
        #expect(try await told(subject) == ["erp.v2 2 saved"])
        for phase in [AuditEntry.Phase.finishing, .finished] { try await log.append(entry(phase, "2")) }
        #expect(try await interrupted() == [])
        #expect(try await told(subject) == ["erp.v2 2 confirmed"])
        try await log.append(entry(.unknown, "3", "no answer"))
        #expect(try await subject.audit().recorded().unfinished.map(\.why) == ["no answer"])
    }
}
