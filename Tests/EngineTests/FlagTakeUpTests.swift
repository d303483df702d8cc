import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Testing
import TestSupport

/// What an earlier run left open.
@Suite struct FlagTakeUpTests {
    private func change(_ id: String = "op-1", to: FlagValue = .off, revision: String = "r1") -> FlagChange {
        FlagChange(
            opID: id, flag: "erp.v2", backend: "flagd", from: .on, to: to, expectedRevision: revision)
    }

    private static let writer = ProcessMark(pid: 4242, startTicks: 77, bootID: "b")

    private func code(_ reply: Reply) -> Refusal.Code? {
        if case .refused(let refusal) = reply { return refusal.code }
        return nil
    }
    @Test(.timeLimit(.minutes(1)))
    func `of what an earlier run left, only the change without an end is taken up, and a read decides it`()
        async throws
    {
        let (ended, open) = (change("earlier"), change("open"))
        let entries = [(AuditEntry.Phase.intent, ended), (.refused, ended), (.intent, open)]
        let stores = FakeStores(
            audit: entries.map {
                AuditEntry(phase: $0.0, at: ManualTime().now, environment: "eu-shop", change: $0.1)
            })
        let bench = Bench(stores: stores, backends: [FakeFlags([flag("erp.v2", .off)])]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("decided") { $0.flags.first?.progress == .seen }
            let told = bench.snapshot?.events.map(\.text).filter { $0.contains("was under way") }
            #expect(
                told == ["turning erp.v2 OFF was under way when the console ended; it is looked at again"])
            #expect(stores.now.audit.map(\.phase) == [.intent, .refused, .intent, .unknown, .confirmed])
            #expect(stores.now.audit.last?.change == open)
            #expect(try await stores.unfinished().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func
        `what an earlier run left open is taken up as soon as the log can be read, and nothing is sent before`()
        async throws
    {
        let stores = FakeStores(audit: [
            AuditEntry(phase: .intent, at: ManualTime().now, environment: "eu-shop", change: change("open"))
        ])
        stores.change { $0.failure = StorageFailure("audit.jsonl: input/output error") }
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag, and a veto") { $0.flags.first?.refusal != nil }
            stores.change { $0.failure = nil }
            try await bench.until("it can be read", within: 20) { $0.storage.status == .ok }
            #expect(code(await bench.engine.submit(.change(change("op-2")))) == .alreadyChanging)
            #expect(flags.applied.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the program of an earlier run is waited for, and its flag is blocked until it has ended`()
        async throws
    {
        func entry(_ phase: AuditEntry.Phase, _ result: String = "") -> AuditEntry {
            AuditEntry(
                phase: phase, at: ManualTime().now, environment: "eu-shop", change: change(), result: result)
        }
        // It began 95 s before the console.
        let writer = ProcessMark(pid: 4242, startTicks: 350_500, bootID: "test")
        let stores = FakeStores(audit: [entry(.intent), entry(.started, writer.text)])
        // It has saved already.
        let flags = FakeFlags([flag("erp.v2", .off)])
        flags.holdChanges(true)
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("shown as on its way") { snapshot in
                guard case .running(_, _, let since, _) = snapshot.flags.first?.progress else { return false }
                return since == ManualTime().now.wall.advanced(bySeconds: -95)
            }
            #expect(flags.takenUp == [writer])
            try await bench.pass(200)
            #expect(stores.now.audit.count == 2, "a reading decided before its program had ended")
            let judgement = bench.snapshot?.flags.first?.judgement
            #expect(
                judgement?.status == .warning
                    && judgement?.reason.first?.hasPrefix("still turning OFF") == true)
            let told = bench.snapshot?.events.map(\.text) ?? []
            #expect(told.contains { $0.hasSuffix("when the console ended; its program is waited for") })
            #expect(!told.contains { $0.contains("elsewhere") })
            flags.holdChanges(false)
            try await bench.until("it has ended") { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.map(\.phase) == [.intent, .started, .saved])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what an earlier run left in a backend that is gone is not said to be waited for or looked at`()
        async throws
    {
        let entries = [(AuditEntry.Phase.intent, ""), (.started, Self.writer.text)]
        let stores = FakeStores(
            audit: entries.map {
                AuditEntry(
                    phase: $0.0, at: ManualTime().now, environment: "eu-shop", change: change(), result: $0.1)
            })
        let bench = Bench(stores: stores) { _ in [] }
        try await bench.run { bench in
            try await bench.until("told") { $0.events.contains { $0.text.contains("was under way") } }
            #expect(
                bench.snapshot?.events.last?.text
                    == "turning erp.v2 OFF was under way when the console ended; "
                    + "how it ended cannot be seen: flagd is not in the config")
            #expect(bench.snapshot?.verdict.worst == .unknown)
            #expect(stores.now.audit.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [FlagValue.off, .on])
    func `a change left open is told with the first picture, before its flag could be read`(
        value: FlagValue
    ) async throws {
        let stores = FakeStores(audit: [
            AuditEntry(phase: .intent, at: ManualTime().now, environment: "eu-shop", change: change("open"))
        ])
        let flags = FakeFlags([flag("erp.v2", value)])
        flags.holdReads(true)
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the first picture", within: 0.5) { !$0.flags.isEmpty }
            let row = bench.snapshot?.flags.first
            #expect(row?.progress == .unknown(to: .off, opID: "open") && row?.flag.name == "erp.v2")
            #expect(row?.judgement.status == .unknown && bench.snapshot?.verdict.worst == .unknown)
            #expect(row?.readAt == nil && row?.next == nil)
            flags.holdReads(false)
            try await bench.until("decided", within: 150) { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.last?.phase == (value == .off ? .confirmed : .refused))
            #expect(bench.snapshot?.flags.count == 1 && bench.snapshot?.flags.first?.flag.value == value)
            #expect(bench.snapshot?.verdict.counts[.unknown] == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `one that is open over a restart is decided two minutes after it was sent, which is told`()
        async throws
    {
        let start = ManualTime().now
        var record = AuditEntry(
            phase: .unknown, at: start, environment: "eu-shop", change: change("open"), result: "no answer")
        record.at.wall = start.wall.advanced(bySeconds: -100)
        let stores = FakeStores(audit: [record])
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("read") { $0.flags.first?.readAt != nil }
            let row = bench.snapshot?.flags.first
            #expect(row?.progress == .unknown(to: .off, opID: "open"))
            #expect(row?.openUntil.map { abs($0.seconds(since: start.wall) - 20) < 2 } == true)
            try await bench.until("decided", within: 40) { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.last?.phase == .refused)
            #expect(bench.snapshot?.flags.first?.openUntil == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `two people at one engine, and one of an earlier run, are told apart in the log and the journal`()
        async throws
    {
        let ola = Operator(login: "magento", uid: 33, sudoUser: "ola")
        var left = AuditEntry(
            phase: .intent, at: ManualTime().now, environment: "eu-shop", change: change("open"))
        left.by = Operator(login: "kim", uid: 1007)
        let stores = FakeStores(audit: [left])
        let flags = FakeFlags([flag("erp.v2", .off), flag("cart.v3", .on), flag("pay", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the earlier one is decided") {
                $0.flags.count == 3 && $0.flags.allSatisfy { $0.progress == .seen }
            }
            for (name, person) in [("cart.v3", ola), ("pay", .mira)] {
                let change = FlagChange(
                    opID: name, flag: name, backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
                _ = await bench.engine.submit(.change(change), by: person)
            }
            #expect(
                stores.now.audit.map { $0.by?.login } == [
                    "kim", "kim", "kim", "magento", "magento", "mira", "mira",
                ])
            try await bench.until("told") { snapshot in
                snapshot.events.map(\.text).suffix(3) == [
                    "kim turned erp.v2 OFF in eu-shop, was ON",
                    "ola as magento turned cart.v3 OFF in eu-shop, was ON",
                    "mira turned pay OFF in eu-shop, was ON",
                ]
            }
            #expect(bench.snapshot?.flags.first { $0.label == "cart.v3" }?.flag.changedBy == "ola as magento")
        }
    }
}
