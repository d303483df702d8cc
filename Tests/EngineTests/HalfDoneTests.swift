import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// A change that was saved and may have left something undone.
@Suite struct HalfDoneTests {
    private static let id = FlagKey(backend: "flagd", name: "erp.v2").id
    private static let why = "the config cache is perhaps not cleaned"

    /// A console whose change of erp.v2 to OFF has ended so.
    private func saved(
        _ stores: FakeStores, onRecord: Bool = true,
        _ body: @Sendable (Bench, FakeFlags) async throws -> Void
    ) async throws {
        let flags = FakeFlags([flag("erp.v2", .on)])
        flags.leaveUndone()
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            if !onRecord { stores.change { $0.auditRoom = 1 } }
            flags.set("erp.v2", to: .off)
            flags.end(.saved(flags.now[0], Self.why))
            let change = FlagChange(
                opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
            _ = await bench.engine.submit(.change(change))
            flags.end(nil)
            try await bench.until("told") { $0.flags.first?.undone != nil }
            if onRecord { try await bench.until("offered") { $0.flags.first?.undone?.step != nil } }
            try await body(bench, flags)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `stands on its row until a person has done it, on record before and after`() async throws {
        let stores = FakeStores()
        try await saved(stores) { bench, flags in
            let row = try #require(bench.snapshot?.flags.first)
            #expect(
                row.judgement.status == .warning && row.judgement.reason.first?.contains(Self.why) == true)
            let ola = Operator(login: "ola", uid: 1004)
            #expect(await bench.engine.submit(.finish(Self.id, opID: "op-1"), by: ola) == .done)
            try await bench.until("well") {
                $0.flags.first?.undone == nil && $0.flags.first?.judgement.status == .off
            }
            #expect(flags.finished == 1)
            #expect(stores.now.audit.map(\.phase) == [.intent, .saved, .finishing, .finished])
            #expect(stores.now.audit.map { $0.by?.login } == ["mira", "mira", "ola", "ola"])
            #expect(
                await bench.engine.submit(.finish(Self.id, opID: "op-1"))
                    == .refused(Refusal(.stale, "nothing of that change is left to do")))
            #expect(flags.finished == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `stands while the next change is on its way, and when the flag is turned by hand`() async throws {
        let stores = FakeStores()
        try await saved(stores) { bench, flags in
            flags.set("erp.v2", to: .on)
            try await bench.until("read", within: 60) { $0.flags.first?.flag.value == .on }
            #expect(bench.snapshot?.flags.first?.judgement.status == .warning)
            #expect(bench.snapshot?.flags.first?.undone?.step != nil)
            flags.holdChanges(true)
            let revision = try #require(bench.snapshot?.flags.first?.flag.revision)
            let change = FlagChange(
                opID: "op-2", flag: "erp.v2", backend: "flagd", from: .on, to: .off,
                expectedRevision: revision)
            let asked = Task { await bench.engine.submit(.change(change)) }
            try await bench.until("on its way") { $0.flags.first?.progress != .seen }
            let row = try #require(bench.snapshot?.flags.first)
            #expect(row.judgement.status == .warning && row.undone?.step == nil && row.undone != nil)
            flags.holdChanges(false)
            _ = await asked.value
            try await bench.until("well") { $0.flags.first?.undone == nil }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what could not be done stays told, with why`() async throws {
        let stores = FakeStores()
        try await saved(stores) { bench, flags in
            flags.leaveUndone(failing: "cache:clean said no")
            let reply = await bench.engine.submit(.finish(Self.id, opID: "op-1"))
            #expect(reply == .refused(Refusal(.notFinished, "cache:clean said no")))
            try await bench.until("told") { $0.events.contains { $0.text.contains("cache:clean said no") } }
            #expect(bench.snapshot?.flags.first?.undone?.isBeingDone == false)
            #expect(stores.now.audit.map(\.phase) == [.intent, .saved, .finishing, .notFinished])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what its console did not outlive is put on record as not done by the next, once`() async throws {
        let stores = FakeStores()
        try await saved(stores) { _, _ in }
        stores.change { stores in
            guard var entry = stores.audit.last else { return }
            entry.phase = .finishing
            stores.audit.append(entry)
        }
        for _ in 0..<2 {
            let flags = FakeFlags([flag("erp.v2", .off)])
            flags.leaveUndone()
            try await Bench(stores: stores, backends: [flags]) { _ in [] }.run { bench in
                try await bench.until("told") { $0.flags.first?.undone?.step != nil }
                #expect(stores.now.audit.map(\.phase) == [.intent, .saved, .finishing, .notFinished])
                #expect(flags.finished == 0)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an end that waits to be put on record stays told while what is kept is lost and back`() async throws
    {
        let keepers = FakeKeepers(.us)
        let stores = FakeStores(keepers: keepers)
        try await saved(stores, onRecord: false) { bench, _ in
            keepers.set(.lost("its folder was moved away"))
            try await bench.until("lost") { $0.storage.status == .critical }
            try await bench.pass(3)
            keepers.set(.us)
            try await bench.until("back") { $0.events.contains { $0.text.hasSuffix("in its place again") } }
            #expect(stores.now.audit.map(\.phase) == [.intent])
            #expect(bench.snapshot?.flags.first?.undone?.opID == "op-1")
            stores.change { $0.auditRoom = nil }
            try await bench.until("on record", within: 60) { _ in
                stores.now.audit.map(\.phase) == [.intent, .saved]
            }
            #expect(bench.snapshot?.flags.first?.undone?.opID == "op-1")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `nothing is run that cannot be put on record`() async throws {
        let stores = FakeStores()
        try await saved(stores) { bench, flags in
            stores.change { $0.auditFailure = StorageFailure("the disk is full") }
            guard case .refused(let refusal) = await bench.engine.submit(.finish(Self.id, opID: "op-1"))
            else {
                Issue.record("it was done")
                return
            }
            #expect(refusal.code == .auditUnwritable && flags.finished == 0)
            stores.change { $0.auditFailure = nil }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `stays when what was kept can be read at last, beside what was kept of others`() async throws {
        var kept = EngineState()
        kept.savedAt = ManualTime().now.wall
        for (name, opID) in [("erp.v2", "op-0"), ("cart", "op-9")] {
            let change = FlagChange(
                opID: opID, flag: name, backend: "flagd", from: .on, to: .off, expectedRevision: "r0")
            kept.halfDone[change.key.id.key] = .init(
                change: change, why: Self.why, at: ManualTime().now.wall)
            kept.crossings[change.key.id.key] = "another program wrote it"
        }
        let stores = FakeStores(state: kept)
        stores.change { $0.loadFailure = StorageFailure("it cannot be opened") }
        try await saved(stores) { bench, _ in
            stores.change { $0.loadFailure = nil }
            try await bench.until("it is read", within: 60) { $0.storage.status == .ok }
            try await bench.pass(70)
            #expect(bench.snapshot?.flags.first?.undone?.opID == "op-1")
        }
        let state = try #require(stores.now.state)
        #expect(Set(state.halfDone.values.map(\.change.opID)) == ["op-1", "op-9"])
        #expect(state.crossings.keys.allSatisfy { $0.hasSuffix("cart") } && state.crossings.count == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `outlives an audit log that is put elsewhere, and is done for good`() async throws {
        let stores = FakeStores()
        try await saved(stores) { _, _ in }
        #expect(stores.now.state?.halfDone.count == 1)
        stores.change { $0.audit = [] }
        let flags = FakeFlags([flag("erp.v2", .off)])
        flags.leaveUndone()
        try await Bench(stores: stores, backends: [flags]) { _ in [] }.run { bench in
            try await bench.until("offered") { $0.flags.first?.undone?.step != nil }
            #expect(bench.snapshot?.flags.first?.undone?.why == Self.why)
            try await bench.pass(10)
            #expect(bench.snapshot?.flags.first?.undone?.opID == "op-1")
            #expect(await bench.engine.submit(.finish(Self.id, opID: "op-1")) == .done)
        }
        try await Bench(stores: stores, backends: [flags]) { _ in [] }.run { bench in
            try await bench.until("read") { $0.flags.first?.readAt != nil }
            #expect(bench.snapshot?.flags.first?.undone == nil)
            #expect(stores.now.audit.map(\.phase) == [.finishing, .finished])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `outlives the console, and ends with the next change of the flag`() async throws {
        let stores = FakeStores()
        try await saved(stores) { _, _ in }
        let flags = FakeFlags([flag("erp.v2", .off)])
        flags.leaveUndone()
        let next = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await next.run { bench in
            try await bench.until("told") { $0.flags.first?.undone?.opID == "op-1" }
            let change = FlagChange(
                opID: "op-2", flag: "erp.v2", backend: "flagd", from: .off, to: .on, expectedRevision: "r1")
            _ = await bench.engine.submit(.change(change))
            try await bench.until("well") {
                $0.flags.first.map { $0.undone == nil && $0.judgement.status == .ok } ?? false
            }
        }
        let third = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await third.run { bench in
            try await bench.until("read") { $0.flags.first?.readAt != nil }
            #expect(bench.snapshot?.flags.first?.undone == nil)
        }
    }
}
