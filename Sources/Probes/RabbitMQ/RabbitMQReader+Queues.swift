import Documents
import Monitoring
import Platform
import Text

/// The queues of each virtual host, and what it means when there are none.
extension RabbitMQReader {
    /// A virtual host, as far as this account may see it.
    struct Host {
        enum State { case read, closed, gone }
        let name: ExactName
        var state: State
        var queues: [RabbitMQQueue] = []
        /// All it lists, those that are no entities included.
        var count = 0
        /// Known from earlier, there, and not read now.
        var unread: [RabbitMQQueue.Key] = []
        var notices: [SourceNotice] = []
    }

    mutating func hosts(_ overview: RabbitMQOverview) async throws(ReadFailure) -> [Host] {
        var hosts: [Host] = []
        if source.virtualHosts.isEmpty {
            hosts = try await everyHost(overview)
        } else {
            for name in source.virtualHosts {
                let place = "/api/queues/" + HTTPRequest.encode(name)
                var host = Host(name: ExactName(name), state: .read)
                switch try await round(place, of: host.name, overview) {
                case .pages(let listing):
                    take(listing, into: &host)
                    host.notices = listing.notices
                case .refused(let answer): host.state = try Self.state(answer, from: place)
                }
                hosts.append(host)
            }
        }
        for index in hosts.indices { describe(&hosts[index]) }
        return hosts
    }

    /// All that this account sees in one list, and a question for each virtual host that has no queue there.
    private mutating func everyHost(_ overview: RabbitMQOverview) async throws(ReadFailure) -> [Host] {
        let place = "/api/queues"
        let listing: Listing
        switch try await round(place, of: nil, overview) {
        case .pages(let pages): listing = pages
        case .refused(let answer): throw RabbitMQBodies.failure(answer, from: place)
        }
        let path = "/api/vhosts?columns=name"
        guard let list = try RabbitMQBodies.json(try await get(path), from: path).elements else {
            throw ReadFailure(.malformed, "/api/vhosts: the answer is no list")
        }
        var names = list.compactMap { $0["name"]?.string.map { ExactName($0) } }
        var seen = Set(names)
        for name in listing.queues.keys.map(\.virtualHost) + known.virtualHosts.keys.sorted()
        where seen.insert(name).inserted {
            names.append(name)
        }
        var hosts: [Host] = []
        for name in names {
            var host = Host(name: name, state: .read)
            var part = listing
            part.queues = listing.queues.filter { $0.key.virtualHost == name }
            if part.queues.isEmpty {
                let path = "/api/queues/\(HTTPRequest.encode(name.text))?page=1&page_size=1&columns=name"
                let answer = try await get(path)
                if answer.status != 200 { host.state = try Self.state(answer, from: path) }
            }
            if host.state == .read { take(part, into: &host) }
            hosts.append(host)
        }
        if !hosts.isEmpty { hosts[0].notices = listing.notices }
        return hosts
    }

    private static func state(
        _ answer: RabbitMQAnswer, from path: String
    ) throws(ReadFailure) -> Host.State {
        if RabbitMQBodies.isClosed(answer) { return .closed }
        if RabbitMQBodies.isAbsent(answer) { return .gone }
        throw RabbitMQBodies.failure(answer, from: path)
    }

    private func take(_ listing: Listing, into host: inout Host) {
        host.queues = listing.queues.values.filter { !$0.isPassing }
        host.count = listing.queues.count
        if listing.isCut {
            // The list is in the order of names, by bytes: what would come later was not read.
            let last = listing.queues.keys.max()
            host.unread = known.queues.keys.filter { key in
                key.virtualHost == host.name && last.map { $0 < key } ?? true
            }
        }
    }

    /// Says what is not as it should be with a virtual host.
    private func describe(_ host: inout Host) {
        let count = known.virtualHosts[host.name]
        let before = count.map { $0 > 0 ? "; it had \(Figures.counted($0, "queue"))" : "" } ?? ""
        switch host.state {
        case .read: break
        case .closed:
            host.unread = known.queues.keys.filter { $0.virtualHost == host.name }
            host.notices.append(
                SourceNotice(
                    .warning,
                    Sanitizer.line("virtual host \(host.name) is not readable\(before)", maxBytes: 512)))
        case .gone:
            let more = count == nil ? "" : " any more"
            host.notices.append(
                SourceNotice(
                    .critical,
                    Sanitizer.line("there is no virtual host \(host.name)\(more)\(before)", maxBytes: 512)))
        }
    }

    func refuseIfNothingIsReadable(_ hosts: [Host]) throws(ReadFailure) {
        guard !hosts.contains(where: { $0.state == .read }) else { return }
        let closed = hosts.filter { $0.state == .closed }
        if closed.isEmpty, !hosts.isEmpty {
            throw ReadFailure(
                .gone,
                Sanitizer.line(hosts.flatMap(\.notices).map(\.text).joined(separator: "; "), maxBytes: 512),
                advice: "`rabbitmqctl list_vhosts` shows those there are.")
        }
        let names = closed.map(\.name.text).joined(separator: ", ")
        let place = names.isEmpty ? "" : " (\(names))"
        let gone = hosts.filter { $0.state == .gone }.flatMap(\.notices).map(\.text)
        let words = "no permission on any virtual host\(place): an empty list is no answer"
        throw ReadFailure(
            .denied, Sanitizer.line(([words] + gone).joined(separator: "; "), maxBytes: 512),
            advice: RabbitMQBodies.permissionAdvice)
    }

    /// Nothing is listed where something was. A broker that lost its queues says so in its own count too; where
    /// that does not agree, the list is no answer.
    mutating func emptiness(_ hosts: [Host]) async throws(ReadFailure) -> [SourceNotice] {
        let read = hosts.filter { $0.state == .read }
        guard !read.contains(where: { $0.count > 0 }) else { return [] }
        let had = read.reduce(0) { $0 + known.count(in: $1.name) }
        // Where all is seen, the list and the count are of the same queues: a first look is told too.
        let seesAll = source.virtualHosts.isEmpty && read.count == hosts.count
        guard had > 0 || (seesAll && known.overview?.queues ?? 0 > 0) else { return [] }
        let overview = try await overview(anew: true)
        if had == 0 {
            guard let counted = overview.queues, counted > 0 else { return [] }
            throw ReadFailure(
                .malformed, "the broker lists no queue, and counts \(Figures.count(counted))",
                advice: Self.emptyAdvice)
        }
        let words = "it had \(Figures.count(had))"
        guard let left = overview.queues else {
            throw ReadFailure(
                .malformed, "the broker lists no queue any more and does not count them; \(words)")
        }
        // Other virtual hosts are counted too, and queues that come and go with their connections.
        let lost = (known.counted ?? left) - left
        guard left == 0 || lost >= max(1, had / 2) else {
            throw ReadFailure(
                .malformed, "the broker lists no queue any more, and counts \(Figures.count(left)); \(words)",
                advice: Self.emptyAdvice)
        }
        return [SourceNotice(.warning, "the broker has no queue any more; \(words)")]
    }

    private static let emptyAdvice =
        "Something between may answer in its place, or its list is broken: `rabbitmqctl list_queues`."
}
