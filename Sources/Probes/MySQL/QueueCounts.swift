internal import Monitoring

/// What waits in each queue: counted now and then, and carried on in between by what came and what left.
struct QueueCounts: Sendable {
    /// Open rows of one status in one queue.
    struct Slice: Sendable {
        var count = Count(0)
        var oldest: WallTime?

        mutating func add(_ more: Slice) {
            count = count + more.count
            oldest = [oldest, more.oldest].compactMap(\.self).min()
        }
    }

    /// By status: NEW, IN_PROGRESS, RETRY_REQUIRED.
    typealias Open = [Int: Slice]

    /// How much of a status has long been open, which hardly ever changes.
    struct Lasting: Hashable, Sendable {
        var rows: Int
        var sum: UInt64
    }

    /// A full count.
    private struct Base: Sendable {
        var at: Int64
        var open: [UInt64: Open]
        /// Statuses that were counted to the end.
        var exact: Set<Int>
        /// Counted at the same moment as what came and left: what differs later was deleted or put back.
        var isClean: Bool
        var arrived: [UInt64: UInt64]
        var left: [UInt64: UInt64]
    }

    /// What a recount found that no count of events had seen.
    struct Difference: Sendable {
        var vanished: [UInt64: Int] = [:]
        var appeared: [UInt64: Int] = [:]
    }

    /// A recount is due after so many seconds.
    static let recountSeconds: Int64 = 30

    private var base: Base?
    /// What has been open since before this second is counted apart.
    private(set) var longBefore: Int64 = 0
    private var long: [Int: [UInt64: Slice]] = [:]
    private(set) var lasting: [Int: Lasting] = [:]

    /// Statuses that have to be counted at each look, since the last count did not come to their end.
    var isPartial: Bool { base.map { !$0.exact.isSuperset(of: [3, 5]) } ?? true }

    func isDue(_ now: Int64) -> Bool {
        guard let base else { return true }
        return now - base.at >= Self.recountSeconds || now < base.at - 5
    }

    /// Where the next full count draws the line of what has long been open.
    func nextLine(_ now: Int64) -> Int64 { now - Self.recountSeconds }

    /// Takes a full count. `arrived` and `left` are the counters at the same moment.
    mutating func recount(
        _ open: [UInt64: Open], long: [Int: [UInt64: Slice]], lasting: [Int: Lasting], exact: Set<Int>,
        line: Int64, isClean: Bool, arrived: [UInt64: UInt64], left: [UInt64: UInt64], now: Int64
    ) -> Difference {
        var difference = Difference()
        let isExact = exact.count == QueueQueries.open.count
        if isClean, isExact, let base, base.isClean, base.exact.count == QueueQueries.open.count {
            for queue in Set(open.keys).union(base.open.keys).union(arrived.keys) {
                let came = Int(clamping: (arrived[queue] ?? 0) &- (base.arrived[queue] ?? 0))
                let went = Int(clamping: (left[queue] ?? 0) &- (base.left[queue] ?? 0))
                let found = Self.total(open[queue])
                let expected = Self.total(base.open[queue]) + came - went
                if expected > found { difference.vanished[queue] = expected - found }
                if expected < found { difference.appeared[queue] = found - expected }
            }
        }
        var (came, went) = (arrived, left)
        for (queue, count) in difference.appeared { came[queue, default: 0] &+= UInt64(count) }
        for (queue, count) in difference.vanished { went[queue, default: 0] &+= UInt64(count) }
        base = Base(at: now, open: open, exact: exact, isClean: isClean, arrived: came, left: went)
        self.long = long
        self.lasting = lasting
        longBefore = line
        return difference
    }

    /// A part of what has long been open is another now.
    mutating func replaceLong(_ status: Int, _ groups: [UInt64: Slice], _ lasting: Lasting) {
        long[status] = groups
        self.lasting[status] = lasting
    }

    /// The open rows now, from the last full count and what is known since: `recent` is in progress and retry
    /// since then, `heads` the oldest that wait.
    func carriedOn(
        _ queues: [UInt64], recent: [UInt64: Open], heads: [UInt64: WallTime],
        arrived: [UInt64: UInt64], left: [UInt64: UInt64]
    ) -> [UInt64: (open: Open, isReckoned: Bool)] {
        guard let base else { return [:] }
        var result: [UInt64: (open: Open, isReckoned: Bool)] = [:]
        for queue in queues {
            let before = base.open[queue] ?? [:]
            var open: Open = [:]
            var moved = 0
            for status in [3, 5] {
                var slice = recent[queue]?[status] ?? Slice()
                if let more = long[status]?[queue] { slice.add(more) }
                open[status] = slice
                moved += slice.count.value - (before[status]?.count.value ?? 0)
            }
            let came = Int(clamping: (arrived[queue] ?? 0) &- (base.arrived[queue] ?? 0))
            let went = Int(clamping: (left[queue] ?? 0) &- (base.left[queue] ?? 0))
            let waited = before[2] ?? Slice(count: Count(0, isBound: !base.exact.contains(2)))
            let count = Count(
                max(0, waited.count.value + came - went - moved), isBound: waited.count.isBound)
            let isMoved = went != 0 || moved != 0 || came != 0
            open[2] = Slice(
                count: count, oldest: count.value == 0 ? nil : heads[queue] ?? waited.oldest)
            result[queue] = (open, isMoved && heads[queue] == nil)
        }
        return result
    }

    private static func total(_ open: Open?) -> Int {
        (open ?? [:]).values.reduce(0) { $0 + $1.count.value }
    }
}
