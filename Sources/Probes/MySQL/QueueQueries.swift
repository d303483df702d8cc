/// The statements for `queue_message_status`. No index has queue and status together, so what is asked for
/// each queue is bounded by rows looked at, not by rows found (`magento.md` 1.2 and 10.2).
struct QueueQueries {
    /// So many index entries a capped count walks.
    static let countCap = 5000
    /// So many rows are looked up to tell whose they are.
    static let lookUpCap = 2000

    private let statuses: String
    private let queues: String
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
        self.byStatus = byStatus
        self.byQueue = byQueue
    }

    var names: String { "SELECT id,name FROM \(queues) ORDER BY id LIMIT 1000" }

    /// Q8: the newest message of each queue, a loose index scan.
    var newestMessages: String {
        "SELECT queue_id,MAX(message_id) FROM \(statuses) GROUP BY queue_id"
    }

    /// Q2: NEW, IN_PROGRESS, RETRY_REQUIRED, ERROR, each counted up to one above the cap.
    var counts: String {
        let counts = [2, 3, 5, 6].map { status in
            "(SELECT COUNT(*) FROM (SELECT 1 FROM \(statuses) FORCE INDEX (\(byStatus)) "
                + "WHERE status=\(status) LIMIT \(Self.countCap + 1)) c\(status))"
        }
        return "SELECT \(counts.joined(separator: ","))"
    }

    /// Q3: queue, status, count, oldest; every row of these statuses is looked up.
    func exact(_ statuses: [Int]) -> String {
        "SELECT queue_id,status,COUNT(*),UNIX_TIMESTAMP(MIN(updated_at)) FROM \(self.statuses) "
            + "FORCE INDEX (\(byStatus)) WHERE status IN (\(statuses.map(String.init).joined(separator: ","))) "
            + "GROUP BY queue_id,status"
    }

    /// Q4: queue, count, oldest among the oldest rows of a status.
    func oldest(_ status: Int) -> String {
        "SELECT queue_id,COUNT(*),UNIX_TIMESTAMP(MIN(updated_at)) FROM (SELECT queue_id,updated_at "
            + "FROM \(statuses) FORCE INDEX (\(byStatus)) WHERE status=\(status) "
            + "ORDER BY updated_at LIMIT \(Self.lookUpCap)) oldest GROUP BY queue_id"
    }

    /// Q5 of some queues: queue, status, count among each one's newest `limit` messages.
    func recent(_ queues: [UInt64], limit: Int) -> String {
        let parts = queues.map { queue in
            "SELECT \(queue) q,status,COUNT(*) FROM (SELECT status FROM \(statuses) FORCE INDEX (\(byQueue)) "
                + "WHERE queue_id=\(queue) ORDER BY message_id DESC LIMIT \(limit)) r\(queue) GROUP BY status"
        }
        return parts.joined(separator: " UNION ALL ")
    }

    /// Q6b: queue, count, those of the last hour among the newest errors; the last row's age is the oldest of
    /// all of them.
    var errors: String {
        "SELECT queue_id,COUNT(*),SUM(updated_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),"
            + "UNIX_TIMESTAMP(MIN(updated_at)) FROM (SELECT queue_id,updated_at FROM \(statuses) "
            + "FORCE INDEX (\(byStatus)) WHERE status=6 ORDER BY updated_at DESC LIMIT \(Self.lookUpCap)) "
            + "newest GROUP BY queue_id"
    }

    /// Q6c: queue and completions of the last minute, of the newest ones.
    var completions: String {
        "SELECT queue_id,COUNT(*) FROM (SELECT queue_id FROM \(statuses) FORCE INDEX (\(byStatus)) "
            + "WHERE status=4 AND updated_at>=UTC_TIMESTAMP()-INTERVAL 1 MINUTE "
            + "ORDER BY updated_at DESC LIMIT \(Self.lookUpCap)) newest GROUP BY queue_id"
    }

    /// Arrivals since a message: queue and count, up to one above the cap each.
    func arrivals(_ since: [(queue: UInt64, message: UInt64)]) -> String {
        let parts = since.map { item in
            "SELECT \(item.queue) q,COUNT(*) FROM (SELECT 1 FROM \(statuses) FORCE INDEX (\(byQueue)) "
                + "WHERE queue_id=\(item.queue) AND message_id>\(item.message) "
                + "LIMIT \(Self.countCap + 1)) a\(item.queue)"
        }
        return parts.joined(separator: " UNION ALL ")
    }
}
