internal import Monitoring
internal import Text

/// Reads indexers, views and their changelogs (`magento.md` 4 and 10.2, I1 to I3): events by the newest
/// version, never by a count.
struct IndexerReader: MySQLReader {
    static let subject = "indexers"

    private static let cap = 500
    private let locks: LockNames?
    private let checksTriggers: Bool
    private let ignored: [NamePattern]
    /// Triggers per changelog, read each minute: they change by a deploy only.
    private var triggers: [ExactName: Int]?
    private var triggersReadAt: WallTime?
    /// What the tables of empty changelogs would give next, and where their views were then; read each minute.
    private var counters: [ExactName: (next: UInt64, version: UInt64)] = [:]
    private var countersReadAt: WallTime?
    /// Views whose changelog was not there when it was looked for.
    private var lost: Set<ExactName> = []
    /// Rows of each table when it had any.
    private var had: [String: Int] = [:]

    private struct Changelog {
        var id: ExactName
        var view: String
        var table: String
    }

    init(_ source: MySQLSource) {
        checksTriggers = source.checksTriggers
        ignored = source.ignoredIndexers
        locks = source.usesApplicationLock ? LockNames(of: source) : nil
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        var catalog = try session.catalog()
        var indexers: [ExactName: IndexerReading] = [:]
        let states = try session.rows(
            "SELECT indexer_id,status,UNIX_TIMESTAMP(updated) FROM \(try catalog.table("indexer_state")) "
                + "ORDER BY state_id LIMIT \(Self.cap + 1)")
        try refuseEmptied("indexer_state", states.count, catalog)
        for row in 0..<min(states.count, Self.cap) {
            guard let id = states.name(row, 0), !ignored.matches(id) else { continue }
            // Of two rows of one indexer Magento takes the first.
            if indexers[ExactName(id)] != nil { continue }
            var indexer = IndexerReading(name: id, mode: .save)
            indexer.status = states.text(row, 1).map { Sanitizer.line($0, maxBytes: 64) }
            indexer.statusUpdated = states.time(row, 2)
            indexers[ExactName(id)] = indexer
        }
        let views = try session.rows(
            "SELECT view_id,mode,status,UNIX_TIMESTAMP(updated),version_id "
                + "FROM \(try catalog.table("mview_state")) ORDER BY state_id LIMIT \(Self.cap + 1)")
        try refuseEmptied("mview_state", views.count, catalog)
        let names = (0..<min(views.count, Self.cap)).compactMap { row in views.name(row, 0).map { (row, $0) }
        }
        try findChangelogs(session, &catalog, names.map(\.1))
        var changelogs: [Changelog] = []
        var seen: Set<ExactName> = []
        for (row, view) in names {
            let id = MagentoModules.indexerOfView[view] ?? view
            guard !ignored.matches(id), seen.insert(ExactName(id)).inserted else { continue }
            var indexer = indexers[ExactName(id)] ?? IndexerReading(name: id, mode: .save)
            indexer.mode = views.text(row, 1) == "enabled" ? .schedule : .save
            indexer.viewStatus = views.text(row, 2).map { Sanitizer.line($0, maxBytes: 64) }
            indexer.viewUpdated = views.time(row, 3)
            indexer.version = views.uint(row, 4)
            let table = catalog.prefix + view + "_cl"
            let isThere = catalog.changelogs.contains(ExactName(table))
            indexer.lacksChangelog = indexer.mode == .schedule && !isThere
            indexers[ExactName(id)] = indexer
            if isThere { changelogs.append(Changelog(id: ExactName(id), view: view, table: table)) }
        }
        try readVersions(session, changelogs, &indexers, now)
        if checksTriggers, catalog.canSeeTriggers { try countTriggers(session, changelogs, &indexers, now) }
        var facts = [Fact.indexers(indexers.sorted { $0.key < $1.key }.map(\.value))]
        if states.count > Self.cap || views.count > Self.cap {
            facts.append(
                .notice(SourceNotice(.warning, "more than \(Self.cap) indexers: the first ones are read")))
        }
        return facts
    }

    /// Magento never empties these tables: indexers that are no longer listed are not well, they are not known.
    private mutating func refuseEmptied(
        _ table: String, _ count: Int, _ catalog: MySQLCatalog
    ) throws(ReadFailure) {
        if count > 0 { had[table] = count }
        guard count == 0, let had = had[table] else { return }
        throw .emptied(catalog.prefix + table, had: had)
    }

