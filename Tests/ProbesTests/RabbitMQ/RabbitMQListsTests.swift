import Monitoring
import Probes
import Synchronization
import TestSupport
import Testing

/// Lists that are short, shift, or end: what is gone, what is closed, and what was only not answered.
@Suite struct RabbitMQListsTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

    private static func queue(_ name: String, in host: String = "/") -> String {
        #""vhost":"\#(host)","name":"\#(name)","messages_ready":1"#
    }

    /// Lists what it is told to, and counts as many in its overview unless that is told apart.
    private final class Changing: Sendable {
        private let state = Mutex(
            (hosts: ["/": ["a", "b"], "shop": ["c"]], counted: Int?.none, closed: Set<String>()))

        func set(_ hosts: [String: [String]], counted: Int? = nil, closed: Set<String> = []) {
            state.withLock { $0 = (hosts, counted, closed) }
        }

        func answer(_ path: String) -> RabbitMQAnswer? {
            let (hosts, counted, closed) = state.withLock { $0 }
            let open = hosts.filter { !closed.contains($0.key) }
            if path.hasPrefix("/api/overview") {
                let count = counted ?? hosts.values.reduce(0) { $0 + $1.count }
                return .init(200, #"{"rabbitmq_version":"3.10.8","object_totals":{"queues":\#(count)}}"#)
            }
            if path.hasPrefix("/api/vhosts") {
                return .init(
                    200, "[\(hosts.keys.sorted().map { #"{"name":"\#($0)"}"# }.joined(separator: ","))]")
            }
            if path.hasPrefix("/api/queues?") {
                return .page(
                    open.sorted { $0.key < $1.key }.flatMap { host, names in
                        names.map { RabbitMQListsTests.queue($0, in: host) }
                    })
            }
            guard path.hasPrefix("/api/queues/") else { return nil }
            let encoded = path.dropFirst("/api/queues/".count).prefix { $0 != "?" }
            let host = encoded == "%2F" ? "/" : String(encoded)
            if closed.contains(host) { return .closed }
            guard let names = hosts[host] else { return .absent }
            return .page(names.map { RabbitMQListsTests.queue($0, in: host) })
        }
    }

    private func probe(_ changing: Changing, _ hosts: [String]) -> RabbitMQProbe {
        ScriptedBroker { path, _ in changing.answer(path) }
            .probe(RabbitMQSource("mq", virtualHosts: hosts), time)
    }

    @Test(arguments: [[], ["/", "shop"]])
    func `an empty list where queues were is no answer, until they are listed again`(hosts: [String])
        async throws
    {
        let changing = Changing()
        let probe = probe(changing, hosts)
        #expect(try await probe.read().queues.count == 3)
        changing.set(["/": [], "shop": []], counted: 3)
        for _ in 0..<2 {
            time.advance(by: .seconds(10))
            let failure = await probe.failure()
            #expect(failure?.kind == .malformed)
            #expect(failure?.message == "the broker lists no queue any more, and counts 3; it had 3")
        }
        changing.set(["/": ["a"], "shop": []])
        #expect(try await probe.read().queues.map(\.name) == ["a"])
    }

    @Test func `a broker that lost all its queues says so in its own count`() async throws {
        let changing = Changing()
        let probe = probe(changing, [])
        _ = try await probe.read()
        changing.set(["/": [], "shop": []])
        for _ in 0..<2 {
            time.advance(by: .seconds(10))
            let sample = try await probe.read()
            #expect(sample.queues.isEmpty)
            #expect(sample.told == ["warning: the broker has no queue any more; it had 3"])
        }
        changing.set(["/": ["new"], "shop": []])
        let sample = try await probe.read()
        #expect(sample.queues.map(\.name) == ["new"] && sample.told.isEmpty)
    }

    @Test func `what others have is not taken for what was lost`() async throws {
        let changing = Changing()
        changing.set(["/": ["a", "b", "c", "d"], "others": (0..<20).map { "o\($0)" }])
        let probe = probe(changing, ["/"])
        _ = try await probe.read()
        changing.set(["/": [], "others": (0..<20).map { "o\($0)" }], counted: 24)
        time.advance(by: .seconds(60))
        #expect(await probe.failure()?.kind == .malformed)
        changing.set(["/": [], "others": (0..<20).map { "o\($0)" }], counted: 20)
        #expect(try await probe.read().told == ["warning: the broker has no queue any more; it had 4"])
    }

    @Test func `an answer that comes late does not change what a newer one told`() async throws {
        let changing = Changing()
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let broker = ScriptedBroker(
            { path, _ in changing.answer(path) },
            holding: { path, call in
                guard path.hasPrefix("/api/queues/%2F?"), call == 1 else { return }
                for await _ in gate { break }
            })
        let probe = broker.probe(RabbitMQSource("mq", virtualHosts: ["/"]), time)
        // The first read lists two queues, and its answer is on the way for long.
        async let late = probe.read()
        try await eventually("it asks for the list") {
            broker.paths.contains { $0.hasPrefix("/api/queues/%2F?") }
        }
        time.advance(by: .seconds(10))
        changing.set(["/": ["a"]])
        #expect(try await probe.read().queues.count == 1)
        opening.finish()
        #expect(try await late.queues.count == 2)
        changing.set(["/": []], counted: 5)
        #expect(await probe.failure()?.message.hasSuffix("it had 1") == true)
    }

    @Test func `a first look tells an empty list from a broker without queues by its count`() async throws {
        let changing = Changing()
        changing.set(["/": [], "shop": []], counted: 12)
        let failure = await probe(changing, []).failure()
        #expect(failure?.kind == .malformed)
        #expect(failure?.message == "the broker lists no queue, and counts 12")
        // In some virtual hosts alone, the others' are counted too.
        #expect(try await probe(changing, ["shop"]).read().told.isEmpty)
        changing.set(["/": [], "shop": ["c"]], closed: ["shop"])
        #expect(try await probe(changing, []).read().told == ["warning: virtual host shop is not readable"])
    }

    @Test func `a broker that never had a queue is well without`() async throws {
        let sample = try await ScriptedBroker().probe(time).read()
        #expect(sample.queues.isEmpty && sample.told.isEmpty)
    }

    @Test func `an empty list without permission is no access, not zero queues`() async throws {
        let broker = ScriptedBroker { path, _ in path.hasPrefix("/api/queues/") ? .closed : nil }
        let failure = await broker.probe(time).failure()
        #expect(failure?.kind == .denied)
        #expect(failure?.message == "no permission on any virtual host (/, shop): an empty list is no answer")
        #expect(failure?.advice.contains("set_permissions") == true)
    }

    @Test(arguments: [[], ["/", "shop"]])
    func `a virtual host that is closed keeps its queues, unread`(hosts: [String]) async throws {
        let changing = Changing()
        let probe = probe(changing, hosts)
        _ = try await probe.read()
        changing.set(["/": ["a", "b"], "shop": ["c"]], closed: ["shop"])
        for _ in 0..<2 {
            let sample = try await probe.read()
            #expect(sample.told == ["warning: virtual host shop is not readable; it had 1 queue"])
            #expect(sample.queues.map(\.name) == ["a", "b", "c"])
            #expect(sample.queues[2].ready == nil && sample.queues[2].consumers == .unreadable)
            #expect(sample.queues[2].virtualHost == "shop")
        }
    }

    @Test(arguments: [[], ["/", "shop"]])
    func `a virtual host that is gone is told as gone, and comes back`(hosts: [String]) async throws {
        let changing = Changing()
        let probe = probe(changing, hosts)
        _ = try await probe.read()
        changing.set(["/": ["a", "b"]])
        for _ in 0..<2 {
            let sample = try await probe.read()
            #expect(sample.told == ["critical: there is no virtual host shop any more; it had 1 queue"])
            #expect(sample.queues.map(\.name) == ["a", "b"])
        }
        changing.set(["/": ["a", "b"], "shop": ["c"]])
        #expect(try await probe.read().told.isEmpty)
    }

    @Test func `the only virtual host that is gone or never was is no missing permission`() async throws {
        let changing = Changing()
        let only = probe(changing, ["shop"])
        _ = try await only.read()
        changing.set(["/": ["a", "b"]])
        let gone = await only.failure()
        #expect(gone?.kind == .gone)
        #expect(gone?.message == "there is no virtual host shop any more; it had 1 queue")
        #expect(gone?.advice.contains("list_vhosts") == true && gone?.advice.contains("permission") == false)
        let never = await probe(changing, ["typo"]).failure()
        #expect(never?.kind == .gone && never?.message == "there is no virtual host typo")
    }

    @Test func `begins again when queues went away between two pages`() async throws {
        let broker = ScriptedBroker { path, call in
            guard path.hasPrefix("/api/queues?page=") else { return nil }
            return switch call {
            case 1: .page([Self.queue("gone")], 1, of: 2, total: 2)
            case 2: .init(400, #"{"error":"page_out_of_range","reason":"x"}"#)
            default: .page([Self.queue("stays")])
            }
        }
        #expect(try await broker.probe(time).read().queues.map(\.name) == ["stays"])
    }

    @Test func `names that shift between pages are neither missed nor twice`() async throws {
        // `a` is deleted after the first page: `c` moves to it unseen, and the second has `d` alone.
        let broker = ScriptedBroker { path, call in
            guard path.hasPrefix("/api/queues?page=") else { return nil }
            return switch call {
            case 1: .page([Self.queue("a"), Self.queue("b")], 1, of: 2, total: 4)
            case 2: .page([Self.queue("d")], 2, of: 2, total: 3)
            case 3: .page([Self.queue("b"), Self.queue("c")], 1, of: 2, total: 3)
            default: .page([Self.queue("d")], 2, of: 2, total: 3)
            }
        }
        #expect(try await broker.probe(time).read().queues.map(\.name) == ["b", "c", "d"])
        // One added: `b` is on both pages.
        let twice = ScriptedBroker { path, call in
            guard path.hasPrefix("/api/queues?page=") else { return nil }
            return call % 2 == 1
                ? .page([Self.queue("a"), Self.queue("b")], 1, of: 2, total: 3)
                : .page([Self.queue("b")], 2, of: 2, total: 3)
        }
        #expect(try await twice.probe(time).read().queues.map(\.name) == ["a", "b"])
        #expect(twice.paths.count { $0.hasPrefix("/api/queues?page=") } == 6)
    }

    @Test func `an answer to another question is none`() async throws {
        let page = ScriptedBroker { path, _ in
            guard path.hasPrefix("/api/queues?page=") else { return nil }
            return .page([Self.queue("a")], 1, of: 2, total: 2)
        }
        #expect(await page.probe(time).failure()?.message == "/api/queues: page 1 came where 2 was asked for")
        let host = ScriptedBroker { path, _ in
            path.hasPrefix("/api/queues/shop") ? .page([Self.queue("a")]) : nil
        }
        let failure = await host.probe(RabbitMQSource("mq", virtualHosts: ["shop"]), time).failure()
        #expect(failure?.message == "/api/queues/shop: the answer is about another virtual host")
    }

    @Test func `beyond the limit it is said how many there are, and what was known is not gone`() async throws
    {
        let names = (0..<2600).map { "q\(10_000 + $0)" }
        let first = Mutex(true)
        let broker = ScriptedBroker { path, _ in
            guard path.hasPrefix("/api/queues/%2F?page=") else { return nil }
            let all = first.withLock { $0 } ? Array(names.dropFirst(700)) : names
            let number = Int(path.dropFirst("/api/queues/%2F?page=".count).prefix { $0 != "&" }) ?? 0
            let part = all.dropFirst((number - 1) * 500).prefix(500).map { Self.queue($0) }
            return .page(part, number, of: (all.count + 499) / 500, total: all.count)
        }
        let probe = broker.probe(RabbitMQSource("mq", virtualHosts: ["/"]), time)
        let before = try await probe.read()
        #expect(before.queues.count == 1900 && before.told.isEmpty)
        first.withLock { $0 = false }
        let after = try await probe.read()
        #expect(after.told == ["warning: 2000 of 2600 queues are read"])
        #expect(after.queues.count == 2600 && after.queues.count { $0.ready == nil } == 600)
    }
}
