internal import Monitoring
internal import Text

/// Reads bulk operations as the outcomes of integrations (`magento.md` 2 and 10.2).
///
/// An operation has no time of its end, so it counts at its `started_at`, which asynchronous REST sets: each one
/// once, when it is seen to have ended. At a first look the hour before is filled in, newest first, as far as a
/// few look-ups a read go.
struct BulkReader: MySQLReader {
    static let subject = "outcomes"

    /// COMPLETE, RETRIABLY_FAILED, NOT_RETRIABLY_FAILED, REJECTED; 4 is open, which is no outcome yet.
    private static let statuses = [1, 2, 3, 5]
    /// What is left of the hour before the first look is filled in so often, a few steps at a time.
    private static let fillSeconds: Int64 = 25
    private let topics: [String: [NamePattern]]
    private var recent = RecentRows<ExactName>(keeping: 35)
    private var ledgers: [String: OutcomeLedger] = [:]
    /// Messages of those that did not succeed; one that does leaves none.
    private var lines: [String: OutcomeLines] = [:]
    /// Operations under way at the last look, and the second they began.
    private var open: [UInt64: Int64] = [:]
    private var isOpenCut = false
    /// What lies before it has not been filled in; nil when all has, or cannot be.
    private var filledTo: Int64?
    private var filledAt: Int64 = 0

    private typealias Place = RecentRows<ExactName>.Place
    private typealias Spot = RowClusters.Spot

    /// Rows of one topic, status and second.
    private struct Group {
        var topic: ExactName
        var place: Place
        var count: Int
        var message: String?
    }

    /// Nil when no integration is measured by bulk operations.
    init?(_ source: MySQLSource) {
        guard !source.topics.isEmpty else { return nil }
        topics = source.topics
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let queries = try Self.queries(try session.catalog())
        let second = now.milliseconds / 1000
        let isFirst = ledgers.isEmpty
        if isFirst {
            for name in topics.keys { ledgers[name] = OutcomeLedger(since: now) }
        }
        let isWhole = recent.isWholeDue(now: second) && session.takesTurn("outcomes", at: now)
        let starts = recent.begin(Self.statuses, now: second, isWhole: isWhole)
        let underWay = try countRecent(session, queries, starts, second)
        try countEnded(session, queries, underWay.open, starts)
        (open, isOpenCut) = underWay
        if isFirst {
            filledTo = recent.knownSince(now: second)
            for name in topics.keys { ledgers[name]?.reachBack(to: Self.time(filledTo ?? second)) }
        }
        if filledTo != nil,
            isFirst || abs(second - filledAt) >= Self.fillSeconds && session.takesTurn("outcomes", at: now)
        {
            filledAt = second
            try fillIn(
                session, queries, second, steps: isFirst ? BulkQueries.budget / BulkQueries.lookUpCap : 2)
        }
        for name in topics.keys {
            if recent.isBehind || isOpenCut { ledgers[name]?.add(OutcomeCounts(isBound: true), at: now) }
            ledgers[name]?.looked(at: now)
        }
        return [
            .outcomes(
                ledgers.sorted { $0.key < $1.key }.map { name, ledger in
                    OutcomeReading(integration: name, ledger: ledger, lines: lines[name] ?? OutcomeLines())
                })
        ]
    }

    static func queries(_ catalog: MySQLCatalog) throws(ReadFailure) -> BulkQueries {
        guard let queries = BulkQueries(try catalog.table("magento_operation"), catalog) else {
            throw ReadFailure(
                .unusable, "magento_operation has no key on status and started_at (Magento before 2.4.3)",
                advice: "Measure these integrations by log lines instead.")
        }
        return queries
    }

    // MARK: What ended lately

    /// Answers what is under way at the same moment.
    private mutating func countRecent(
        _ session: MySQLSession, _ queries: BulkQueries, _ starts: [Int: Int64], _ now: Int64
    ) throws(ReadFailure) -> (open: [UInt64: Int64], isCut: Bool) {
        if let quiet = try quietLook(session, queries, starts) {
            _ = recent.plan(
                quiet.counts, cut: [:], statuses: Self.statuses, now: now, isWhole: true,
                budget: BulkQueries.budget)
            count(quiet.groups, now)
            return (quiet.open, quiet.open.count > BulkQueries.openCap)
        }
        var look = try Self.look(session, queries, recent.sights(starts, isSplit: false))
        if recent.hasToSplit(starts, look.counts) {
            look = try Self.look(session, queries, recent.sights(starts, isSplit: true))
        }
        let cut = RecentRows<ExactName>.cut(&look.counts)
        let changed = recent.plan(
            look.counts, cut: cut, statuses: Self.statuses, now: now, isWhole: false,
            budget: BulkQueries.budget)
        var groups: [Group] = []
        for statement in Self.statements(queries, changed, look.spots) {
            groups += try Self.groups(try session.rows(statement))
        }
        count(groups, now)
        for _ in 0..<2 { try readPage(session, queries) }
        return (look.open, look.open.count > BulkQueries.openCap)
    }

