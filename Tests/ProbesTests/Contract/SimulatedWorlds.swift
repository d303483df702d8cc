import DemoStore
import Monitoring
import Platform
import Synchronization
import TestSupport

/// The fake that other tests put in the place of a real probe.
final class FakeWorld: ProbeWorld {
    let hasClock = true
    let isDistant = true
    private let fake: FakeProbe
    private let count = Mutex(0)
    var probe: any Probe { fake }

    init() throws {
        fake = FakeProbe(
            "queues", interval: .seconds(1), deadline: .seconds(1), time: try SystemTime(),
            .answer(Self.sample(0)))
    }

    func figure(_ sample: Sample) -> Int? { sample.queues.first?.arrivedCounter.map { Int(clamping: $0) } }

    func happen(_ times: Int) -> Int {
        count.withLock { $0 += times }
        fake.behave(.answer(sample))
        return times
    }

    func hold(_ isHeld: Bool) { fake.behave(isHeld ? .hold(sample) : .answer(sample)) }
    func cut(after bytes: Int?) {
        let failure = ReadFailure(.unreachable, "magento-db hung up")
        fake.behave(bytes == nil ? .answer(sample) : .hangUp(failure, sample))
    }

    func withhold() {
        fake.behave(.answer(Sample([.queues([QueueReading(name: "erp", transport: .db)])])))
    }

    func open() -> [String] { fake.underWay > 0 ? ["a read"] : [] }

    private var sample: Sample { Self.sample(count.withLock { $0 }) }

    private static func sample(_ count: Int) -> Sample {
        var queue = QueueReading(name: "erp", transport: .db)
        queue.arrivedCounter = UInt64(count)
        return Sample(
            [.queues([queue])], cost: ReadCost(queries: 1, bytes: 40), serverTime: WallTime(seconds: 1))
    }
}

/// A source of the demo. What happens is told by a twin of the store, which nobody disturbs.
final class DemoWorld: ProbeWorld {
    let hasClock = true
    let isDistant = false
    let probe: any Probe
    private let twin: any Probe
    private let time = ManualTime()

    init() throws {
        probe = try Self.log(time)
        twin = try Self.log(time)
    }

    private static func log(_ time: ManualTime) throws -> any Probe {
        for probe in DemoStore.make(seed: 1, time: time).probes where probe.schedule.kind == "log" {
            return probe
        }
        throw OtherFacts()
    }

    func figure(_ sample: Sample) -> Int? {
        let totals = outcomes(sample.facts).map(\.ledger.total.successes)
        return totals.isEmpty ? nil : totals.reduce(0, +)
    }

    func happen(_ times: Int) async throws -> Int {
        let before = figure(try await twin.read()) ?? 0
        time.advance(by: .seconds(times))
        return (figure(try await twin.read()) ?? 0) - before
    }

    func hold(_ isHeld: Bool) {}
    func cut(after bytes: Int?) {}
    func withhold() {}
    func open() -> [String] { [] }
}
