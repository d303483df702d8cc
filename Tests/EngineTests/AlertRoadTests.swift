@testable import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport

/// One road for every verdict: what detectors find and what rules say stands in the row, and alerts are made of that.
@Suite struct AlertRoadTests {
    /// Flows counted each five seconds, from a log.
    private struct Shop {
        var state: StoreState
        var seconds = 0.0
        private var ledgers: [OutcomeLedger]
        private var random: SeededGenerator
        static let flows = ["orders-erp", "stock-erp", "payments-psp"].map {
            Integration(name: $0, thing: $0, direction: .out, system: String($0.suffix(3)), tier: 2)
        }

        init(seed: UInt64, past: [PastSeries] = []) {
            random = SeededGenerator(seed: seed)
            state = StoreState(
                environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
                integrations: Self.flows, limits: Limits())
            state.add(
                probe: ProbeSchedule(
                    id: "log", source: "app-log", kind: "log", subject: "outcomes", interval: .seconds(5),
                    deadline: .seconds(2)))
            state.add(
                probe: ProbeSchedule(
                    id: "queues", source: "rabbit", kind: "rabbitmq", subject: "queues",
                    interval: .seconds(5),
                    deadline: .seconds(2)))
            ledgers = Self.flows.map { _ in OutcomeLedger(since: Shop.at(0).wall) }
            state.beginDetecting(past: past, at: Shop.at(0))
        }

        static func at(_ seconds: Double) -> Timestamp {
            let start = ManualTime().now
            return Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }

        var now: Timestamp { Shop.at(seconds) }

        /// `rates`: successes, failures and retries a minute of each flow.
        mutating func pass(
            _ length: Double, _ rates: [(ok: Double, failed: Double, retried: Double)], asleep: Bool = false
        ) {
            let end = seconds + length
            while seconds < end {
                seconds += 1
                guard seconds.truncatingRemainder(dividingBy: 5) == 0, !asleep else { continue }
                for (place, rate) in rates.enumerated() {
                    ledgers[place].add(
                        OutcomeCounts(
                            successes: draw(rate.ok / 12), failures: draw(rate.failed / 12),
                            retries: draw(rate.retried / 12)), at: now.wall.advanced(bySeconds: -1))
                    ledgers[place].note(success: now.wall.advanced(bySeconds: -1))
                    ledgers[place].looked(at: now.wall)
                }
                let readings = zip(Self.flows, ledgers).map {
                    OutcomeReading(integration: $0.name, ledger: $1)
                }
                state.sampled("log", Sample([.outcomes(readings)]), latency: 0.1, at: now)
                state.sampled("queues", Sample([.queues([brokered("erp.order")])]), latency: 0.1, at: now)
                state.reassess(at: now)
            }
        }

        /// Poisson.
        private mutating func draw(_ mean: Double) -> Int {
            var (count, left) = (0, Double.random(in: 0..<1, using: &random))
            var term = Self.exponential(-mean)
            while left > term, count < 1000 {
                left -= term
                count += 1
                term *= mean / Double(count)
            }
            return count
        }

        private static func exponential(_ value: Double) -> Double {
            var (sum, term) = (1.0, 1.0)
            for step in 1..<60 {
                term *= value / Double(step)
                sum += term
            }
            return sum
        }

        mutating func alerts() -> [AlertRow] { state.snapshot(generation: 1, at: now).alerts }
    }

