import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// What stands in a row and what its sentence says are of one stretch.
struct StretchTests {
    @Test(.timeLimit(.minutes(1)))
    func `beside nobody who takes stands no mean of what left before`() async throws {
        let held = Mutexed<FakeProbe?>(nil)
        @Sendable func reading(_ left: UInt64, _ consumers: QueueReading.Consumers) -> FakeProbe.Behaviour {
            var reading = QueueReading(name: "erp", transport: .amqp)
            reading.ready = Count(3)
            reading.arrivedCounter = left + 100
            reading.leftCounter = left
            reading.consumers = consumers
            return .answer(Sample([.queues([reading])]))
        }
        let bench = Bench { clock in
            let probe = FakeProbe("queues", time: clock, reading(0, .subscribed(1)))
            held.set(probe)
            return [probe]
        }
        try await bench.run { bench in
            for step in 1...8 {
                held.value?.behave(reading(UInt64(step) * 10, .subscribed(1)))
                try await bench.pass(5)
            }
            try await bench.until("it leaves") { ($0.queues.first?.outRate ?? 0) > 0.5 }
            held.value?.behave(reading(80, .nobody))
            try await bench.until("told") { snapshot in
                snapshot.queues.first?.judgement.reason.contains { $0.contains("nobody takes") } == true
            }
            let row = bench.snapshot?.queues.first
            #expect(row?.outRate == 0, "\(String(describing: row?.outRate)) \(row?.judgement.reason ?? [])")
            #expect((row?.inRate ?? 0) > 0, "what arrives goes on")
        }
    }
}
