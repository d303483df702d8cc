import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Synchronization
import TestSupport

/// An engine on fakes and manual time, and what it publishes.
final class Bench: Sendable {
    let time = ManualTime()
    let engine: LocalEngine
    private let seen = Mutex<Snapshot?>(nil)

    init(
        stores: FakeStores = FakeStores(), access: EnvironmentFacts.Access = .operate,
        watchesOnly: String? = nil, commands: [OwnCommand] = [], integrations: [Integration] = [],
        backends: [any FlagBackend] = [], sinks: [any AlertSink] = [], marks: (any MarkBox)? = nil,
        _ probes: (ManualTime) -> [any Probe]
    ) {
        var setup = EngineSetup(
            environment: EnvironmentFacts(name: "eu-shop", isProduction: false, access: access),
            integrations: integrations, probes: probes(time), backends: backends, stores: stores.stores)
        setup.environment.watchesOnly = watchesOnly
        setup.stores.marks = marks
        setup.environment.commands = commands
        setup.sinks = sinks
        engine = LocalEngine(setup, time: time)
    }

    var snapshot: Snapshot? { seen.withLock { $0 } }

    /// Runs the engine around `body`, then stops it and waits for its end.
    func run(_ body: @Sendable (Bench) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let stream = engine.snapshots()
            group.addTask { for await snapshot in stream { self.seen.withLock { $0 = snapshot } } }
            group.addTask { [engine] in await engine.run() }
            do {
                try await body(self)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Lets time pass in small steps until the newest snapshot shows `fact`; fails after `limit` of manual time, and what
    /// the engine has to work through by then: on a busy machine that takes longer than the steps do.
    func until(_ fact: String, within limit: Double = 60, _ isTrue: @Sendable (Snapshot) -> Bool) async throws
    {
        let steps = Int(limit / 0.05)
        for _ in 0..<steps {
            if let snapshot, isTrue(snapshot) { return }
            try await step(.milliseconds(50))
        }
        try? await eventually("it is worked through", within: .seconds(20)) { snapshot.map(isTrue) ?? false }
        guard let snapshot, isTrue(snapshot) else {
            throw Late(
                fact:
                    "not within \(limit) s: \(fact), but \(String(describing: snapshot?.sources.map(\.judgement)))"
            )
        }
    }

    /// Lets time pass.
    func pass(_ seconds: Double) async throws {
        let end = time.now.boot + .milliseconds(Int(seconds * 1000))
        while time.now.boot < end {
            try await step(min(.milliseconds(50), end - time.now.boot))
        }
    }

    /// Work that a step woke is over before the next one is taken.
    private func step(_ duration: Duration) async throws {
        if time.advance(by: duration) { return try await time.settle() }
        for _ in 0..<20 { await Task.yield() }
        try await Task.sleep(for: .microseconds(300))
    }
}

func queue(_ name: String = "erp", ready: Int = 0, consumers: QueueReading.Consumers = .subscribed(1))
    -> QueueReading
{
    var reading = QueueReading(name: name, transport: .db)
    reading.ready = Count(ready)
    reading.consumers = consumers
    return reading
}

func flag(_ name: String, _ value: FlagValue) -> FlagReading {
    FlagReading(name: name, backend: "flagd", value: value, variants: ["on", "off"], revision: "r1")
}

/// A fact that did not come true in manual time.
struct Late: Error {
    var fact: String
}

/// A queue of a broker.
func brokered(_ name: String, ready: Int = 0, consumers: Int = 1) -> QueueReading {
    var reading = QueueReading(name: name, transport: .amqp)
    reading.ready = Count(ready)
    reading.consumers = .subscribed(consumers)
    return reading
}

/// A probe of a server whose clock differs from ours.
struct ClockedProbe: Probe {
    let schedule: ProbeSchedule
    let time: ManualTime
    let off: Double
    let fact: @Sendable (_ theirs: WallTime) -> Fact

    init(
        _ subject: String, time: ManualTime, off: Double,
        _ fact: @escaping @Sendable (_ theirs: WallTime) -> Fact
    ) {
        schedule = ProbeSchedule(
            id: "magento-db/\(subject)", source: "magento-db", kind: "mysql", subject: subject,
            interval: .seconds(5), deadline: .seconds(2))
        self.time = time
        self.off = off
        self.fact = fact
    }

    @concurrent func read() async throws(ReadFailure) -> Sample {
        let theirs = time.now.wall.advanced(bySeconds: off)
        // As a server tells it: whole seconds.
        let told = WallTime(seconds: theirs.milliseconds / 1000)
        return Sample([fact(theirs)], serverTime: told)
    }

    @concurrent func close() async {}
}

/// What a source has counted just before the tests begin.
func outcome(_ counts: OutcomeCounts, of integration: String = "orders-erp") -> OutcomeReading {
    let start = ManualTime().now.wall
    var ledger = OutcomeLedger(since: start.advanced(bySeconds: -3600))
    ledger.add(counts, at: start)
    if counts.successes > 0 { ledger.note(success: start) }
    ledger.looked(at: start)
    return OutcomeReading(integration: integration, ledger: ledger)
}