    private let well = [
        (ok: 12.0, failed: 0.2, retried: 0.3), (ok: 30, failed: 0.2, retried: 0.5),
        (ok: 20, failed: 0.3, retried: 0.2),
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a store that nobody has watched before is silent while it is well, and a slowed system is told`(
        seed: UInt64
    ) throws {
        var shop = Shop(seed: seed)
        shop.pass(3600, well)
        #expect(shop.alerts().isEmpty, "\(shop.alerts())")
        // Four of twelve come through, nine are tried again each minute: no limit of any rule is reached.
        var slowed = well
        slowed[0] = (ok: 4, failed: 0.1, retried: 9)
        shop.pass(1800, slowed)
        let snapshot = shop.state.snapshot(generation: 1, at: shop.now)
        let alert = try #require(snapshot.alerts.first)
        #expect(alert.entity == EntityID(.integration, "orders-erp") && snapshot.alerts.count == 1)
        #expect(alert.sentence.contains("were retried"), "\(alert.sentence)")
        let row = try #require(snapshot.integrations.first)
        #expect(
            row.judgement.status <= .warning && row.judgement.reason.contains { $0.contains("were retried") })
        let basis = try #require(shop.state.evidence(of: alert.entity).first { $0.kind == .retries }?.basis)
        #expect(basis.samples > 30 && basis.came.contains("retried"), "\(basis)")
        #expect(row.judgement.mark(of: [.retries]) != nil)
        // Its line among the rules has a figure and what it is held against.
        let rule = try #require(
            shop.state.detail(alert.entity, at: shop.now)?.rules.first { $0.rule == "retried more" })
        #expect(rule.limit == "not known yet" || rule.limit.hasPrefix("usual "), "\(rule)")
        #expect(rule.now.contains(" of ") && rule.now.hasSuffix(" %"), "\(rule)")
        #expect(row.judgement.reason.contains { $0.hasPrefix("since ") }, "\(row.judgement.reason)")
        #expect(alert.since >= Shop.at(3400).wall && alert.since <= Shop.at(4500).wall, "\(alert)")
        // It ends with what caused it.
        shop.pass(3600, well)
        #expect(shop.alerts().isEmpty, "\(shop.alerts())")
        #expect(
            shop.state.notices.notices.map(\.what).first == .opened
                && shop.state.notices.notices.map(\.what).last == .resolved)
        #expect(shop.state.troubles.map(\.entity).contains(alert.entity))
        // Whoever looks back sees from when to when, also after a restart, and once beside whoever keeps.
        let over = shop.state.snapshot(generation: 2, at: shop.now).ended
        let ended = try #require(over.first { $0.key == alert.key }, "\(over)")
        #expect(abs(ended.since.seconds(since: alert.since)) < 600 && ended.endedAt > alert.openedAt)
        let kept = shop.state.toKeep(at: shop.now.wall)
        var next = Shop(seed: seed)
        next.seconds = shop.seconds + 5
        next.state.take(kept, at: next.now.wall)
        _ = next.state.follow(kept, at: next.now.wall)
        #expect(next.state.snapshot(generation: 1, at: next.now).ended == kept.ended)
    }

    @Test func `what detectors are half sure of is pending, with how sure, and told to nobody`() throws {
        var shop = Shop(seed: 4)
        shop.pass(3600, well)
        let calm = shop.state.snapshot(generation: 1, at: shop.now)
        #expect(calm.pending.isEmpty && calm.alerts.isEmpty, "\(calm.pending)")
        var slowed = well
        slowed[0] = (ok: 4, failed: 0.1, retried: 9)
        var sure: [Double] = []
        let before = shop.state.notices.newest
        let began = shop.seconds
        while shop.alerts().isEmpty, shop.seconds - began < 1800 {
            shop.pass(10, slowed)
            let snapshot = shop.state.snapshot(generation: 1, at: shop.now)
            guard let pending = snapshot.pending.first(where: { $0.kind == .retries }) else { continue }
            #expect(pending.entity.name == "orders-erp" && pending.severity == .warning && pending.at == nil)
            #expect(pending.sentence.contains(" attempts were retried in "), "\(pending.sentence)")
            #expect(snapshot.pendingCount == snapshot.pending.count && shop.state.notices.newest == before)
            #expect(snapshot.integrations[0].judgement.status == .ok)
            sure.append(try #require(pending.evidence))
        }
        #expect(!sure.isEmpty && sure.allSatisfy { 0.5...1 ~= $0 }, "\(sure)")
        // It is told, and pending no more.
        let told = shop.state.snapshot(generation: 2, at: shop.now)
        #expect(told.alerts.first?.kind == .retries && !told.pending.contains { $0.kind == .retries })
    }

    @Test func `a console that slept for an hour has no alert of that`() {
        var shop = Shop(seed: 5)
        shop.pass(1800, well)
        shop.pass(3600, well, asleep: true)
        shop.pass(600, well)
        #expect(shop.alerts().isEmpty, "\(shop.alerts())")
    }

    @Test func `what a rule says is an alert, one a cause, and kept over a restart without being told anew`()
        throws
    {
        var shop = Shop(seed: 6)
        shop.pass(300, well)
        var failing = well
        failing[1] = (ok: 2, failed: 28, retried: 0)
        shop.pass(600, failing)
        let open = try #require(shop.alerts().first { $0.entity.name == "stock-erp" })
        #expect(open.severity == .critical)
        let kept = shop.state.toKeep(at: shop.now.wall)
        #expect(kept.alerts.contains { $0.entity == open.entity })

        var next = Shop(seed: 7)
        next.seconds = shop.seconds + 30
        next.state.take(kept, at: next.now.wall)
        next.pass(60, failing)
        #expect(next.alerts().contains { $0.entity == open.entity && $0.openedAt == open.openedAt })
        #expect(
            !next.state.notices.notices.filter { $0.alert.entity.name == "stock-erp" }.dropFirst().contains {
                $0.what == .opened
            })
    }

    @Test func `a thousand queues that nobody takes from are one alert, and those that go are forgotten`()
        throws
    {
        var shop = Shop(seed: 8)
        shop.pass(30, well)
        func read(_ queues: [QueueReading], for seconds: Double) {
            let end = shop.seconds + seconds
            while shop.seconds < end {
                shop.seconds += 5
                shop.state.sampled("queues", Sample([.queues(queues)]), latency: 0.1, at: shop.now)
                shop.state.reassess(at: shop.now)
            }
        }
        let many = (0..<1000).map { brokered("q\($0)", ready: 5, consumers: 0) }
        read(many, for: 200)
        let alerts = shop.alerts().filter { $0.kind == .noConsumer }
        #expect(alerts.map(\.entity) == [EntityID(.source, "rabbit")], "\(alerts.count)")
        #expect(alerts.first?.sentence.contains("1000 of its queues") == true, "\(alerts)")
        let names = shop.state.detecting.told["queues"]?.count
        read([brokered("erp.order")], for: 60)
        #expect(names == 1000 && shop.state.detecting.told["queues"]?.count == 1)
    }

    @Test
    func `what waits for its hold is pending until it is told, with the moment of that, and told to nobody`()
        throws
    {
        var shop = Shop(seed: 11)
        shop.pass(30, well)
        var told: WallTime?
        while shop.alerts().isEmpty, shop.seconds < 600 {
            shop.seconds += 5
            let read = brokered("erp.order", ready: 5, consumers: 0)
            shop.state.sampled("queues", Sample([.queues([read])]), latency: 0.1, at: shop.now)
            shop.state.reassess(at: shop.now)
            let snapshot = shop.state.snapshot(generation: 1, at: shop.now)
            guard snapshot.alerts.isEmpty, let pending = snapshot.pending.first else { continue }
            #expect(pending.kind == .noConsumer && pending.entity.name == "erp.order")
            #expect(snapshot.pendingCount == 1 && shop.state.notices.notices.isEmpty)
            // It is the same moment all the while.
            let at = try #require(pending.at)
            #expect(abs(at.seconds(since: told ?? at)) < 1)
            told = at
        }
        let alert = try #require(shop.alerts().first)
        #expect(abs(alert.openedAt.seconds(since: try #require(told))) <= 5)
        #expect(shop.state.snapshot(generation: 2, at: shop.now).pending.isEmpty)
    }

    @Test func `each attempt is taken once, however the server's clock jitters by a second`() {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [Shop.flows[0]], limits: Limits())
        state.add(
            probe: ProbeSchedule(
                id: "db", source: "db", kind: "mysql", subject: "outcomes", interval: .seconds(5),
                deadline: .seconds(2)))
        state.beginDetecting(past: [], at: Shop.at(0))
        var random = SeededGenerator(seed: 3)
        var ledger = OutcomeLedger(since: Shop.at(0).wall)
        var (made, taken) = ([Int](), [Int]())
        for second in stride(from: 5.0, through: 3000, by: 5) {
            let theirs = Shop.at(second).wall
            let count = Int.random(in: 0...9, using: &random)
            made.append(count)
            ledger.add(OutcomeCounts(successes: count), at: theirs.advanced(bySeconds: -1))
            ledger.looked(at: theirs)
            // Whole seconds, told late or early by one.
            var sample = Sample([.outcomes([OutcomeReading(integration: Shop.flows[0].name, ledger: ledger)])]
            )
            sample.serverTime = theirs.advanced(bySeconds: Double(Int.random(in: -1...1, using: &random)))
            state.sampled("db", sample, latency: 0.1, at: Shop.at(second))
            guard second.truncatingRemainder(dividingBy: 10) == 0 else { continue }
            let moment = state.detecting.seconds(at: Shop.at(second))
            let told = state.attempts(of: state.flows.rows[0], until: moment, at: Shop.at(second))
            #expect(!told.isUnread || second < 60)
            taken.append(Int(told.succeeded))
        }
        // Each step two of them, the next step the next two.
        let isWhole = (0...8).contains { back in
            (6..<taken.count).allSatisfy { step in
                let last = 2 * step + 1 - back
                return taken[step] == made[last] + made[last - 1]
            }
        }
        #expect(isWhole, "\(taken.prefix(12)) of \(made.prefix(24))")
    }

