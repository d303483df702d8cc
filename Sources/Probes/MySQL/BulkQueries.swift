internal import Text

/// The statements for `magento_operation`, whose rows lie beside their payloads: what can be told by the key on
/// status and started_at is told by it alone, and look-ups are few at a time. Topics are told apart by their bytes,
/// whatever a collation says.
struct BulkQueries {
    /// So many rows are looked up in one statement.
    static let lookUpCap = 1000
    /// So many of them in one read.
    static let budget = 4000
    /// Operations under way that are remembered by their ids.
    static let openCap = 500

    private let table: String
    private let byStatus: String

    init?(_ table: String, _ catalog: MySQLCatalog) {
        guard let index = catalog.index("magento_operation", "status,started_at") else { return nil }
        self.table = table
        byStatus = index
    }

    private var indexed: String { "\(table) FORCE INDEX (\(byStatus))" }

    private func time(_ second: Int64) -> String { "FROM_UNIXTIME(\(second))" }

    /// Status and the second at which a look at it ends, because there is too much.
    func cuts(_ starts: [Int: Int64]) -> String {
        starts.sorted { $0.key < $1.key }.map { status, start in
            "SELECT \(status),UNIX_TIMESTAMP(started_at) FROM (SELECT started_at FROM \(indexed) "
                + "WHERE status=\(status) AND started_at>=\(time(start)) ORDER BY started_at "
                + "LIMIT \(RecentRows<UInt64>.glanceCap),1) c\(status)"
        }.joined(separator: " UNION ALL ")
    }

    /// Status, second, rows.
    func seconds(_ starts: [Int: Int64], cut: [Int: Int64]) -> String {
        starts.sorted { $0.key < $1.key }.map { status, start in
            let end = cut[status].map { " AND started_at<\(time($0))" } ?? ""
            return "SELECT \(status),UNIX_TIMESTAMP(started_at),COUNT(*) FROM \(indexed) "
                + "WHERE status=\(status) AND started_at>=\(time(start))\(end) GROUP BY started_at"
        }.joined(separator: " UNION ALL ")
    }

    /// Id and second of the operations that have begun and not ended; half a day old ones are Magento's to
    /// give up.
    var open: String {
        "SELECT id,UNIX_TIMESTAMP(started_at) FROM \(indexed) WHERE status=4 "
            + "AND started_at>=UTC_TIMESTAMP()-INTERVAL 12 HOUR ORDER BY started_at DESC "
            + "LIMIT \(Self.openCap + 1)"
    }

    /// Topic, status, second, rows, the newest message.
    func rows(_ status: Int, in seconds: [Int64]) -> String {
        let list = seconds.sorted().map(time).joined(separator: ",")
        return groups("\(indexed) WHERE status=\(status) AND started_at IN (\(list))", status)
    }

    func rows(ids: some Sequence<UInt64>) -> String {
        groups("\(table) WHERE id IN (\(SQL.list(ids))) AND status IN (1,2,3,5)", nil)
    }

    private func groups(_ rows: String, _ status: Int?) -> String {
        let message =
            status == 1
            ? "NULL"
            : "SUBSTRING_INDEX(GROUP_CONCAT(LEFT(REPLACE(result_message,'\\n',' '),200) "
                + "ORDER BY id DESC SEPARATOR '\\n'),'\\n',1)"
        return "SELECT topic_name,status,UNIX_TIMESTAMP(started_at),COUNT(*),\(message) FROM \(rows) "
            + "GROUP BY CAST(topic_name AS BINARY),status,started_at"
    }

    /// Topic, status, rows, the last id.
    func page(_ place: RecentRows<ExactName>.Place, after id: UInt64) -> String {
        "SELECT topic_name,\(place.status),COUNT(*),MAX(id) FROM (SELECT id,topic_name FROM \(indexed) "
            + "WHERE status=\(place.status) AND started_at=\(time(place.second)) AND id>\(id) ORDER BY id "
            + "LIMIT \(Self.lookUpCap)) page GROUP BY CAST(topic_name AS BINARY)"
    }

    /// How far the newest rows before a second reach: status, rows, the second of the oldest.
    func reach(_ statuses: [Int], from start: Int64, to end: Int64) -> String {
        statuses.map { status in
            "SELECT \(status),COUNT(*),UNIX_TIMESTAMP(MIN(started_at)) FROM (SELECT started_at FROM \(indexed) "
                + "WHERE status=\(status) AND started_at>=\(time(start)) AND started_at<\(time(end)) "
                + "ORDER BY started_at DESC LIMIT \(Self.lookUpCap)) r\(status)"
        }.joined(separator: " UNION ALL ")
    }

    /// Topic, status, second, rows, the newest message, of a stretch of time.
    func stretch(_ status: Int, from start: Int64, to end: Int64) -> String {
        groups(
            "\(indexed) WHERE status=\(status) AND started_at>=\(time(start)) AND started_at<\(time(end))",
            status)
    }
}
