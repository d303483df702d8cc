@testable import Engine
import EngineAPI
import Monitoring
import Synchronization
import TestSupport
import Testing

/// Alerts that a person has silenced: nobody is told of them, they stay what they are, and their end is told.
@Suite struct SilenceTests {
    /// A broker whose queue nobody takes from, and what its console tells.
    private struct Broker {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        var seconds = 0.0

        init() {
            state.add(
                probe: ProbeSchedule(
                    id: "queues", source: "rabbit", kind: "rabbitmq", subject: "queues",
                    interval: .seconds(5),
                    deadline: .seconds(2)))
            state.beginDetecting(past: [], at: now)
        }

        var now: Timestamp {
            let start = ManualTime().now
            return Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }

        mutating func pass(_ length: Double, consumers: Int) {
            let end = seconds + length
            while seconds < end {
                seconds += 5
                let read = brokered("erp", ready: 5, consumers: consumers)
                state.sampled("queues", Sample([.queues([read])]), latency: 0.1, at: now)
                state.reassess(at: now)
            }
        }

        mutating func snapshot() -> Snapshot { state.snapshot(generation: 1, at: now) }

        mutating func silence(
            _ text: String = "queue:erp", for seconds: Double = 3600, why: String = "closed"
        )
            throws -> Refusal?
        {
            let order = SilenceOrder(try SilenceMatcher(text), why: why, seconds: seconds)
            return state.silence(order, by: .mira, in: snapshot(), at: now)
        }

        /// `opened`, or `opened silenced`.
        var told: [String] {
            state.notices.notices.map { $0.what.rawValue + ($0.alert.silence == nil ? "" : " silenced") }
        }

        var events: [String] { state.events.map(\.text) }
    }

