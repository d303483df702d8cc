/// The statements for `queue_message_status`. No index has queue and status together, so what is asked for
/// each queue is bounded by rows looked at, not by rows found (`magento.md` 1.2 and 10.2).
///
/// What belongs together is asked in one statement, which sees the table at one moment. Its parts have the
/// columns part, queue, status, count, seconds since 1970, sum.
struct QueueQueries {
    enum Part: Int {
        /// Rows by second, by the index alone.
        case seconds = 1
        /// Rows of a status, by the index alone, up to a cap.
        case total
        /// Count and sum of ids of the rows that have long been open.
        case lasting
        /// Rows that left, by queue and second.
        case left
        /// One page of a second with many rows; the sum is the last id.
        case page
        /// New rows; the status is the stretch of ids.
        case arrived
        /// The highest id.
        case newest
        /// Open rows by queue; the sum is that of their ids.
        case open
        /// Of them the ones that have long been open.
        case openLong
        /// The oldest open rows of a status that has too many.
        case oldest
        /// Whose are the oldest few.
        case head
        /// Given up; the sum is that of the last hour.
        case errors
        /// How many queues there are; the sum is the last one's id.
        case listing
    }

    /// NEW, IN_PROGRESS, RETRY_REQUIRED.
    static let open = [2, 3, 5]
    /// COMPLETE, ERROR.
    static let left = [4, 6]
    /// So many open rows are told apart at each look, in a small store.
    static let smallCap = 500
    /// So many rows are looked up in one look to tell whose they are.
    static let lookUpCap = 6000
    /// So many of the oldest, where there are too many.
    static let oldestCap = 2000
    static let headCap = 100
    static let pageCap = 5000
    static let queueCap = 1000

    private let statuses: String
    private let queues: String
    /// Nil where it may not be read.
    private let messages: String?
    /// KEY(status,updated_at): without it nothing here is cheap.
    private let byStatus: String
    private let byQueue: String

    init?(_ catalog: MySQLCatalog) {
        let name = "queue_message_status"
        guard let statuses = try? catalog.table(name), let queues = try? catalog.table("queue"),
            let byStatus = catalog.index(name, "status,updated_at"),
            let byQueue = catalog.index(name, "queue_id,message_id")
        else { return nil }
        self.statuses = statuses
        self.queues = queues
        messages = try? catalog.table("queue_message")
        self.byStatus = byStatus
        self.byQueue = byQueue
    }

    var names: String { "SELECT id,name FROM \(queues) ORDER BY id LIMIT \(Self.queueCap + 1)" }

    var listing: String { part(.listing, sum: "MAX(id)", from: queues) }

    private var indexed: String { "\(statuses) FORCE INDEX (\(byStatus))" }

    private func part(
        _ part: Part, queue: String = "NULL", status: String = "NULL", count: String = "COUNT(*)",
        time: String = "NULL", sum: String = "NULL", from: String
    ) -> String {
        "SELECT \(part.rawValue),\(queue),\(status),\(count),\(time),\(sum) FROM \(from)"
    }

    private func time(_ second: Int64) -> String { "FROM_UNIXTIME(\(second))" }

    // MARK: By the index alone

    /// As far as a look goes.
    func seconds(_ sight: RecentRows<UInt64>.Sight) -> String {
        part(
            .seconds, status: "status", time: "UNIX_TIMESTAMP(updated_at)",
            from: "(SELECT status,updated_at FROM \(indexed) WHERE \(Self.isOf(sight.statuses)) "
                + "AND updated_at>=\(time(sight.start)) ORDER BY status,updated_at "
                + "LIMIT \(sight.limit)) s\(sight.statuses[0]) GROUP BY status,updated_at")
    }

    private static func isOf(_ statuses: [Int]) -> String {
        "status IN (\(statuses.map(String.init).joined(separator: ",")))"
    }

    /// Up to one above the cap.
    func total(_ status: Int, cap: Int) -> String {
        part(
            .total, status: "\(status)",
            from: "(SELECT 1 FROM \(indexed) WHERE status=\(status) LIMIT \(cap + 1)) t\(status)")
    }

    /// In progress and retry.
    func lasting(before second: Int64) -> String {
        part(
            .lasting, status: "status", sum: "SUM(id)",
            from: "\(indexed) WHERE status IN (3,5) AND updated_at<\(time(second)) GROUP BY status")
    }

    // MARK: Told apart by queue

    func left(_ status: Int, in seconds: [Int64]) -> String {
        let list = seconds.sorted().map(time).joined(separator: ",")
        return left(status, where: "updated_at IN (\(list))")
    }

