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
    private static let fillSeconds: Int64 = 30
    private static let fillSteps = BulkQueries.budget / BulkQueries.lookUpCap
    private let topics: [String: [NamePattern]]
    private var recent = RecentRows<ExactName>(keeping: 35)
    private var ledgers: [String: OutcomeLedger] = [:]
    /// Operations under way at the last look, and the second they began.
    private var open: [UInt64: Int64] = [:]
    private var isOpenCut = false
    /// What lies before it has not been filled in; nil when all has, or cannot be.
    private var filledTo: Int64?
    private var filledAt: Int64 = 0

    /// Rows of one status and second, and the ids they lie between.
    private struct Spot {
        var count: Int
        var ids: ClosedRange<UInt64>
    }

    /// Rows of one topic, status and second.
    private struct Group {
        var topic: ExactName
        var place: RecentRows<ExactName>.Place
        var count: Int
        var message: String?
    }

    /// Nil when no integration is measured by bulk operations.
    init?(_ source: MySQLSource) {
        guard !source.topics.isEmpty else { return nil }
        topics = source.topics
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        guard let queries = BulkQueries(try catalog.table("magento_operation"), catalog) else {
            throw ReadFailure(
                .unusable, "magento_operation has no key on status and started_at (Magento before 2.4.3)",
                advice: "Measure these integrations by log lines instead.")
        }
        let second = now.milliseconds / 1000
        let isFirst = ledgers.isEmpty
        if isFirst {
            for name in topics.keys { ledgers[name] = OutcomeLedger(since: now) }
        }
        let starts = recent.begin(Self.statuses, now: second, isWhole: false)
        let underWay = try countRecent(session, queries, starts, second)
        try countEnded(session, queries, underWay.open, starts)
        (open, isOpenCut) = underWay
        if isFirst {
            filledTo = recent.knownSince(now: second)
            for name in topics.keys { ledgers[name]?.reachBack(to: Self.time(filledTo ?? second)) }
        }
        if filledTo != nil, isFirst || abs(second - filledAt) >= Self.fillSeconds {
            filledAt = second
            try fillIn(session, queries, second)
        }
        for name in topics.keys {
            if recent.isBehind || isOpenCut { ledgers[name]?.add(OutcomeCounts(isBound: true), at: now) }
            ledgers[name]?.looked(at: now)
        }
        return [.outcomes(ledgers.sorted { $0.key < $1.key }.map(Self.reading))]
    }

    private static func reading(_ name: String, _ ledger: OutcomeLedger) -> OutcomeReading {
        OutcomeReading(integration: name, ledger: ledger)
    }

    // MARK: What ended lately

    /// Answers what is under way at the same moment.
    private mutating func countRecent(
        _ session: MySQLSession, _ queries: BulkQueries, _ starts: [Int: Int64], _ now: Int64
    ) throws(ReadFailure) -> (open: [UInt64: Int64], isCut: Bool) {
        let cap = RecentRows<ExactName>.glanceCap
        let look = try session.rows(queries.look(starts), atMost: 4 * cap, bytes: 4 << 20)
        var spots: [RecentRows<ExactName>.Place: Spot] = [:]
        var open: [UInt64: Int64] = [:]
        for row in 0..<look.count {
            guard let time = look.time(row, 1) else { continue }
            let place = RecentRows<ExactName>.Place(
                status: try look.count(row, 0), second: time.milliseconds / 1000)
            let (first, last) = (try look.id(row, 3), try look.id(row, 4))
            if place.status == 4 {
                open[first] = place.second
            } else {
                spots[place] = Spot(count: try look.count(row, 2), ids: min(first, last)...last)
            }
        }
        var counts = spots.mapValues(\.count)
        let cut = RecentRows<ExactName>.cut(&counts)
        let changed = recent.plan(
            counts, cut: cut, statuses: Self.statuses, now: now, isWhole: false,
            budget: BulkQueries.budget)
        var groups: [Group] = []
        for part in Self.parts(changed, spots) {
            groups += try Self.groups(
                try session.rows(part.map(queries.rows).joined(separator: " UNION ALL ")))
        }
        var found: [RecentRows<ExactName>.Place: [ExactName: Int]] = [:]
        for group in groups { found[group.place, default: [:]][group.topic] = group.count }
        for event in recent.take(found, now: now) {
            add(event.count, of: event.key, at: event.place, message: nil)
        }
        // Their messages, whichever of them were counted before.
        for group in groups { add(0, of: group.topic, at: group.place, message: group.message) }
        for _ in 0..<2 { try readPage(session, queries) }
        return (open, open.count > BulkQueries.openCap)
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

    /// Seconds of one status that are asked for together, and the ids their rows lie between if these are near.
    private typealias Asked = (status: Int, seconds: [Int64], ids: ClosedRange<UInt64>?)

    /// What is asked for in one statement, so that none looks up too many rows.
    private static func parts(
        _ places: [RecentRows<ExactName>.Place], _ spots: [RecentRows<ExactName>.Place: Spot]
    ) -> [[Asked]] {
        var together: [Asked] = []
        var parts: [[Asked]] = []
        var room = 0
        for status in statuses {
            let seconds = places.lazy.filter { $0.status == status }.map(\.second).sorted()
            let known = seconds.compactMap { spots[.init(status: status, second: $0)] }
            if let ids = neighbours(known) {
                together.append((status, seconds, ids))
                continue
            }
            for second in seconds {
                let count = spots[.init(status: status, second: second)]?.count ?? 0
                if count > room || parts.isEmpty {
                    parts.append([])
                    room = BulkQueries.lookUpCap
                }
                room -= count
                if let last = parts[parts.count - 1].indices.last,
                    parts[parts.count - 1][last].status == status
                {
                    parts[parts.count - 1][last].seconds.append(second)
                } else {
                    parts[parts.count - 1].append((status, [second], nil))
                }
            }
        }
        if parts.isEmpty { return together.isEmpty ? [] : [together] }
        parts[0] += together
        return parts
    }

    /// The ids between which the rows lie, if few others do.
    private static func neighbours(_ spots: [Spot]) -> ClosedRange<UInt64>? {
        guard let first = spots.map(\.ids.lowerBound).min(), let last = spots.map(\.ids.upperBound).max()
        else {
            return nil
        }
        let count = spots.reduce(0) { $0 + $1.count }
        return last - first <= UInt64(clamping: count) * BulkQueries.rowsPerLookUp ? first...last : nil
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
        _ session: MySQLSession, _ queries: BulkQueries, _ now: Int64
    ) throws(ReadFailure) {
        for _ in 0..<Self.fillSteps {
            guard let end = filledTo else { return }
            let hour = now - 3600
            if end <= hour {
                filledTo = nil
                return
            }
            var start = hour
            var spots: [Int: Spot] = [:]
            let reach = try session.rows(queries.reach(Self.statuses, from: hour, to: end))
            for row in 0..<reach.count {
                let count = try reach.count(row, 1)
                guard count > 0, let oldest = reach.time(row, 2) else { continue }
                let (first, last) = (try reach.id(row, 3), try reach.id(row, 4))
                spots[try reach.count(row, 0)] = Spot(count: count, ids: min(first, last)...last)
                // The oldest second may have more rows than were seen.
                if count >= BulkQueries.lookUpCap { start = max(start, oldest.milliseconds / 1000 + 1) }
            }
            // A second with more rows than may be looked up: what lies before stays unknown.
            guard start < end else {
                filledTo = nil
                return
            }
            let sql = spots.sorted { $0.key < $1.key }.map { status, spot in
                queries.stretch(status, from: start, to: end, among: Self.neighbours([spot]))
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
            if place.status != 1, let message { ledgers[name]?.note(error: message, at: time) }
        }
    }

    private static func time(_ second: Int64) -> WallTime { WallTime(milliseconds: second * 1000) }
}
