import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// A console is gone between a change and the next save: the audit log alone knows of it.
@Suite(.timeLimit(.minutes(1))) struct EndedChangeTests {
    private static let key = FlagKey(backend: "flagd", name: "erp.v2").id.key
    private static let ola = Operator(login: "magento", uid: 33, sudoUser: "ola")
    private static let deed = "another program wrote flags.json right after"
    private static let start = ManualTime().now

    private static func change(_ opID: String = "theirs", to: FlagValue = .off) -> FlagChange {
        FlagChange(
            opID: opID, flag: "erp.v2", backend: "flagd", from: to == .off ? .on : .off, to: to,
            expectedRevision: "r1")
    }

    private static func entry(
        _ phase: AuditEntry.Phase, _ result: String = "", opID: String = "theirs", to: FlagValue = .off,
        secondsAgo: Double = 0
    ) -> AuditEntry {
        AuditEntry(
            phase: phase, at: start.earlier(bySeconds: secondsAgo), environment: "eu-shop",
            change: change(opID, to: to), by: ola, result: result)
    }

    /// Kept so many seconds ago, when the flag was ON.
    private static func kept(secondsAgo: Double = 1, ends: [String: String]? = [:]) -> EngineState {
        var state = EngineState()
        state.savedAt = start.earlier(bySeconds: secondsAgo).wall
        state.flagValues[key] = .on
        state.flagEnds = ends
        return state
    }

    private struct Start: Sendable {
        let keepers: FakeKeepers?
        let stores: FakeStores
        let flags: FakeFlags
        let bench: Bench

        init(
            _ state: EngineState?, _ audit: [AuditEntry], now value: FlagValue = .off,
            isWatching: Bool = false
        ) {
            keepers = isWatching ? FakeKeepers(.another("another console keeps it")) : nil
            stores = FakeStores(state: state, audit: audit, keepers: keepers)
            flags = FakeFlags([flag("erp.v2", value)])
            bench = Bench(
                stores: stores, watchesOnly: isWatching ? "another console keeps it" : nil, backends: [flags]
            ) { _ in [] }
        }

        var told: [String] { bench.snapshot?.events.map(\.text) ?? [] }
        var row: FlagRow? { bench.snapshot?.flags.first }
    }

    private static let turned = "ola as magento turned erp.v2 OFF in eu-shop, was ON"

    @Test(arguments: [AuditEntry.Phase.confirmed, .saved])
    func `a change that ended right before the console did is told with who turned it, and not as another's`(
        phase: AuditEntry.Phase
    ) async throws {
        let doubt = phase == .saved ? ["erp.v2: change half done: the cache is as before"] : []
        let result = phase == .saved ? "reads OFF; the cache is as before" : "reads OFF"
        let start = Start(Self.kept(), [Self.entry(.intent), Self.entry(phase, result)])
        try await start.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.flag.value == .off }
            try await bench.pass(12)
            #expect(start.row?.flag.changedBy == "ola as magento")
            #expect(start.row?.flag.changedAt == Self.start.wall)
            #expect(start.told == [Self.turned] + doubt)
        }
        #expect(start.stores.now.events.map(\.text) == [Self.turned] + doubt)
        #expect(start.stores.now.state?.flagEnds == [Self.key: "theirs"])
        #expect(start.stores.now.state?.flagChanges[Self.key]?.by == "ola as magento")
    }

    @Test func `what is in the journal is not told again`() async throws {
        let start = Start(Self.kept(), [Self.entry(.intent), Self.entry(.confirmed, "reads OFF")])
        let event = Event(
            at: Self.start.wall, status: nil, entity: EntityID(Self.key), subject: "flag", text: Self.turned)
        start.stores.change { $0.events = [event] }
        try await start.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.flag.changedBy == "ola as magento" }
            #expect(start.told == [Self.turned])
        }
    }

    @Test func `what was kept since, of another who turned it, is not taken back by an older record`()
        async throws
    {
        for ends in [[Self.key: "theirs"], nil] {
            // The clock was set back meanwhile: times alone would say otherwise of the first.
            var state = Self.kept(secondsAgo: ends == nil ? 1 : 7200, ends: ends)
            state.flagChanges[Self.key] = .init(by: "kim", at: Self.start.earlier(bySeconds: 9000).wall)
            let records = [
                Self.entry(.intent, secondsAgo: 3600),
                Self.entry(.confirmed, "reads OFF", secondsAgo: 3600),
            ]
            let start = Start(state, records, now: .on)
            try await start.bench.run { bench in
                try await bench.until("the flag") { $0.flags.first?.flag.changedBy == "kim" }
                try await bench.pass(12)
                #expect(start.row?.flag.changedBy == "kim" && start.told.isEmpty)
            }
        }
    }

    @Test func `a flag that reads otherwise than the last change left it was turned elsewhere`() async throws
    {
        let start = Start(Self.kept(), [Self.entry(.intent), Self.entry(.confirmed, "reads OFF")], now: .on)
        try await start.bench.run { bench in
            try await bench.until("told") { _ in
                start.told == [Self.turned, "erp.v2 was turned ON elsewhere, was OFF"]
            }
            #expect(start.row?.flag.changedBy == nil)
        }
    }

    @Test func `who was refused by another's change is not said to have turned the flag`() async throws {
        let start = Start(
            Self.kept(),
            [
                Self.entry(.intent, opID: "first"), Self.entry(.confirmed, "reads OFF", opID: "first"),
                Self.entry(.intent, to: .on),
                Self.entry(.conflict, "reads os2, changed by somebody else", to: .on),
            ], now: .variant("os2"))
        try await start.bench.run { bench in
            try await bench.until("told") { _ in start.told == ["erp.v2 was turned os2 elsewhere, was ON"] }
            #expect(start.row?.flag.changedBy == nil && start.row?.judgement.status == .ok)
        }
    }

    @Test func `a conflict in which somebody else turned it ends what was said of who did`() async throws {
        let start = Start(Self.kept(), [], now: .on)
        try await start.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            _ = await bench.engine.submit(.change(Self.change("ours")), by: Self.ola)
            try await bench.until("turned") { $0.flags.first?.flag.changedBy == "ola as magento" }
            start.flags.end(.conflict(flag("erp.v2", .variant("os2"))))
            var again = Self.change("again", to: .on)
            again.expectedRevision = start.row?.flag.revision ?? ""
            _ = await bench.engine.submit(.change(again))
            try await bench.until("told") { _ in start.told.contains { $0.contains("somebody else") } }
            #expect(start.row?.flag.changedBy == nil && start.row?.flag.value == .variant("os2"))
        }
    }

    @Test(arguments: [false, true])
    func `what another program did to a change is told by the next console and by one that watches`(
        isWatching: Bool
    ) async throws {
        // Late words of an older change come after the end of a newer one, and twice.
        let audit = [
            Self.entry(.intent), Self.entry(.confirmed, "reads OFF"),
            Self.entry(.conflict, "reads ON; \(Self.deed)"), Self.entry(.conflict, "reads ON; \(Self.deed)"),
        ]
        let start = Start(Self.kept(ends: [Self.key: "theirs"]), audit, now: .on, isWatching: isWatching)
        try await start.bench.run { bench in
            try await bench.until("told") { $0.flags.first?.judgement.status == .warning }
            // No longer only for a while.
            try await bench.pass(30)
            #expect(start.row?.judgement.reason == ["conflict: \(Self.deed)"])
            if isWatching {
                start.stores.change {
                    $0.audit += [
                        Self.entry(.intent, opID: "next"), Self.entry(.confirmed, "reads OFF", opID: "next"),
                    ]
                }
                start.flags.set("erp.v2", to: .off)
                start.keepers?.touch()
                try await bench.until("a later change ends it") {
                    $0.flags.first?.judgement.status == .off && $0.flags.first?.flag.value == .off
                }
                #expect(start.row?.flag.changedBy == "ola as magento")
            } else {
                let reading = try #require(start.row?.flag)
                var change = Self.change("ours")
                change.expectedRevision = reading.revision
                _ = await bench.engine.submit(.change(change))
                try await bench.until("a later change ends it") { $0.flags.first?.judgement.status == .off }
            }
        }
    }

    @Test func `what another program did to a change stays aside over a restart when a person set it aside`()
        async throws
    {
        let audit = [Self.entry(.intent), Self.entry(.conflict, "reads ON; \(Self.deed)")]
        let first = Start(Self.kept(), audit, now: .on)
        try await first.bench.run { bench in
            try await bench.until("told") { $0.flags.first?.judgement.status == .warning }
            let row = try #require(first.row)
            let told = try #require(bench.snapshot?.told(of: row))
            let order = AsideOrder(row.id, why: "it was me", .change, told: told)
            #expect(await bench.engine.submit(.setAside(order)) == .done)
        }
        let next = Start(first.stores.now.state, audit, now: .on)
        try await next.bench.run { bench in
            try await bench.until("aside") { $0.flags.first?.judgement.aside?.why == "it was me" }
            try await bench.pass(12)
            #expect(bench.snapshot?.verdict.setAside == 1 && bench.snapshot?.verdict.counts[.warning] == nil)
        }
    }

    @Test func `one that takes over knows who turned what last, though the keeper did not keep it`()
        async throws
    {
        let start = Start(Self.kept(), [], now: .on, isWatching: true)
        try await start.bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.progress == .seen }
            start.flags.set("erp.v2", to: .off)
            start.stores.change {
                $0.audit = [Self.entry(.intent), Self.entry(.confirmed, "reads OFF")]
            }
            start.keepers?.set(.us)
            try await bench.until("it keeps") { $0.environment.watchesOnly == nil }
            try await bench.until("who") { snapshot in
                snapshot.flags.first?.flag.value == .off
                    && snapshot.flags.first?.flag.changedBy == "ola as magento"
            }
            try await bench.pass(12)
            #expect(start.told.contains(Self.turned) && !start.told.contains { $0.contains("elsewhere") })
        }
        #expect(start.stores.now.events.contains { $0.text == Self.turned })
    }

    @Test func `ten thousand flags are taken up at once`() async throws {
        let records = (0..<10_000).map { number in
            AuditEntry(
                phase: .confirmed, at: Self.start, environment: "eu-shop",
                change: FlagChange(
                    opID: "op\(number)", flag: "f\(number)", backend: "flagd", from: .on, to: .off,
                    expectedRevision: "r"), by: Self.ola, result: "reads OFF")
        }
        var ended = EndedChanges()
        let began = ContinuousClock.now
        for record in records {
            ended.add(
                EndedChange(
                    record.change, by: record.by, at: record.at.wall, phase: record.phase,
                    result: record.result))
        }
        #expect(ended.all.map { $0.change.opID } == records.map { $0.change.opID })
        #expect(began.duration(to: .now) < .seconds(2))
    }
}
