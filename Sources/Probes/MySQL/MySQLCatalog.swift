internal import Monitoring
internal import Text

/// What the store's database holds at a moment: queries are chosen by it, because Magento's tables and keys
/// differ between versions and change under us at an upgrade (`magento.md` 0.1).
struct MySQLCatalog: Sendable {
    private(set) var tables: Set<String> = []
    /// Index names by table and columns, `queue_message_status(status,updated_at)`.
    private var indexes: [String: String] = [:]
    /// Names of the changelogs, with prefix.
    private(set) var changelogs: Set<ExactName> = []
    /// The account may see triggers.
    let canSeeTriggers: Bool
    let prefix: String
    let readAt = ContinuousClock.now

    init(_ session: MySQLSession) throws(ReadFailure) {
        prefix = session.source.tablePrefix
        guard
            prefix.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 32)
            })
        else {
            throw ReadFailure(.unusable, "the table prefix may hold letters, digits and _ only")
        }
        let schema = try session.rows(
            "SELECT 1 FROM information_schema.schemata WHERE schema_name=DATABASE()")
        guard schema.count > 0 else {
            throw ReadFailure(
                .unusable, "there is no database \(session.source.database) the account may see",
                advice:
                    "Was it dropped or renamed? Check `db/connection/default/dbname`, and GRANT SELECT on it."
            )
        }
        let wanted = (Self.wanted + Self.welcome).map { [prefix] in prefix + $0 }
        let found = try session.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema=DATABASE() AND "
                + "(table_name IN (\(SQL.list(wanted))) OR table_name LIKE '%\\_cl')")
        for row in 0..<found.count {
            guard let name = found.text(row, 0), name.hasPrefix(prefix) else { continue }
            if name.hasSuffix("_cl") {
                changelogs.insert(ExactName(name))
            } else {
                tables.insert(String(name.dropFirst(prefix.count)))
            }
        }
        let keys = try session.rows(
            "SELECT table_name,index_name,GROUP_CONCAT(column_name ORDER BY seq_in_index) "
                + "FROM information_schema.statistics WHERE table_schema=DATABASE() AND table_name IN "
                + "(\(SQL.list(Self.keyed.map { [prefix] in prefix + $0 }))) GROUP BY 1,2")
        for row in 0..<keys.count {
            guard let table = keys.text(row, 0), let index = keys.text(row, 1),
                let columns = keys.text(row, 2)
            else { continue }
            indexes["\(table.dropFirst(prefix.count))(\(columns))"] = index
        }
        let grants = try session.rows(
            "SELECT 1 FROM information_schema.user_privileges WHERE privilege_type='TRIGGER' UNION ALL "
                + "SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type='TRIGGER' "
                + "AND DATABASE() LIKE table_schema LIMIT 1")
        canSeeTriggers = grants.count > 0
    }

    /// Tables of the poll set that are not there or may not be read.
    var missing: [String] { Self.wanted.filter { !tables.contains($0) } }

    func has(_ table: String) -> Bool { tables.contains(table) }

    /// The index's name quoted for FORCE INDEX; nil when there is none on exactly these columns.
    func index(_ table: String, _ columns: String) -> String? {
        indexes["\(table)(\(columns))"].map(SQL.name)
    }

    /// The table's full name, quoted; throws when it is not there or may not be seen.
    func table(_ name: String) throws(ReadFailure) -> String {
        guard has(name) else {
            throw ReadFailure(
                .unusable, "there is no table \(prefix)\(name) the account may read",
                advice: "Check database and table prefix, and GRANT SELECT on it to the account.")
        }
        return SQL.name(prefix + name)
    }

    private static let keyed = ["cron_schedule", "magento_operation", "queue_message_status"]
    private static let wanted =
        keyed + ["indexer_state", "mview_state", "queue"]
    /// Little is missing without them.
    private static let welcome =
        ["queue_message", "store", "store_website"] + ChangesReader.Part.allCases.map(\.table)
}
