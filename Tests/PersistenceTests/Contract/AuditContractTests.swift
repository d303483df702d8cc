import Engine
import FeatureFlags
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// What every audit log owes the engine, on the fake that the engine's tests run on and on the real one alike.
@Suite(.timeLimit(.minutes(1))) struct AuditContractTests {
    typealias Kind = StorageSubject.Kind

    private func change(_ number: Int, _ edit: (inout FlagChange) -> Void = { _ in }) -> FlagChange {
        var change = FlagChange(
            opID: "op\(number)", flag: "erp.v2", backend: "features", from: .on, to: .off,
            expectedRevision: "r\(number)", reason: "ERP is closed")
        edit(&change)
        return change
    }

    private func entry(_ phase: AuditEntry.Phase, _ change: FlagChange) -> AuditEntry {
        AuditEntry(
            phase: phase,
            at: Timestamp(boot: .seconds(7), wall: WallTime(seconds: 1_795_834_800), bootID: "test"),
            environment: "eu-shop", change: change, result: phase == .intent ? "" : "it said so")
    }

    private func told(_ log: any AuditLog) async throws -> [String] {
        try await log.unfinished().map(\.change.opID)
    }

    @Test(arguments: Kind.allCases)
    func `nothing is unfinished before the first change`(kind: Kind) async throws {
        #expect(try await StorageSubject(kind).audit().unfinished() == [])
    }

    @Test(arguments: Kind.allCases)
    func
        `unfinished are exactly the changes whose end is not on record, oldest first, in this run and the next`(
            kind: Kind
        ) async throws
    {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        for number in 0..<6 { try await log.append(entry(.intent, change(number))) }
        #expect(try await told(log) == ["op0", "op1", "op2", "op3", "op4", "op5"])
        let ends: [AuditEntry.Phase] = [.confirmed, .refused, .conflict]
        for (number, phase) in ends.enumerated() { try await log.append(entry(phase, change(number))) }
        try await log.append(entry(.unknown, change(3)))
        let next = try subject.audit()
        // By the newest that is on record of each.
        for log in [log, next] { #expect(try await Set(told(log)) == ["op3", "op4", "op5"]) }
        try await next.append(entry(.confirmed, change(4)))
        try await next.append(entry(.confirmed, change(3)))
        try await next.append(entry(.intent, change(6)))
        #expect(try await told(subject.audit()) == ["op5", "op6"])
    }

    @Test(arguments: Kind.allCases)
    func `the program that may run still comes back with its change, until an end is on record`(
        kind: Kind
    ) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        let writer = ProcessMark(pid: 4242, startTicks: 77, bootID: "b")
        for number in 0..<4 {
            try await log.append(entry(.intent, change(number)))
            var started = entry(.started, change(number))
            started.result = writer.text
            try await log.append(started)
        }
        try await log.append(entry(.saved, change(1)))
        try await log.append(entry(.unknown, change(2)))
        for log in [log, try subject.audit()] {
            let told = try await Dictionary(
                uniqueKeysWithValues: log.unfinished().map { ($0.change.opID, $0.writer) })
            #expect(told == ["op0": writer, "op2": nil, "op3": writer])
        }
    }

    @Test(arguments: Kind.allCases)
    func `whether a record could be written is told without writing one`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        try await log.check()
        try await log.append(entry(.intent, change(1)))
        try await log.check()
        for fault in [BreakableOps.Fault.full, .readOnly] {
            subject.fail(fault)
            #expect(await storageFailure { () throws(StorageFailure) in try await log.check() }.isSentence())
        }
        subject.fail(nil)
        try await log.check()
        #expect(try await told(subject.audit()) == ["op1"])
    }

    @Test(arguments: Kind.allCases)
    func `a look finds the log as it was left, before its first record and behind each`(kind: Kind)
        async throws
    {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        try await log.look()
        for number in 0..<3 {
            try await log.append(entry(.intent, change(number)))
            try await log.look()
            // By the next run, that has read it, too.
            let next = try subject.audit()
            try await next.look()
            #expect(try await next.recorded().unfinished.count == number + 1)
            try await next.look()
        }
    }

    @Test(arguments: Kind.allCases)
    func `a change comes back to the byte`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        let values: [FlagValue] = [
            .on, .off, .codeDefault, .byRule, .rollout(0), .rollout(25), .rollout(12.5), .variant("os2"),
            .variant("ON"), .variant("25 %"), .variant("by rule"), .variant("?"), .unknown("no answer"),
        ]
        var changes = values.enumerated().map { place, value in
            change(place) {
                $0.from = value
                $0.to = values[values.count - 1 - place]
            }
        }
        for name in Names.hard where name.utf8.count < 100 {
            changes.append(
                change(changes.count) {
                    ($0.flag, $0.backend, $0.reason, $0.expectedRevision) = (name, name, name, name)
                    $0.to = .variant(name)
                })
        }
        for change in changes { try await log.append(entry(.intent, change)) }
        for (told, wanted) in zip(try await subject.audit().unfinished().map(\.change), changes) {
            #expect(told == wanted)
            for member in [\FlagChange.flag, \.backend, \.reason, \.expectedRevision] {
                #expect(told[keyPath: member].utf8.elementsEqual(wanted[keyPath: member].utf8))
            }
        }
        #expect(try await subject.audit().unfinished().count == changes.count)
    }

    @Test(arguments: Kind.allCases)
    func `of appends at once all stand`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        let entries = (0..<16).map { entry(.intent, change($0)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for entry in entries { group.addTask { try await log.append(entry) } }
            try await group.waitForAll()
        }
        #expect(try await Set(told(subject.audit())) == Set((0..<16).map { "op\($0)" }))
    }

    @Test(arguments: Kind.allCases, BreakableOps.Fault.allCases)
    func `an append that failed says why and leaves what stood, and the next one counts`(
        kind: Kind, fault: BreakableOps.Fault
    ) async throws {
        let subject = try StorageSubject(kind)
        for (round, isNew) in [false, true].enumerated() {
            var log = try subject.audit()
            let first = 10 * round
            try await log.append(entry(.intent, change(first)))
            if isNew { log = try subject.audit() }
            subject.fail(fault)
            for _ in 0..<7 {
                let failure = await storageFailure { () throws(StorageFailure) in
                    try await log.append(entry(.confirmed, change(first)))
                }
                #expect(failure.isSentence(), "\(failure?.message ?? "it worked")")
            }
            subject.fail(nil)
            let left = try await told(subject.audit())
            // What was not made durable may be there or not.
            if fault != .unsynced { #expect(left == ["op\(first)"]) }
            try await log.append(entry(.intent, change(first + 1)))
            try await log.append(entry(.confirmed, change(first)))
            #expect(try await told(subject.audit()) == ["op\(first + 1)"])
            try await log.append(entry(.refused, change(first + 1)))
        }
        guard kind != .fake else { return }
        var chain = try AuditChain(subject.ops.read(AuditFile.fileName, limit: 1 << 20) ?? [])
        chain.compare(
            with: AuditAnchor.Found(try subject.ops.read(AuditFile.anchorName, limit: 4096)))
        #expect(chain.faults == [] && chain.tornAt == nil)
    }

    @Test(arguments: Kind.allCases)
    func `what is too long to be one record is refused in a sentence, and nothing of it stands`(
        kind: Kind
    ) async throws {
        let subject = try StorageSubject(kind)
        let log = try subject.audit()
        try await log.append(entry(.intent, change(1)))
        let long = change(2) { $0.reason = String(repeating: "x", count: 20_000) }
        let failure = await storageFailure { () throws(StorageFailure) in
            try await log.append(entry(.intent, long))
        }
        #expect(failure == nil || failure.isSentence())
        try await log.append(entry(.intent, change(3)))
        let wanted = failure == nil ? ["op1", "op2", "op3"] : ["op1", "op3"]
        #expect(try await told(subject.audit()) == wanted)
    }

    @Test func `what stands in the way is named by its path`() async throws {
        let subject = try StorageSubject(.disk)
        try subject.obstruct("audit.jsonl")
        let log = try subject.audit()
        let failure = await storageFailure { () throws(StorageFailure) in
            try await log.append(entry(.intent, change(1)))
        }
        #expect(failure.isSentence(naming: subject.folder.path("d/audit.jsonl")))
    }
}