    func left(_ status: Int, from start: Int64) -> String {
        left(status, where: "updated_at>=\(time(start))")
    }

    private func left(_ status: Int, where condition: String) -> String {
        part(
            .left, queue: "queue_id", status: "\(status)", time: "UNIX_TIMESTAMP(updated_at)",
            from: "\(indexed) WHERE status=\(status) AND \(condition) GROUP BY queue_id,updated_at")
    }

    func page(_ place: RecentRows<UInt64>.Place, after id: UInt64) -> String {
        part(
            .page, queue: "queue_id", status: "\(place.status)", time: "\(place.second)", sum: "MAX(id)",
            from: "(SELECT id,queue_id FROM \(indexed) WHERE status=\(place.status) "
                + "AND updated_at=\(time(place.second)) AND id>\(id) ORDER BY id LIMIT \(Self.pageCap)) page "
                + "GROUP BY queue_id")
    }

    var newest: String { part(.newest, count: "MAX(id)", from: statuses) }

    func arrived(_ rows: ArrivedRows) -> String? {
        guard let floor = rows.floor else { return nil }
        let borders = rows.borders.map(String.init).joined(separator: ",")
        return part(
            .arrived, queue: "queue_id", status: borders.isEmpty ? "0" : "INTERVAL(id,\(borders))",
            from: "\(statuses) FORCE INDEX (PRIMARY) WHERE id>\(floor) AND id<=\(rows.ceiling) GROUP BY 2,3")
    }

    /// Q3: every row of these statuses is looked up.
    func open(_ statuses: [Int], long second: Int64) -> String {
        "SELECT IF(status<>2 AND updated_at<\(time(second)),\(Part.openLong.rawValue),\(Part.open.rawValue)),"
            + "queue_id,status,COUNT(*),UNIX_TIMESTAMP(MIN(updated_at)),SUM(id) FROM \(indexed) "
            + "WHERE \(Self.isOf(statuses)) GROUP BY 1,2,3"
    }

    /// Those on one side of a second.
    func open(_ statuses: [Int], isLong: Bool, than second: Int64) -> String {
        part(
            isLong ? .openLong : .open, queue: "queue_id", status: "status",
            time: "UNIX_TIMESTAMP(MIN(updated_at))", sum: "SUM(id)",
            from: "\(indexed) WHERE \(Self.isOf(statuses)) "
                + "AND updated_at\(isLong ? "<" : ">=")\(time(second)) GROUP BY queue_id,status")
    }

    /// Q4.
    func oldest(_ status: Int, _ kind: Part) -> String {
        part(
            kind, queue: "queue_id", status: "\(status)", time: "UNIX_TIMESTAMP(MIN(updated_at))",
            from: "(SELECT queue_id,updated_at FROM \(indexed) WHERE status=\(status) ORDER BY updated_at "
                + "LIMIT \(kind == .head ? Self.headCap : Self.oldestCap)) o\(status) GROUP BY queue_id")
    }

    /// Q6b: of the newest; the last row's age is the oldest of all of them.
    var errors: String {
        part(
            .errors, queue: "queue_id", time: "UNIX_TIMESTAMP(MIN(updated_at))",
            sum: "SUM(updated_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR)",
            from: "(SELECT queue_id,updated_at FROM \(indexed) WHERE status=6 ORDER BY updated_at DESC "
                + "LIMIT \(Self.oldestCap)) newest GROUP BY queue_id")
    }

    /// Topics of the oldest that wait: status, queue, topic, count, seconds of the oldest.
    func topics(cap: Int) -> String? {
        guard let messages else { return nil }
        return [2, 5].map { status in
            "SELECT \(status),o.queue_id,m.topic_name,COUNT(*),UNIX_TIMESTAMP(MIN(o.updated_at)) FROM "
                + "(SELECT queue_id,message_id,updated_at FROM \(indexed) WHERE status=\(status) "
                + "ORDER BY updated_at LIMIT \(cap)) o STRAIGHT_JOIN \(messages) m ON m.id=o.message_id "
                + "GROUP BY o.queue_id,CAST(m.topic_name AS BINARY)"
        }.joined(separator: " UNION ALL ")
    }

    /// Q5 of some queues: queue, status, count among each one's newest `limit` messages.
    func recent(_ queues: [UInt64], limit: Int) -> String {
        let parts = queues.map { queue in
            "SELECT \(queue) q,status,COUNT(*) FROM (SELECT status FROM \(statuses) FORCE INDEX (\(byQueue)) "
                + "WHERE queue_id=\(queue) ORDER BY message_id DESC LIMIT \(limit)) r\(queue) GROUP BY status"
        }
        return parts.joined(separator: " UNION ALL ")
    }
}