    @Test func `who watches beside the keeper tells nothing, and what the keeper never told when it is gone`()
        throws
    {
        var keeper = Shop(seed: 9)
        var beside = Shop(seed: 9)
        beside.state.environment.watchesOnly = "another console keeps"
        var failing = well
        failing[1] = (ok: 2, failed: 28, retried: 0)
        for seconds in [300.0, 600] {
            keeper.pass(seconds, seconds == 300 ? well : failing)
            beside.pass(seconds, seconds == 300 ? well : failing)
        }
        let told = keeper.state.notices.notices
        #expect(!told.isEmpty && beside.state.notices.notices.isEmpty)
        let kept = keeper.state.toKeep(at: keeper.now.wall)
        // Gone before it saw the next thing.
        failing[2] = (ok: 1, failed: 19, retried: 0)
        beside.pass(600, failing)
        _ = beside.state.follow(kept, at: beside.now.wall)
        beside.state.takeOverAlerts(of: kept, at: beside.now)
        beside.state.environment.watchesOnly = nil
        let all = beside.state.notices.notices
        #expect(all.map(\.number) == Array(1...UInt64(all.count)), "\(all.map(\.number))")
        let opened = all.filter { $0.what == .opened }.map { "\($0.alert.entity) \($0.alert.kind)" }
        #expect(Set(opened).count == opened.count, "\(opened)")
        #expect(opened.contains { $0.contains("payments-psp") })
    }

