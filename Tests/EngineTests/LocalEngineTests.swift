import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Synchronization
import Testing
import TestSupport

@Suite struct LocalEngineTests {
    private static let down = ReadFailure(.unreachable, "connect to db1:3306 timed out after 2 s")

    private func reason(_ judgement: Judgement?) -> String {
        judgement.map { ([$0.status.rawValue] + $0.reason).joined(separator: " · ") } ?? "none"
    }

    @Test(.timeLimit(.minutes(1)))
    func `rows are unknown until their first value and then what was read`() async throws {
        let bench = Bench { time in
            [FakeProbe("queues", time: time, .answer(Sample([.queues([queue(ready: 3)])])))]
        }
        try await bench.run { bench in
            try await bench.until("the first snapshot") { $0.generation >= 1 }
            try await bench.until("a queue") { $0.queues.first?.depth?.value == 3 }
            #expect(bench.snapshot?.queues.first?.judgement.status == .ok)
            #expect(bench.snapshot?.sources.first?.judgement.status == .ok)
            #expect(bench.snapshot?.sources.first?.probes.first?.reads == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func
        `a failed read turns its source critical at once, its rows stale after two intervals and unknown after three`()
        async throws
    {
        let time = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe("queues", time: clock, .answer(Sample([.queues([queue(ready: 3)])])))
            time.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("a queue") { $0.queues.first?.depth != nil }
            time.value?.behave(.fail(Self.down))
            let read = bench.snapshot?.queues.first?.readAt
            try await bench.until("critical source") { $0.sources.first?.judgement.status == .critical }
            let source = bench.snapshot?.sources.first?.judgement
            #expect(
                source?.reason.first?.hasPrefix("no answer since 03:00:0") == true
                    && source?.reason.first?.hasSuffix(": connect to db1:3306 timed out after 2 s") == true)
            #expect(bench.snapshot?.queues.first?.judgement.status == .ok)

            try await bench.until("stale") { $0.queues.first?.judgement.status == .stale }
            let stale = try #require(bench.snapshot)
            let age = try #require(read.map { stale.at.seconds(since: $0) })
            // The limits themselves are tested on values; here the clock may run ahead of the engine.
            #expect(age > 10 && age <= 15)
            #expect(stale.queues.first?.depth?.value == 3)
            #expect(stale.queues.first?.judgement.reason.last?.hasPrefix("unknown in") == true)

            try await bench.until("unknown") { $0.queues.first?.judgement.status == .unknown }
            let unknown = try #require(bench.snapshot)
            let last = try #require(read.map { unknown.at.seconds(since: $0) })
            #expect(last > 15 && last <= 30)
            #expect(
                unknown.queues.first?.judgement.reason.first?.hasPrefix("magento-db, not read for ") == true)

            time.value?.behave(.answer(Sample([.queues([queue(ready: 4)])])))
            try await bench.until("recovery", within: 120) { $0.queues.first?.depth?.value == 4 }
            #expect(bench.snapshot?.queues.first?.judgement.status == .ok)
            #expect(bench.snapshot?.sources.first?.judgement.status == .ok)
            try await bench.until("the journal") { $0.events.count >= 2 }
            #expect(
                bench.snapshot?.events.map(\.text) == [
                    "magento-db: no answer: connect to db1:3306 timed out after 2 s",
                    "magento-db answers again",
                ])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a read that ignores its deadline is abandoned, and at most two hang about`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe("queues", time: clock, .hang)
            held.set(probe)
            return [
                probe,
                FakeProbe(
                    "queues", source: "rabbitmq", kind: "rabbitmq", interval: .seconds(1),
                    deadline: .seconds(1), time: clock, .answer(Sample([.queues([queue("live")])]))),
            ]
        }
        try await bench.run { bench in
            try await bench.until("critical source") { $0.sources.first?.judgement.status == .critical }
            #expect(
                bench.snapshot?.sources.first?.judgement.reason.first?.contains("gave up after 2") == true)
            try await bench.until("third try", within: 300) {
                $0.sources.first?.judgement.reason.first?.contains("two earlier reads") == true
            }
            #expect(held.value?.reads == 2 && held.value?.hanging == 2)
            // Nobody else waits for it.
            let age = bench.snapshot.flatMap { snapshot in
                snapshot.queues.first { $0.id.name == "live" }?.readAt.map { snapshot.at.seconds(since: $0) }
            }
            #expect((age ?? 99) <= 2)
            held.value?.behave(.answer(Sample([.queues([queue("erp", ready: 1)])])))
            try await bench.until("recovery", within: 300) { $0.queues.contains { $0.id.name == "erp" } }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `after a long stop the pollers do not fire at once, and R still does`() async throws {
        let bench = Bench { clock in
            (0..<12).map { number in
                FakeProbe(
                    "\(number)", time: clock, .answer(Sample([.queues([queue("q\(number)", ready: 1)])])))
            }
        }
        @Sendable func reads() -> [Int] { bench.snapshot?.sources[0].probes.map(\.reads) ?? [] }
        try await bench.run { bench in
            try await bench.until("all are read") { _ in reads().count == 12 && reads().min() ?? 0 >= 2 }
            let before = reads()
            let skipped = bench.snapshot?.sources[0].probes.map(\.skippedTicks) ?? []
            bench.time.advance(by: .seconds(600))
            try await bench.pass(0.6)
            let early = zip(reads(), before).count { $0 > $1 }
            #expect(early < 6, "\(early) of 12 in the first 0.6 s")
            try await bench.pass(5.4)
            #expect(zip(reads(), before).allSatisfy { $0 > $1 }, "all in the first interval")
            let missed = zip(bench.snapshot?.sources[0].probes.map(\.skippedTicks) ?? [], skipped)
                .map { $0 - $1 }
            #expect(missed.allSatisfy { (119...121).contains($0) }, "missed ticks are counted: \(missed)")

            bench.time.advance(by: .seconds(600))
            try await bench.pass(0.05)
            let later = reads()
            #expect(await bench.engine.submit(.readNow(source: nil)) == .done)
            try await bench.until("all are read at once", within: 1.5) { _ in
                zip(reads(), later).allSatisfy { $0 > $1 }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `when one probe of a server gets an answer, the others that wait try at once`() async throws {
        let held = Mutexed<[FakeProbe]>([])
        let bench = Bench { clock in
            let probes =
                ["queues", "cron", "indexers"].map {
                    FakeProbe($0, time: clock, .fail(Self.down))
                } + [
                    FakeProbe("grants", time: clock, .fail(ReadFailure(.denied, "SELECT command denied"))),
                    FakeProbe("queues", source: "rabbitmq", time: clock, .fail(Self.down)),
                ]
            held.set(probes)
            return probes
        }
        try await bench.run { bench in
            let probes = held.value
            // Long enough for waits of a minute.
            try await bench.pass(300)
            for probe in probes { probe.behave(.answer(Sample([]))) }
            let before = probes.map(\.reads)
            try await bench.until("the first answer", within: 61) { _ in
                zip(probes, before).prefix(3).contains { $0.reads > $1 }
            }
            try await bench.pass(0.5)
            let now = zip(probes, before).map { $0.reads > $1 }
            #expect(now.prefix(3).allSatisfy { $0 }, "all of the server")
            try await bench.until("the other server too", within: 61) { _ in probes[4].reads > before[4] }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a refused login waits five minutes, and R asks at once`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", time: clock, .fail(ReadFailure(.loginRefused, "access denied for ops (1045)")))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            try await bench.until("critical source") { $0.sources.first?.judgement.status == .critical }
            let reason = bench.snapshot?.sources.first?.judgement.reason ?? []
            #expect(reason.first?.hasPrefix("login refused since 03:00:0") == true)
            #expect(reason.last?.hasPrefix("next try") == true)
            try await bench.pass(60)
            #expect(held.value?.reads == 1)
            #expect(await bench.engine.submit(.readNow(source: "magento-db")) == .done)
            #expect(held.value?.reads == 2)
            #expect(await bench.engine.submit(.readNow(source: "nobody")) != .done)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `ticks that pass during a slow read are skipped and counted`() async throws {
        let made = Mutex<FakeProbe?>(nil)
        let bench = Bench { clock in
            let probe = FakeProbe(
                "queues", interval: .seconds(1), deadline: .seconds(1), time: clock,
                .slow(.milliseconds(1100), Sample([.queues([queue()])])))
            made.withLock { $0 = probe }
            return [probe]
        }
        let probe = try #require(made.withLock { $0 })
        try await bench.run { bench in
            for read in 1...4 {
                while probe.underWay == 0 { try await bench.pass(0.05) }
                // No time passes between the beginning of a read and its waiting.
                let end = bench.time.now.boot + .milliseconds(1100)
                try await eventually("read \(read) waits") { bench.time.isAwaited(at: end) }
                bench.time.advance(by: .milliseconds(1100))
                try await eventually("read \(read) has ended") { probe.underWay == 0 && probe.reads == read }
                try await bench.time.settle()
            }
            try await bench.until("skipped") { ($0.sources.first?.probes.first?.skippedTicks ?? 0) >= 3 }
            #expect(bench.snapshot?.sources.first?.judgement.status == .warning)
            #expect(
                bench.snapshot?.sources.first?.judgement.reason.first
                    == "answers in 1100 ms (limit 800 ms, given up at 1000 ms)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what must survive is saved, and the next run continues from it`() async throws {
        let stores = FakeStores()
        var cron = CronReading(
            jobs: [CronJobReading(code: "nightly")], newestRun: nil, newestScheduled: nil)
        let start = ManualTime().now.wall
        cron.jobs[0].success = CronRun(.success, ended: start.advanced(bySeconds: -100))
        cron.newestRun = start
        let first = cron
        let bench = Bench(stores: stores) { clock in
            [
                FakeProbe("cron", time: clock, .answer(Sample([.cron(first)]))),
                FakeProbe(
                    "queues", time: clock,
                    .answer(Sample([.queues([queue(ready: 600)])]))),
            ]
        }
        try await bench.run { bench in
            try await bench.until("a warning") { $0.queues.first?.judgement.status == .warning }
        }
        let kept = try #require(stores.now.state)
        #expect(kept.cronJobs?["cron@magento-db:nightly"]?.success?.ended == start.advanced(bySeconds: -100))
        let since = try #require(kept.since["queue@magento-db:erp"])
        #expect(since.status == .warning)
        #expect(stores.now.events.map(\.text).contains("erp: backlog · 600 wait (limit 500)"))

        // An hour later Magento has deleted the row of the success.
        let second = CronReading(jobs: [], newestRun: start, newestScheduled: nil)
        let next = Bench(stores: stores) { clock in
            clock.advance(by: .seconds(600))
            return [
                FakeProbe("cron", time: clock, .answer(Sample([.cron(second)]))),
                FakeProbe("queues", time: clock, .answer(Sample([.queues([queue(ready: 700)])]))),
            ]
        }
        try await next.run { bench in
            try await bench.until("both") { !$0.cron.jobs.isEmpty && !$0.queues.isEmpty }
            #expect(bench.snapshot?.cron.jobs.first?.lastSuccess == start.advanced(bySeconds: -100))
            #expect(bench.snapshot?.queues.first?.judgement.since == since.since)
            #expect(
                bench.snapshot?.events.contains { $0.text == "erp: backlog · 600 wait (limit 500)" }
                    == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `probes that fail together do not come back together`() async throws {
        let held = Mutexed<[FakeProbe]>([])
        let bench = Bench { clock in
            let probes = ["queues", "cron", "indexers", "outcomes", "flags"].map {
                FakeProbe($0, time: clock, .fail(ReadFailure(.unreachable, "connect refused")))
            }
            held.set(probes)
            return probes
        }
        try await bench.run { bench in
            try await bench.until("all failed twice") {
                $0.sources.first?.probes.allSatisfy { $0.failures >= 2 } == true
            }
            let next = bench.snapshot?.sources.first?.probes.compactMap { $0.nextTry?.boot } ?? []
            let quarters = Set(next.map { Int($0.inSeconds * 4) })
            #expect(quarters.count >= 4, "\(next)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `storage that fails is shown, and shown to work again`() async throws {
        let stores = FakeStores()
        let bench = Bench(stores: stores) { clock in
            [FakeProbe("queues", time: clock, .answer(Sample([.queues([queue(ready: 600)])])))]
        }
        stores.change { $0.failure = StorageFailure("state directory: no space left on device") }
        try await bench.run { bench in
            try await bench.until("storage critical") { $0.storage.status == .critical }
            #expect(bench.snapshot?.storage.reason == ["state directory: no space left on device"])
            try await bench.until("a warning") { $0.queues.first?.judgement.status == .warning }
            stores.change { $0.failure = nil }
            try await bench.until("storage ok") { $0.storage.status == .ok }
            try await bench.pass(2)
            #expect(stores.now.events.map(\.text) == ["erp: backlog · 600 wait (limit 500)"])
            #expect(stores.now.saves >= 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `history is in memory for an hour and on disk beyond it`() async throws {
        let stores = FakeStores()
        let bench = Bench(stores: stores) { clock in
            [
                FakeProbe(
                    "queues", interval: .seconds(1), deadline: .seconds(1), time: clock,
                    .answer(Sample([.queues([queue(ready: 7)])])))
            ]
        }
        try await bench.run { bench in
            let id = SeriesID(EntityID(.queue, "erp", in: "magento-db"), .depth)
            try await bench.pass(20)
            // Nothing is on disk yet: what has just begun stands at the end of a long look all the same.
            let begun = await bench.engine.history(id, HistoryRange(seconds: 86_400, points: 100))
            #expect(stores.now.minutes.allSatisfy { $0.series != id } && begun.values.last == .some(7))
            #expect(begun.values.dropLast().allSatisfy { $0 == nil })
            try await bench.pass(105)
            let recent = await bench.engine.history(id, HistoryRange(seconds: 60, points: 60))
            #expect(recent.values.count == 60 && recent.stepSeconds == 1)
            #expect(recent.values.compactMap { $0 }.count >= 58)
            #expect(recent.values.compactMap { $0 }.allSatisfy { $0 == 7 })
            #expect(stores.now.minutes.contains { $0.series == id && $0.average == 7 })
            let long = await bench.engine.history(id, HistoryRange(seconds: 86_400, points: 100))
            #expect(long.stepSeconds == 900 && !long.values.isEmpty)
            let detail = await bench.engine.detail(EntityID(.queue, "erp", in: "magento-db"))
            #expect(detail?.series.contains(id) == true && detail?.rules.isEmpty == false)
            #expect(detail?.limits.contains(Detail.Limit(.depth, 500, .warning)) == true)
            #expect(await bench.engine.detail(EntityID(.queue, "none")) == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a peak of half a minute is in the history at once, whatever the mean of its step is`() async throws
    {
        let source = Mutexed<FakeProbe?>(nil)
        let bench = Bench(stores: FakeStores()) { clock in
            let probe = FakeProbe(
                "queues", interval: .seconds(1), deadline: .seconds(1), time: clock,
                .answer(Sample([.queues([queue(ready: 7)])])))
            source.set(probe)
            return [probe]
        }
        @Sendable func wait(_ count: Int) {
            source.value?.behave(.answer(Sample([.queues([queue(ready: count)])])))
        }
        try await bench.run { bench in
            let id = SeriesID(EntityID(.queue, "erp", in: "magento-db"), .depth)
            try await bench.pass(60)
            wait(4000)
            try await bench.pass(30)
            wait(7)
            try await bench.pass(20)
            for range in [
                HistoryRange(seconds: 3600, points: 20), HistoryRange(seconds: 86_400, points: 100),
            ] {
                let history = await bench.engine.history(id, range)
                let peaks = try #require(history.peaks)
                #expect(peaks.count == history.values.count)
                #expect(peaks.compactMap(\.self).max() == 4000, "\(range)")
                #expect(history.values.compactMap(\.self).max().map { $0 < 4000 } == true, "\(range)")
            }
            let fine = await bench.engine.history(id, HistoryRange(seconds: 60, points: 60))
            #expect(fine.peaks == nil, "a value a second hides nothing")
        }
    }
}
