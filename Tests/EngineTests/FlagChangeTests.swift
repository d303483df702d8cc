import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Testing
import TestSupport

@Suite struct FlagChangeTests {
    private func change(_ id: String = "op-1", to: FlagValue = .off, revision: String = "r1") -> FlagChange {
        FlagChange(
            opID: id, flag: "erp.v2", backend: "flagd", from: .on, to: to, expectedRevision: revision)
    }

    private func code(_ reply: Reply) -> Refusal.Code? {
        if case .refused(let refusal) = reply { return refusal.code }
        return nil
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change is on record before it is sent, and read back into the snapshot`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            let reply = await bench.engine.submit(.change(change()))
            guard case .changed(.confirmed(let reading)) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(reading.value == .off)
            #expect(stores.now.audit.map(\.phase) == [.intent, .confirmed])
            try await bench.until("OFF") { $0.flags.first?.flag.value == .off }
            #expect(bench.snapshot?.flags.first?.judgement.status == .off)
            #expect(bench.snapshot?.flags.first?.flag.changedBy == "mira")
            #expect(bench.snapshot?.events.last?.text == "mira turned erp.v2 OFF in eu-shop, was ON")
            let again = await bench.engine.submit(.change(change(to: .on, revision: "r1+")))
            #expect(code(again) == .alreadyChanging, "the same change twice")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change is sent while journal and history cannot be written, and each store is kept that can`()
        async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        stores.change { $0.recordFailure = StorageFailure("journal.jsonl: it is a directory") }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            _ = await bench.engine.submit(.change(change()))
            #expect(flags.applied.count == 1)
            try await bench.until("told", within: 20) { $0.storage.status == .critical }
            try await bench.pass(10)
            #expect(
                bench.snapshot?.flags.first?.refusal == nil && bench.snapshot?.storage.status == .critical)
            #expect(stores.now.state != nil, "the state is kept")
            let again = await bench.engine.submit(.change(change("op-2", to: .on, revision: "r1+")))
            #expect(code(again) == nil && flags.applied.count == 2)
            stores.change { $0.recordFailure = nil }
            try await bench.until("all is kept", within: 20) { $0.storage.status == .ok }
            #expect(stores.now.events.contains { $0.text == "mira turned erp.v2 OFF in eu-shop, was ON" })
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `nothing is sent while the audit log cannot be written`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        stores.change { $0.auditFailure = StorageFailure("audit.jsonl: permission denied") }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            let reply = await bench.engine.submit(.change(change()))
            #expect(code(reply) == .auditUnwritable)
            #expect(flags.applied.isEmpty)
            try await bench.until("told") {
                $0.flags.first?.refusal == "no audit record can be kept: audit.jsonl: permission denied"
            }
            // It is tried again by itself, and the flag is free.
            stores.change { $0.auditFailure = nil }
            try await bench.until("it can be", within: 20) {
                $0.flags.first?.refusal == nil && $0.storage.status == .ok
            }
            let again = await bench.engine.submit(.change(change("op-2")))
            #expect(code(again) == nil && flags.applied.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a read-only environment, a flag that moved on and an unknown one are refused`() async throws {
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(access: .readOnly, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            #expect(bench.snapshot?.flags.first?.next == nil)
            #expect(bench.snapshot?.flags.first?.refusal?.hasPrefix("this environment is read-only") == true)
            #expect(code(await bench.engine.submit(.change(change()))) == .readOnly)
        }
        let other = Bench(backends: [flags]) { _ in [] }
        try await other.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            #expect(code(await bench.engine.submit(.change(change(revision: "r0")))) == .stale)
            var unknown = change()
            unknown.flag = "nobody"
            #expect(code(await bench.engine.submit(.change(unknown))) == .unknownFlag)
        }
        #expect(flags.applied.isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change by somebody else is told, and one in between is a conflict`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.set("erp.v2", to: .off, by: "deniz")
            guard case .changed(.conflict) = await bench.engine.submit(.change(change())) else {
                Issue.record("no conflict")
                return
            }
            #expect(stores.now.audit.map(\.phase) == [.intent, .conflict])
            flags.set("erp.v2", to: .on, by: "deniz")
            try await bench.until("the news") {
                $0.events.contains { $0.text == "deniz turned erp.v2 ON in eu-shop, was OFF" }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a read that began before a change and ends after it does not put the old value back`() async throws
    {
        let flags = FakeFlags([flag("erp.v2", .on)], interval: .seconds(5), deadline: .seconds(4))
        let bench = Bench(backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.holdReads(true)
            try await bench.until("a read is held") { _ in flags.heldReads == 1 }
            let reply = await bench.engine.submit(.change(change()))
            guard case .changed(.confirmed) = reply else {
                Issue.record("\(reply)")
                return
            }
            try await bench.pass(0.5)
            flags.holdReads(false)
            let reads = { @Sendable (snapshot: Snapshot) in snapshot.sources.first?.probes.first?.reads ?? 0 }
            try await bench.until("the held read is answered") { reads($0) == 2 }
            #expect(bench.snapshot?.flags.first?.flag.value == .off)
            try await bench.until("the next read") { reads($0) == 4 }
            #expect(bench.snapshot?.flags.first?.flag.value == .off)
            let told = bench.snapshot?.events.filter { $0.text.contains("elsewhere") }
            #expect(told?.isEmpty == true, "\(told ?? [])")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an answer that never comes leaves the end open, and the flag is not taken for either`() async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.holdChanges(true)
            let asked = Task { await bench.engine.submit(.change(change())) }
            try await bench.until("on its way") { _ in flags.heldChanges == 1 }
            try await bench.until("given up", within: 200) { $0.flags.first?.judgement.status == .unknown }
            guard case .changed(.unknown) = await asked.value else {
                Issue.record("not open")
                return
            }
            try await bench.until("a read decides") { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.map(\.phase) == [.intent, .unknown, .confirmed])
            // What comes back at last changes nothing.
            flags.holdChanges(false)
            try await bench.pass(1)
            #expect(stores.now.audit.count == 3)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change whose end was not seen stays unknown until a read decides it`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.end(.unknown("the connection broke"))
            _ = await bench.engine.submit(.change(change()))
            try await bench.until("unknown") { $0.flags.first?.judgement.status == .unknown }
            #expect(
                bench.snapshot?.flags.first?.judgement.reason
                    == ["not known whether it was turned OFF: the connection broke"])
            try await bench.until("told") {
                $0.events.last?.text == "erp.v2: not known whether it was turned OFF: the connection broke"
            }
            flags.end(nil)
            flags.set("erp.v2", to: .off)
            try await bench.until("decided") { $0.flags.first?.progress == .seen }
            #expect(stores.now.audit.map(\.phase) == [.intent, .unknown, .confirmed])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is saved by a program that did not end well is on record and told so`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.end(.saved(flag("erp.v2", .off), "saved; the cache is perhaps not cleaned"))
            flags.set("erp.v2", to: .off)
            _ = await bench.engine.submit(.change(change()))
            try await bench.until("told") {
                $0.flags.first?.flag.value == .off && $0.flags.first?.progress == .seen
            }
            let told = bench.snapshot?.events.suffix(2) ?? []
            #expect(told.first?.text == "mira turned erp.v2 OFF in eu-shop, was ON")
            #expect(told.last?.text == "erp.v2: change half done: saved; the cache is perhaps not cleaned")
            #expect(told.last?.status == .warning)
            #expect(stores.now.audit.map(\.phase) == [.intent, .saved])
            #expect(stores.now.audit.last?.result == "reads OFF; saved; the cache is perhaps not cleaned")
        }
    }

    private static let writer = ProcessMark(pid: 4242, startTicks: 77, bootID: "b")

    @Test(.timeLimit(.minutes(1)))
    func `a program on its way stands on record first, is waited for, and only its end decides`() async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on), flag("other", .on)])
        flags.write(by: Self.writer)
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            flags.holdChanges(true)
            let asked = Task { await bench.engine.submit(.change(change())) }
            try await bench.until("on its way") { _ in flags.heldChanges == 1 }
            #expect(stores.now.audit.map(\.phase) == [.intent, .started])
            #expect(stores.now.audit.last?.result == Self.writer.text)
            // The value is there, and the program has not ended: beyond every limit, and whatever the clock says.
            bench.time.stepWall(bySeconds: 7200)
            try await bench.pass(400)
            let row = bench.snapshot?.flags.first
            guard case .running(to: .off, opID: "op-1", let since, pid: 4242) = row?.progress else {
                Issue.record("\(String(describing: row?.progress))")
                return
            }
            #expect(abs(bench.time.now.wall.seconds(since: since) - 400) < 60)
            #expect(row?.next == nil && row?.judgement.status != .unknown && row?.flag.value == .on)
            #expect(code(await bench.engine.submit(.change(change("op-2")))) == .alreadyChanging)
            flags.holdChanges(false)
            guard case .changed(.confirmed) = await asked.value else {
                Issue.record("not confirmed")
                return
            }
            #expect(stores.now.audit.map(\.phase) == [.intent, .started, .confirmed])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an end that could not be put on record is so once there is room, and until then nothing is well`()
        async throws
    {
        let stores = FakeStores()
        let bench = Bench(stores: stores, backends: [FakeFlags([flag("erp.v2", .on)])]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            stores.change { $0.auditRoom = 1 }
            guard case .changed(.confirmed) = await bench.engine.submit(.change(change())) else {
                Issue.record("not confirmed")
                return
            }
            let ended = bench.time.now.wall
            // State and journal are written well meanwhile.
            try await bench.pass(10)
            #expect(bench.snapshot?.storage.reason == ["the disk is full"])
            #expect(stores.now.audit.map(\.phase) == [.intent])
            stores.change { $0.auditRoom = nil }
            try await bench.until("it can be kept") { $0.storage.status == .ok }
            #expect(stores.now.audit.map(\.phase) == [.intent, .confirmed])
            #expect(stores.now.audit.last.map { abs($0.at.wall.seconds(since: ended)) < 1 } == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a program that cannot be put on record does not begin`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        flags.write(by: Self.writer)
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { !$0.flags.isEmpty }
            stores.change { $0.auditRoom = 1 }
            guard case .changed(.refused(let why)) = await bench.engine.submit(.change(change())) else {
                Issue.record("not refused")
                return
            }
            #expect(why == "nothing was sent, because the disk is full")
            #expect(flags.now.first?.value == .on)
        }
    }
}
