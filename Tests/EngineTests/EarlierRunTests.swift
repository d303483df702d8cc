@testable import Engine
import EngineAPI
import Monitoring
import Testing
import TestSupport

/// What an earlier run knew, and how far it is still so.
@Suite struct EarlierRunTests {
    private let start = ManualTime().now
    private let broker = ProbeSchedule(
        id: "rabbit/queues", source: "rabbit", kind: "rabbitmq", subject: "queues", interval: .seconds(5),
        deadline: .seconds(2))

    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
            bootID: start.bootID)
    }

    /// A run that was critical for want of a consumer when it ended, `seconds` ago.
    private func kept(secondsAgo seconds: Double) -> EngineState {
        var kept = EngineState()
        kept.savedAt = at(-seconds).wall
        let began = at(-seconds - 600).wall
        kept.conditions["queue@rabbit:erp"] = ["stalled": began, "noConsumer": began]
        kept.since["queue@rabbit:erp"] = .init(status: .critical, since: began)
        return kept
    }

    private func state(after kept: EngineState) -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        state.take(kept, at: at(0).wall)
        state.add(probe: broker)
        return state
    }

    private func waiting(_ count: Int, consumers: Int = 0) -> QueueReading {
        var reading = brokered("erp", ready: count, consumers: consumers)
        reading.leftCounter = 7
        return reading
    }

    private func read(_ readings: [QueueReading], into state: inout StoreState, at seconds: Double)
        -> QueueRow?
    {
        state.sampled(broker.id, Sample([.queues(readings)]), latency: 0, at: at(seconds))
        return state.snapshot(generation: 1, at: at(seconds)).queues.first { $0.id.name == "erp" }
    }

    @Test func `a queue that left and came again does not take up the hold of an earlier run`() {
        var state = state(after: kept(secondsAgo: 10))
        #expect(read([waiting(0, consumers: 1)], into: &state, at: 0)?.judgement.status == .ok)
        #expect(read([brokered("other")], into: &state, at: 3000) == nil)
        _ = read([waiting(1)], into: &state, at: 7200)
        let row = read([waiting(1)], into: &state, at: 7205)
        #expect(row?.judgement.reason == ["nobody takes messages, critical in 115 s"])
        #expect(state.toKeep(at: at(7205).wall).conditions["queue@rabbit:erp"]?["stalled"] == at(7200).wall)
    }

    @Test func `what waits for its hold is not told as well again`() {
        var state = state(after: kept(secondsAgo: 3600))
        for second in stride(from: 0.0, through: 60, by: 5) {
            _ = read([waiting(4)], into: &state, at: second)
        }
        #expect(state.takeUnwritten().isEmpty)
        let row = read([waiting(0)], into: &state, at: 65)
        #expect(row?.judgement.status == .ok)
        #expect(state.takeUnwritten().map(\.text) == ["erp is ok again"])
    }

    @Test func `after a long pause a trouble is as old as it can be proven, not as the last one`() {
        var state = state(after: kept(secondsAgo: 3 * 86_400))
        var row: QueueRow?
        for second in stride(from: 0.0, through: 130, by: 5) {
            row = read([waiting(4)], into: &state, at: second)
        }
        #expect(row?.judgement.reason.first == "nobody takes messages since 03:00 or earlier")
        #expect(row?.judgement.since == at(0).wall)
    }

    @Test func `what leaves its server before it was judged well again is told as gone`() {
        var state = state(after: kept(secondsAgo: 3600))
        _ = read([waiting(4)], into: &state, at: 0)
        _ = read(
            [waiting(0)].map { reading in
                var reading = reading
                reading.ready = nil
                return reading
            }, into: &state, at: 5)
        #expect(read([brokered("other")], into: &state, at: 10)?.goneSince != nil)
    }
}
