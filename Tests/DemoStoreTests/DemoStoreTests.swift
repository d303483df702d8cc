import FeatureFlags
import Monitoring
import TestSupport
import Testing

@testable import DemoStore

extension ManualTime {
    /// Begins where each of these stories begins.
    static func story() -> ManualTime {
        ManualTime(boot: .seconds(1000), wall: WallTime(milliseconds: 1_790_000_000_000))
    }

    /// Seconds into the story.
    func move(to second: Double) {
        advance(by: .seconds(1000) + .milliseconds(Int(second * 1000)) - now.boot)
    }
}

@Suite struct DemoStoreTests {
    let time = ManualTime.story()

    func erpQueue(_ store: DemoStore) async throws -> QueueReading {
        for probe in store.probes where probe.schedule.source == "rabbitmq" {
            for case .queues(let queues) in try await probe.read().facts {
                if let queue = queues.first(where: { $0.name == "erp.order.export" }) { return queue }
            }
        }
        throw ReadFailure(.malformed, "the ERP queue is not listed")
    }

    func erpFlag(_ store: DemoStore) async throws -> FlagReading {
        for backend in store.flagBackends {
            if let flag = try await backend.read().flags.first(where: { $0.name == "erp.v2" }) { return flag }
        }
        throw ReadFailure(.malformed, "erp.v2 is not listed")
    }

    @Test func `tells the same story for the same seed`() async throws {
        let other = ManualTime.story()
        let one = DemoStore.make(seed: 7, time: time)
        let two = DemoStore.make(seed: 7, time: other)
        for second in stride(from: 0.0, through: 150, by: 10) {
            time.move(to: second)
            other.move(to: second)
            #expect(try await erpQueue(one) == erpQueue(two))
        }
    }

    @Test func `the ERP queue grows while the new path is on and drains when it is switched back`()
        async throws
    {
        let store = DemoStore.make(seed: 1, time: time)
        time.move(to: 15)
        let calm = try await erpQueue(store).ready?.value ?? 0
        time.move(to: 130)
        let swollen = try await erpQueue(store)
        #expect(calm < 20)
        #expect((swollen.ready?.value ?? 0) > 160)
        #expect(swollen.consumers == .subscribed(0))
        time.move(to: 190)
        #expect((try await erpQueue(store).ready?.value ?? 0) < 20)
    }

    @Test func `of a broker's queue it shows what a broker tells, and no more`() async throws {
        let store = DemoStore.make(seed: 1, time: time)
        time.move(to: 130)
        var seen = 0
        for probe in store.probes {
            for case .queues(let queues) in try await probe.read().facts {
                for queue in queues where queue.transport == .amqp {
                    seen += 1
                    #expect(queue.retry == nil && queue.error == nil && queue.recentErrors == nil)
                    #expect(queue.inRate == nil && queue.outRate == nil && queue.completedLastMinute == nil)
                    #expect(queue.oldestSeconds == nil || queue.isOldestReckoned, "\(queue.name)")
                    #expect(queue.oldestInProgressSeconds == nil)
                }
            }
        }
        #expect(seen > 5)
    }

    @Test func `what a quiet queue takes in is what it gives out`() async throws {
        let store = DemoStore.make(seed: 1, time: time)
        func images() async throws -> QueueReading? {
            for probe in store.probes where probe.schedule.source == "magento-db" {
                for case .queues(let queues) in try await probe.read().facts {
                    return queues.first { $0.name == "media.storage.catalog.image.resize" }
                }
            }
            return nil
        }
        time.move(to: 1)
        let before = try #require(try await images())
        time.move(to: 121)
        let after = try #require(try await images())
        let arrived = try #require(after.arrivedCounter) - (try #require(before.arrivedCounter))
        // 0.31 a second, two minutes of it.
        #expect((27...47).contains(arrived))
        let left = try #require(after.leftCounter) - (try #require(before.leftCounter))
        #expect((27...47).contains(left))
    }

