import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// A console that watches what another one keeps.
@Suite struct WatchingTests {
    private static let why = "another console of yours keeps this environment"
    private static let writer = ProcessMark(pid: 4242, startTicks: 350_500, bootID: "test")

    private static func entry(_ phase: AuditEntry.Phase, _ opID: String = "theirs", _ result: String = "")
        -> AuditEntry
    {
        let change = FlagChange(
            opID: opID, flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "1")
        return AuditEntry(
            phase: phase, at: ManualTime().now, environment: "eu-shop", change: change, result: result)
    }

    private struct Watch: Sendable {
        let keepers = FakeKeepers(.another(WatchingTests.why))
        let stores: FakeStores
        let flags = FakeFlags([flag("erp.v2", .on)])
        let bench: Bench

        init(state: EngineState? = nil, audit: [AuditEntry] = []) {
            stores = FakeStores(state: state, audit: audit, keepers: keepers)
            bench = Bench(stores: stores, watchesOnly: WatchingTests.why, backends: [flags]) { clock in
                [FakeProbe("queues", time: clock, .answer(Sample([.queues([queue("erp", ready: 600)])])))]
            }
        }

        /// The keeper writes a record.
        func record(_ entry: AuditEntry) {
            stores.change { $0.audit.append(entry) }
            keepers.touch()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `sees what the keeper has under way, from its intent to its end`() async throws {
        let watch = Watch()
        try await watch.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.progress == .seen }
            watch.record(Self.entry(.intent))
            try await bench.until("asked") { $0.flags.first?.progress == .asked(to: .off, opID: "theirs") }
            watch.keepers.run([Self.writer])
            watch.record(Self.entry(.started, "theirs", Self.writer.text))
            try await bench.until("at work") {
                if case .running(.off, "theirs", _, 4242) = $0.flags.first?.progress { true } else { false }
            }
            // By its mark it began when the machine did.
            let judgement = bench.snapshot?.flags.first?.judgement
            #expect(judgement?.reason.first?.hasPrefix("still turning OFF") == true)
            watch.record(Self.entry(.unknown))
            try await bench.until("not known") {
                $0.flags.first?.judgement.status == .unknown
                    && $0.flags.first?.progress == .unknown(to: .off, opID: "theirs")
            }
            watch.flags.set("erp.v2", to: .off)
            try await bench.until("who turned it") {
                $0.events.contains {
                    $0.text == "erp.v2 was turned OFF by the console that keeps this environment, was ON"
                }
            }
            watch.record(Self.entry(.confirmed))
            try await bench.until("seen") {
                $0.flags.first?.progress == .seen && $0.flags.first?.judgement.status == .off
            }
            #expect(watch.flags.takenUp.isEmpty && watch.stores.now.audit.count == 4)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what the keeper turned is not said of an older reading, and is read again at once`() async throws {
        let watch = Watch()
        try await watch.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.progress == .seen }
            let (read, id) = (
                bench.snapshot?.flags.first?.readAt, FlagKey(backend: "flagd", name: "erp.v2").id
            )
            watch.flags.set("erp.v2", to: .off)
            try await bench.pass(0.2)
            var state = EngineState()
            state.flagChanges[id.key] = .init(by: "ola", at: bench.time.now.wall)
            watch.stores.change { $0.state = state }
            watch.keepers.touch()
            try await bench.until("read again, and by whom", within: 4) { snapshot in
                guard let row = snapshot.flags.first else { return false }
                if row.flag.value == .on {
                    #expect(row.flag.changedBy == nil, "ON by somebody who turned it OFF")
                }
                return row.flag.value == .off && row.flag.changedBy == "ola" && row.readAt != read
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `writes nothing while another one keeps, and says why it watches`() async throws {
        let watch = Watch()
        try await watch.bench.run { bench in
            try await bench.until("a warning") { $0.queues.first?.judgement.status == .warning }
            try await bench.pass(130)
            #expect(bench.snapshot?.storage == Judgement(.warning, [Self.why]))
            watch.keepers.set(.another("another console (pid 7) keeps it"))
            try await bench.until("told anew") {
                $0.storage.reason == ["another console (pid 7) keeps it"]
                    && $0.flags.first?.refusal == "another console (pid 7) keeps it"
            }
        }
        #expect(watch.stores.now.saves == 0 && watch.stores.now.events.isEmpty)
        #expect(watch.stores.now.minutes.isEmpty && watch.stores.now.audit.isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func `takes over when the keeper is gone, with what that one had set aside and left open`() async throws {
        let watch = Watch(audit: [Self.entry(.intent)])
        try await watch.bench.run { bench in
            try await bench.until("asked, and a warning") {
                $0.flags.first?.progress == .asked(to: .off, opID: "theirs")
                    && $0.queues.first?.judgement.status == .warning
            }
            // A person at the keeper sets the queue aside.
            let queue = try #require(bench.snapshot?.queues.first)
            let told = try #require(bench.snapshot?.told(of: queue))
            var state = EngineState()
            state.asides[queue.id.key] = AsideBook.Entry(
                Aside(by: "ola", why: "ERP is closed", at: bench.time.now.wall, .change), told: told)
            watch.stores.change { $0.state = state }
            watch.keepers.touch()
            try await bench.until("aside here too") { $0.queues.first?.judgement.aside?.by == "ola" }

            watch.keepers.set(.us)
            try await bench.until("it keeps") { $0.environment.watchesOnly == nil && $0.storage == .ok }
            #expect(bench.snapshot?.environment.mayChange == true)
            #expect(
                bench.snapshot?.events.map(\.text).contains(
                    "whoever kept this environment has ended or handed it over: this one keeps it now")
                    == true)
            // What was left open is not known until a read decides it.
            try await bench.until("taken up, and not called well", within: 3) {
                $0.flags.first?.progress == .unknown(to: .off, opID: "theirs")
                    && $0.flags.first?.judgement.status == .unknown
            }
            watch.flags.set("erp.v2", to: .off)
            try await bench.until("decided") { $0.flags.first?.progress == .seen }
            #expect(watch.stores.now.audit.map(\.phase) == [.intent, .confirmed])
            try await bench.until("kept") { _ in watch.stores.now.saves > 0 }
            #expect(watch.stores.now.state?.asides[queue.id.key]?.aside.by == "ola")
            // And what is asked for is sent.
            let reading = try #require(bench.snapshot?.flags.first?.flag)
            let change = FlagChange(
                opID: "ours", flag: "erp.v2", backend: "flagd", from: .off, to: .on,
                expectedRevision: reading.revision)
            guard case .changed(.confirmed) = await bench.engine.submit(.change(change)) else {
                Issue.record("not sent")
                return
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `hands over what it cannot decide as well, and takes it up again when it keeps again`() async throws
    {
        let watch = Watch(audit: [Self.entry(.intent)])
        watch.keepers.set(.us)
        try await watch.bench.run { bench in
            try await bench.until("it keeps, and does not know") {
                $0.environment.watchesOnly == nil
                    && $0.flags.first?.progress == .unknown(to: .off, opID: "theirs")
            }
            watch.keepers.set(.wanted)
            try await bench.until("it only watches") {
                $0.environment.watchesOnly?.contains("keeps it again when that one ends") == true
            }
            #expect(watch.keepers.yields == 1)
            // The other one decides it meanwhile: nothing is put on record twice.
            watch.flags.set("erp.v2", to: .off)
            try await bench.pass(20)
            #expect(watch.stores.now.audit.map(\.phase) == [.intent])
            watch.keepers.set(.us)
            try await bench.until("decided") { $0.flags.first?.progress == .seen }
            #expect(watch.stores.now.audit.map(\.phase) == [.intent, .confirmed])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `one look at what nobody keeps says that the end of a change is not known`() async throws {
        let watch = Watch(audit: [Self.entry(.intent)])
        watch.keepers.set(.nobody)
        try await watch.bench.run { bench in
            try await bench.until("not known") { $0.flags.first?.judgement.status == .unknown }
            #expect(bench.snapshot?.flags.first?.progress == .unknown(to: .off, opID: "theirs"))
            #expect(bench.snapshot?.environment.watchesOnly == Self.why)
        }
    }
}
