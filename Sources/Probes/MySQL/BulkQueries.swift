internal import Text

/// The statements for `magento_operation`, whose rows lie beside their payloads: what can be told by the key on
/// status and started_at is told by it alone, and look-ups are few at a time. Topics are told apart by their bytes,
/// whatever a collation says.
struct BulkQueries {
    /// So many rows are looked up in one statement.
    static let lookUpCap = 1000
    /// So many of them in one read.
    static let budget = 4000
    /// Rows are told apart by so many ids.
    private static let idsTogether = 4096
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

    /// Status, second, rows and the ids they lie between, as far as a look goes; and one row for each operation
    /// that has begun and not ended: half a day old ones are Magento's to give up.
    func look(_ sights: [RecentRows<ExactName>.Sight]) -> String {
        let ended = sights.map { sight in
            "SELECT status,UNIX_TIMESTAMP(started_at),COUNT(*),MIN(id),MAX(id) FROM (SELECT status,started_at,id "
                + "FROM \(indexed) WHERE status IN (\(sight.statuses.map(String.init).joined(separator: ","))) "
                + "AND started_at>=\(time(sight.start)) ORDER BY status,started_at LIMIT \(sight.limit)) c\(sight.statuses[0]) "
                + "GROUP BY status,started_at,id DIV \(Self.idsTogether)"
        }
        let open =
            "SELECT 4,UNIX_TIMESTAMP(started_at),1,id,id FROM (SELECT started_at,id FROM \(indexed) WHERE "
            + "status=4 AND started_at>=UTC_TIMESTAMP()-INTERVAL 12 HOUR ORDER BY started_at DESC "
            + "LIMIT \(Self.openCap + 1)) c4"
        return (ended + [open]).joined(separator: " UNION ALL ")
    }

    /// All of a look at once, told apart: topic, status, second, rows, the newest message; up to `limit` rows, the
    /// newest of the last status missing first. And those under way, by second and id.
    func quietLook(from start: Int64, limit: Int) -> String {
        let ended = groups(
            "(SELECT topic_name,status,started_at,result_message,id FROM \(indexed) WHERE status IN (1,2,3,5) "
                + "AND started_at>=\(time(start)) ORDER BY status,started_at LIMIT \(limit)) quiet", nil)
        let open =
            "SELECT NULL,4,UNIX_TIMESTAMP(started_at),id,NULL FROM (SELECT started_at,id FROM \(indexed) WHERE "
            + "status=4 AND started_at>=UTC_TIMESTAMP()-INTERVAL 12 HOUR ORDER BY started_at DESC "
            + "LIMIT \(Self.openCap + 1)) c4"
        return "\(ended) UNION ALL \(open)"
    }

    /// Which rows of some time are asked for.
    enum Part {
        /// Those in a stretch of ids, by reading it through.
        case within(ClosedRange<UInt64>)
        /// Those in none of these, by looking them up.
        case outside([ClosedRange<UInt64>])
    }

    /// Topic, status, second, rows, the newest message.
    func rows(_ status: Int, in seconds: [Int64], _ part: Part) -> String {
        let list = seconds.sorted().map(time).joined(separator: ",")
        return groups(status, where: "started_at IN (\(list))", part)
    }

    func rows(ids: some Sequence<UInt64>) -> String {
        groups("\(table) WHERE id IN (\(SQL.list(ids))) AND status IN (1,2,3,5)", nil)
    }

    private func groups(_ status: Int, where condition: String, _ part: Part) -> String {
        let rows =
            switch part {
            case .within(let ids):
                "\(table) FORCE INDEX (PRIMARY) WHERE id BETWEEN \(ids.lowerBound) AND \(ids.upperBound)"
                    + " AND status=\(status)"
            case .outside(let stretches):
                "\(indexed) WHERE status=\(status)"
                    + stretches.map { " AND id NOT BETWEEN \($0.lowerBound) AND \($0.upperBound)" }.joined()
            }
        return groups("\(rows) AND \(condition)", status)
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

    /// How far the newest rows before a second reach: status, second of the oldest, rows, the ids.
    func reach(_ statuses: [Int], from start: Int64, to end: Int64) -> String {
        statuses.map { status in
            "SELECT \(status),UNIX_TIMESTAMP(MIN(started_at)),COUNT(*),MIN(id),MAX(id) FROM (SELECT started_at,id "
                + "FROM \(indexed) WHERE status=\(status) AND started_at>=\(time(start)) "
                + "AND started_at<\(time(end)) ORDER BY started_at DESC LIMIT \(Self.lookUpCap)) r\(status) "
                + "GROUP BY id DIV \(Self.idsTogether)"
        }.joined(separator: " UNION ALL ")
    }

    /// Topic, status, second, rows, the newest message, of a stretch of time.
    func stretch(_ status: Int, from start: Int64, to end: Int64, _ part: Part) -> String {
        groups(status, where: "started_at>=\(time(start)) AND started_at<\(time(end))", part)
    }
}
