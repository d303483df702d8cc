internal import Monitoring
internal import Text

/// Whose messages wait longest: the topics of the oldest ones, a few look-ups now and then.
///
/// No index has queue and topic together, and a topic lies beside its message's body: what is asked is bounded by
/// rows looked at, in a database of millions as in a small one.
struct TopicReader: Sendable {
    /// So many of those that wait for their first try, and of those that wait for another.
    static let cap = 200
    private static let seconds: Double = 30
    /// A server that needs too long for it is not asked again for so long.
    private static let patienceSeconds: Double = 600

    private var known: [UInt64: [QueueTopics.Topic]] = [:]
    private var readAt: WallTime?
    private var next: WallTime?
    private var looked = 0
    private var isPart = false

    /// Nil: not known. Of a queue that is not among those looked at the list is empty.
    func topics(of queue: UInt64) -> QueueTopics? {
        readAt.map { QueueTopics(known[queue] ?? [], readAt: $0, looked: looked, isPart: isPart) }
    }

    /// `isWaiting`: there is something to ask about.
    mutating func read(
        _ session: MySQLSession, _ queries: QueueQueries, isWaiting: Bool, at now: WallTime
    ) throws(ReadFailure) {
        guard let sql = queries.topics(cap: Self.cap) else { return }
        guard isWaiting else {
            (known, readAt, next) = ([:], nil, nil)
            return
        }
        if let next, now < next, next.seconds(since: now) <= Self.patienceSeconds { return }
        let rows: MySQLRows
        do throws(ReadFailure) {
            rows = try session.rows(sql)
        } catch {
            // Too dear on this server: everything else is read all the same.
            guard error.kind == .timedOut || error.kind == .denied else { throw error }
            (known, readAt) = ([:], nil)
            next = now.advanced(bySeconds: Self.patienceSeconds)
            return
        }
        var found: [UInt64: [ExactName: QueueTopics.Topic]] = [:]
        var counts: [Int: Int] = [:]
        for row in 0..<rows.count {
            let (queue, count) = (try rows.id(row, 1), try rows.count(row, 3))
            counts[rows.int(row, 0) ?? 0, default: 0] += count
            guard let oldest = rows.time(row, 4) else { continue }
            let name = rows.name(row, 2) ?? ""
            var topic = found[queue]?[ExactName(name)] ?? QueueTopics.Topic(name, count: 0, oldest: oldest)
            topic.count += count
            topic.oldest = min(topic.oldest, oldest)
            found[queue, default: [:]][ExactName(name)] = topic
        }
        known = found.mapValues {
            $0.values.sorted { ($0.oldest, ExactName($0.name)) < ($1.oldest, ExactName($1.name)) }
        }
        (readAt, next) = (now, now.advanced(bySeconds: Self.seconds))
        looked = counts.values.reduce(0, +)
        isPart = counts.values.contains { $0 >= Self.cap }
    }
}
