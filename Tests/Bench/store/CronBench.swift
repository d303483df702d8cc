import Monitoring
import Platform
import Probes
import TestSupport

/// What watching cron costs, on the keys of 2.4.6 and on those before: `make bench-store ARGUMENTS=cron`, on the
/// latter alone by `"cron old"`.
struct CronBench {
    static let roundLimit = 5.0
    static let recountLimit = 30.0
    static let statementLimit = 50.0

    let store: BigStore
    let isOldAlone: Bool

    /// Fills the table, measures it as it is and with 300,000 missed rows of the last hour, by either keys.
    func run() async throws -> Bool {
        try await store.makeSchema()
        var isGood = true
        for (keys, sql) in [
            ("KEY(job_code,status,scheduled_at)", ""),
            (
                "KEY(job_code), KEY(scheduled_at,status)",
                "ALTER TABLE cron_schedule DROP KEY CRON_SCHEDULE_JOB_CODE_STATUS_SCHEDULED_AT, "
                    + "ADD KEY (job_code), ADD KEY (scheduled_at,status);"
            ),
        ] where !isOldAlone || !sql.isEmpty {
            // Filled anew: rows that were deleted and not yet purged would be walked over.
            try await store.become(keys, "TRUNCATE cron_schedule;" + sql)
            try await store.become("500,000 cron rows of 120 jobs", BigStore.cronRows)
            isGood = try await measure("500,000 rows, \(keys)") && isGood
            try await store.become(
                "300,000 missed",
                """
                INSERT INTO cron_schedule (job_code,status,scheduled_at,messages)
                  SELECT CONCAT('job_',seq MOD 120),'missed',UTC_TIMESTAMP()-INTERVAL seq MOD 3500 SECOND,REPEAT('m',99)
                  FROM seq_1_to_300000;
                ANALYZE TABLE cron_schedule;
                """)
            isGood = try await measure("and 300,000 missed ones of the last hour, \(keys)") && isGood
        }
        return isGood
    }

    private func measure(_ what: String) async throws -> Bool {
        let probes = MySQLStore(store.source).probes()
        guard let probe = probes.first(where: { $0.schedule.subject == "cron" }) else { return false }
        let slow = LogTail(store.server.slowLog)
        _ = try slow.read()
        print("\n\(what)")
        var rounds: [Double] = []
        var dearest = SlowStatement(sql: "", milliseconds: 0, examined: 0)
        func round(_ name: String?) async throws -> Double {
            let queries = try await probe.read().cost.queries
            var entries = SlowStatement.parse(try slow.read(), user: "hypercare")
            for _ in 0..<500 where entries.count < queries {
                try await Task.sleep(for: .milliseconds(10))
                entries += SlowStatement.parse(try slow.read(), user: "hypercare")
            }
            let ours = entries.filter {
                $0.sql.contains("cron_schedule") && !$0.sql.contains("information_schema")
            }
            let worst = ours.max { $0.milliseconds < $1.milliseconds }
            if let worst, worst.milliseconds > dearest.milliseconds { dearest = worst }
            let total = ours.map(\.milliseconds).reduce(0, +)
            if let name {
                print(
                    "  \(name): \(StoreBench.figure(total)) ms in \(ours.count) statements, "
                        + "\(ours.map(\.examined).reduce(0, +)) rows examined, the dearest "
                        + "\(StoreBench.figure(worst?.milliseconds ?? 0)) ms")
            }
            return total
        }
        let begin = ContinuousClock.now
        _ = try await round("first read")
        for _ in 0..<20 { rounds.append(try await round(nil)) }
        rounds.sort()
        print(
            "  a round: median \(StoreBench.figure(rounds[rounds.count / 2])) ms, "
                + "worst \(StoreBench.figure(rounds.last ?? 0)) ms (limit \(Int(Self.roundLimit)))")
        // The recount is due a minute after the last.
        try await Task.sleep(until: begin + .seconds(62))
        let recount = try await round("a round with the recount")
        print(
            "  dearest statement: \(StoreBench.figure(dearest.milliseconds)) ms: \(dearest.sql.prefix(160))")
        await probe.close()
        return rounds[rounds.count / 2] <= Self.roundLimit && recount <= Self.recountLimit
            && dearest.milliseconds <= Self.statementLimit
    }
}
