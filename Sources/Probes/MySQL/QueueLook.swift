internal import Monitoring

/// What the index alone says before anything is looked up: how much there is, and where something changed.
struct QueueGlance {
    /// Rows that left, by second.
    private(set) var seconds: [RecentRows<UInt64>.Place: Int] = [:]
    /// Open rows by status, up to one above the cap.
    private(set) var totals: [Int: Int] = [:]
    private(set) var lasting: [Int: QueueCounts.Lasting] = [:]
    /// Where it ended before now, because there was too much.
    private(set) var cut: [Int: Int64] = [:]
    /// Where it began, by status.
    let starts: [Int: Int64]
    /// Statuses that can be counted to the end with the look-ups that are allowed.
    private(set) var exact: Set<Int> = []
    /// How many queues there are and the last one's id: moves when one is added or taken away.
    private(set) var listing: [UInt64] = []

    /// Nil when they were not asked for.
    var openTotal: Int? { totals.isEmpty ? nil : totals.values.reduce(0, +) }
    var changedTotal: Int { cut.isEmpty ? seconds.values.reduce(0, +) : .max }

    /// `cap`: totals of the open rows are counted as far as this.
    init(
        _ session: MySQLSession, _ queries: QueueQueries, _ left: RecentRows<UInt64>, starts: [Int: Int64],
        lastingBefore line: Int64?,
        cap: Int?
    ) throws(ReadFailure) {
        self.starts = starts
        var parts = [queries.listing]
        parts += left.sights(starts, isSplit: false).map(queries.seconds)
        if let cap { parts += QueueQueries.open.map { queries.total($0, cap: cap) } }
        if let line {
            parts.append(queries.lasting(before: line))
            for status in [3, 5] { lasting[status] = .init(rows: 0, sum: 0) }
        }
        try take(session.rows(parts.joined(separator: " UNION ALL "), atMost: 50_000, bytes: 4 << 20))
        if left.hasToSplit(starts, seconds) {
            seconds = [:]
            let parts = left.sights(starts, isSplit: true).map(queries.seconds)
            try take(session.rows(parts.joined(separator: " UNION ALL "), atMost: 80_000, bytes: 8 << 20))
        }
        cut = RecentRows<UInt64>.cut(&seconds)
        // The small ones exactly, as far as the look-ups may go.
        var room = cap ?? 0
        for (status, count) in totals.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
        where count <= room {
            room -= count
            exact.insert(status)
        }
    }

    private mutating func take(_ rows: MySQLRows) throws(ReadFailure) {
        for row in 0..<rows.count {
            let status = rows.int(row, 2) ?? 0
            let count = try rows.count(row, 3)
            switch QueueQueries.Part(rawValue: try rows.count(row, 0)) {
            case .seconds:
                guard let time = rows.time(row, 4) else { continue }
                seconds[.init(status: status, second: time.milliseconds / 1000)] = count
            case .total: totals[status] = count
            case .lasting: lasting[status] = .init(rows: count, sum: rows.uint(row, 5) ?? 0)
            case .listing: listing = [UInt64(clamping: count), rows.uint(row, 5) ?? 0]
            default: continue
            }
        }
    }
}

/// One look at the rows: all of it is of one moment.
struct QueueLook {
    struct Ask {
        /// Seconds whose rows are to be told apart by queue.
        var changed: [RecentRows<UInt64>.Place]
        /// All of the last half minute instead.
        var isWhole: Bool
        /// All that is open is counted, else only what moves.
        var isFull: Bool
        var glance: QueueGlance
        var withErrors: Bool
    }

    private(set) var left: [RecentRows<UInt64>.Place: [UInt64: Int]] = [:]
    private(set) var arrived: [Int: [UInt64: Int]] = [:]
    private(set) var newest: UInt64 = 0
    private(set) var open: [UInt64: QueueCounts.Open] = [:]
    /// The part of it that has long been open, by status.
    private(set) var long: [Int: [UInt64: QueueCounts.Slice]] = [:]
    private(set) var lasting: [Int: QueueCounts.Lasting] = [:]
    private(set) var heads: [UInt64: WallTime] = [:]
    /// More wait than were looked at for the oldest.
    var isHeadCut: Bool { headRows >= QueueQueries.headCap }
    private var headRows = 0
    private(set) var errors: [UInt64: ErrorCounts.Found]?
    let exact: Set<Int>
    let line: Int64