    @Test func `what begins under one is told as silenced, the row is as bad as before, and so is its end`()
        throws
    {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence() == nil)
        broker.pass(300, consumers: 0)
        let snapshot = broker.snapshot()
        let alert = try #require(snapshot.alerts.first { $0.entity.name == "erp" })
        #expect(alert.silence?.why == "closed" && alert.silence?.by == "mira")
        #expect(snapshot.queues.first?.judgement.status == .critical)
        #expect(snapshot.silences.map(\.why) == ["closed"])
        broker.pass(120, consumers: 1)
        #expect(broker.told == ["opened silenced", "resolved silenced"])
        #expect(broker.events.contains("mira silenced queue:erp for 60 min: closed"), "\(broker.events)")
    }

    @Test func `who was told before it is told of the end as well`() throws {
        var broker = Broker()
        broker.pass(300, consumers: 0)
        #expect(try broker.silence() == nil)
        broker.pass(120, consumers: 1)
        #expect(broker.told == ["opened", "resolved"])
    }

    @Test func `when its time is over what is still open is told, once, and the journal names it`() throws {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence(for: 600) == nil)
        broker.pass(700, consumers: 0)
        #expect(broker.told == ["opened silenced", "unsilenced"])
        #expect(
            broker.events.last { $0.contains("silence") }
                == "the silence is over of queue:erp: still open: erp")
        #expect(broker.snapshot().silences.isEmpty && broker.snapshot().alerts.first?.silence == nil)
        broker.pass(120, consumers: 1)
        #expect(broker.told == ["opened silenced", "unsilenced", "resolved"])
    }

    @Test func `it is kept over a restart, and one that ended meanwhile tells what is open then`() throws {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence(for: 600) == nil)
        broker.pass(300, consumers: 0)
        let kept = broker.state.toKeep(at: broker.now.wall)
        for pause in [10.0, 900] {
            var next = Broker()
            next.seconds = broker.seconds + pause
            next.state.take(kept, at: next.now.wall)
            next.pass(60, consumers: 0)
            let isOver = pause > 600
            #expect((next.snapshot().alerts.first?.silence == nil) == isOver)
            #expect(next.told == ["opened silenced"] + (isOver ? ["unsilenced"] : []))
        }
        // Who only watches beside it tells nothing.
        var beside = Broker()
        beside.state.environment.watchesOnly = "another console keeps"
        beside.seconds = broker.seconds + 900
        _ = beside.state.follow(kept, at: beside.now.wall)
        beside.pass(300, consumers: 0)
        #expect(
            !beside.told.contains("unsilenced") && !beside.events.contains { $0.contains("silence is over") })
    }

    @Test func `a person ends it before its time`() throws {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence() == nil)
        broker.pass(300, consumers: 0)
        let id = try #require(broker.snapshot().silences.first?.id)
        let shown = broker.snapshot()
        let refusal = broker.state.endSilence(
            id, by: Operator(login: "deniz", uid: 1001), in: shown, at: broker.now)
        #expect(refusal == nil && broker.told == ["opened silenced", "unsilenced"])
        #expect(broker.events.last == "deniz ended the silence of queue:erp: still open: erp")
        let again = broker.state.endSilence(
            id, by: Operator(login: "deniz", uid: 1001), in: shown, at: broker.now)
        #expect(again?.message == "this silence is over")
    }

    @Test func `what gets worse than what was silenced is told, once, as new to those who were not told`()
        throws
    {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence("queue:erp severity=warning") == nil)
        let key = AlertKey(entity: EntityID(.queue, "erp", in: "rabbit"), kind: .growing)
        var alert = Alert(
            key: key, severity: .warning, state: .open, since: 0, opened: 0, sentence: "grows", records: [],
            changes: [], folded: [], isFlapping: false)
        alert.current = .warning
        broker.state.tell(AlertChange(at: 1, what: .opened, alert: alert), at: broker.now)
        (alert.severity, alert.current) = (.critical, .critical)
        broker.state.tell(AlertChange(at: 2, what: .worsened, alert: alert), at: broker.now)
        broker.state.tell(AlertChange(at: 3, what: .resolved, alert: alert), at: broker.now)
        #expect(broker.told == ["opened silenced", "unsilenced", "resolved"])
    }

    @Test func `a worse thing does not hide behind a silenced one`() throws {
        var broker = Broker()
        broker.pass(30, consumers: 1)
        #expect(try broker.silence() == nil)
        let key = AlertKey(entity: EntityID(.queue, "erp", in: "rabbit"), kind: .growing)
        var alert = Alert(
            key: key, severity: .critical, state: .open, since: 0, opened: 0, sentence: "grows", records: [],
            changes: [], folded: [], isFlapping: false)
        alert.current = .critical
        #expect(broker.state.silence(over: alert, at: broker.now) != nil)
        alert.head = Finding(EntityID(.integration, "orders"), .silent, .critical, since: 0, "silent")
        #expect(broker.state.silence(over: alert, at: broker.now) == nil)
        // And what stands in the place of something milder is silenced as a person has seen it.
        var flow = alert
        flow.key = AlertKey(entity: EntityID(.integration, "orders"), kind: .slow)
        flow.head = Finding(key.entity, .growing, .critical, since: 0, "grows")
        #expect(broker.state.silence(over: flow, at: broker.now)?.why == "closed")
    }

    @Test func `it is refused without a reason, for too long, and where nothing is kept`() throws {
        var broker = Broker()
        #expect(try broker.silence(why: " ")?.message == "nothing is silenced: say why")
        #expect(
            try broker.silence(for: 40 * 86_400)?.message == "nothing is silenced: from a minute to 30 days")
        broker.state.environment.watchesOnly = "another console keeps"
        #expect(try broker.silence()?.message == "nothing is silenced: another console keeps")
        #expect(broker.snapshot().silences.isEmpty)
    }

    private final class Sink: AlertSink {
        let name: String
        let takesSilenced: Bool
        private let taken = Mutex<[AlertNotice]>([])
        var told: [AlertNotice] { taken.withLock { $0 } }

        init(_ name: String, takesSilenced: Bool) { (self.name, self.takesSilenced) = (name, takesSilenced) }

        @concurrent func take(
            _ notice: AlertNotice, of environment: EnvironmentFacts
        ) async throws(AlertSinkFailure) { taken.withLock { $0.append(notice) } }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a program is not called for what is silenced, the file has all of it, and its end reaches both`()
        async throws
    {
        let (page, file) = (Sink("page", takesSilenced: false), Sink("file", takesSilenced: true))
        let bench = Bench(sinks: [page, file]) { time in
            [
                FakeProbe(
                    "queues", time: time,
                    .answer(Sample([.queues([queue("erp", ready: 40, consumers: .nobody)])])))
            ]
        }
        try await bench.run { bench in
            try await bench.until("the first snapshot", within: 30) { !$0.queues.isEmpty }
            let matcher = try SilenceMatcher("queue:erp")
            let order = SilenceOrder(matcher, why: "closed", seconds: 3600)
            #expect(await bench.engine.submit(.silence(order)) == .done)
            try await bench.until("the file has it", within: 400) { _ in
                !file.told.isEmpty
            }
            #expect(file.told.first?.alert.silence?.why == "closed")
            #expect(page.told.isEmpty)
            let id = try #require(bench.snapshot?.silences.first?.id)
            #expect(await bench.engine.submit(.endSilence(id)) == .done)
            try await bench.until("the program is told", within: 60) { _ in !page.told.isEmpty }
        }
        #expect(page.told.map(\.what) == [.unsilenced])
        #expect(file.told.map(\.what) == [.opened, .unsilenced])
    }
}
