internal import Monitoring
internal import Text

/// Reads Magento's own queue tables (`magento.md` 1 and 10.2, Q1 to Q9). Where a count would cost too much
/// it brings a lower bound, never a guess.
struct QueueReader: MySQLReader {
    static let subject = "queues"

    private let consumers: [String: [String]]
    private let withoutConsumer: [NamePattern]
    private let ignored: [NamePattern]
    private let locks: LockNames?
    /// The newest message seen in each queue, and how many came since the first read.
    private var arrivals: [UInt64: (newest: UInt64, counter: UInt64)] = [:]
    private var nextQuiet = 0

    init(_ source: MySQLSource) {
        consumers = source.consumers
        withoutConsumer = source.queuesWithoutConsumer
        ignored = source.ignoredQueues
        locks = LockNames(of: source)
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        // A store that only knows a broker may lack the tables.
        guard catalog.has("queue_message_status") || catalog.has("queue") else { return [.queues([])] }
        guard let queries = QueueQueries(catalog) else {
            throw ReadFailure(
                .unusable, "queue_message_status has not the keys Magento gives it",
                advice: "Is setup:upgrade finished? May the account SELECT queue and queue_message_status?")
        }
        var queues: [UInt64: QueueReading] = [:]
        let names = try session.rows(queries.names)
        for row in 0..<names.count {
            guard let id = names.uint(row, 0), !ignored.matches(names.text(row, 1) ?? "") else { continue }
            let name = Sanitizer.line(names.text(row, 1) ?? "", maxBytes: 255)
            queues[id] = QueueReading(name: name.isEmpty ? "#\(id)" : name, transport: .db)
        }
        try countDepth(session, queries, &queues, now)
        try countErrors(session, queries, &queues, now)
        try countFlow(session, queries, &queues)
        try askLocks(session, names, &queues)
        return [.queues(queues.sorted { $0.key < $1.key }.map(\.value))]
    }

    private mutating func countDepth(
        _ session: MySQLSession, _ queries: QueueQueries, _ queues: inout [UInt64: QueueReading],
        _ now: WallTime
    ) throws(ReadFailure) {
        let totals = try session.rows(queries.counts)
        let count = [2: totals.int(0, 0) ?? 0, 3: totals.int(0, 1) ?? 0, 5: totals.int(0, 2) ?? 0]
        let errors = totals.int(0, 3) ?? 0
        // The small ones exactly, as far as the look-ups may go.
        var exact: [Int] = []
        var left = QueueQueries.lookUpCap
        for status in count.keys.sorted(by: { (count[$0] ?? 0, $0) < (count[$1] ?? 0, $1) })
        where (count[status] ?? 0) <= left {
            left -= count[status] ?? 0
            exact.append(status)
        }
        let isAllExact = exact.count == 3
        for id in queues.keys {
            queues[id]?.ready = Count(0, isBound: !exact.contains(2))
            queues[id]?.inProgress = Count(0, isBound: !exact.contains(3))
            queues[id]?.retry = Count(0, isBound: !exact.contains(5))
            queues[id]?.error = Count(0, isBound: errors > QueueQueries.lookUpCap)
        }
        if count.contains(where: { exact.contains($0.key) && $0.value > 0 }) {
            let rows = try session.rows(queries.exact(exact.sorted()))
            for row in 0..<rows.count {
                guard let id = rows.uint(row, 0), let status = rows.int(row, 1), let found = rows.int(row, 2)
                else { continue }
                queues[id]?.set(status, Count(found), oldest: rows.time(row, 3), now)
            }
        }
        for status in [2, 3, 5] where !exact.contains(status) {
            let rows = try session.rows(queries.oldest(status))
            for row in 0..<rows.count {
                guard let id = rows.uint(row, 0), let found = rows.int(row, 1) else { continue }
                queues[id]?.set(status, Count(found, isBound: true), oldest: rows.time(row, 2), now)
            }
        }
        if !isAllExact { try lookAtQuiet(session, queries, &queues, exact) }
    }

    /// Queues of which nothing was among the oldest: what their newest messages say, so many look-ups a read.
    private mutating func lookAtQuiet(
        _ session: MySQLSession, _ queries: QueueQueries, _ queues: inout [UInt64: QueueReading],
        _ exact: [Int]
    ) throws(ReadFailure) {
        let quiet = queues.keys.sorted().filter { id in
            queues[id].map { $0.bounds.contains { $0.value == 0 } } == true
        }
        guard !quiet.isEmpty else { return }
        let limit = max(QueueQueries.lookUpCap / quiet.count, 50)
        let most = QueueQueries.lookUpCap / limit
        let chosen = (0..<min(most, quiet.count)).map { quiet[(nextQuiet + $0) % quiet.count] }
        nextQuiet = quiet.count > most ? (nextQuiet + most) % quiet.count : 0
        let rows = try session.rows(queries.recent(chosen, limit: limit))
        var seen: [UInt64: [Int: Int]] = [:]
        for row in 0..<rows.count {
            guard let id = rows.uint(row, 0), let status = rows.int(row, 1), let found = rows.int(row, 2)
            else { continue }
            seen[id, default: [:]][status] = found
        }
        for id in chosen {
            let found = seen[id] ?? [:]
            // Fewer rows than asked for are all the queue has.
            let isWhole = found.values.reduce(0, +) < limit
            for status in [2, 3, 5] where !exact.contains(status) {
                queues[id]?.raise(status, Count(found[status] ?? 0, isBound: !isWhole))
            }
        }
    }

