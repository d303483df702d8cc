internal import Monitoring
internal import Text

/// Reads Magento's own queue tables (`magento.md` 1 and 10.2): rows that changed, new rows by id, what is open;
/// all of it again now and then. Where a count would cost too much it brings a lower bound, never a guess.
///
/// Queues are told apart by their ids: names that a collation or Unicode takes for one stay two.
struct QueueReader: MySQLReader {
    static let subject = "queues"

    private let consumers: ConsumerNames
    private let withoutConsumer: [NamePattern]
    private let ignored: [NamePattern]
    private let locks: LockNames?
    private var state = State()

    private struct Names: Sendable {
        var all: [(id: UInt64, name: String)] = []
        /// What the table said of itself when they were read.
        var listing: [UInt64] = []
        var isCut = false
    }

    /// What is remembered from one read to the next.
    private struct State: Sendable {
        var hadTables = false
        var names = Names()
        /// Rows of the table `queue` when it had any: Magento never empties it.
        var mostNames = 0
        /// When messages were seen that were not done, and how many.
        var open: (count: Int, at: WallTime)?
        /// Little may be open, which is then counted whole at each look.
        var maybeSmall = true
        var left = RecentRows<UInt64>(keeping: 65)
        var arrived = ArrivedRows()
        var counts = QueueCounts()
        var leftCounters: [UInt64: UInt64] = [:]
        var arrivedCounters: [UInt64: UInt64] = [:]
        var errors = ErrorCounts()
        var nextQuiet = 0
        var topics = TopicReader()
    }

    init(_ source: MySQLSource) {
        consumers = ConsumerNames(source)
        withoutConsumer = source.queuesWithoutConsumer
        ignored = source.ignoredQueues
        locks = LockNames(of: source)
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        var facts: [Fact] = []
        var queues: [UInt64: QueueReading] = [:]
        // A store that only knows a broker may lack the tables.
        if catalog.has("queue_message_status") || catalog.has("queue") {
            guard let queries = QueueQueries(catalog) else {
                throw ReadFailure(
                    .unusable, "queue_message_status has not the keys Magento gives it",
                    advice: "Is setup:upgrade finished? May the account SELECT queue and "
                        + "queue_message_status?")
            }
            state.hadTables = true
            queues = try count(session, queries, now)
            if state.names.isCut {
                facts.append(
                    .notice(
                        SourceNotice(
                            .warning,
                            "more than \(Figures.count(QueueQueries.queueCap)) queues in the database: "
                                + "the first ones are read")))
            }
        } else if state.hadTables {
            throw ReadFailure(
                .unusable, "the tables queue and queue_message_status are gone",
                advice: "Is setup:upgrade running? Check database and table prefix.")
        }
        let elsewhere = try askLocks(session, &queues)
        facts.insert(.queues(state.names.all.compactMap { queues[$0.id] }), at: 0)
        if !elsewhere.isEmpty { facts.append(.consumerLocks(elsewhere)) }
        if locks != nil, let notice = session.server?.lockNotice {
            facts.append(.notice(SourceNotice(.ok, notice)))
        }
        return facts
    }

    private mutating func readNames(
        _ session: MySQLSession, _ queries: QueueQueries, _ listing: [UInt64]
    ) throws(ReadFailure) {
        let rows = try session.rows(queries.names)
        if rows.count == 0, state.mostNames > 0 { throw .emptied("queue", had: state.mostNames) }
        state.mostNames = rows.count
        state.names = Names(listing: listing, isCut: rows.count > QueueQueries.queueCap)
        for row in 0..<min(rows.count, QueueQueries.queueCap) {
            let id = try rows.id(row, 0)
            let name = rows.name(row, 1) ?? ""
            if ignored.matches(name) { continue }
            state.names.all.append((id, name.isEmpty ? "#\(id)" : name))
        }
    }

    // MARK: Counting

