import Documents
import Monitoring
import Platform
import Text

/// One round of questions to the management API, with what they cost.
struct RabbitMQReader {
    let source: RabbitMQSource
    let memory: RabbitMQMemory
    private let transport: any RabbitMQTransport
    private let clock: any TimeSource
    let started: Timestamp
    /// What is known now, to be kept when all of it was read.
    var known: RabbitMQMemory.Contents
    private(set) var cost = ReadCost()
    /// The broker's clock as the newest answer carries it.
    private(set) var serverTime: WallTime?

    init(
        _ source: RabbitMQSource, over transport: any RabbitMQTransport, memory: RabbitMQMemory,
        clock: any TimeSource
    ) {
        self.source = source
        self.transport = transport
        self.memory = memory
        self.clock = clock
        started = clock.now
        known = memory.contents
        guard known.wasSilent else { return }
        known.wasSilent = false
        known.queues = known.queues.mapValues { _ in clock.now }
    }

    mutating func read() async throws(ReadFailure) -> [Fact] {
        let overview = try await overview()
        let nodes = try await nodes()
        var notices = overview.notices + nodes.notices
        let hosts: [Host]
        do throws(ReadFailure) {
            hosts = try await self.hosts(overview)
        } catch {
            // A list that does not come is often a node that does not run.
            let words = nodes.notices.filter { $0.status == .critical }.map(\.text)
            throw ReadFailure(
                error.kind, Sanitizer.line(([error.message] + words).joined(separator: "; "), maxBytes: 512),
                advice: error.advice)
        }
        try refuseIfNothingIsReadable(hosts)
        notices += hosts.flatMap(\.notices)
        notices += try await emptiness(hosts)
        let queues = hosts.flatMap(\.queues)
        notices += faults(queues)
        let readings = readings(hosts, overview)
        remember(hosts)
        return [.queues(readings)] + notices.map(Fact.notice)
    }

    // MARK: The broker

    /// What the broker is, asked again after a minute or when `anew`.
    mutating func overview(anew: Bool = false) async throws(ReadFailure) -> RabbitMQOverview {
        if !anew, let overview = known.overview, let at = known.overviewAt,
            started.seconds(since: at) < RabbitMQOverview.lifetime
        {
            return overview
        }
        let path = RabbitMQOverview.path
        guard let overview = RabbitMQOverview(try RabbitMQBodies.json(try await get(path), from: path)) else {
            throw ReadFailure(
                .malformed, "/api/overview: the answer is not a broker's: it tells no version",
                advice: "Is this the management API? Something may answer in its place.")
        }
        known.overview = overview
        known.overviewAt = clock.now
        return overview
    }

    /// Nodes and alarms as far as this account may see them.
    mutating func nodes() async throws(ReadFailure) -> (names: [String], notices: [SourceNotice]) {
        let answer: RabbitMQAnswer
        do throws(ReadFailure) {
            // Nodes that cannot be reached may hold up an answer: the queues are to have their time.
            answer = try await get(RabbitMQNodes.path, within: source.deadline / 3)
        } catch  where error.kind == .timedOut {
            return ([], [SourceNotice(.unknown, error.message)])
        }
        guard !RabbitMQBodies.isClosed(answer) else {
            let words = "this account may not see nodes and partitions (it lacks the tag monitoring)"
            return ([], [SourceNotice(.ok, words)] + (try await alarms()))
        }
        let nodes: RabbitMQNodes
        do throws(ReadFailure) {
            let node = try RabbitMQBodies.json(answer, from: RabbitMQNodes.path)
            guard let read = RabbitMQNodes(node) else {
                throw ReadFailure(.malformed, "/api/nodes: the answer lists no node")
            }
            nodes = read
            try refuseRepetition(read)
        } catch {
            // Refused once is enough: an account may be locked for more. Queues can still be read otherwise.
            if error.kind == .loginRefused || known.uptimes.isRepeated { throw error }
            return ([], [SourceNotice(.unknown, error.message)] + (try await alarms()))
        }
        return (nodes.names, nodes.notices + (nodes.tellsAlarms ? [] : try await alarms()))
    }

    /// Answers that were given before are none, whoever gives them. Kept at once, as the read ends here.
    private mutating func refuseRepetition(_ nodes: RabbitMQNodes) throws(ReadFailure) {
        known.uptimes.take(nodes.uptimes, at: clock.now)
        guard known.uptimes.isRepeated, let seconds = known.uptimes.standing(at: clock.now) else { return }
        memory.note(known.uptimes, begun: started)
        throw ReadFailure(
            .malformed,
            "the broker repeats itself: by each answer of the last \(Age.text(seconds: seconds)) its nodes have been "
                + "up equally long",
            advice: "Something between answers in its place, such as a cache: ask the broker itself.")
    }