    @Test func `a deploy that is told late does not set the detectors' clock back`() throws {
        var shop = Shop(seed: 10)
        shop.pass(1800, well)
        var slowed = well
        slowed[0] = (ok: 4, failed: 0.1, retried: 9)
        // Each ten seconds another one, each told nine minutes late: nothing begins anew by that.
        for minute in 0..<180 {
            shop.pass(10, slowed)
            let at = shop.now.wall.advanced(bySeconds: -540)
            shop.state.take(Change(id: "d\(minute)", .deploy, "deploy", at: at), at: shop.now.wall)
        }
        #expect(shop.alerts().contains { $0.entity.name == "orders-erp" }, "\(shop.alerts())")
    }

    @Test func `alerts that were told one by one are not called over when a crowd comes`() {
        var shop = Shop(seed: 11)
        shop.pass(30, well)
        func read(_ count: Int, for seconds: Double) {
            let queues = (0..<count).map { brokered("q\($0)", ready: 5, consumers: 0) }
            let end = shop.seconds + seconds
            while shop.seconds < end {
                shop.seconds += 5
                shop.state.sampled("queues", Sample([.queues(queues)]), latency: 0.1, at: shop.now)
                shop.state.reassess(at: shop.now)
            }
        }
        read(10, for: 200)
        #expect(shop.alerts().filter { $0.kind == .noConsumer }.count == 10)
        read(200, for: 300)
        #expect(shop.state.notices.notices.allSatisfy { $0.what != .resolved })
        #expect(shop.alerts().filter { $0.kind == .noConsumer }.count == 11)
    }
}

extension StoreState {
    fileprivate var troubles: [Trouble] { detecting.troubles }
}
