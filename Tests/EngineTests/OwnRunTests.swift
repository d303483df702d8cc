import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// A person's own command: on record before it runs, and how it ended.
@Suite struct OwnRunTests {
    private static let command = OwnCommand(
        name: "purge", subject: .queue, arguments: ["rabbitmqadmin", "purge", "{name}"])
    private static let run = OwnRun(
        opID: "op-1", entity: EntityID(.queue, "erp", in: "rabbit"), command: command,
        arguments: ["rabbitmqadmin", "purge", "erp"], reason: "RB-12")

    @Test(.timeLimit(.minutes(1)))
    func `who runs what on which row is on record first, its end after, and both are told`() async throws {
        let stores = FakeStores()
        let bench = Bench(stores: stores, commands: [Self.command]) { _ in [] }
        try await bench.run { bench in
            let mira = Operator(login: "mira", uid: 1000)
            #expect(await bench.engine.submit(.beginRun(Self.run), by: mira) == .done)
            #expect(stores.now.audit.map(\.phase) == [.runs])
            #expect(stores.now.audit.first?.run == Self.run && stores.now.audit.first?.by == mira)
            let end = RunEnd(.exited(3), seconds: 1.5)
            #expect(await bench.engine.submit(.endRun(Self.run, end), by: mira) == .done)
            #expect(stores.now.audit.map(\.phase) == [.runs, .ran])
            #expect(stores.now.audit.last?.result == "exit code 3 after 1.5 s")
            try await bench.until("both are told") { $0.events.count == 2 }
            let events = bench.snapshot?.events ?? []
            #expect(
                events.map(\.text) == [
                    "mira runs purge: rabbitmqadmin purge erp",
                    "purge, run by mira: exit code 3 after 1.5 s",
                ])
            #expect(events.map(\.entity) == [Self.run.entity, Self.run.entity])
            #expect(events.map(\.status) == [nil, .warning])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `read-only, a full disk and what the config has not are refused, and nothing is on record`()
        async throws
    {
        func reply(
            _ stores: FakeStores, access: EnvironmentFacts.Access = .operate, watchesOnly: String? = nil,
            _ commands: [OwnCommand] = [Self.command]
        ) async -> Refusal.Code? {
            let bench = Bench(
                stores: stores, access: access, watchesOnly: watchesOnly, commands: commands
            ) { _ in [] }
            guard case .refused(let why) = await bench.engine.submit(.beginRun(Self.run)) else { return nil }
            return why.code
        }
        let stores = FakeStores()
        #expect(await reply(stores, access: .readOnly) == .readOnly)
        #expect(await reply(stores, watchesOnly: "another console keeps it") == .readOnly)
        #expect(await reply(stores, []) == .stale)
        var other = Self.command
        other.arguments.append("--all")
        #expect(await reply(stores, [other]) == .stale)
        #expect(stores.now.audit.isEmpty)
        let full = FakeStores()
        full.change { $0.auditRoom = 0 }
        #expect(await reply(full) == .auditUnwritable)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a command whose end is not on record is no change of a flag that was left open`() async throws {
        let stores = FakeStores()
        let bench = Bench(stores: stores, commands: [Self.command]) { _ in [] }
        _ = await bench.engine.submit(.beginRun(Self.run))
        let next = Bench(stores: stores) { _ in [] }
        try await next.run { bench in
            try await bench.pass(3)
            #expect(bench.snapshot?.flags.isEmpty == true)
            #expect(stores.now.audit.map(\.phase) == [.runs])
        }
    }
}
