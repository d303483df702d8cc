internal import Monitoring

/// Messages given up, by queue: the newest are counted now and then, the ones since are added.
struct ErrorCounts: Sendable {
    struct Found: Sendable {
        var count: Int
        var recent: Int
        /// The oldest of them.
        var oldest: WallTime?
    }

    /// New ones are added at once: a recount finds what was deleted or put back, and what is older than an hour.
    private static let recountSeconds: Int64 = 60

    private var found: [UInt64: Found] = [:]
    private var since: [UInt64: Int] = [:]
    private var at: Int64?
    private var isCut = false
    private var isRecentCut = false

    var isUnknown: Bool { at == nil }

    func isDue(_ now: Int64) -> Bool {
        guard let at else { return true }
        return now - at >= Self.recountSeconds || now < at - 5
    }

    mutating func recount(_ found: [UInt64: Found], now: WallTime) {
        self.found = found
        since = [:]
        at = now.milliseconds / 1000
        isCut = found.values.reduce(0) { $0 + $1.count } >= QueueQueries.oldestCap
        // Beyond the cut there may be more, and more of the last hour when the cut lies within it.
        let oldest = found.values.compactMap(\.oldest).min()
        isRecentCut = isCut && oldest.map { now.seconds(since: $0) <= 3600 } ?? true
    }

    mutating func add(_ count: Int, of queue: UInt64) { since[queue, default: 0] += count }

    /// All, and those of the last hour.
    func counts(of queue: UInt64) -> (all: Count, recent: Count) {
        let more = since[queue] ?? 0
        return (
            Count((found[queue]?.count ?? 0) + more, isBound: isCut),
            Count((found[queue]?.recent ?? 0) + more, isBound: isRecentCut)
        )
    }
}
