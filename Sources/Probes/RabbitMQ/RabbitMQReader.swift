import Documents
import Monitoring
import Platform
import Text

/// One round of questions to the management API, with what they cost.
struct RabbitMQReader {
    static let pageSize = 100
    /// At most so many queues are read; beyond it is said how many there are.
    static let queueLimit = 2000
    private static let restarts = 2

    let source: RabbitMQSource
    let transport: any RabbitMQTransport
    let clock: any TimeSource
    private(set) var cost = ReadCost()
    private let started: Timestamp

    init(_ source: RabbitMQSource, over transport: any RabbitMQTransport, clock: any TimeSource) {
        self.source = source
        self.transport = transport
        self.clock = clock
        started = clock.now
    }

    mutating func read() async throws(ReadFailure) -> [Fact] {
        let overview = try await overview()
        let listing = try await queues(hasStatistics: overview.hasStatistics)
        let (unreadable, isSomethingReadable) = try await unreadableVirtualHosts(seen: listing.virtualHosts)
        guard isSomethingReadable else {
            let names = unreadable.joined(separator: ", ")
            throw ReadFailure(
                .denied,
                Sanitizer.line("no permission on any virtual host (\(names)): an empty list is no answer"),
                advice: RabbitMQBodies.permissionAdvice)
        }
        var notices = overview.notices + (try await alarms())
        notices += unreadable.map {
            SourceNotice(.warning, Sanitizer.line("virtual host \($0) is not readable", maxBytes: 512))
        }
        if listing.total > listing.queues.count, listing.queues.count >= Self.queueLimit {
            let text =
                "\(Figures.count(listing.queues.count)) of \(Figures.count(listing.total)) queues are read"
            notices.append(SourceNotice(.warning, text))
        }
        return [.queues(readings(listing.queues))] + notices.map(Fact.notice)
    }

    // MARK: The broker

    struct Overview {
        var version: String
        var hasStatistics: Bool
        var notices: [SourceNotice]
    }

    mutating func overview() async throws(ReadFailure) -> Overview {
        let node = try await json("/api/overview")
        var notices: [SourceNotice] = []
        let isOff = node["disable_stats"]?.bool == true
        if isOff {
            notices.append(
                SourceNotice(.warning, "the broker's statistics are switched off: no rates, no consumers"))
        }
        if let waiting = RabbitMQBodies.count(node["statistics_db_event_queue"]), waiting > 1000 {
            notices.append(
                SourceNotice(
                    .warning,
                    "the broker's figures lag: \(Figures.counted(waiting, "event waits", "events wait"))"))
        }
        let version = node["rabbitmq_version"]?.string ?? node["management_version"]?.string ?? "?"
        return Overview(
            version: Sanitizer.line(version, maxBytes: 64), hasStatistics: !isOff, notices: notices)
    }

    /// Memory and disk alarms: a failed check is a 503 with a body, which is an answer.
    mutating func alarms() async throws(ReadFailure) -> [SourceNotice] {
        let path = "/api/health/checks/alarms"
        let answer = try await get(path)
        switch answer.status {
        case 200, 404: return []
        case 503: break
        default: throw RabbitMQBodies.failure(answer, from: path)
        }
        let body = try? JSON.read(answer.body, name: path, limits: RabbitMQBodies.limits)
        guard let body, body["status"]?.string == "failed" else {
            throw RabbitMQBodies.failure(answer, from: path)
        }
        let alarms = body["alarms"]?.elements ?? []
        let texts = alarms.map { alarm in
            "\(alarm["resource"]?.string ?? "?") alarm on \(alarm["node"]?.string ?? "?"), publishers are blocked"
        }
        return (texts.isEmpty ? [body["reason"]?.string ?? "an alarm is in effect"] : texts).map {
            SourceNotice(.critical, Sanitizer.line($0, maxBytes: 512))
        }
    }

    // MARK: Queues

    struct Listing {
        var queues: [RabbitMQQueue] = []
        var total = 0
        var virtualHosts: Set<String> = []
    }

    mutating func queues(hasStatistics: Bool) async throws(ReadFailure) -> Listing {
        let places =
            source.virtualHosts.isEmpty
            ? ["/api/queues"] : source.virtualHosts.map { "/api/queues/" + HTTPRequest.encode($0) }
        var listing = Listing()
        for place in places { try await list(place, hasStatistics: hasStatistics, into: &listing) }
        return listing
    }