    private mutating func count(
        _ session: MySQLSession, _ queries: QueueQueries, _ now: WallTime
    ) throws(ReadFailure) -> [UInt64: QueueReading] {
        let second = now.milliseconds / 1000
        let isDue =
            state.counts.isPartial
            || state.counts.isDue(second) && session.takesTurn("queues", at: now)
        let small = state.maybeSmall ? QueueQueries.smallCap : nil
        let starts = state.left.begin(QueueQueries.left, now: second, isWhole: isDue)
        let glance = try QueueGlance(
            session, queries, state.left, starts: starts,
            lastingBefore: isDue ? nil : state.counts.longBefore, cap: isDue ? QueueQueries.lookUpCap : small)
        if isDue || glance.listing != state.names.listing { try readNames(session, queries, glance.listing) }
        let names = state.names.all
        let isSmall = glance.openTotal.map { $0 <= QueueQueries.smallCap } ?? false
        let isWhole = (isDue || isSmall) && !state.left.isShort && glance.changedTotal <= 4000
        let changed = state.left.plan(
            glance.seconds, cut: glance.cut, statuses: QueueQueries.left, now: second, isWhole: isWhole,
            budget: QueueQueries.pageCap)
        let ask = QueueLook.Ask(
            changed: changed, isWhole: isWhole, isFull: isDue || isSmall, glance: glance,
            withErrors: state.errors.isUnknown
                || !isDue && state.errors.isDue(second) && session.takesTurn("errors", at: now))
        var look = try QueueLook(session, queries, ask, state.arrived, state.counts, second)

        try refuseEmptied(look.newest, now)
        // The first look only learns what is there.
        let isFirst = state.arrived.floor == nil
        let events = state.left.take(look.left, now: second)
        if !isFirst { count(events) }
        for (queue, count) in state.arrived.take(look.arrived, newest: look.newest, now: second) {
            state.arrivedCounters[queue, default: 0] &+= UInt64(count)
        }
        if let errors = look.errors { state.errors.recount(errors, now: now) }
        try readPages(session, queries)

        var open: [UInt64: (open: QueueCounts.Open, isReckoned: Bool)] = [:]
        if ask.isFull {
            if !look.isExact { try lookAtQuiet(session, queries, names, &look) }
            if isDue || isWhole { recount(look, isWhole, second) }
            for (id, _) in names { open[id] = (look.open(of: id), false) }
        } else {
            for (status, groups) in look.long {
                if let lasting = glance.lasting[status] {
                    state.counts.replaceLong(status, groups, lasting)
                }
            }
            open = state.counts.carriedOn(
                names.map(\.id), recent: look.open, heads: look.heads, arrived: state.arrivedCounters,
                left: state.leftCounters)
        }
        let isWaiting = open.values.contains { found in
            [2, 5].contains { (found.open[$0]?.count.value ?? 0) > 0 }
        }
        let count = open.values.reduce(0) { sum, found in
            QueueQueries.open.reduce(sum) { $0 &+ (found.open[$1]?.count.value ?? 0) }
        }
        state.open = count > 0 ? (count, now) : nil
        try state.topics.read(session, queries, isWaiting: isWaiting, at: now)
        state.maybeSmall = isSmall || !ask.isFull && !look.isHeadCut
        return readings(names, open, now)
    }

    /// So long a table that was emptied is taken for no answer; then for what is.
    private static let emptied = 3600.0

    /// Magento takes away what is done, a week later. Without any row messages that were open are not done: somebody took
    /// them away, or they are not to be seen.
    private func refuseEmptied(_ newest: UInt64, _ now: WallTime) throws(ReadFailure) {
        guard newest == 0, let open = state.open, abs(now.seconds(since: open.at)) < Self.emptied else {
            return
        }
        throw ReadFailure(
            .malformed,
            "the table queue_message_status is empty, it had \(Figures.counted(open.count, "open message")): "
                + "what became of them is not known",
            advice: "Was it truncated, or is this another database? It is read again with the next message, "
                + "or after an hour.")
    }

    private mutating func recount(
        _ look: QueueLook, _ isWhole: Bool, _ second: Int64
    ) {
        let isClean = isWhole && !state.left.isBehind && !state.arrived.isBehind
        let difference = state.counts.recount(
            look.open, long: look.long, lasting: look.lasting, exact: look.exact, line: look.line,
            isClean: isClean, arrived: state.arrivedCounters, left: state.leftCounters, now: second)
        for (queue, count) in difference.vanished { state.leftCounters[queue, default: 0] &+= UInt64(count) }
        for (queue, count) in difference.appeared {
            state.arrivedCounters[queue, default: 0] &+= UInt64(count)
        }
    }

    private mutating func count(_ events: [RecentRows<UInt64>.Event]) {
        for event in events {
            state.leftCounters[event.key, default: 0] &+= UInt64(event.count)
            if event.place.status == 6 { state.errors.add(event.count, of: event.key) }
        }
    }

