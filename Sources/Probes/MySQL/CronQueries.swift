internal import Monitoring

/// The statements for `cron_schedule`, by the keys the table has. Each touches a bounded number of rows, whatever
/// the table holds.
struct CronQueries {
    /// New rows taken at once.
    static let pageSize = 2000
    /// Job codes that one statement asks for.
    static let codesAtOnce = 4
    /// Rows of one job and outcome: an hour of one that runs each minute.
    static let mostEnded = 70
    static let mostPending = 100
    /// Without a key by status, rows of one job of any status; then so many are looked through.
    static let mostOfJob = 120
    private static let mostLookedThrough = 1000

    private let table: String
    /// KEY(job_code,status,scheduled_at): 2.4.6 and about. Before, (job_code) and (scheduled_at,status).
    private let matrixKey: String?
    private let jobKey: String?
    private let dueKey: String?

    private static let columns =
        "schedule_id,job_code,status,UNIX_TIMESTAMP(scheduled_at),UNIX_TIMESTAMP(executed_at),"
        + "UNIX_TIMESTAMP(finished_at),IF(status='error',LEFT(messages,400),NULL)"

    init(_ catalog: MySQLCatalog) throws(ReadFailure) {
        table = try catalog.table("cron_schedule")
        matrixKey = catalog.index("cron_schedule", "job_code,status,scheduled_at")
        jobKey = catalog.index("cron_schedule", "job_code")
        dueKey = catalog.index("cron_schedule", "scheduled_at,status")
    }

    /// The statuses of a job can be told apart by the key.
    var hasMatrix: Bool { matrixKey != nil }
    /// Jobs can be read one by one.
    var hasJobs: Bool { matrixKey != nil || jobKey != nil }

    /// The newest id; and of the pending rows in some stretches of ids how many they are, and the sums of their
    /// ids and due times.
    func newestID(pending stretches: [ClosedRange<UInt64>]) -> String {
        let ids = stretches.map { "schedule_id BETWEEN \($0.lowerBound) AND \($0.upperBound)" }
        return "SELECT (SELECT MAX(schedule_id) FROM \(table)),COUNT(*),SUM(schedule_id),"
            + "SUM(UNIX_TIMESTAMP(scheduled_at)) FROM \(table) FORCE INDEX (PRIMARY) "
            + "WHERE (\(ids.isEmpty ? "schedule_id=0" : ids.joined(separator: " OR "))) AND status='pending'"
    }

    /// C6: rows with a larger id, oldest first.
    func rows(after id: UInt64) -> String {
        "SELECT \(Self.columns) FROM \(table) WHERE schedule_id>\(id) ORDER BY schedule_id LIMIT \(Self.pageSize)"
    }

    /// Those of these ids that are still there.
    func rows(_ ids: [UInt64]) -> String {
        "SELECT \(Self.columns) FROM \(table) WHERE schedule_id IN (\(SQL.list(ids)))"
    }

    /// The newest rows whose time has come, which those planned for later do not hide, and what is planned next;
    /// none where the jobs' own key tells them by status.
    var rowsAroundNow: [String] {
        guard matrixKey == nil, let dueKey else { return [] }
        let from = "SELECT \(Self.columns) FROM \(table) FORCE INDEX (\(dueKey)) WHERE scheduled_at"
        return [
            "\(from)<=UTC_TIMESTAMP() ORDER BY scheduled_at DESC LIMIT \(Self.mostLookedThrough)",
            "\(from)>UTC_TIMESTAMP() ORDER BY scheduled_at LIMIT \(Self.mostLookedThrough)",
        ]
    }

    /// C1: a page of the job codes after `code`, each once however it is written, with what the key tells of
    /// them: status, oldest and newest plan; without that key the newest id.
    func jobs(after code: String?, limit: Int) -> String {
        let page = (code.map { "WHERE job_code>\(SQL.text($0)) " } ?? "")
        if hasMatrix {
            return
                "SELECT job_code,status,UNIX_TIMESTAMP(MIN(scheduled_at)),UNIX_TIMESTAMP(MAX(scheduled_at)) "
                + "FROM \(table) \(page)GROUP BY job_code,status LIMIT \(limit)"
        }
        return "SELECT job_code,MAX(schedule_id) FROM \(table) \(page)GROUP BY job_code LIMIT \(limit)"
    }

    /// What is worth knowing of these jobs: the newest rows of each outcome, what runs, what is planned.
    ///
    /// The server may hold two codes for equal that differ in bytes; `isExact` takes the very bytes alone.
    func rows(of codes: [(code: String, statuses: [String], isExact: Bool)]) -> String {
        // Every statement of ours begins with SELECT, in whatever log it is looked for.
        var parts = ["SELECT NULL,NULL,NULL,NULL,NULL,NULL,NULL FROM DUAL WHERE 1=0"]
        for (code, statuses, isExact) in codes {
            let name = SQL.text(code)
            let chosen =
                "job_code=\(name)" + (isExact ? " AND CAST(job_code AS BINARY)=\(Self.bytes(code))" : "")
            guard let matrixKey else {
                parts.append(
                    "(SELECT \(Self.columns) FROM \(table) FORCE INDEX (\(jobKey ?? "PRIMARY")) WHERE \(chosen) "
                        + "ORDER BY schedule_id DESC LIMIT \(Self.mostOfJob))")
                continue
            }
            for status in statuses {
                let from =
                    "(SELECT \(Self.columns) FROM \(table) FORCE INDEX (\(matrixKey)) WHERE \(chosen) "
                    + "AND status=\(SQL.text(status)) ORDER BY scheduled_at"
                if status == "pending" {
                    parts.append("\(from) LIMIT \(Self.mostPending))")
                    parts.append("\(from) DESC LIMIT 20)")
                } else {
                    parts.append("\(from) DESC LIMIT \(status == "running" ? 5 : Self.mostEnded))")
                }
            }
        }
        return parts.joined(separator: " UNION ALL ")
    }

    /// Id, status and due time of those of a job's newest rows that were not missed, newest first. The messages
    /// are left out: with them the rows would go over the server's disk.
    func notMissed(_ code: String) -> String? {
        guard matrixKey == nil, let jobKey else { return nil }
        return
            "SELECT schedule_id,status,UNIX_TIMESTAMP(scheduled_at) FROM (SELECT schedule_id,status,scheduled_at "
            + "FROM \(table) FORCE INDEX (\(jobKey)) WHERE job_code=\(SQL.text(code)) "
            + "ORDER BY schedule_id DESC LIMIT \(Self.mostLookedThrough)) newest WHERE status<>'missed' "
            + "ORDER BY schedule_id DESC"
    }

    private static func bytes(_ text: String) -> String {
        "x'" + text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
    }

    static let statuses = ["pending", "running", "success", "error", "missed"]
}