    private mutating func list(
        _ place: String, hasStatistics: Bool, into listing: inout Listing
    ) async throws(ReadFailure) {
        var query = "&page_size=\(Self.pageSize)&columns=\(RabbitMQQueue.columns)"
        if !hasStatistics { query += "&disable_stats=true&enable_queue_totals=true" }
        var found: [RabbitMQQueue.Key: RabbitMQQueue] = [:]
        var total = 0
        var page = 1
        var restarts = 0
        while true {
            let path = "\(place)?page=\(page)\(query)"
            let answer = try await get(path)
            if answer.status == 400, RabbitMQBodies.Complaint(answer).error == "page_out_of_range", page > 1 {
                // Queues went away while we turned the pages.
                guard restarts < Self.restarts else { throw RabbitMQBodies.failure(answer, from: path) }
                restarts += 1
                page = 1
                found = [:]
                continue
            }
            // A named virtual host that is closed or absent is told by `unreadableVirtualHosts`.
            if !source.virtualHosts.isEmpty, Self.isClosed(answer) { return }
            let node = try RabbitMQBodies.json(answer, from: path)
            guard let items = node["items"]?.elements ?? node.elements else {
                throw ReadFailure(.malformed, "\(place): the answer has no list of queues")
            }
            for queue in items.compactMap(RabbitMQQueue.init) { found[queue.key] = queue }
            total = RabbitMQBodies.count(node["total_count"]) ?? found.count
            let pages = RabbitMQBodies.count(node["page_count"]) ?? 1
            if page >= pages || found.count >= Self.queueLimit { break }
            page += 1
        }
        listing.queues += found.values
        listing.total += total
        listing.virtualHosts.formUnion(found.keys.map(\.virtualHost))
    }

    /// A virtual host without a queue in the list is either empty or closed to us; a question tells which.
    private mutating func unreadableVirtualHosts(
        seen: Set<String>
    ) async throws(ReadFailure) -> (names: [String], isSomethingReadable: Bool) {
        var names = source.virtualHosts
        if names.isEmpty {
            let path = "/api/vhosts?columns=name"
            names = (try await json(path).elements ?? []).compactMap { $0["name"]?.string }
        }
        var unreadable: [String] = []
        for name in names where !seen.contains(name) {
            let path = "/api/queues/\(HTTPRequest.encode(name))?page=1&page_size=1&columns=name"
            let answer = try await get(path)
            if Self.isClosed(answer) { unreadable.append(name) }
        }
        return (unreadable, !seen.isEmpty || names.count > unreadable.count)
    }

    private static func isClosed(_ answer: RabbitMQAnswer) -> Bool {
        answer.status == 404 || (answer.status == 401 && !answer.asksForLogin)
    }

    private func readings(_ queues: [RabbitMQQueue]) -> [QueueReading] {
        let deadLetters = Set(queues.compactMap(\.deadLetterTarget))
        let now = clock.now.wall
        return queues.compactMap { queue in
            let name = displayName(queue.key)
            if source.ignored.matches(name) { return nil }
            let isByDesign =
                queue.isWaitingRoom || deadLetters.contains(queue.key)
                || source.withoutConsumers.matches(name)
            return queue.reading(named: name, hasNoConsumersByDesign: isByDesign, at: now)
        }.sorted { $0.name < $1.name }
    }

    /// The name alone on `/` and where the config names one virtual host; `shop/orders` elsewhere.
    private func displayName(_ key: RabbitMQQueue.Key) -> String {
        key.virtualHost == "/" || source.virtualHosts.count == 1 ? key.name : key.virtualHost + "/" + key.name
    }

    // MARK: Asking

    private mutating func json(_ path: String) async throws(ReadFailure) -> Node {
        try RabbitMQBodies.json(try await get(path), from: path)
    }

    private mutating func get(_ path: String) async throws(ReadFailure) -> RabbitMQAnswer {
        let before = clock.now
        let left = source.deadline - (before.boot - started.boot)
        guard left > .zero else {
            throw ReadFailure(.timedOut, "the answers had not all come within \(Age.text(source.deadline))")
        }
        let answer = try await transport.get(path, timeout: left)
        cost.queries += 1
        cost.bytes += answer.body.count
        cost.milliseconds += clock.now.seconds(since: before) * 1000
        return answer
    }
}