    /// Seconds with very many rows, as after one statement that changed them all: a few pages at each read.
    private mutating func readPages(
        _ session: MySQLSession, _ queries: QueueQueries
    ) throws(ReadFailure) {
        for _ in 0..<3 {
            guard let (place, after) = state.left.page else { return }
            let rows = try session.rows(queries.page(place, after: after))
            var groups: [UInt64: Int] = [:]
            var last: UInt64?
            for row in 0..<rows.count {
                groups[try rows.id(row, 1)] = try rows.count(row, 3)
                last = max(last ?? 0, try rows.id(row, 5))
            }
            count(state.left.take(page: groups, upTo: last, limit: QueueQueries.pageCap))
        }
    }

    /// Queues of which nothing was among the oldest: what their newest messages say, so many look-ups a read.
    private mutating func lookAtQuiet(
        _ session: MySQLSession, _ queries: QueueQueries, _ names: [(id: UInt64, name: String)],
        _ look: inout QueueLook
    ) throws(ReadFailure) {
        let quiet = names.map(\.id).filter { id in
            QueueQueries.open.contains { !look.exact.contains($0) && look.open[id]?[$0] == nil }
        }
        guard !quiet.isEmpty else { return }
        let limit = max(QueueQueries.oldestCap / quiet.count, 50)
        let most = QueueQueries.oldestCap / limit
        let chosen = (0..<min(most, quiet.count)).map { quiet[(state.nextQuiet + $0) % quiet.count] }
        state.nextQuiet = quiet.count > most ? (state.nextQuiet + most) % quiet.count : 0
        let rows = try session.rows(queries.recent(chosen, limit: limit))
        var seen: [UInt64: [Int: Int]] = [:]
        for row in 0..<rows.count {
            seen[try rows.id(row, 0), default: [:]][try rows.count(row, 1)] = try rows.count(row, 2)
        }
        for id in chosen {
            let found = seen[id] ?? [:]
            // Fewer rows than asked for are all the queue has.
            let isWhole = found.values.reduce(0, +) < limit
            for status in QueueQueries.open where !look.exact.contains(status) {
                look.raise(id, status, Count(found[status] ?? 0, isBound: !isWhole))
            }
        }
    }

    // MARK: Telling

    private func readings(
        _ names: [(id: UInt64, name: String)],
        _ open: [UInt64: (open: QueueCounts.Open, isReckoned: Bool)], _ now: WallTime
    ) -> [UInt64: QueueReading] {
        let second = now.milliseconds / 1000
        let done = state.left.counts(4, last: 60, now: second)
        var queues: [UInt64: QueueReading] = [:]
        for (id, name) in names {
            var queue = QueueReading(name: name, transport: .db)
            let slices = open[id]?.open ?? [:]
            queue.ready = slices[2]?.count
            queue.inProgress = slices[3]?.count
            queue.retry = slices[5]?.count
            queue.oldestSeconds = [slices[2]?.oldest, slices[5]?.oldest].compactMap(\.self).min()
                .map { max(0, now.seconds(since: $0)) }
            queue.isOldestReckoned = queue.oldestSeconds != nil && open[id]?.isReckoned == true
            queue.oldestInProgressSeconds = slices[3]?.oldest.map { max(0, now.seconds(since: $0)) }
            (queue.error, queue.recentErrors) = state.errors.counts(of: id)
            queue.completedLastMinute = Count(done.groups[id] ?? 0, isBound: done.isBound)
            if queue.oldestSeconds != nil { queue.topics = state.topics.topics(of: id) }
            queue.arrivedCounter = state.arrivedCounters[id] ?? 0
            queue.leftCounter = state.leftCounters[id] ?? 0
            queue.isWithoutConsumer = withoutConsumer.matches(name)
            queues[id] = queue
        }
        return queues
    }

    /// Answers the locks of queues that stand elsewhere than in the database.
    private func askLocks(
        _ session: MySQLSession, _ queues: inout [UInt64: QueueReading]
    ) throws(ReadFailure) -> [ConsumerLock] {
        let names = state.names.all.map { (id: $0.id, name: ExactName($0.name)) }
        let known = Set(names.map(\.name))
        let asked = names.map(\.name) + consumers.queues(butNot: known)
        let answers = try consumers.ask(session, locks, of: asked)
        let states = Dictionary(answers.map { ($0.queue, $0.state) }, uniquingKeysWith: { first, _ in first })
        for (id, name) in names {
            queues[id]?.consumers =
                switch states[name] {
                case .held: .lockHeld
                case .free: .nobody
                case .unknown, nil: .unreadable
                }
        }
        return answers.filter { !known.contains($0.queue) }
    }
}
