/// Magento's cron as `ProcessCronQueueObserver` runs it each minute (magento.md 3): plans ahead, takes each
/// job's lock, runs the oldest due run of each job, writes how it ended, and forgets old rows.
final class StoreCron: StoreWork {
    private struct Job {
        let group: String
        let code: String
        /// Minutes between two runs.
        var every = 1
        /// Seconds it takes.
        var seconds = 1
        var lock: String { "CONCAT('magento|CRON_',MD5('\(group)_\(code)'))" }
    }

    private static let jobs = [
        Job(group: "default", code: "sales_send_order_emails", seconds: 3),
        Job(group: "default", code: "sales_grid_order_async_insert"),
        Job(group: "default", code: "bulk_cleanup"),
        Job(group: "default", code: "outdated_authentication_failures_cleanup"),
        Job(group: "default", code: "newsletter_send_all", every: 5, seconds: 2),
        Job(group: "default", code: "bulk_mark_incomplete_operations_as_failed", every: 10),
        Job(group: "default", code: "expired_tokens_cleanup", every: 60),
        Job(group: "index", code: reindex),
        Job(group: "index", code: updateViews, seconds: 5),
        Job(group: "consumers", code: "consumers_runner", seconds: 2),
    ]
    private static let reindex = "indexer_reindex_all_invalid"
    private static let updateViews = "indexer_update_all_views"
    static let views = [
        "catalog_product_price", "cataloginventory_stock", "catalogsearch_fulltext", "inventory",
    ]

    private let socket: String
    private let moods: StoreMoods
    private var client: SQLClient?
    private var minute = 0
    /// When all groups were planned last, in minutes; the history was planned at the start.
    private var plannedAt = StoreTime.now / 60
    private var running: [(job: Job, until: Int)] = []

    init(socket: String, moods: StoreMoods) {
        self.socket = socket
        self.moods = moods
    }

    /// What the last hour left behind, and what is planned.
    static func history(at now: Int) -> String {
        let minute = now / 60
        var rows: [String] = []
        for job in jobs {
            for past in minute - 60..<minute where past % job.every == 0 {
                let at = "FROM_UNIXTIME(\(past * 60))"
                rows.append(
                    "('\(job.code)','success',\(at),\(at)+INTERVAL 1 SECOND,\(at)+INTERVAL \(1 + job.seconds) SECOND)"
                )
            }
        }
        return """
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at) VALUES
            \(rows.joined(separator: ",\n"));
            \(plan(from: minute, isWhole: true))
            """
    }

    /// What is not planned yet: four minutes ahead for the group index, twenty for the others, which are
    /// planned each 15 minutes.
    private static func plan(from minute: Int, isWhole: Bool) -> String {
        let times = jobs.filter { isWhole || $0.group == "index" }.flatMap { job in
            (minute..<minute + (job.group == "index" ? 5 : 21)).filter { $0 % job.every == 0 }.map {
                "SELECT '\(job.code)' code,FROM_UNIXTIME(\($0 * 60)) at"
            }
        }
        return """
            INSERT INTO cron_schedule (job_code,status,scheduled_at) SELECT code,'pending',at
            FROM (\(times.joined(separator: "\nUNION ALL "))) planned WHERE NOT EXISTS
            (SELECT 1 FROM cron_schedule s WHERE s.job_code=planned.code AND s.scheduled_at=planned.at)
            """
    }

    func step() throws {
        let now = StoreTime.now
        if now / 60 != minute, now % 60 >= 1 {
            minute = now / 60
            try start(at: now)
        }
        let ended = running.filter { now >= $0.until }.map(\.job)
        guard !ended.isEmpty, let client else { return }
        running.removeAll { now >= $0.until }
        let mood = moods.now
        var sql = ended.map { job in
            let end =
                mood.failingJobs.contains(job.code)
                ? "status='error',messages='SQLSTATE[42S02]: no such table: erp_cache'" : "status='success'"
            return "UPDATE cron_schedule SET \(end),finished_at=UTC_TIMESTAMP() "
                + "WHERE job_code='\(job.code)' AND status='running'"
        }
        if ended.contains(where: { $0.code == Self.reindex }) {
            sql += Self.views.filter { !mood.unbuilt.contains($0) }.map {
                "UPDATE indexer_state SET status='valid',updated=UTC_TIMESTAMP() "
                    + "WHERE indexer_id='\($0)' AND status='invalid'"
            }
        }
        if ended.contains(where: { $0.code == Self.updateViews }) {
            // The version is written at the end of the whole range.
            sql += Self.views.map {
                "UPDATE mview_state SET status='idle',updated=UTC_TIMESTAMP(),version_id=@\($0) "
                    + "WHERE view_id='\($0)'"
            }
        }
        sql += ended.map { "SELECT RELEASE_LOCK(\($0.lock))" }
        try client.run(sql.joined(separator: ";\n"))
    }

    private func start(at now: Int) throws {
        let client = try client ?? SQLClient(socket: socket)
        self.client = client
        // Whatever was missed meanwhile, as Magento goes by when it planned last.
        let isWhole = minute % 15 == 0 || minute - plannedAt >= 15
        if isWhole { plannedAt = minute }
        let planned = Self.plan(from: minute, isWhole: isWhole)
        let cleaned = """
            DELETE FROM cron_schedule WHERE status='success' AND scheduled_at<UTC_TIMESTAMP()-INTERVAL 60 MINUTE
            """
        try client.run(minute % 10 == 0 ? "\(planned);\n\(cleaned)" : planned)
        let codes = Self.jobs.map { "'\($0.code)'" }.joined(separator: ",")
        let due = try client.run(
            """
            UPDATE cron_schedule SET status='missed',messages='missed' WHERE status='pending' AND scheduled_at
              <UTC_TIMESTAMP()-INTERVAL IF(job_code LIKE 'indexer\\_%',2,15) MINUTE;
            SELECT DISTINCT job_code FROM cron_schedule WHERE status='pending'
              AND scheduled_at<=UTC_TIMESTAMP() AND job_code IN (\(codes))
            """)
        // One whose lock is held is not started.
        let busy = Set(running.map(\.job.code))
        let started = Self.jobs.filter { due.contains([$0.code]) && !busy.contains($0.code) }
        running += started.map { ($0, now + $0.seconds) }
        var sql = started.flatMap { job in
            [
                "SELECT GET_LOCK(\(job.lock),0)",
                // Those of a process that died.
                "UPDATE cron_schedule SET status='error' WHERE job_code='\(job.code)' AND status='running'",
                "UPDATE cron_schedule SET status='running',executed_at=UTC_TIMESTAMP() WHERE status='pending' "
                    + "AND job_code='\(job.code)' AND scheduled_at<=UTC_TIMESTAMP() "
                    + "ORDER BY scheduled_at LIMIT 1",
            ]
        }
        if started.contains(where: { $0.code == Self.updateViews }) {
            sql += Self.views.flatMap {
                [
                    "UPDATE mview_state SET status='working',updated=UTC_TIMESTAMP() WHERE view_id='\($0)'",
                    "SELECT MAX(version_id) INTO @\($0) FROM \($0)_cl",
                ]
            }
        }
        if !sql.isEmpty { try client.run(sql.joined(separator: ";\n")) }
    }

    func drop() {
        client = nil
        running = []
    }
}