    @Test func `switching the flag yourself has its effect`() async throws {
        let store = DemoStore.make(seed: 1, time: time)
        time.move(to: 90)
        let flag = try await erpFlag(store)
        #expect(flag.value == .on)
        #expect(flag.changedBy == "deniz")
        let change = FlagChange(
            opID: "op", flag: flag.name, backend: flag.backend, from: .on, to: .off,
            expectedRevision: flag.revision)
        let backend = try #require(store.flagBackends.first { $0.name == flag.backend })
        guard case .confirmed(let after) = await backend.apply(change) else {
            Issue.record("the change did not take")
            return
        }
        #expect(after.value == .off)
        time.move(to: 125)
        #expect((try await erpQueue(store).ready?.value ?? 0) < 20)
    }

    @Test func `a change against an old revision is a conflict`() async throws {
        let store = DemoStore.make(seed: 1, time: time)
        let flag = try await erpFlag(store)
        time.move(to: 30)
        let change = FlagChange(
            opID: "op", flag: flag.name, backend: flag.backend, from: .off, to: .on,
            expectedRevision: flag.revision)
        let backend = try #require(store.flagBackends.first { $0.name == flag.backend })
        guard case .conflict(let now) = await backend.apply(change) else {
            Issue.record("a foreign change was overwritten")
            return
        }
        #expect(now.value == .on)
    }

    @Test func `the job hangs, the indexer sticks, and both recover`() async throws {
        var world = DemoWorld(seed: 3, at: time.now)
        time.move(to: 130)
        world.advance(to: time.now)
        #expect(world.hangingSince != nil)
        #expect(world.missed.count == 1)
        let stuck = world.indexerReadings.first { $0.name == DemoCatalog.stickingIndexer }
        #expect(stuck?.viewStatus == "working")
        #expect((stuck?.backlog ?? 0) > 100)
        time.move(to: 200)
        world.advance(to: time.now)
        #expect(world.hangingSince == nil)
        let moving = world.indexerReadings.first { $0.name == DemoCatalog.stickingIndexer }
        #expect((moving?.backlog ?? .max) < 50)
        // An hour is an hour: what the journal tells as missed stands in the count as long.
        func missedLastHour() -> Int? {
            world.cronReading.jobs.first { $0.code == DemoCatalog.hangingJob }?.missedLastHour
        }
        #expect(missedLastHour() == 1)
        time.move(to: 600)
        world.advance(to: time.now)
        #expect(missedLastHour() == 1)
    }

    @Test func `outcomes are counted once`() async throws {
        let store = DemoStore.make(seed: 1, time: time)
        time.move(to: 10)
        let probe = try #require(store.probes.first { $0.schedule.id == "app1-log/outcomes" })
        func successes(_ sample: Sample) -> Int {
            sample.facts.reduce(0) { sum, fact in
                guard case .outcomes(let readings) = fact else { return sum }
                return sum
                    + readings.reduce(0) { sum, reading in
                        let ledger = reading.ledger
                        return sum + ledger.total.successes
                    }
            }
        }
        let first = successes(try await probe.read())
        #expect(first > 5)
        #expect(successes(try await probe.read()) == first, "a second look counts nothing twice")
    }

    @Test func `hanging sources keep to their deadline, and end when they are given up`() async throws {
        let time = ManualTime()
        let store = DemoStore.make(seed: 1, time: time, hangs: true)
        for probe in store.probes {
            let read = Task { await #expect(throws: ReadFailure.self) { try await probe.read() } }
            try await time.sleepers(1)
            time.advance(by: probe.schedule.deadline)
            #expect(await read.value?.kind == .timedOut)
            let other = Task { await #expect(throws: ReadFailure.self) { try await probe.read() } }
            try await time.sleepers(1)
            other.cancel()
            #expect(await other.value?.kind == .cancelled)
        }
    }

    @Test func `survives a night's sleep`() {
        var world = DemoWorld(seed: 3, at: time.now)
        time.move(to: 86_400 * 3)
        world.advance(to: time.now)
        #expect(world.queues.allSatisfy { $0.depth.isFinite && $0.depth < 2000 })
    }
}