    /// Each status, also those of which nothing was found.
    func open(of queue: UInt64) -> QueueCounts.Open {
        var slices = open[queue] ?? [:]
        for status in QueueQueries.open where slices[status] == nil {
            slices[status] = .init(count: Count(0, isBound: !exact.contains(status)))
        }
        return slices
    }

    /// Takes the better of two bounds, or the exact figure.
    mutating func raise(_ queue: UInt64, _ status: Int, _ count: Count) {
        if let known = open[queue]?[status]?.count, count.isBound, known.value > count.value { return }
        open[queue, default: [:]][status, default: .init()].count = count
    }

    var isExact: Bool { exact.count == QueueQueries.open.count }

    init(
        _ session: MySQLSession, _ queries: QueueQueries, _ ask: Ask, _ rows: ArrivedRows,
        _ counts: QueueCounts, _ now: Int64
    ) throws(ReadFailure) {
        exact = ask.isFull ? ask.glance.exact : Set(QueueQueries.open)
        line = ask.isFull ? counts.nextLine(now) : counts.longBefore
        var parts = [queries.newest]
        for status in QueueQueries.left {
            let seconds = ask.changed.filter { $0.status == status }.map(\.second)
            if ask.isWhole {
                parts.append(queries.left(status, from: ask.glance.starts[status] ?? now))
            } else if !seconds.isEmpty {
                parts.append(queries.left(status, in: seconds))
            }
        }
        if let sql = queries.arrived(rows) { parts.append(sql) }
        if ask.withErrors { parts.append(queries.errors) }
        if ask.isFull {
            if !exact.isEmpty { parts.append(queries.open(exact.sorted(), long: line)) }
            parts += QueueQueries.open.filter { !exact.contains($0) }.map { queries.oldest($0, .oldest) }
        } else {
            parts.append(queries.open([3, 5], isLong: false, than: line))
            let moved = [3, 5].filter { ask.glance.lasting[$0] != counts.lasting[$0] }
            for status in moved { long[status] = [:] }
            if !moved.isEmpty { parts.append(queries.open(moved, isLong: true, than: line)) }
            parts.append(queries.oldest(2, .head))
        }
        if ask.withErrors { errors = [:] }
        let answer = try session.rows(parts.joined(separator: " UNION ALL "), atMost: 50_000, bytes: 4 << 20)
        for row in 0..<answer.count { try take(answer, row) }
        guard ask.isFull else { return }
        for (status, groups) in long {
            for (queue, slice) in groups { open[queue, default: [:]][status, default: .init()].add(slice) }
        }
        for status in [3, 5] where lasting[status] == nil { lasting[status] = .init(rows: 0, sum: 0) }
    }

    private mutating func take(_ rows: MySQLRows, _ row: Int) throws(ReadFailure) {
        guard let part = QueueQueries.Part(rawValue: try rows.count(row, 0)) else { return }
        if part == .newest {
            newest = rows.uint(row, 3) ?? 0
            return
        }
        let queue = try rows.id(row, 1)
        let count = try rows.count(row, 3)
        let time = rows.time(row, 4)
        let status = rows.int(row, 2) ?? 0
        switch part {
        case .left:
            guard let time else { return }
            left[.init(status: status, second: time.milliseconds / 1000), default: [:]][queue] = count
        case .arrived: arrived[status, default: [:]][queue] = count
        case .open:
            open[queue, default: [:]][status, default: .init()].add(.init(count: Count(count), oldest: time))
        case .openLong:
            long[status, default: [:]][queue] = .init(count: Count(count), oldest: time)
            var known = lasting[status] ?? .init(rows: 0, sum: 0)
            known.rows += count
            known.sum &+= rows.uint(row, 5) ?? 0
            lasting[status] = known
        case .oldest:
            open[queue, default: [:]][status] = .init(count: Count(count, isBound: true), oldest: time)
        case .head:
            heads[queue] = time
            headRows += count
        case .errors:
            errors?[queue] = .init(count: count, recent: try rows.count(row, 5), oldest: time)
        case .seconds, .total, .lasting, .page, .newest, .listing: return
        }
    }
}