    private mutating func count(_ groups: [Group], _ now: Int64) {
        var found: [Place: [ExactName: Int]] = [:]
        for group in groups { found[group.place, default: [:]][group.topic, default: 0] += group.count }
        for event in recent.take(found, now: now) {
            add(event.count, of: event.key, at: event.place, message: nil)
        }
        // Their messages, whichever of them were counted before.
        for group in groups { add(0, of: group.topic, at: group.place, message: group.message) }
    }

    /// Few rows are told apart in one statement; nil when there may be more than that.
    private func quietLook(
        _ session: MySQLSession, _ queries: BulkQueries, _ starts: [Int: Int64]
    ) throws(ReadFailure) -> (counts: [Place: Int], groups: [Group], open: [UInt64: Int64])? {
        guard recent.isQuiet(Self.statuses), let start = starts.values.min() else { return nil }
        let rows = try session.rows(queries.quietLook(from: start, limit: BulkQueries.lookUpCap))
        var open: [UInt64: Int64] = [:]
        for row in 0..<rows.count where rows.int(row, 1) == 4 {
            guard let time = rows.time(row, 2) else { continue }
            open[try rows.id(row, 3)] = time.milliseconds / 1000
        }
        let groups = try Self.groups(rows).filter { $0.place.status != 4 }
        let counts = Dictionary(groups.map { ($0.place, $0.count) }, uniquingKeysWith: +)
        return counts.values.reduce(0, +) < BulkQueries.lookUpCap ? (counts, groups, open) : nil
    }

    /// What the index says of one moment.
    private struct Look {
        var spots: [Place: [Spot]] = [:]
        var counts: [Place: Int] = [:]
        /// Under way: the second in which each began, by id.
        var open: [UInt64: Int64] = [:]
    }

    private static func look(
        _ session: MySQLSession, _ queries: BulkQueries, _ sights: [RecentRows<ExactName>.Sight]
    ) throws(ReadFailure) -> Look {
        let rows = try session.rows(
            queries.look(sights), atMost: 4 * RecentRows<ExactName>.glanceCap,
            bytes: 8 << 20)
        var look = Look()
        for row in 0..<rows.count {
            guard let (status, second, spot) = try spot(rows, row) else { continue }
            if status == 4 {
                look.open[spot.ids.lowerBound] = second
            } else {
                look.spots[Place(status: status, second: second), default: []].append(spot)
                look.counts[Place(status: status, second: second), default: 0] += spot.count
            }
        }
        return look
    }

    private mutating func readPage(
        _ session: MySQLSession, _ queries: BulkQueries
    ) throws(ReadFailure) {
        guard let (place, after) = recent.page else { return }
        let rows = try session.rows(queries.page(place, after: after))
        var groups: [ExactName: Int] = [:]
        var last: UInt64?
        for row in 0..<rows.count {
            groups[ExactName(rows.name(row, 0) ?? "")] = try rows.count(row, 2)
            last = max(last ?? 0, try rows.id(row, 3))
        }
        for event in recent.take(page: groups, upTo: last, limit: BulkQueries.lookUpCap) {
            add(event.count, of: event.key, at: event.place, message: nil)
        }
    }

    /// Status, second, and the rows; nil where there are none.
    private static func spot(
        _ rows: MySQLRows, _ row: Int
    ) throws(ReadFailure) -> (status: Int, second: Int64, spot: Spot)? {
        guard let time = rows.time(row, 1) else { return nil }
        let (first, last) = (try rows.id(row, 3), try rows.id(row, 4))
        return (
            try rows.count(row, 0), time.milliseconds / 1000,
            Spot(count: try rows.count(row, 2), ids: min(first, last)...last)
        )
    }

    /// What tells the rows of these seconds apart, so that no statement looks up too many.
    private static func statements(
        _ queries: BulkQueries, _ places: [Place], _ spots: [Place: [Spot]]
    ) -> [String] {
        var together: [String] = []
        var statements: [String] = []
        for (status, places) in Dictionary(grouping: places, by: \.status) {
            let clusters = RowClusters(places.lazy.flatMap { spots[$0] ?? [] })
            let seconds = places.map(\.second)
            together += clusters.near.map { queries.rows(status, in: seconds, .within($0)) }
            var strays: [Int64] = []
            var room = BulkQueries.lookUpCap
            for place in places {
                let count = clusters.strays(spots[place] ?? [])
                if count > room, !strays.isEmpty {
                    statements.append(queries.rows(status, in: strays, .outside(clusters.near)))
                    (strays, room) = ([], BulkQueries.lookUpCap)
                }
                if count > 0 { strays.append(place.second) }
                room -= count
            }
            if !strays.isEmpty { together.append(queries.rows(status, in: strays, .outside(clusters.near))) }
        }
        if !together.isEmpty { statements.append(together.joined(separator: " UNION ALL ")) }
        return statements
    }

