import Monitoring
import Platform
import Probes
import Synchronization
import TestSupport
import Testing

/// The probe over real sockets, with servers that hold an answer, cut it, hang up or answer twice: an answer is
/// whole and to its question, or the read fails and the next one is right again.
@Suite(.timeLimit(.minutes(2))) struct RabbitMQWireTests {
    private enum Mood { case well, held, cut, cutInHead, hungUp, twice }

    /// A broker with one queue in `/`, in which as many messages wait as lists were asked for.
    private final class Broker: Sendable {
        let state = Mutex((mood: Mood.well, lists: 0))
        let responder: HTTPResponder

        init() throws {
            let box = Mutex<Broker?>(nil)
            let shared = Shared(box: box)
            responder = try HTTPResponder { head in shared.box.withLock { $0 }?.steps(head) ?? [.close] }
            shared.box.withLock { $0 = self }
        }

        private final class Shared: Sendable {
            let box: Mutex<Broker?>
            init(box: consuming Mutex<Broker?>) { self.box = box }
        }

        func set(_ mood: Mood) { state.withLock { $0.mood = mood } }
        var lists: Int { state.withLock { $0.lists } }

        private func steps(_ head: String) -> [HTTPResponder.Step] {
            var body = #"{"rabbitmq_version":"3.10.8","object_totals":{"queues":1}}"#
            if head.hasPrefix("GET /api/nodes") {
                body =
                    #"[{"name":"a","running":true,"partitions":[],"mem_alarm":false,"disk_free_alarm":false}]"#
            }
            let isList = head.hasPrefix("GET /api/queues")
            let (mood, lists) = state.withLock { state in
                if isList { state.lists += 1 }
                return state
            }
            if isList {
                body =
                    #"{"page":1,"page_count":1,"total_count":1,"items":[{"vhost":"/","name":"q","messages_ready":\#(lists)}]}"#
            }
            let start = "HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 11:20:11 GMT\r\n"
            let whole = "\(start)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            switch mood {
            case .well: return [.send(whole)]
            case .twice: return [.send(whole + whole)]
            case .hungUp: return [.close]
            case .held: return isList ? [.pause(3000), .send(whole)] : [.send(whole)]
            case .cutInHead: return isList ? [.send(String(start.dropLast(9))), .close] : [.send(whole)]
            case .cut:
                guard isList else { return [.send(whole)] }
                return [
                    .send("\(start)Content-Length: \(body.utf8.count)\r\n\r\n\(body.dropLast(20))"), .close,
                ]
            }
        }
    }

    private let broker: Broker
    private let probe: RabbitMQProbe

    init() throws {
        broker = try Broker()
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: broker.responder.url, user: "hypercare", password: { Secret("x") })
        probe = RabbitMQProbe(
            RabbitMQSource("mq", virtualHosts: ["/"], deadline: .milliseconds(1500)), over: transport,
            clock: try SystemTime())
    }

    @Test(arguments: [
        (Mood.held, ReadFailure.Kind.timedOut), (.cut, .unreachable), (.cutInHead, .malformed),
        (.hungUp, .unreachable),
    ])
    private func `half an answer is none, and the next read is right`(
        mood: Mood, kind: ReadFailure.Kind
    ) async throws {
        #expect(try await probe.read().queues.map(\.ready) == [Count(broker.lists)])
        broker.set(mood)
        let failure = await probe.failure()
        #expect(failure?.kind == kind)
        broker.set(.well)
        let after = try await probe.read()
        #expect(after.queues.map(\.ready) == [Count(broker.lists)])
    }

    @Test func `an answer that comes twice is never taken for the next one`() async throws {
        _ = try await probe.read()
        broker.set(.twice)
        var good = 0
        for _ in 0..<20 {
            guard let sample = try? await probe.read() else { continue }
            good += 1
            #expect(sample.queues.map(\.ready) == [Count(broker.lists)])
            #expect(sample.notices.isEmpty)
        }
        #expect(good > 0)
        broker.set(.well)
        try await eventually("all is well again", within: .seconds(10)) {
            guard let sample = try? await self.probe.read() else { return false }
            return sample.queues.map(\.ready) == [Count(self.broker.lists)] && sample.notices.isEmpty
        }
    }

    @Test func `the cost is what went over the wire, and the broker's clock comes with it`() async throws {
        let first = try await probe.read()
        let heads = broker.responder.requests.reduce(0) { $0 + $1.utf8.count }
        #expect(first.cost.queries == 3)
        // Three answers: a status line, a date, a length and some sixty bytes of JSON each.
        #expect(first.cost.bytes > heads + 3 * 140 && first.cost.bytes < heads + 3 * 240)
        #expect(first.serverTime == WallTime(seconds: 1_795_951_211))
    }
}
