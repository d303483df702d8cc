import Documents
internal import Monitoring
import Text

/// A database of a server that holds a store: a table `cron_schedule`, perhaps behind a prefix.
package struct FoundStore: Sendable, Hashable {
    package var database: String
    package var prefix: String

    package init(database: String, prefix: String = "") {
        self.database = database
        self.prefix = prefix
    }

    /// As the config takes it where it says another database and prefix: `database: magento`.
    func keys(insteadOf other: FoundStore) -> String {
        var keys: [String] = []
        if database != other.database { keys.append("`database: \(Self.written(database))`") }
        if prefix != other.prefix { keys.append("`table_prefix: \(Self.written(prefix))`") }
        return keys.joined(separator: " with ")
    }

    private static func written(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        }
        return isPlain && !name.isEmpty && Int(name) == nil ? name : JSONText.whole(name)
    }

    static let table = "cron_schedule"
    /// So many are told.
    private static let most = 20

    /// Those the account may see.
    static func all(_ session: MySQLSession) throws(ReadFailure) -> [FoundStore] {
        let rows = try session.rows(
            "SELECT table_schema,table_name FROM information_schema.tables "
                + "WHERE table_name LIKE '%cron\\_schedule' ORDER BY 1,2 LIMIT \(most)")
        return (0..<rows.count).compactMap { row in
            guard let database = rows.text(row, 0), let name = rows.text(row, 1), name.hasSuffix(table)
            else { return nil }
            return FoundStore(database: database, prefix: String(name.dropLast(table.count)))
        }
    }

    /// What to write instead of a database that holds none, in words.
    static func advice(_ stores: [FoundStore], of source: MySQLSource) -> String {
        let present = FoundStore(database: source.database, prefix: source.tablePrefix)
        // One in the same database is told first.
        let others =
            stores.filter { $0 != present && $0.database == present.database }
            + stores.filter { $0.database != present.database }
        if others.isEmpty {
            return "No database the account may see holds a store: "
                + "GRANT SELECT ON \(SQL.name(source.database)).* TO the account."
        }
        return "There is a store: write "
            + others.map { $0.keys(insteadOf: present) }.joined(separator: "; or ") + "."
    }
}

extension MySQLStore {
    /// The stores on the server, whatever database the source names; blocks, and takes at most `patience`.
    static func stores(
        _ source: MySQLSource, _ password: String?, patience: Duration
    ) throws(ConnectFailure) -> [FoundStore] {
        var everywhere = source
        everywhere.database = ""
        let session = try MySQLSession(everywhere, password: password, patience: patience)
        do throws(ReadFailure) {
            try session.guardItself()
            return try FoundStore.all(session)
        } catch {
            throw ConnectFailure(code: 0, failure: error)
        }
    }
}
