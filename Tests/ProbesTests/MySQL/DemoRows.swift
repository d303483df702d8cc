import Monitoring

@testable import Probes

/// Readings turned back into the rows of Magento's tables that they would be read from.
struct DemoRows {
    private(set) var sql = "SET time_zone='+00:00';\n"
    /// Names of the locks that have to be held, as SQL.
    private(set) var locks: [String] = []
    private(set) var groups: [String: String] = [:]
    private let now: WallTime

    init(_ facts: [Fact], now: WallTime) {
        self.now = now
        for fact in facts {
            switch fact {
            case .queues(let queues): for (index, queue) in queues.enumerated() { add(queue, index + 1) }
            case .cron(let cron):
                for job in cron.jobs { add(job) }
                if let job = cron.jobs.first, let newest = cron.newestScheduled {
                    add(job.code, "pending", planned: newest)
                }
            case .indexers(let indexers): for indexer in indexers { add(indexer) }
            case .outcomes, .consumerLocks, .changes, .notice: break
            }
        }
    }

    private func time(_ time: WallTime?) -> String {
        time.map { "FROM_UNIXTIME(\($0.milliseconds / 1000))" } ?? "NULL"
    }

    private mutating func add(_ queue: QueueReading, _ id: Int) {
        sql += "INSERT INTO queue (id,name) VALUES (\(id),'\(queue.name)');\n"
        let counts = [
            (2, queue.ready), (3, queue.inProgress), (5, queue.retry), (6, queue.error),
            (4, queue.completedLastMinute),
        ]
        for (status, count) in counts {
            for number in 0..<(count?.value ?? 0) {
                let age = number == 0 && status == 2 ? queue.oldestSeconds ?? 0 : 0
                sql += """
                    INSERT INTO queue_message (topic_name) VALUES ('t');
                    INSERT INTO queue_message_status (queue_id,message_id,status,updated_at)
                      VALUES (\(id),LAST_INSERT_ID(),\(status),\(time(now.advanced(bySeconds: -age))));

                    """
            }
        }
        guard queue.consumers == .lockHeld else { return }
        let consumer = MagentoModules.consumers(of: queue.name)?.first ?? queue.name
        locks.append("CONCAT('magento|',MD5('\(consumer)'))")
    }

    private mutating func add(_ job: CronJobReading) {
        if let group = job.group { groups[job.code] = group }
        if let success = job.lastSuccess {
            for number in 0..<max(job.successesLastHour ?? 0, 1) {
                let end = success.advanced(bySeconds: -60 * Double(number))
                let start = end.advanced(bySeconds: -(job.usualSeconds ?? 0))
                add(job.code, "success", planned: start, executed: start, finished: end)
            }
        }
        for number in 0..<job.missedLastHour {
            add(job.code, "missed", planned: now.advanced(bySeconds: -60 * Double(number + 1)))
        }
        if let due = job.nextDue { add(job.code, "pending", planned: due) }
        if let due = job.overdueSince { add(job.code, "pending", planned: due) }
        if let since = job.runningSince {
            add(job.code, "running", planned: since, executed: since)
            if job.lock == .held {
                locks.append("CONCAT('magento|CRON_',MD5('\(job.group ?? "default")_\(job.code)'))")
            }
        }
    }

    private mutating func add(
        _ code: String, _ status: String, planned: WallTime, executed: WallTime? = nil,
        finished: WallTime? = nil
    ) {
        sql += """
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
              VALUES ('\(code)','\(status)',\(time(planned)),\(time(executed)),\(time(finished)));

            """
    }

    private mutating func add(_ indexer: IndexerReading) {
        let name = indexer.name
        if let status = indexer.status {
            sql += """
                INSERT INTO indexer_state (indexer_id,status,updated,hash_config)
                  VALUES ('\(name)','\(status)',\(time(indexer.statusUpdated)),'');

                """
        }
        guard indexer.mode == .schedule, let version = indexer.version else { return }
        sql += """
            INSERT INTO mview_state (view_id,mode,status,updated,version_id)
              VALUES ('\(name)','enabled','\(indexer.viewStatus ?? "idle")',\(time(indexer.viewUpdated)),\(version));
            CREATE TABLE IF NOT EXISTS \(name)_cl (version_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
              entity_id INT UNSIGNED NOT NULL DEFAULT 0);
            CREATE TRIGGER trg_\(name) AFTER INSERT ON core_config_data FOR EACH ROW
              INSERT IGNORE INTO `\(name)_cl` (entity_id) VALUES (NEW.config_id);

            """
        if let newest = indexer.newestVersion, newest > 0 {
            sql += "INSERT INTO \(name)_cl (version_id,entity_id) VALUES (\(newest),1);\n"
        }
    }
}
