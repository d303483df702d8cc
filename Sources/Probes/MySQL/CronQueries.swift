internal import Monitoring

/// The statements for `cron_schedule`, by the keys the table has.
struct CronQueries {
    private let table: String
    /// KEY(job_code,status,scheduled_at): 2.4.6 and about. Before, (job_code) and (scheduled_at,status).
    private let hasMatrixKey: Bool
    /// So many of the newest rows stand for the table where no key answers.
    private let tail = 10_000

    init(_ catalog: MySQLCatalog) throws(ReadFailure) {
        table = try catalog.table("cron_schedule")
        hasMatrixKey = catalog.index("cron_schedule", "job_code,status,scheduled_at") != nil
    }

    /// C1: job, status, oldest and newest plan.
    var matrix: String {
        "SELECT job_code,status,UNIX_TIMESTAMP(MIN(scheduled_at)),UNIX_TIMESTAMP(MAX(scheduled_at)) FROM "
            + (hasMatrixKey ? table : newestRows("job_code,status,scheduled_at"))
            + " GROUP BY job_code,status"
    }

    /// C2: job, status, count.
    func lastHour(_ codes: [String]) -> String {
        let hour = "scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR"
        let statuses = "status IN ('error','missed','success')"
        if hasMatrixKey {
            return "SELECT job_code,status,COUNT(*) FROM \(table) WHERE job_code IN (\(SQL.list(codes))) "
                + "AND \(statuses) AND \(hour) GROUP BY job_code,status"
        }
        return "SELECT job_code,status,COUNT(*) FROM \(table) WHERE \(hour) "
            + "AND scheduled_at<=UTC_TIMESTAMP() AND \(statuses) GROUP BY job_code,status"
    }

    /// Job and its next plan in the future.
    func nextDue(_ codes: [String]) -> String? {
        let pending = "status='pending' AND scheduled_at>UTC_TIMESTAMP()"
        let chosen = hasMatrixKey ? "job_code IN (\(SQL.list(codes))) AND " : ""
        return "SELECT job_code,UNIX_TIMESTAMP(MIN(scheduled_at)) FROM \(table) WHERE \(chosen)\(pending) "
            + "GROUP BY job_code"
    }

    /// The rows of a job and status that were planned for a moment: job, status, plan, end, message.
    func rows(_ keys: [(code: String, status: String, scheduled: WallTime)]) -> String {
        let places = keys.map { key in
            "(job_code=\(SQL.text(key.code)) AND status=\(SQL.text(key.status)) "
                + "AND scheduled_at=FROM_UNIXTIME(\(key.scheduled.milliseconds / 1000)))"
        }
        return "SELECT job_code,status,UNIX_TIMESTAMP(scheduled_at),UNIX_TIMESTAMP(finished_at),"
            + "LEFT(messages,400) FROM \(table) WHERE \(places.joined(separator: " OR ")) "
            + "ORDER BY schedule_id LIMIT 400"
    }

    /// C3: job and start.
    func running(_ codes: [String]) -> String {
        let source =
            hasMatrixKey
            ? "\(table) WHERE job_code IN (\(SQL.list(codes))) AND"
            : "\(newestRows("job_code,status,executed_at,scheduled_at")) WHERE"
        return "SELECT job_code,UNIX_TIMESTAMP(MAX(executed_at)) FROM \(source) status='running' "
            + "GROUP BY job_code LIMIT 200"
    }

    /// C4.
    var heartbeat: String {
        "SELECT UNIX_TIMESTAMP(MAX(executed_at)) FROM (SELECT executed_at FROM \(table) "
            + "ORDER BY schedule_id DESC LIMIT 3000) newest"
    }

    /// C5: start and end of the newest twenty successes.
    func durations(of code: String) -> String {
        if hasMatrixKey {
            return "SELECT UNIX_TIMESTAMP(executed_at),UNIX_TIMESTAMP(finished_at) FROM \(table) "
                + "WHERE job_code=\(SQL.text(code)) AND status='success' ORDER BY scheduled_at DESC LIMIT 20"
        }
        return "SELECT UNIX_TIMESTAMP(executed_at),UNIX_TIMESTAMP(finished_at) FROM (SELECT executed_at,"
            + "finished_at,status FROM \(table) WHERE job_code=\(SQL.text(code)) "
            + "ORDER BY schedule_id DESC LIMIT 40) newest WHERE status='success' LIMIT 20"
    }

    private func newestRows(_ columns: String) -> String {
        "(SELECT \(columns) FROM \(table) ORDER BY schedule_id DESC LIMIT \(tail)) newest"
    }
}