    /// Memory and disk alarms: a failed check is a 503 with a body, which is an answer.
    private mutating func alarms() async throws(ReadFailure) -> [SourceNotice] {
        let path = "/api/health/checks/alarms"
        let answer = try await get(path)
        if answer.status == 404 { return [] }
        if RabbitMQBodies.isClosed(answer) {
            return [SourceNotice(.ok, "this account may not see alarms (it lacks the tag monitoring)")]
        }
        let body = try? JSON.read(answer.body, name: path, limits: RabbitMQBodies.limits)
        switch (answer.status, body?["status"]?.string) {
        case (200, "ok"): return []
        case (503, "failed"): break
        default: return [SourceNotice(.unknown, RabbitMQBodies.failure(answer, from: path).message)]
        }
        let alarms = body?["alarms"]?.elements ?? []
        guard !alarms.isEmpty else {
            let reason = body?["reason"]?.string ?? "an alarm is in effect"
            return [SourceNotice(.critical, Sanitizer.line(reason, maxBytes: 512))]
        }
        return alarms.map {
            RabbitMQNodes.alarm($0["resource"]?.string ?? "?", on: $0["node"]?.string ?? "?")
        }
    }

    // MARK: What was read

    private func readings(_ hosts: [Host], _ overview: RabbitMQOverview) -> [QueueReading] {
        let now = serverTime ?? clock.now.wall
        var readings: [QueueReading] = []
        for host in hosts {
            for queue in host.queues {
                guard let isWithout = treatment(of: queue.key) else { continue }
                readings.append(
                    queue.reading(isWithoutConsumer: isWithout, counts: overview.countsMessages, at: now))
            }
            // What is there and may not be read, or was one too many, is not gone.
            for key in host.unread {
                guard let isWithout = treatment(of: key) else { continue }
                readings.append(RabbitMQQueue.unread(key, isWithoutConsumer: isWithout))
            }
        }
        return readings.sorted {
            ExactName.same($0.name, $1.name)
                ? ExactName.precedes($0.virtualHost ?? "", $1.virtualHost ?? "")
                : ExactName.precedes($0.name, $1.name)
        }
    }

    /// Whether the config says that nobody takes from it; nil when it is not to be shown. A pattern may name the
    /// virtual host too: `shop/*.retry`.
    private func treatment(of key: RabbitMQQueue.Key) -> Bool? {
        let names = [key.name.text, key.virtualHost.text + "/" + key.name.text]
        if names.contains(where: { source.ignored.matches($0) }) { return nil }
        return names.contains { source.withoutConsumers.matches($0) }
    }

    /// Figures that make no sense, and those that are still missing of a queue that has been there for a while.
    private func faults(_ queues: [RabbitMQQueue]) -> [SourceNotice] {
        var sentences: [String] = []
        for queue in queues where treatment(of: queue.key) != nil {
            if let fault = queue.faults.first {
                sentences.append("\(queue.key.name): \(fault)")
            } else if queue.lacksFigures, known.overview?.hasStatistics == true,
                let since = known.queues[queue.key], started.seconds(since: since) > Self.youth
            {
                sentences.append("\(queue.key.name): messages_ready is not told")
            }
        }
        guard let first = sentences.first else { return [] }
        let text =
            sentences.count == 1
            ? "queue " + first
            : "\(Figures.count(sentences.count)) queues have figures that cannot be, such as \(first)"
        return [SourceNotice(.unknown, Sanitizer.line(text, maxBytes: 512))]
    }

    /// The broker gathers figures each 5 s, unless it is told to take longer: a new queue has none, nor has any
    /// when the broker has just begun.
    private static let youth = 15.0

    private mutating func remember(_ hosts: [Host]) {
        let isEmpty = !hosts.contains { $0.count > 0 }
        for host in hosts {
            switch host.state {
            case .closed: break
            case .gone: known.queues = known.queues.filter { $0.key.virtualHost != host.name }
            case .read:
                known.virtualHosts[host.name] = host.queues.count
                // Nothing at all is listed: what was is remembered until something is.
                if isEmpty, known.count(in: host.name) > 0 { continue }
                var listed: [RabbitMQQueue.Key: Timestamp] = [:]
                for key in host.queues.map(\.key) + host.unread { listed[key] = known.queues[key] ?? started }
                known.queues = known.queues.filter { $0.key.virtualHost != host.name }
                known.queues.merge(listed) { old, _ in old }
            }
        }
        if !isEmpty { known.counted = known.overview?.queues }
        memory.keep(known, begun: started)
    }

    // MARK: Asking

    mutating func get(
        _ path: String, within limit: Duration? = nil
    ) async throws(ReadFailure) -> RabbitMQAnswer {
        let before = clock.now
        let left = min(source.deadline - (before.boot - started.boot), limit ?? source.deadline)
        guard left > .zero else {
            throw ReadFailure(.timedOut, "the answers had not all come within \(Age.text(source.deadline))")
        }
        let answer = try await transport.get(path, timeout: left)
        cost.queries += 1
        cost.bytes += answer.wireBytes
        cost.milliseconds += clock.now.seconds(since: before) * 1000
        if let time = answer.serverTime { serverTime = time }
        return answer
    }
}
