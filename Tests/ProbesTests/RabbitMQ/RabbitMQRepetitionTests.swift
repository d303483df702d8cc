import Monitoring
import Probes
import Synchronization
import TestSupport
import Testing

/// A cache in front of a broker gives the same answers again: told by what moves on the quietest night.
@Suite struct RabbitMQRepetitionTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

    /// Queues that stand still, and nodes that say this of how long they are up.
    private func broker(_ uptime: @escaping @Sendable () -> Int?) -> ScriptedBroker {
        ScriptedBroker { path, _ in
            if path.hasPrefix("/api/nodes") {
                let word = uptime().map { #","uptime":\#($0)"# } ?? ""
                return .node(#""mem_alarm":false,"disk_free_alarm":false,"being_drained":false"# + word)
            }
            return path.hasPrefix("/api/queues?")
                ? .page([#""vhost":"/","name":"a","messages_ready":1,"consumers":1"#]) : nil
        }
    }

    @Test func `a broker whose nodes grow no older repeats itself, and is believed again once they do`()
        async throws
    {
        let uptime = Mutex(1000)
        let probe = broker { uptime.withLock { $0 } }.probe(time)
        for _ in 0..<6 {
            #expect(try await probe.read().queues.count == 1)
            time.advance(by: .seconds(10))
        }
        let failure = await #expect(throws: ReadFailure.self) { try await probe.read() }
        #expect(failure?.kind == .malformed)
        #expect(
            failure?.message
                == "the broker repeats itself: by each answer of the last 60 s its nodes have been up equally long"
        )
        // It stays so, however often it is asked.
        time.advance(by: .seconds(10))
        await #expect(throws: ReadFailure.self) { try await probe.read() }
        uptime.withLock { $0 += 1 }
        #expect(try await probe.read().queues.count == 1)
        time.advance(by: .seconds(10))
        #expect(try await probe.read().queues.count == 1)
    }

    @Test
    func `a quiet broker, one that gathers rarely or tells no age, and a console that slept are believed`()
        async throws
    {
        let (clock, start) = (time, time.now)
        func seconds() -> Double { clock.now.seconds(since: start) }
        let quiet = broker { Int(clock.now.seconds(since: start) * 1000) }.probe(time)
        let silent = broker { nil }.probe(time)
        // Each 30 s at first; then once it took 80, which is less than three times that.
        let rare = broker {
            let seconds = Int(clock.now.seconds(since: start))
            return seconds < 200 ? seconds / 30 : seconds < 290 ? 7 : seconds / 30
        }.probe(time)
        while seconds() < 400 {
            for probe in [quiet, silent, rare] { #expect(try await probe.read().queues.count == 1) }
            time.advance(by: .seconds(10))
        }
        let asleep = broker { 5 }.probe(time)
        _ = try await asleep.read()
        time.advance(by: .seconds(3600))
        #expect(try await asleep.read().queues.count == 1)
    }
}