    // MARK: What ended late

    /// Operations that took so long that their second is no longer looked at: by their ids.
    private mutating func countEnded(
        _ session: MySQLSession, _ queries: BulkQueries, _ underWay: [UInt64: Int64], _ starts: [Int: Int64]
    ) throws(ReadFailure) {
        let recent = recent
        func isPast(_ status: Int, _ second: Int64) -> Bool {
            recent.isPast(.init(status: status, second: second), lookFrom: starts[status] ?? .max)
        }
        let ended = open.filter { id, second in
            underWay[id] == nil && Self.statuses.contains { isPast($0, second) }
        }
        guard !ended.isEmpty else { return }
        for group in try Self.groups(try session.rows(queries.rows(ids: ended.keys.sorted())))
        where isPast(group.place.status, group.place.second) {
            add(group.count, of: group.topic, at: group.place, message: group.message)
        }
    }

    // MARK: The hour before

    private mutating func fillIn(
        _ session: MySQLSession, _ queries: BulkQueries, _ now: Int64, steps: Int
    ) throws(ReadFailure) {
        for _ in 0..<steps {
            guard let end = filledTo else { return }
            let hour = now - 3600
            if end <= hour {
                filledTo = nil
                return
            }
            var start = hour
            var spots: [Int: [Spot]] = [:]
            var oldest: [Int: Int64] = [:]
            let reach = try session.rows(queries.reach(Self.statuses, from: hour, to: end))
            for row in 0..<reach.count {
                guard let (status, time, spot) = try Self.spot(reach, row) else { continue }
                spots[status, default: []].append(spot)
                oldest[status] = min(oldest[status] ?? time, time)
            }
            // The oldest second may have more rows than were seen.
            for (status, second) in oldest
            where (spots[status] ?? []).reduce(0, { $0 + $1.count }) >= BulkQueries.lookUpCap {
                start = max(start, second + 1)
            }
            // A second with more rows than may be looked up: what lies before stays unknown.
            guard start < end else {
                filledTo = nil
                return
            }
            let sql = spots.sorted { $0.key < $1.key }.flatMap { status, spots in
                let near = RowClusters(spots).near
                return (near.map(BulkQueries.Part.within) + [.outside(near)])
                    .map { queries.stretch(status, from: start, to: end, $0) }
            }
            if !sql.isEmpty {
                for group in try Self.groups(try session.rows(sql.joined(separator: " UNION ALL "))) {
                    add(group.count, of: group.topic, at: group.place, message: group.message)
                }
            }
            filledTo = start > hour ? start : nil
            for name in topics.keys { ledgers[name]?.reachBack(to: Self.time(start)) }
        }
    }

    // MARK: Ledgers

    private static func groups(_ rows: MySQLRows) throws(ReadFailure) -> [Group] {
        var groups: [Group] = []
        for row in 0..<rows.count {
            guard let topic = rows.name(row, 0), let time = rows.time(row, 2) else { continue }
            groups.append(
                Group(
                    topic: ExactName(topic),
                    place: .init(status: try rows.count(row, 1), second: time.milliseconds / 1000),
                    count: try rows.count(row, 3),
                    message: rows.text(row, 4).map { Sanitizer.line($0, maxBytes: 300) }))
        }
        return groups
    }

    private mutating func add(
        _ count: Int, of topic: ExactName, at place: RecentRows<ExactName>.Place, message: String?
    ) {
        let time = Self.time(place.second)
        for (name, patterns) in topics where patterns.matches(topic.text) {
            switch place.status {
            case 1:
                ledgers[name]?.add(OutcomeCounts(successes: count), at: time)
                ledgers[name]?.note(success: time)
            case 2: ledgers[name]?.add(OutcomeCounts(retries: count), at: time)
            default: ledgers[name]?.add(OutcomeCounts(failures: count), at: time)
            }
            guard place.status != 1, let message else { continue }
            ledgers[name]?.note(error: message, at: time)
            guard !message.isEmpty else { continue }
            lines[name, default: OutcomeLines()].take(
                once: "\(Sanitizer.line(topic.text, maxBytes: 128)): \(message)",
                place.status == 2 ? .retry : .failure, at: time)
        }
    }

    private static func time(_ second: Int64) -> WallTime { WallTime(milliseconds: second * 1000) }
}
