internal import Text

/// The statements for `magento_operation`, whose rows lie beside their payloads: what can be told by the key on
/// status and started_at is told by it alone, and look-ups are few at a time. Topics are told apart by their bytes,
/// whatever a collation says.
struct BulkQueries {
    /// So many rows are looked up in one statement.
    static let lookUpCap = 1000
    /// So many of them in one read.
    static let budget = 4000
    /// Rows between two ids that are read in place of looking up one of them.
    static let rowsPerLookUp: UInt64 = 5
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

    /// Status, second, rows, the first and the last id, as far as a look goes; and one row for each operation
    /// that has begun and not ended: half a day old ones are Magento's to give up.
    func look(_ starts: [Int: Int64]) -> String {
        let ended = starts.sorted { $0.key < $1.key }.map { status, start in
            "SELECT \(status),UNIX_TIMESTAMP(started_at),COUNT(*),MIN(id),MAX(id) FROM (SELECT started_at,id "
                + "FROM \(indexed) WHERE status=\(status) AND started_at>=\(time(start)) ORDER BY started_at "
                + "LIMIT \(RecentRows<ExactName>.glanceCap + 1)) c\(status) GROUP BY started_at"
        }
        let open =
            "SELECT 4,UNIX_TIMESTAMP(started_at),1,id,id FROM (SELECT started_at,id FROM \(indexed) WHERE "
            + "status=4 AND started_at>=UTC_TIMESTAMP()-INTERVAL 12 HOUR ORDER BY started_at DESC "
            + "LIMIT \(Self.openCap + 1)) c4"
        return (ended + [open]).joined(separator: " UNION ALL ")
    }

    /// Topic, status, second, rows, the newest message.
    func rows(_ status: Int, in seconds: [Int64], among ids: ClosedRange<UInt64>?) -> String {
        let list = seconds.sorted().map(time).joined(separator: ",")
        return groups(status, where: "started_at IN (\(list))", among: ids)
    }

    func rows(ids: some Sequence<UInt64>) -> String {
        groups("\(table) WHERE id IN (\(SQL.list(ids))) AND status IN (1,2,3,5)", nil)
    }

    /// Of neighbours the rows between the ids are read, which costs a tenth of looking up each.
    private func groups(_ status: Int, where condition: String, among ids: ClosedRange<UInt64>?) -> String {
        let rows =
            ids.map {
                "\(table) FORCE INDEX (PRIMARY) WHERE id BETWEEN \($0.lowerBound) AND \($0.upperBound) AND"
            }
            ?? "\(indexed) WHERE"
        return groups("\(rows) status=\(status) AND \(condition)", status)
    }

    private func groups(_ rows: String, _ status: Int?) -> String {
        let message =
            status == 1
            ? "NULL"
            : "SUBSTRING_INDEX(GROUP_CONCAT(LEFT(REPLACE(result_message,'\\n',' '),200) "
                + "ORDER BY id DESC SEPARATOR '\\n'),'\\n',1)"
        return "SELECT topic_name,status,UNIX_TIMESTAMP(started_at),COUNT(*),\(message) FROM \(rows) "
            + "GROUP BY \(Self.topic),status,started_at"
    }

    /// All bytes of the topic: what is longer than this would be grouped on the server's disk.
    private static let topic =
        "LEFT(CAST(topic_name AS BINARY),255),IF(LENGTH(topic_name)>255,MD5(topic_name),'')"

    /// Topic, status, rows, the last id.
    func page(_ place: RecentRows<ExactName>.Place, after id: UInt64) -> String {
        "SELECT topic_name,\(place.status),COUNT(*),MAX(id) FROM (SELECT id,topic_name FROM \(indexed) "
            + "WHERE status=\(place.status) AND started_at=\(time(place.second)) AND id>\(id) ORDER BY id "
            + "LIMIT \(Self.lookUpCap)) page GROUP BY \(Self.topic)"
    }

    /// How far the newest rows before a second reach: status, rows, the second of the oldest, the ids.
    func reach(_ statuses: [Int], from start: Int64, to end: Int64) -> String {
        statuses.map { status in
            "SELECT \(status),COUNT(*),UNIX_TIMESTAMP(MIN(started_at)),MIN(id),MAX(id) FROM (SELECT started_at,id "
                + "FROM \(indexed) WHERE status=\(status) AND started_at>=\(time(start)) "
                + "AND started_at<\(time(end)) ORDER BY started_at DESC LIMIT \(Self.lookUpCap)) r\(status)"
        }.joined(separator: " UNION ALL ")
    }

    /// Topic, status, second, rows, the newest message, of a stretch of time.
    func stretch(_ status: Int, from start: Int64, to end: Int64, among ids: ClosedRange<UInt64>?) -> String {
        groups(status, where: "started_at>=\(time(start)) AND started_at<\(time(end))", among: ids)
    }
}
