import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Synchronization
import TestSupport
import Testing

/// What every engine owes its consoles, on the fake that the console's tests run on and on the real one alike.
@Suite(.timeLimit(.minutes(1))) struct ClientContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, engine
        var testDescription: String { rawValue }
    }

    /// An engine that runs, with a queue to read and a day of its history.
    struct Subject: Sendable {
        let client: any EngineClient
        /// Has it publish something new.
        let publish: @Sendable () async -> Void
        let end: WallTime

        static let series = SeriesID(EntityID(.queue, "erp", in: "rabbit", virtualHost: "/"), .depth)

        static func run(_ kind: Kind, _ body: (Subject) async throws -> Void) async throws {
            let time = ManualTime()
            guard kind == .engine else {
                let fake = FakeClient()
                let generation = Mutex<UInt64>(0)
                let facts = EnvironmentFacts(name: "eu-shop", isProduction: false, access: .operate)
                let publish: @Sendable () async -> Void = {
                    var snapshot = Snapshot(at: time.now, environment: facts)
                    snapshot.generation = generation.withLock { generation in
                        generation += 1
                        return generation
                    }
                    fake.publish(snapshot)
                }
                return try await body(Subject(client: fake, publish: publish, end: time.now.wall))
            }
            let probe = FakeProbe(
                "queues", source: "rabbit", time: time,
                .answer(Sample([.queues([QueueReading(name: "erp", transport: .amqp)])])))
            let stores = FakeStores()
            let minutes = (1...1440).map { minute in
                HistoryMinute(
                    series: series, minute: time.now.wall.advanced(bySeconds: -60 * Double(minute)),
                    average: Double(minute), maximum: Double(minute))
            }
            stores.change { $0.minutes = minutes }
            let engine = LocalEngine(
                EngineSetup(
                    environment: EnvironmentFacts(name: "eu-shop", isProduction: false, access: .operate),
                    probes: [probe], stores: stores.stores), time: time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await engine.run() }
                try await eventually("it runs") { await engine.submit(.readNow(source: nil)) == .done }
                let publish: @Sendable () async -> Void = { _ = await engine.submit(.readNow(source: nil)) }
                try await body(Subject(client: engine, publish: publish, end: time.now.wall))
                group.cancelAll()
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `who watches is given the newest snapshot at once, whenever that is`(kind: Kind) async throws {
        try await Subject.run(kind) { subject in
            for _ in 0..<3 { await subject.publish() }
            var early = subject.client.snapshots().makeAsyncIterator()
            let first = try #require(await early.next())
            await subject.publish()
            var late = subject.client.snapshots().makeAsyncIterator()
            let second = try #require(await late.next())
            #expect(second.generation > first.generation)
        }
    }

    @Test(arguments: Kind.allCases)
    func `each newer one is given to each who watches, and one that was not taken is dropped`(
        kind: Kind
    ) async throws {
        try await Subject.run(kind) { subject in
            await subject.publish()
            var one = subject.client.snapshots().makeAsyncIterator()
            var other = subject.client.snapshots().makeAsyncIterator()
            var last: UInt64 = 0
            for count in [1, 1, 5] {
                for _ in 0..<count { await subject.publish() }
                let (first, second) = (await one.next(), await other.next())
                let newest = try #require(first)
                #expect(newest.generation == second?.generation && newest.generation > last)
                if last > 0 { #expect(newest.generation == last + UInt64(count)) }
                last = newest.generation
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `one who leaves takes nobody with him`(kind: Kind) async throws {
        try await Subject.run(kind) { subject in
            let stream = subject.client.snapshots()
            let leaving = Task { for await _ in stream {} }
            var stays = subject.client.snapshots().makeAsyncIterator()
            await subject.publish()
            let before = try #require(await stays.next())
            leaving.cancel()
            await leaving.value
            await subject.publish()
            #expect(try #require(await stays.next()).generation > before.generation)
        }
    }

    @Test(arguments: Kind.allCases)
    func `what it does not know is refused in words, and never said to be done`(kind: Kind) async throws {
        try await Subject.run(kind) { subject in
            let change = FlagChange(
                opID: "op", flag: "none", backend: "none", from: .on, to: .off, expectedRevision: "1")
            for request in [
                Request.readNow(source: "none"), .change(change),
                .takeBack(EntityID(.queue, "none", in: "none")),
            ] {
                guard case .refused(let refusal) = await subject.client.submit(request) else {
                    Issue.record("\(request) was done")
                    continue
                }
                #expect(refusal.message.count > 10)
            }
            #expect(await subject.client.submit(.readNow(source: nil)) == .done)
            #expect(await subject.client.detail(EntityID(.queue, "none", in: "none")) == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a history has no more points than were asked for, and its last one ends now`(kind: Kind)
        async throws
    {
        try await Subject.run(kind) { subject in
            for (seconds, points) in [
                (86_400, 220), (86_400, 70), (86_400, 1440), (43_200, 599), (121_999, 2000),
                (400 * 86_400, 9999),
                (7200, 1), (0, 0), (-1, -1), (.max, .max), (.min, .min), (3600, 60), (60, 1),
            ] {
                let history = await subject.client.history(
                    Subject.series, HistoryRange(seconds: seconds, points: points))
                let (count, step) = (history.values.count, history.stepSeconds)
                #expect(count <= min(max(points, 1), 2000) && step > 0, "\(seconds) s in \(points)")
                guard seconds > 3600, kind == .engine else { continue }
                #expect(history.end == subject.end)
                // The minutes are told by how long ago they began.
                let last = try #require(history.values.last ?? nil, "\(seconds) s in \(points)")
                let minutes = min(step / 60, 1440)
                #expect(abs(last - (minutes + 1) / 2) < 0.01, "\(seconds) s in \(points)")
                #expect(Double(count) * step >= Double(min(seconds, 400 * 86_400)))
            }
        }
    }
}
