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
    private let topics: [String: [NamePattern]]
    private var recent = RecentRows<ExactName>(keeping: 35)
    private var ledgers: [String: OutcomeLedger] = [:]
    /// Operations under way at the last look, and the second they began.
    private var open: [UInt64: Int64] = [:]
    private var isOpenCut = false
    /// Where this look at the newest seconds began, by status.
    private var begun: [Int: Int64] = [:]
    /// What lies before it has not been filled in; nil when all has, or cannot be.
    private var filledTo: Int64?

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
        let underWay = try readOpen(session, queries)
        try countRecent(session, queries, second)
        try countEnded(session, queries, underWay.open)
        (open, isOpenCut) = underWay
        if isFirst {
            filledTo = recent.knownSince(now: second)
            for name in topics.keys { ledgers[name]?.reachBack(to: Self.time(filledTo ?? second)) }
        }
        try fillIn(session, queries, second, steps: isFirst ? BulkQueries.budget / BulkQueries.lookUpCap : 1)
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

    private mutating func countRecent(
        _ session: MySQLSession, _ queries: BulkQueries, _ now: Int64
    ) throws(ReadFailure) {
        for status in Self.statuses { begun[status] = recent.start(status, now: now) }
        var cut: [Int: Int64] = [:]
        let cuts = try session.rows(queries.cuts(begun))
        for row in 0..<cuts.count {
            if let time = cuts.time(row, 1) { cut[try cuts.count(row, 0)] = time.milliseconds / 1000 }
        }
        let seconds = try session.rows(
            queries.seconds(begun, cut: cut), atMost: 4 * RecentRows<ExactName>.glanceCap, bytes: 4 << 20)
        var counts: [RecentRows<ExactName>.Place: Int] = [:]
        for row in 0..<seconds.count {
            guard let time = seconds.time(row, 1) else { continue }
            counts[.init(status: try seconds.count(row, 0), second: time.milliseconds / 1000)] =
                try seconds.count(row, 2)
        }
        let changed = recent.plan(
            counts, cut: cut, statuses: Self.statuses, now: now, isWhole: false, budget: BulkQueries.budget)
        var groups: [Group] = []
        for part in Self.parts(changed, counts) {
            let sql = Self.statuses.compactMap { status in
                let seconds = part.filter { $0.status == status }.map(\.second)
                return seconds.isEmpty ? nil : queries.rows(status, in: seconds)
            }
            groups += try Self.groups(try session.rows(sql.joined(separator: " UNION ALL ")))
        }
        var found: [RecentRows<ExactName>.Place: [ExactName: Int]] = [:]
        for group in groups { found[group.place, default: [:]][group.topic] = group.count }
        for event in recent.take(found, now: now) {
            add(event.count, of: event.key, at: event.place, message: nil)
        }
        // Their messages, whichever of them were counted before.
        for group in groups { add(0, of: group.topic, at: group.place, message: group.message) }
        for _ in 0..<2 { try readPage(session, queries) }
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

    /// Seconds that are asked for together, so that no statement looks up too many rows.
    private static func parts(
        _ places: [RecentRows<ExactName>.Place], _ counts: [RecentRows<ExactName>.Place: Int]
    ) -> [[RecentRows<ExactName>.Place]] {
        var parts: [[RecentRows<ExactName>.Place]] = []
        var room = 0
        for place in places.sorted(by: { $0.second < $1.second }) {
            let count = counts[place] ?? 0
            if count > room || parts.isEmpty {
                parts.append([])
                room = BulkQueries.lookUpCap
            }
            parts[parts.count - 1].append(place)
            room -= count
        }
        return parts
    }

    // MARK: What ended late

    private func readOpen(
        _ session: MySQLSession, _ queries: BulkQueries
    ) throws(ReadFailure) -> (open: [UInt64: Int64], isCut: Bool) {
        let rows = try session.rows(queries.open)
        var found: [UInt64: Int64] = [:]
        for row in 0..<rows.count {
            guard let time = rows.time(row, 1) else { continue }
            found[try rows.id(row, 0)] = time.milliseconds / 1000
        }
        return (found, rows.count > BulkQueries.openCap)
    }

    /// Operations that took so long that their second is no longer looked at: by their ids.
    private mutating func countEnded(
        _ session: MySQLSession, _ queries: BulkQueries, _ underWay: [UInt64: Int64]
    ) throws(ReadFailure) {
        let first = begun.values.max() ?? 0
        let ended = open.filter { id, second in underWay[id] == nil && second < first }
        guard !ended.isEmpty else { return }
        for group in try Self.groups(try session.rows(queries.rows(ids: ended.keys.sorted())))
        where group.place.second < begun[group.place.status] ?? 0 {
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
            let reach = try session.rows(queries.reach(Self.statuses, from: hour, to: end))
            for row in 0..<reach.count where try reach.count(row, 1) >= BulkQueries.lookUpCap {
                // The oldest second may have more rows than were seen.
                if let oldest = reach.time(row, 2) { start = max(start, oldest.milliseconds / 1000 + 1) }
            }
            // A second with more rows than may be looked up: what lies before stays unknown.
            guard start < end else {
                filledTo = nil
                return
            }
            let sql = Self.statuses.map { queries.stretch($0, from: start, to: end) }
            for group in try Self.groups(try session.rows(sql.joined(separator: " UNION ALL "))) {
                add(group.count, of: group.topic, at: group.place, message: group.message)
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