    private func countErrors(
        _ session: MySQLSession, _ queries: QueueQueries, _ queues: inout [UInt64: QueueReading],
        _ now: WallTime
    ) throws(ReadFailure) {
        let rows = try session.rows(queries.errors)
        let all = (0..<rows.count).compactMap { rows.int($0, 1) }.reduce(0, +)
        let isCut = all >= QueueQueries.lookUpCap
        let oldest = (0..<rows.count).compactMap { rows.time($0, 3) }.min()
        // Beyond the cut there may be more, and more of the last hour when the cut lies within it.
        let isRecentCut = isCut && oldest.map { now.seconds(since: $0) <= 3600 } ?? true
        for id in queues.keys {
            queues[id]?.error = Count(0, isBound: isCut)
            queues[id]?.recentErrors = Count(0, isBound: isRecentCut)
        }
        for row in 0..<rows.count {
            guard let id = rows.uint(row, 0) else { continue }
            queues[id]?.error?.value = rows.int(row, 1) ?? 0
            queues[id]?.recentErrors?.value = rows.int(row, 2) ?? 0
        }
    }

    private mutating func countFlow(
        _ session: MySQLSession, _ queries: QueueQueries, _ queues: inout [UInt64: QueueReading]
    ) throws(ReadFailure) {
        let done = try session.rows(queries.completions)
        let all = (0..<done.count).compactMap { done.int($0, 1) }.reduce(0, +)
        for id in queues.keys {
            queues[id]?.completedLastMinute = Count(0, isBound: all >= QueueQueries.lookUpCap)
        }
        for row in 0..<done.count {
            guard let id = done.uint(row, 0) else { continue }
            queues[id]?.completedLastMinute?.value = done.int(row, 1) ?? 0
        }

        // The id of a message is of all queues together: how many of them are this queue's is counted.
        let newest = try session.rows(queries.newestMessages)
        var moved: [(queue: UInt64, message: UInt64)] = []
        var heads: [UInt64: UInt64] = [:]
        for row in 0..<newest.count {
            guard let id = newest.uint(row, 0), let head = newest.uint(row, 1) else { continue }
            heads[id] = head
            if let known = arrivals[id], head > known.newest { moved.append((id, known.newest)) }
        }
        var counted: [UInt64: Int] = [:]
        if !moved.isEmpty {
            let rows = try session.rows(queries.arrivals(moved))
            for row in 0..<rows.count {
                if let id = rows.uint(row, 0) { counted[id] = rows.int(row, 1) }
            }
        }
        for id in queues.keys {
            let head = heads[id] ?? arrivals[id]?.newest ?? 0
            guard let known = arrivals[id] else {
                arrivals[id] = (head, 0)
                queues[id]?.arrivedCounter = 0
                continue
            }
            let count = counted[id] ?? 0
            // More than could be counted: no figure, and the counter starts again.
            let isBound = count > QueueQueries.countCap
            let counter = isBound ? 0 : known.counter &+ UInt64(clamping: count)
            arrivals[id] = (max(head, known.newest), counter)
            queues[id]?.arrivedCounter = isBound ? nil : counter
        }
    }

    private func askLocks(
        _ session: MySQLSession, _ names: MySQLRows, _ queues: inout [UInt64: QueueReading]
    ) throws(ReadFailure) {
        var asked: [(id: UInt64, names: [String], isCertain: Bool)] = []
        for row in 0..<names.count {
            guard let id = names.uint(row, 0), queues[id] != nil, let name = names.text(row, 1) else {
                continue
            }
            if withoutConsumer.matches(name) {
                queues[id]?.consumers = .byDesign
            } else if !name.isEmpty {
                // A queue of an unknown module may have a consumer of its own name: held is certain, free is
                // not.
                let known = consumers[name] ?? MagentoModules.consumers(of: name)
                asked.append((id, known ?? [name], known != nil))
            }
        }
        guard let locks else { return }
        for start in stride(from: 0, to: asked.count, by: 100) {
            let part = asked[start..<min(start + 100, asked.count)]
            let columns = part.map { item in
                "COALESCE(NULL,\(item.names.map(locks.consumer).joined(separator: ",")))"
            }
            let held = try session.rows("SELECT \(columns.joined(separator: ","))")
            for (column, item) in part.enumerated() {
                let isHeld = held.text(0, column) != nil
                queues[item.id]?.consumers =
                    isHeld
                    ? .lockHeld : !item.isCertain ? .unreadable : item.names.isEmpty ? .byDesign : .nobody
            }
        }
    }
}

extension QueueReading {
    /// The figures that are bounds.
    fileprivate var bounds: [Count] { [ready, inProgress, retry].compactMap(\.self).filter(\.isBound) }

    fileprivate mutating func set(_ status: Int, _ count: Count, oldest: WallTime?, _ now: WallTime) {
        switch status {
        case 2: ready = count
        case 3: inProgress = count
        case 5: retry = count
        default: return
        }
        guard status != 3, let oldest else { return }
        let age = max(0, now.seconds(since: oldest))
        oldestSeconds = max(oldestSeconds ?? 0, age)
    }

    /// Takes the better of two bounds, or the exact figure.
    fileprivate mutating func raise(_ status: Int, _ count: Count) {
        func better(_ known: Count?) -> Count {
            guard let known, count.isBound, known.value > count.value else { return count }
            return known
        }
        switch status {
        case 2: ready = better(ready)
        case 3: inProgress = better(inProgress)
        case 5: retry = better(retry)
        default: return
        }
    }
}
