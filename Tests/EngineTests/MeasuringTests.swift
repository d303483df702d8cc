@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// A broker that has just begun lists its queues seconds before it has figures of them.
@Suite struct MeasuringTests {
    private let clock = ManualTime()
    private let schedule = ProbeSchedule(
        id: "mq/queues", source: "mq", kind: "rabbitmq", subject: "queues", interval: .seconds(5),
        deadline: .seconds(2))

    private func store() -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        state.add(probe: schedule)
        return state
    }

    /// What is read and then shown, by name.
    private func read(
        _ state: inout StoreState, _ readings: [QueueReading]
    ) -> [String: Judgement] {
        state.sampled(schedule.id, Sample([.queues(readings)]), latency: 0, at: clock.now)
        let rows = state.snapshot(generation: 1, at: clock.now).queues
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.id.name, $0.judgement) })
    }

    private func amqp(_ name: String, ready: Int?) -> QueueReading {
        var reading = QueueReading(name: name, transport: .amqp)
        reading.virtualHost = "/"
        reading.ready = ready.map { Count($0) }
        reading.inProgress = ready.map { _ in Count(0) }
        reading.consumers = ready == nil ? .unreadable : .subscribed(1)
        reading.isBeingMeasured = ready == nil
        return reading
    }

    @Test func `queues without figures for a moment are as they were last read, and no news`() {
        var state = store()
        let figures = [amqp("calm", ready: 3), amqp("full", ready: 900_000)]
        let none = [amqp("calm", ready: nil), amqp("full", ready: nil)]
        #expect(read(&state, figures).mapValues(\.status) == ["calm": .ok, "full": .critical])
        let told = state.takeUnwritten().count
        let readAt = clock.now.wall

        clock.advance(by: .seconds(5))
        let first = read(&state, none)
        #expect(first.mapValues(\.status) == ["calm": .stale, "full": .critical])
        #expect(first["calm"]?.reason == ["mq has no figures of it yet", "read 5 s ago"])
        #expect(first.values.allSatisfy { $0.asOf == readAt })
        clock.advance(by: .seconds(5))
        _ = read(&state, none)
        clock.advance(by: .seconds(4))
        #expect(read(&state, figures).mapValues(\.status) == ["calm": .ok, "full": .critical])
        #expect(state.takeUnwritten().map(\.text) == [], "after \(told) of the beginning")
    }

    @Test func `figures that stay away are told, whichever queue had none at first`() {
        var state = store()
        _ = read(&state, [amqp("calm", ready: 3)])
        _ = state.takeUnwritten()
        var last: [String: Judgement] = [:]
        for _ in 0..<5 {
            clock.advance(by: .seconds(5))
            last = read(&state, [amqp("calm", ready: nil), amqp("new", ready: nil)])
            #expect(last["calm"]?.status != .ok)
        }
        #expect(last["calm"]?.status == .unknown)
        #expect(state.takeUnwritten().map(\.text).contains { $0.hasPrefix("calm: depth not read") })
        clock.advance(by: .seconds(5))
        #expect(read(&state, [amqp("calm", ready: 3), amqp("new", ready: 0)])["calm"]?.status == .ok)
        // The next time it is awaited anew.
        clock.advance(by: .seconds(5))
        #expect(read(&state, [amqp("calm", ready: nil)])["calm"]?.status == .stale)
    }

    @Test func `a queue that leaves while its figures are awaited is missed`() {
        var state = store()
        _ = read(&state, [amqp("full", ready: 600), amqp("calm", ready: 0)])
        clock.advance(by: .seconds(5))
        _ = read(&state, [amqp("full", ready: nil), amqp("calm", ready: 0)])
        clock.advance(by: .seconds(5))
        #expect(read(&state, [amqp("calm", ready: 0)])["full"]?.status == .critical)
    }
}
