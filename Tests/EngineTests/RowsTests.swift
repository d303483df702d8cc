@testable import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport
import Text

@Suite struct RowsTests {
    @Test(.timeLimit(.minutes(1)))
    func `the same queue in two servers is two rows that say where`() async throws {
        let bench = Bench { clock in
            [
                FakeProbe("queues", time: clock, .answer(Sample([.queues([queue("erp", ready: 1)])]))),
                FakeProbe(
                    "queues", source: "rabbitmq", kind: "rabbitmq", time: clock,
                    .answer(Sample([.queues([brokered("erp", ready: 2)])]))),
            ]
        }
        try await bench.run { bench in
            try await bench.until("both, read twice") {
                $0.queues.count == 2 && $0.sources.allSatisfy { ($0.probes.first?.reads ?? 0) >= 2 }
            }
            let rows = bench.snapshot?.queues.map { "\($0.label) \($0.depth?.value ?? -1)" }
            #expect(rows == ["erp (magento-db) 1", "erp (rabbitmq) 2"])
            #expect(
                bench.snapshot?.queues.first?.judgement.reason
                    .contains("1 message left in the old transport since 03:00 or earlier") == true)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func `an empty twin of a broker's queue is no row, whoever answers first`(isBrokerLate: Bool)
        async throws
    {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let broker = FakeProbe(
                "queues", source: "rabbitmq", kind: "rabbitmq", time: clock,
                isBrokerLate
                    ? .hang : .answer(Sample([.queues([brokered("erp"), brokered("b")])])))
            held.set(broker)
            let queues: [QueueReading] = [queue("erp"), queue("own")]
            let database = FakeProbe("queues", time: clock, .answer(Sample([.queues(queues)])))
            return isBrokerLate ? [database, broker] : [broker, database]
        }
        try await bench.run { bench in
            try await bench.pass(3)
            held.value?.behave(.answer(Sample([.queues([brokered("erp"), brokered("b")])])))
            try await bench.until("all") { $0.queues.count >= 3 }
            try await bench.pass(12)
            #expect(
                bench.snapshot?.queues.map(\.id.key) == [
                    "queue@rabbitmq:b", "queue@rabbitmq:erp", "queue@magento-db:own",
                ])
            let told = bench.snapshot?.events.filter { $0.text.contains("no longer") } ?? []
            #expect(told.isEmpty)
        }
    }

    @Test func `what a broker serves no more, or a command lists, makes no queue of the database a twin`() {
        let start = ManualTime().now
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        for (source, kind) in [("magento-db", "mysql"), ("rabbit", "rabbitmq"), ("erp", "command")] {
            state.add(
                probe: ProbeSchedule(
                    id: source, source: source, kind: kind, subject: "queues", interval: .seconds(5),
                    deadline: .seconds(2)))
        }
        func told(broker: [QueueReading], command: [QueueReading]) -> [String] {
            for (source, queues) in [
                ("rabbit", broker), ("erp", command),
                ("magento-db", [queue("orders", ready: 3), queue("stock")]),
            ] { state.sampled(source, Sample([.queues(queues)]), latency: 0, at: start) }
            return state.snapshot(generation: 1, at: start).queues.filter { $0.sources == ["magento-db"] }
                .map { "\($0.id.name) \($0.judgement.status)" }
        }
        #expect(told(broker: [brokered("orders"), brokered("stock")], command: []) == ["orders warning"])
        #expect(told(broker: [], command: [brokered("orders")]) == ["orders ok", "stock ok"])
    }

    @Test func `a lock that may be of either of two queues is held for none of them`() {
        let start = ManualTime().now
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        for (source, kind) in [("magento-db", "mysql"), ("rabbit", "rabbitmq")] {
            state.add(
                probe: ProbeSchedule(
                    id: source, source: source, kind: kind, subject: "queues", interval: .seconds(5),
                    deadline: .seconds(2)))
        }
        let locks = ["orders", "stock"].map { ConsumerLock(queue: ExactName($0), state: .held) }
        let listed = [("orders", "/"), ("orders", "shop"), ("stock", "/")].map { name, host in
            var queue = brokered(name, ready: 1, consumers: 0)
            queue.virtualHost = host
            return queue
        }
        state.sampled("magento-db", Sample([.consumerLocks(locks)]), latency: 0, at: start)
        state.sampled("rabbit", Sample([.queues(listed)]), latency: 0, at: start)
        let consumers = state.snapshot(generation: 1, at: start).queues.map(\.consumers)
        #expect(consumers == [.unreadable, .unreadable, .lockHeld])
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `an empty queue of the database is there once the broker has spoken, well or ill`(answers: Bool)
        async throws
    {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let broker = FakeProbe("queues", source: "rabbitmq", kind: "rabbitmq", time: clock, .hang)
            held.set(broker)
            // Read once: nothing else brings it back.
            let database = FakeProbe(
                "queues", interval: .seconds(600), time: clock,
                .answer(Sample([.queues([queue("erp"), queue("own")])])))
            return [database, broker]
        }
        try await bench.run { bench in
            try await bench.until("the database is read") { $0.sources.first?.probes.first?.reads == 1 }
            #expect(bench.snapshot?.queues.isEmpty == true)
            held.value?.behave(
                answers ? .answer(Sample([.queues([brokered("erp")])])) : .fail(ReadFailure(.denied, "no")))
            let wanted =
                answers
                ? ["queue@rabbitmq:erp", "queue@magento-db:own"]
                : ["queue@magento-db:erp", "queue@magento-db:own"]
            try await bench.until("all there is") { $0.queues.map(\.id.key) == wanted }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `names that Unicode calls equal never share a row, and are drawn apart`() async throws {
        let kelvin = "ERP.STOC\u{212A}"
        let bench = Bench { clock in
            var readings: [QueueReading] = [
                queue("ERP.STOCK", ready: 5000), queue(kelvin), queue("erp_push", ready: 1),
                queue("erp_push\u{FE0F}"),
            ]
            for host in ["/", "logstash"] {
                var twin = brokered(host == "/" ? "logstash/orders" : "orders")
                twin.virtualHost = host
                readings.append(twin)
            }
            return [FakeProbe("queues", time: clock, .answer(Sample([.queues(readings)])))]
        }
        try await bench.run { bench in
            try await bench.until("all") { $0.queues.count == 6 }
            let rows = try #require(bench.snapshot?.queues)
            #expect(Set(rows.map(\.label)).count == 6)
            #expect(
                rows.map(\.label).sorted()
                    == [
                        "ERP.STOCK", "ERP.STOC\\u{212A}", "erp_push", "erp_push\\u{FE0F}",
                        "logstash/orders", "orders",
                    ].sorted())
            let stock = rows.first { $0.label == "ERP.STOCK" }
            #expect(stock?.judgement.status == .critical && stock?.depth?.value == 5000)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a queue that leaves with messages in it stays told until it is back`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock,
                .answer(Sample([.queues([queue("erp", ready: 600), queue("b")])])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.queues.count == 2 }
            held.value?.behave(.answer(Sample([.queues([queue("b")])])))
            try await bench.until("gone") { $0.queues.contains { $0.goneSince != nil } }
            try await bench.pass(20)
            let row = bench.snapshot?.queues.first { $0.id.name == "erp" }
            #expect(row?.judgement.status == .critical)
            #expect(row?.judgement.reason.contains("600 messages when last seen") == true)
            #expect(bench.snapshot?.verdict.worst == .critical)
            held.value?.behave(.answer(Sample([.queues([queue("erp"), queue("b")])])))
            try await bench.until("back") { $0.queues.allSatisfy { $0.judgement.status == .ok } }
            #expect(bench.snapshot?.events.last?.text == "erp is ok again")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `critical stays critical while nothing can be read, told as of then`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock,
                .answer(Sample([.queues([queue("erp", ready: 5000), queue("warm", ready: 600)])])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("critical") { $0.queues.contains { $0.judgement.status == .critical } }
            let began = bench.snapshot?.queues.first { $0.id.name == "erp" }?.judgement.since
            held.value?.behave(.fail(ReadFailure(.timedOut, "no answer within 2 s")))
            try await bench.pass(240)
            let rows = try #require(bench.snapshot?.queues)
            let worst = rows.first { $0.id.name == "erp" }?.judgement
            #expect(worst?.status == .critical && worst?.since == began)
            #expect(worst?.reason.first?.hasPrefix("backlog since 03:00") == true)
            #expect(worst?.reason.dropFirst().first?.hasPrefix("as of 03:00, not read for ") == true)
            #expect(worst?.asOf != nil)
            let warm = rows.first { $0.id.name == "warm" }?.judgement
            #expect(warm?.status == .unknown && warm?.reason.last?.contains("was: ") == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a queue that is gone leaves, and the journal says so`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock, .answer(Sample([.queues([queue("erp"), queue("old")])])))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.queues.count == 2 }
            held.value?.behave(.answer(Sample([.queues([queue("erp")])])))
            try await bench.until("one") { $0.queues.map(\.id.name) == ["erp"] }
            #expect(bench.snapshot?.events.last?.text == "old is no longer in magento-db")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an integration counted in two places is unknown when one of them cannot be read`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        let counts = outcome(OutcomeCounts(successes: 3))
        let bench = Bench(integrations: [flow]) { clock in
            let app1 = FakeProbe(
                "outcomes", source: "app1", kind: "log", time: clock, .answer(Sample([.outcomes([counts])])))
            let app2 = FakeProbe(
                "outcomes", source: "app2", kind: "log", time: clock, .answer(Sample([.outcomes([counts])])))
            held.set(app2)
            return [app1, app2]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.integrations.first?.sources == ["app1", "app2"] }
            #expect(bench.snapshot?.integrations.first?.judgement.status == .ok)
            held.value?.behave(.fail(ReadFailure(.unreachable, "connect to app2 timed out")))
            try await bench.until("unknown") { $0.integrations.first?.judgement.status == .unknown }
            let reason = bench.snapshot?.integrations.first?.judgement.reason.first
            #expect(reason?.hasPrefix("app2, not read for ") == true)
            #expect(bench.snapshot?.verdict.worst == .critical)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1860.0, -600, 600])
    func `a server's clock that is off makes no flow silent and no indexer fail, and is said`(
        seconds: Double
    ) async throws {
        let flow = Integration(
            name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1)
        let bench = Bench(integrations: [flow]) { clock in
            [
                ClockedProbe("outcomes", time: clock, off: seconds) { theirs in
                    var ledger = OutcomeLedger(since: theirs.advanced(bySeconds: -3600))
                    ledger.add(OutcomeCounts(successes: 30), at: theirs.advanced(bySeconds: -20))
                    ledger.note(success: theirs.advanced(bySeconds: -20))
                    // Each read has seen more than the one before.
                    for _ in 0..<max(1, theirs.milliseconds / 1000 % 5000) {
                        ledger.looked(at: theirs)
                    }
                    return .outcomes([OutcomeReading(integration: "orders-erp", ledger: ledger)])
                },
                ClockedProbe("indexers", time: clock, off: seconds) { theirs in
                    var reading = IndexerReading(name: "price", mode: .schedule)
                    reading.status = "valid"
                    reading.viewStatus = "idle"
                    // Events wait for its next run; the last one was half a minute before the console began.
                    reading.viewUpdated = ManualTime().now.wall.advanced(bySeconds: seconds - 30)
                    reading.version = 5
                    reading.newestVersion = 9
                    return .indexers([reading])
                },
            ]
        }
        try await bench.run { bench in
            try await bench.until("both") { $0.integrations.first?.readAt != nil && !$0.indexers.isEmpty }
            try await bench.pass(240)
            let snapshot = try #require(bench.snapshot)
            #expect(snapshot.integrations.first?.judgement.status == .ok)
            #expect(snapshot.indexers.first?.judgement.status == .ok)
            #expect(snapshot.indexers.first?.judgement.reason == [], "nor is it about to be told")
            let age = try #require(
                snapshot.integrations.first?.lastSuccess.map { snapshot.at.wall.seconds(since: $0) })
            #expect(age > 15 && age < 30, "told by our clock: \(age)")
            let said = snapshot.sources.first?.judgement.reason.joined() ?? ""
            #expect(said.hasPrefix("clock ") && said.hasSuffix(" this machine's"), "\(said)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `two flows of one thing and system are told apart by their names`() async throws {
        let flows = ["orders-erp-eu", "orders-erp-us"].map {
            Integration(name: $0, thing: "orders", direction: .out, system: "ERP")
        }
        let bench = Bench(integrations: flows) { clock in
            [FakeProbe("queues", time: clock, .answer(Sample([.queues([])])))]
        }
        try await bench.run { bench in
            try await bench.until("rows") { $0.integrations.allSatisfy { $0.distinction != nil } }
            #expect(
                bench.snapshot?.integrations.map(\.label) == [
                    "orders → ERP (orders-erp-eu)", "orders → ERP (orders-erp-us)",
                ])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `times of a server whose clock is off are told by ours`() async throws {
        let ours = ManualTime().now.wall
        // The server is an hour ahead.
        let theirs = ours.advanced(bySeconds: 3600)
        var reading = CronReading(
            jobs: [CronJobReading(code: "acme")], newestRun: theirs.advanced(bySeconds: -20),
            newestScheduled: theirs.advanced(bySeconds: 600))
        reading.jobs[0].success = CronRun(.success, ended: theirs.advanced(bySeconds: -20))
        let cron = reading
        let bench = Bench { clock in
            [FakeProbe("cron", time: clock, .answer(Sample([.cron(cron)], serverTime: theirs)))]
        }
        try await bench.run { bench in
            try await bench.until("cron") { $0.cron.lastBeat != nil }
            let snapshot = try #require(bench.snapshot)
            let age = try #require(snapshot.cron.lastBeat.map { snapshot.at.wall.seconds(since: $0) })
            #expect(age > 15 && age < 30)
            #expect(snapshot.cron.judgement.status == .ok)
        }
    }
}
