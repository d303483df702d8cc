@testable import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Testing
import TestSupport

/// What holds for every history: generated ones, of answers that come, fail, are late, twice and contrary.
@Suite struct TruthTests {
    private static let names = [
        "erp.order", "ERP.STOCK", "ERP.STOC\u{212A}", "erp_push", "erp_push\u{FE0F}", "caf\u{E9}",
        "cafe\u{301}", "q\u{200B}", "q",
    ]
    private static let flow = Integration(
        name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1)

    private struct World {
        var state: StoreState
        var now = moment(0)
        var random: SeededGenerator
        var ledger: OutcomeLedger
        var journal: [EntityID: Event] = [:]
        var left: [String: UInt64] = [:]
        /// What each probe listed last.
        var listed: [String: [QueueReading]] = [:]
        let database = schedule("magento-db", "mysql", "queues", 5)
        let broker = schedule("rabbit", "rabbitmq", "queues", 5)
        let indexers = schedule("magento-db", "mysql", "indexers", 10)
        let log = schedule("app-log", "log", "outcomes", 5)

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            state = StoreState(
                environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
                integrations: [flow], limits: Limits())
            ledger = OutcomeLedger(since: now.wall)
            for schedule in [database, broker, indexers, log] { state.add(probe: schedule) }
        }

        mutating func chance(_ share: Int) -> Bool { Int.random(in: 0..<100, using: &random) < share }

        mutating func step() {
            now = moment(now.boot.inSeconds - 3600 + Double.random(in: 0.5...40, using: &random))
            let probe = [database, broker, indexers, log].randomElement(using: &random) ?? database
            state.began(probe.id)
            if chance(12) {
                state.failed(
                    probe.id, ReadFailure(.timedOut, "no answer"), latency: 1, at: now)
            } else {
                let server = now.wall.advanced(bySeconds: chance(5) ? 600 : -600)
                state.sampled(
                    probe.id,
                    Sample([fact(of: probe)] + notices(), serverTime: probe == database ? server : nil),
                    latency: chance(90) ? 0.1 : 1.9, at: now)
            }
            state.reassess(at: now)
            for event in state.takeUnwritten() {
                // Left the listing: what was told of it before is over.
                guard let entity = event.entity else { continue }
                journal[entity] = event.status == nil ? nil : event
            }
        }

        /// What a server says of itself: an alarm, or that it could not be seen.
        private mutating func notices() -> [Fact] {
            guard chance(20) else { return [] }
            let status = [Status.critical, .warning, .unknown, .ok].randomElement(using: &random) ?? .ok
            return [.notice(SourceNotice(status, "alarms are \(status.rawValue)"))]
        }

        private mutating func fact(of probe: ProbeSchedule) -> Fact {
            switch probe {
            case log: return .outcomes([outcome()])
            case indexers: return .indexers(Self.indexerNames.compactMap { indexer($0) })
            default:
                let queues = names.compactMap { queue($0, isBroker: probe == broker) }
                listed[probe.id] = queues
                return .queues(queues)
            }
        }

        private static let indexerNames = ["catalog_product_price", "caf\u{E9}_view", "cafe\u{301}_view"]

        private mutating func outcome() -> OutcomeReading {
            ledger.add(
                OutcomeCounts(
                    successes: Int.random(in: 0...30, using: &random),
                    failures: chance(30) ? Int.random(in: 0...30, using: &random) : 0), at: now.wall)
            if chance(70) { ledger.note(success: now.wall) }
            ledger.looked(at: now.wall)
            return OutcomeReading(integration: "orders-erp", ledger: ledger)
        }

        private mutating func indexer(_ name: String) -> IndexerReading? {
            guard !chance(5) else { return nil }
            var reading = IndexerReading(name: name, mode: .schedule)
            reading.status = chance(90) ? "valid" : "invalid"
            reading.viewStatus = chance(80) ? "idle" : "working"
            reading.viewUpdated = now.wall
            reading.version = UInt64(Int.random(in: 1...3, using: &random))
            reading.newestVersion = UInt64(Int.random(in: 1...9, using: &random))
            reading.triggers = chance(95) ? 9 : 6
            return reading
        }