    /// A view whose changelog is not known may have got it a moment ago, as at `setup:upgrade`: it is looked for
    /// once.
    private mutating func findChangelogs(
        _ session: MySQLSession, _ catalog: inout MySQLCatalog, _ views: [String]
    ) throws(ReadFailure) {
        func missing() -> Set<ExactName> {
            Set(views.map { ExactName(catalog.prefix + $0 + "_cl") }).subtracting(catalog.changelogs)
        }
        if missing().isSubset(of: lost) {
            lost = missing()
            return
        }
        session.forgetCatalog()
        catalog = try session.catalog()
        lost = missing()
    }

    /// I2 with who holds the view's lock, which is certain wherever it is seen, and free only where the store takes
    /// its locks; and I3 of those that hold nothing, whose counter alone tells how far they came.
    private mutating func readVersions(
        _ session: MySQLSession, _ changelogs: [Changelog], _ indexers: inout [ExactName: IndexerReading],
        _ now: WallTime
    ) throws(ReadFailure) {
        guard !changelogs.isEmpty else { return }
        let heads = try changelogs.enumerated().map { place, item throws(ReadFailure) in
            let lock = try locks.map { locks throws(ReadFailure) in try locks.view(item.view) } ?? "NULL"
            return "SELECT \(place),MAX(version_id),\(lock) FROM \(SQL.name(item.table))"
        }
        let rows = try session.rows(heads.joined(separator: " UNION ALL "))
        for row in 0..<rows.count {
            let place = try rows.count(row, 0)
            guard changelogs.indices.contains(place) else { continue }
            let id = changelogs[place].id
            indexers[id]?.newestVersion = rows.uint(row, 1)
            guard locks != nil else { continue }
            let isHeld = rows.text(row, 2) != nil
            indexers[id]?.isViewLocked = isHeld ? true : session.locksAreOurs ? false : nil
        }
        let empty = changelogs.filter { indexers[$0.id]?.newestVersion == nil }
        // One that held something since has another counter, and so has one whose view is beyond it.
        for item in changelogs where indexers[item.id]?.newestVersion != nil { counters[item.id] = nil }
        let isOutdated = empty.contains { item in
            guard let known = counters[item.id] else { return true }
            let version = indexers[item.id]?.version ?? 0
            return version >= known.next && version != known.version
        }
        if isOutdated || countersReadAt.map({ abs(now.seconds(since: $0)) >= 60 }) ?? true {
            try readCounters(session, empty, indexers)
            countersReadAt = now
        }
        for item in empty { indexers[item.id]?.autoIncrement = counters[item.id]?.next }
    }

    private mutating func readCounters(
        _ session: MySQLSession, _ empty: [Changelog], _ indexers: [ExactName: IndexerReading]
    ) throws(ReadFailure) {
        counters = [:]
        guard !empty.isEmpty else { return }
        let rows = try session.rows(
            "SELECT table_name,auto_increment FROM information_schema.tables WHERE table_schema=DATABASE() "
                + "AND table_name IN (\(SQL.list(empty.map(\.table))))")
        let idOfTable = Dictionary(
            empty.map { (ExactName($0.table), $0.id) }, uniquingKeysWith: { first, _ in first })
        for row in 0..<rows.count {
            guard let table = rows.name(row, 0), let id = idOfTable[ExactName(table)] else { continue }
            counters[id] = rows.uint(row, 1).map { ($0, indexers[id]?.version ?? 0) }
        }
    }

    private mutating func countTriggers(
        _ session: MySQLSession, _ changelogs: [Changelog], _ indexers: inout [ExactName: IndexerReading],
        _ now: WallTime
    ) throws(ReadFailure) {
        let isKnown = changelogs.allSatisfy { triggers?[$0.id] != nil }
        if !isKnown || triggersReadAt.map({ abs(now.seconds(since: $0)) >= 60 }) ?? true {
            let columns = changelogs.map {
                "SUM(LOCATE(\(SQL.text("`\($0.table)`")),action_statement)>0)"
            }
            guard !columns.isEmpty else { return }
            let rows = try session.rows(
                "SELECT \(columns.joined(separator: ",")) FROM information_schema.triggers "
                    + "WHERE trigger_schema=DATABASE()")
            // Without any trigger in the schema there is no sum.
            triggers = [:]
            for (column, item) in changelogs.enumerated() {
                triggers?[item.id] = rows.text(0, column) == nil ? 0 : try rows.count(0, column)
            }
            triggersReadAt = now
        }
        for item in changelogs { indexers[item.id]?.triggers = triggers?[item.id] }
    }
}
