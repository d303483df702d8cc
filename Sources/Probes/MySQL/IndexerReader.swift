internal import Monitoring
internal import Text

/// Reads indexers, views and their changelogs (`magento.md` 4 and 10.2, I1 to I3): events by the newest
/// version, never by a count.
struct IndexerReader: MySQLReader {
    static let subject = "indexers"

    private let locks: LockNames?
    private let checksTriggers: Bool
    private let ignored: [NamePattern]
    /// Triggers per changelog, read every 10 min: they change by a deploy only.
    private var triggers: [String: Int]?
    private var triggersReadAt: WallTime?

    init(_ source: MySQLSource) {
        checksTriggers = source.checksTriggers
        ignored = source.ignoredIndexers
        locks = source.usesApplicationLock ? LockNames(of: source) : nil
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        var indexers: [String: IndexerReading] = [:]
        let states = try session.rows(
            "SELECT indexer_id,status,UNIX_TIMESTAMP(updated) FROM \(try catalog.table("indexer_state")) "
                + "LIMIT 500")
        for row in 0..<states.count {
            guard let id = states.text(row, 0), !ignored.matches(id) else { continue }
            var indexer = IndexerReading(name: Sanitizer.line(id, maxBytes: 255), mode: .save)
            indexer.status = states.text(row, 1).map { Sanitizer.line($0, maxBytes: 64) }
            indexer.statusUpdated = states.time(row, 2)
            indexers[id] = indexer
        }
        let views = try session.rows(
            "SELECT view_id,mode,status,UNIX_TIMESTAMP(updated),version_id "
                + "FROM \(try catalog.table("mview_state")) LIMIT 500")
        var changelogs: [(id: String, view: String, table: String)] = []
        for row in 0..<views.count {
            guard let view = views.text(row, 0) else { continue }
            let id = MagentoModules.indexerOfView[view] ?? view
            if ignored.matches(id) { continue }
            var indexer =
                indexers[id] ?? IndexerReading(name: Sanitizer.line(id, maxBytes: 255), mode: .save)
            indexer.mode = views.text(row, 1) == "enabled" ? .schedule : .save
            indexer.viewStatus = views.text(row, 2).map { Sanitizer.line($0, maxBytes: 64) }
            indexer.viewUpdated = views.time(row, 3)
            indexer.version = views.uint(row, 4)
            indexers[id] = indexer
            let table = catalog.prefix + view + "_cl"
            if catalog.changelogs.contains(table) { changelogs.append((id, view, table)) }
        }
        try readVersions(session, changelogs, &indexers)
        try askLocks(session, changelogs, &indexers)
        if checksTriggers, catalog.canSeeTriggers { try countTriggers(session, changelogs, &indexers, now) }
        return [.indexers(indexers.sorted { $0.key < $1.key }.map(\.value))]
    }

    /// I2 and I3.
    private func readVersions(
        _ session: MySQLSession, _ changelogs: [(id: String, view: String, table: String)],
        _ indexers: inout [String: IndexerReading]
    ) throws(ReadFailure) {
        guard !changelogs.isEmpty else { return }
        let heads = changelogs.enumerated().map {
            "SELECT \($0.offset),MAX(version_id) FROM \(SQL.name($0.element.table))"
        }
        let rows = try session.rows(heads.joined(separator: " UNION ALL "))
        for row in 0..<rows.count {
            guard let place = rows.int(row, 0), changelogs.indices.contains(place) else { continue }
            indexers[changelogs[place].id]?.newestVersion = rows.uint(row, 1)
        }
        let counters = try session.rows(
            "SELECT table_name,auto_increment FROM information_schema.tables WHERE table_schema=DATABASE() "
                + "AND table_name IN (\(SQL.list(changelogs.map(\.table))))")
        let idOfTable = Dictionary(
            changelogs.map { ($0.table, $0.id) }, uniquingKeysWith: { first, _ in first })
        for row in 0..<counters.count {
            guard let table = counters.text(row, 0), let id = idOfTable[table] else { continue }
            indexers[id]?.autoIncrement = counters.uint(row, 1)
        }
    }

    private func askLocks(
        _ session: MySQLSession, _ changelogs: [(id: String, view: String, table: String)],
        _ indexers: inout [String: IndexerReading]
    ) throws(ReadFailure) {
        guard let locks, !changelogs.isEmpty else { return }
        let columns = changelogs.map { locks.view($0.view) }
        let held = try session.rows("SELECT \(columns.joined(separator: ","))")
        for (column, item) in changelogs.enumerated() {
            indexers[item.id]?.isViewLocked = held.text(0, column) != nil
        }
    }

    private mutating func countTriggers(
        _ session: MySQLSession, _ changelogs: [(id: String, view: String, table: String)],
        _ indexers: inout [String: IndexerReading], _ now: WallTime
    ) throws(ReadFailure) {
        if triggersReadAt.map({ abs(now.seconds(since: $0)) >= 60 }) ?? true {
            let columns = changelogs.map {
                "SUM(LOCATE(\(SQL.text("`\($0.table)`")),action_statement)>0)"
            }
            guard !columns.isEmpty else { return }
            let rows = try session.rows(
                "SELECT \(columns.joined(separator: ",")) FROM information_schema.triggers "
                    + "WHERE trigger_schema=DATABASE()")
            triggers = [:]
            for (column, item) in changelogs.enumerated() { triggers?[item.id] = rows.int(0, column) ?? 0 }
            triggersReadAt = now
        }
        for item in changelogs { indexers[item.id]?.triggers = triggers?[item.id] }
    }
}
