import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// A person ends the program of a change.
@Suite struct EndProgramTests {
    private static let writer = ProcessMark(pid: 4242, startTicks: 77, bootID: "b")
    private static let id = FlagKey(backend: "flagd", name: "erp.v2").id

    private func atWork(_ stores: FakeStores, _ body: @Sendable (Bench, FakeFlags) async throws -> Void)
        async throws
    {
        let flags = FakeFlags([flag("erp.v2", .on)])
        flags.write(by: Self.writer)
        flags.holdChanges(true)
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            let change = FlagChange(
                opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
            let asked = Task { await bench.engine.submit(.change(change)) }
            try await bench.until("at work") { $0.flags.first?.mayEnd == true }
            try await body(bench, flags)
            flags.holdChanges(false)
            _ = await asked.value
            try await bench.until("it may be ended no more") { $0.flags.first?.mayEnd == false }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `it is on record who ended it before it is told, and its end decides`() async throws {
        let stores = FakeStores()
        try await atWork(stores) { bench, flags in
            let ola = Operator(login: "ola", uid: 1004)
            #expect(await bench.engine.submit(.endProgram(Self.id, opID: "op-1"), by: ola) == .done)
            #expect(flags.ended == [Self.writer])
            try await bench.until("told") {
                $0.events.contains {
                    $0.text == "ola ended the program that turned erp.v2 OFF: what it did is read back"
                }
            }
            try await bench.until("decided") { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.map(\.phase) == [.intent, .started, .ending, .confirmed])
            #expect(stores.now.audit.map { $0.by?.login } == ["mira", "mira", "ola", "mira"])
            #expect(stores.now.audit[2].result == Self.writer.text)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `nothing is told to end that cannot be put on record, or is another change`() async throws {
        let stores = FakeStores()
        try await atWork(stores) { bench, flags in
            let other = await bench.engine.submit(.endProgram(Self.id, opID: "op-2"))
            #expect(other == .refused(Refusal(.stale, "its program has ended by itself")))
            stores.change { $0.auditFailure = StorageFailure("the disk is full") }
            guard case .refused(let refusal) = await bench.engine.submit(.endProgram(Self.id, opID: "op-1"))
            else {
                Issue.record("it was told to end")
                return
            }
            #expect(refusal.code == .auditUnwritable && flags.ended.isEmpty)
            try await bench.until("not offered") { $0.flags.first?.mayEnd == false }
            stores.change { $0.auditFailure = nil }
        }
    }
}
