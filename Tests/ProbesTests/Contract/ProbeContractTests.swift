import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

/// What every probe owes the engine, on the fake that the engine's tests run on, on the demo's and on the real
/// ones alike, each before its real server, file or program.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ProbeContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, demo, queues, cron, indexers, outcomes, changes, broker, log, far, report, plugin
        var testDescription: String { rawValue }

        /// Those that something can come between.
        static let distant = allCases.filter { $0 != .demo && $0 != .log }

        func world() async throws -> any ProbeWorld {
            switch self {
            case .fake: try FakeWorld()
            case .demo: try DemoWorld()
            case .queues, .cron, .indexers, .outcomes, .changes:
                try await StoreWorld(StoreWorld.Subject(rawValue: rawValue) ?? .queues)
            case .broker: try await BrokerWorld()
            case .log: try LogWorld()
            case .far: try FarWorld()
            case .report: try CommandWorld(.json)
            case .plugin: try CommandWorld(.nagios)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a read tells what happened, what it cost, and the time where there is a clock`(kind: Kind)
        async throws
    {
        let world = try await kind.world()
        var total = try await world.begins()
        for times in [1, 3] {
            total += try await world.happen(times)
            let sample = try await world.reads(total)
            #expect(sample.cost.bytes > 0)
            #expect((sample.serverTime != nil) == world.hasClock)
        }
        // Asked again while nothing happens, it tells the same again.
        try await world.reads(total)
        #expect(world.figure(try await world.probe.read()) == total)
        let schedule = world.probe.schedule
        #expect(schedule.id == "\(schedule.source)/\(schedule.id.split(separator: "/").last ?? "")")
        #expect(schedule.deadline <= schedule.interval && schedule.deadline > .zero)
        #expect(!schedule.kind.isEmpty && !schedule.subject.isEmpty)
    }

    /// The poller gives a read up a quarter of a second after its deadline; the rest is for a machine that is busy.
    private static let grace: Duration = .seconds(1)

    @Test(arguments: Kind.distant)
    func `an answer that is held fails by the deadline, and what happened meanwhile is told after it`(
        kind: Kind
    ) async throws {
        let world = try await kind.world()
        var total = try await world.begins()
        total += try await world.happen(2)
        try await holding(world) {
            let (result, after) = await world.ends()
            switch result {
            case .success: Issue.record("it answered out of nothing")
            case .failure(let failure): #expect(failure.kind == .timedOut && !failure.message.isEmpty)
            }
            #expect(after < world.probe.schedule.deadline + Self.grace, "\(after)")
        }
        total += try await world.happen(1)
        try await world.reads(total)
    }

    @Test(arguments: Kind.distant)
    func `who hangs up in the middle of an answer fails one read at most, in words, and is whole after it`(
        kind: Kind
    ) async throws {
        let world = try await kind.world()
        var total = try await world.begins()
        for bytes in [0, 9, 150, 600] {
            total += try await world.happen(2)
            try await world.cut(after: bytes)
            var failures: [ReadFailure] = []
            for _ in 0..<3 {
                let (result, after) = await world.ends()
                #expect(after < world.probe.schedule.deadline + Self.grace, "\(after)")
                switch result {
                case .success(let sample):
                    let figure = try #require(world.figure(sample))
                    #expect(figure <= total, "after \(bytes) bytes")
                case .failure(let failure): failures.append(failure)
                }
            }
            #expect(failures.count <= 1, "after \(bytes) bytes: \(failures)")
            for failure in failures {
                #expect([.unreachable, .malformed].contains(failure.kind), "\(failure)")
                #expect(failure.message.count > 10, "\(failure)")
            }
            try await world.cut(after: nil)
            try await world.reads(total)
        }
    }

    @Test(arguments: Kind.distant)
    func `a read that is given up ends at once and takes no count with it`(kind: Kind) async throws {
        let world = try await kind.world()
        var total = try await world.begins()
        for milliseconds in [0, 5, 200] {
            total += try await world.happen(2)
            try await holding(world) {
                let read = Task { await world.ends() }
                try await Task.sleep(for: .milliseconds(milliseconds))
                read.cancel()
                let start = ContinuousClock.now
                let (result, _) = await read.value
                #expect(ContinuousClock.now - start < .milliseconds(400))
                switch result {
                // It came to an end before it was given up, as a stream may.
                case .success(let sample): #expect(world.figure(sample).map { $0 <= total } == true)
                case .failure(let failure): #expect(failure.kind == .cancelled, "\(failure)")
                }
            }
            total += try await world.happen(1)
            try await world.reads(total)
        }
    }

    @Test(arguments: Kind.allCases)
    func `two reads at once count once, and neither fails for the other`(kind: Kind) async throws {
        let world = try await kind.world()
        let first = await both(world)
        for result in first { #expect(throws: Never.self) { try result.get() } }
        var total = try await world.begins()
        for times in [2, 5, 1] {
            total += try await world.happen(times)
            for result in await both(world) {
                let figure = world.figure(try result.get())
                #expect(figure.map { $0 <= total } == true)
            }
            try await world.reads(total)
        }
    }

    @Test(arguments: Kind.allCases)
    func `what nobody can read is absent or fails, and is never 0`(kind: Kind) async throws {
        let world = try await kind.world()
        let total = try await world.begins() + world.happen(3)
        try await world.reads(total)
        guard kind != .demo else { return }
        try await world.withhold()
        _ = try await soon("it is not told") {
            let (result, _) = await world.ends()
            guard case .success(let sample) = result, let figure = world.figure(sample) else { return true }
            #expect(figure == total)
            return nil
        }
    }

    @Test(arguments: Kind.allCases)
    func `what is closed has nothing open, and a read after it fails at once`(kind: Kind) async throws {
        let world = try await kind.world()
        _ = try await world.begins()
        await world.probe.close()
        try await nothingIsOpen(world)
        let (result, after) = await world.ends()
        guard case .failure(let failure) = result else {
            Issue.record("it was read after it was closed")
            return
        }
        #expect(failure.kind == .cancelled && !failure.message.isEmpty, "\(failure)")
        #expect(after < .milliseconds(400))
        try await nothingIsOpen(world)
        // Once more is no mistake.
        await world.probe.close()
    }

    @Test(arguments: Kind.distant)
    func `a read under way ends when its probe is closed, and leaves nothing open`(kind: Kind) async throws {
        let world = try await kind.world()
        _ = try await world.begins()
        try await holding(world) {
            let read = Task { await world.ends() }
            try await Task.sleep(for: .milliseconds(100))
            let start = ContinuousClock.now
            await world.probe.close()
            let (result, _) = await read.value
            #expect(ContinuousClock.now - start < .milliseconds(400))
            if case .failure(let failure) = result { #expect(failure.kind == .cancelled, "\(failure)") }
        }
        try await nothingIsOpen(world)
    }

    /// Reads that are left in peace, held and given up, cut, and made twice at once, as the seed has it.
    @Test(arguments: Kind.distant)
    func `the total is the same however reads are delayed, cut or repeated`(kind: Kind) async throws {
        let world = try await kind.world()
        var random = SeededGenerator(seed: 12)
        var total = try await world.begins()
        for _ in 0..<20 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: total += try await world.happen(Int.random(in: 1...9, using: &random))
            case 3:
                try await holding(world) {
                    let read = Task { await world.ends() }
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &random)))
                    total += kind.isFrozenWhole ? 0 : try await world.happen(1)
                    read.cancel()
                    _ = await read.value
                }
            case 4:
                // Let go before the deadline: it comes late, and counts.
                try await world.hold(true)
                let read = Task { await world.ends() }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &random)))
                try await world.hold(false)
                _ = await read.value
            case 5:
                try await world.cut(after: Int.random(in: 0...900, using: &random))
                _ = await world.ends()
                try await world.cut(after: nil)
            case 6: _ = await both(world)
            default:
                let (result, _) = await world.ends()
                if case .success(let sample) = result {
                    #expect(world.figure(sample).map { $0 <= total } == true)
                }
            }
        }
        try await world.reads(total)
    }

    @Test(arguments: ["mysql", "rabbitmq"])
    func `a password that does not come fails its read by the deadline`(kind: String) async throws {
        let never: @Sendable () async throws -> Never = {
            try await Task.sleep(for: .seconds(60))
            throw CancellationError()
        }
        let probe: any Probe
        if kind == "mysql" {
            var source = MySQLSource(
                name: "magento-db", address: .tcp(host: "127.0.0.1", port: 1), user: "u",
                password: { try await never() }, database: "d")
            source.deadline = .seconds(1)
            probe = MySQLProbe(CronReader(source), of: MySQLStore(source))
        } else {
            let transport = RabbitMQOverHTTP(
                try HTTPClient(), address: "http://127.0.0.1:1", user: "u", password: { try await never() })
            probe = RabbitMQProbe(
                RabbitMQSource("mq", deadline: .seconds(1)), over: transport, clock: try SystemTime())
        }
        let start = ContinuousClock.now
        let failure = await failure { _ = try await probe.read() }
        #expect(failure?.kind == .timedOut && failure?.message.contains("password") == true)
        #expect(ContinuousClock.now - start < .milliseconds(1250))
        let read = Task { await #expect(throws: ReadFailure.self) { try await probe.read() } }
        try await Task.sleep(for: .milliseconds(50))
        read.cancel()
        #expect(await read.value?.kind == .cancelled)
    }

    @Test func `the probes of an environment have names of their own`() throws {
        let stores = ["a", "b"].map { name in
            var source = MySQLSource(
                name: name, address: .socket("/nowhere"), user: "u", password: { nil }, database: "d")
            source.topics = ["erp": [NamePattern("*")]]
            return MySQLStore(source)
        }
        var ids = stores.flatMap { $0.probes().map(\.schedule.id) }
        ids += ["c", "d"].map { RabbitMQSource($0).schedule.id }
        ids += ["e", "f"].map { LogSource($0, path: "/x", format: .plain, rules: []).schedule.id }
        ids += ["g", "h"].map { CommandSource($0, ["true"], output: .json).schedule.id }
        ids += ["i", "j"].map { ReleaseSource($0, root: "/x").schedule.id }
        #expect(Set(ids).count == ids.count && ids.count == 18)
    }

    private func both(_ world: any ProbeWorld) async -> [Result<Sample, ReadFailure>] {
        async let one = world.ends()
        async let other = world.ends()
        return await [one.result, other.result]
    }

    private func holding(_ world: any ProbeWorld, _ body: () async throws -> Void) async throws {
        try await world.hold(true)
        do {
            try await body()
        } catch {
            try await world.hold(false)
            throw error
        }
        try await world.hold(false)
    }

    private func nothingIsOpen(_ world: any ProbeWorld) async throws {
        var left: [String] = []
        do {
            _ = try await soon("nothing is open") {
                left = try await world.open()
                return left.isEmpty ? true : nil
            }
        } catch { Issue.record("\(left)") }
    }
}

extension ProbeContractTests.Kind {
    /// While it is held nothing can happen in it either: the server itself stands still.
    fileprivate var isFrozenWhole: Bool {
        [.queues, .cron, .indexers, .outcomes, .changes, .broker].contains(self)
    }
}