        private mutating func queue(_ name: String, isBroker: Bool) -> QueueReading? {
            guard !chance(8) else { return nil }
            var reading = QueueReading(name: name, transport: isBroker ? .amqp : .db)
            reading.virtualHost = isBroker ? "/" : nil
            reading.ready = chance(5) ? nil : Count(chance(60) ? 0 : Int.random(in: 0...3000, using: &random))
            reading.inProgress = Count(chance(80) ? 0 : 5)
            reading.consumers =
                [.nobody, .subscribed(1), .lockHeld, .unreadable].randomElement(using: &random) ?? .nobody
            if chance(40) { left[name, default: 0] += 3 }
            reading.leftCounter = chance(90) ? left[name, default: 0] : nil
            if chance(10) { reading.serverState = "down" }
            return reading
        }
    }

    private static func schedule(
        _ source: String, _ kind: String, _ subject: String, _ seconds: Int
    ) -> ProbeSchedule {
        ProbeSchedule(
            id: "\(source)/\(subject)", source: source, kind: kind, subject: subject,
            interval: .seconds(seconds), deadline: .seconds(2))
    }

    @Test(arguments: 1...24)
    func `row, detail, assessments, verdict and journal say the same`(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<160 {
            world.step()
            let snapshot = world.state.snapshot(generation: 1, at: world.now)
            let rows: [any Row] =
                snapshot.queues + snapshot.indexers + snapshot.integrations + snapshot.sources
            for row in rows {
                let known = world.state.assessments[row.id] ?? []
                let worst = known.map(\.status).min() ?? .ok
                let detail = world.state.detail(row.id, at: world.now)
                #expect(detail?.rules.map(\.status) == known.map(\.status), "\(row.id.key)")
                let telling = snapshot.assessments.filter { $0.entity == row.id }
                #expect(telling == known.filter(\.isTelling), "\(row.id.key)")
                // What cannot be read now is covered: critical stays, the rest is not known.
                if row.judgement.asOf != nil || row.readAt == nil || !isRead(row, world) {
                    #expect(row.judgement.status <= .stale || row.readAt == nil)
                    if worst == .critical, row.readAt != nil { #expect(row.judgement.status == .critical) }
                    continue
                }
                let isUnsettled =
                    worst == .ok && known.contains { $0.isNotJudged || $0.isPending }
                // What was not well is not drawn well before it can be judged.
                let seen = world.state.since.seen[row.id]?.status ?? .ok
                let isKept = worst == .ok && seen < .ok && known.contains(where: \.isNotJudged)
                #expect(row.judgement.status == (isKept ? seen : worst), "\(row.id.key): \(row.judgement)")
                if let event = world.journal[row.id], !isUnsettled {
                    #expect(
                        event.status == worst,
                        "\(row.id.key): \(event.text) / \(row.judgement) / \(known.map { "\($0.rule) \($0.status) \($0.standing)" })"
                    )
                } else if !isUnsettled {
                    #expect(worst == .ok || worst == .unknown, "\(row.id.key): never told")
                }
            }
            let statuses = rows.map(\.judgement.status)
            #expect(snapshot.verdict.worst == (statuses.min() ?? .unknown))
        }
    }

    private func isRead(_ row: any Row, _ world: World) -> Bool {
        // A source itself is never too old: that it is not read is what is told of it.
        if row.id.kind == .source { return world.state.assessments[row.id] != nil }
        let subject =
            switch row.id.kind {
            case .indexer: "indexers"
            case .integration: "outcomes"
            default: "queues"
            }
        return row.sources.allSatisfy { source in
            let watch = world.state.probes["\(source)/\(subject)"]
            return watch?.blindJudgement(FreshnessLimits(), at: world.now) == nil
        }
    }

    @Test(arguments: 1...12)
    func `no two names share a row or are drawn alike`(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<60 {
            world.step()
            let snapshot = world.state.snapshot(generation: 1, at: world.now)
            for probe in [world.database, world.broker] {
                for reading in world.listed[probe.id] ?? [] where (reading.ready?.value ?? 0) > 0 {
                    let row = snapshot.queues.first {
                        $0.id.source == probe.source && $0.id.name.utf8.elementsEqual(reading.name.utf8)
                    }
                    #expect(row?.ready == reading.ready, "\(reading.name) has no row of its own")
                }
            }
            for rows in [snapshot.queues as [any Row], snapshot.indexers] {
                #expect(Set(rows.map(\.id)).count == rows.count)
                #expect(Set(rows.map(\.id.key)).count == rows.count)
                let drawn = Set(rows.map { Array($0.label.utf8) })
                #expect(drawn.count == rows.count, "\(rows.map(\.label))")
                let plain = rows.map { $0.label.unicodeScalars.filter { $0.value < 0x7F }.map(\.value) }
                #expect(
                    Set(plain).count == rows.count, "they differ by what can be seen: \(rows.map(\.label))")
            }
        }
    }

    @Test(arguments: 1...12)
    func `an entity's key names it and it alone`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = ["", "/", "%", "a", "a/b", "a:b", "@", "é", "e\u{301}", "\u{0}", "ü@x/%2F", "a b"]
        var keys: [String: EntityID] = [:]
        for _ in 0..<400 {
            let kind = EntityID.Kind.allCases.randomElement(using: &random) ?? .queue
            let id = EntityID(
                kind, "n" + (parts.randomElement(using: &random) ?? ""),
                in: parts.randomElement(using: &random) ?? "",
                virtualHost: Bool.random(using: &random) ? parts.randomElement(using: &random) : nil)
            #expect(EntityID(id.key) == id, "\(id.key)")
            if let known = keys[id.key] { #expect(known == id) }
            keys[id.key] = id
        }
    }
}

/// 2026-11-28 03:00:00 UTC and `seconds` later, one hour after boot.
private func moment(_ seconds: Double) -> Timestamp {
    Timestamp(
        boot: .seconds(3600) + .milliseconds(Int(seconds * 1000)),
        wall: WallTime(seconds: 1_795_834_800).advanced(bySeconds: seconds), bootID: "test")
}
