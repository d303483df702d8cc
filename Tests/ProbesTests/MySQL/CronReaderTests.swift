import Monitoring
import TestSupport
import Testing

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct CronReaderTests {
    /// Forty jobs with fifty minutes of history, some in trouble, and names nobody should have.
    private static let rows = """
        SET time_zone='+00:00';
        INSERT INTO PREFIXcron_schedule (job_code,status,created_at,scheduled_at,executed_at,finished_at)
          SELECT code,'success',at,at,at+INTERVAL 3 SECOND,at+INTERVAL (3+n+m MOD 5) SECOND FROM (
            SELECT c.seq n,m.seq m,CONCAT('job_',LPAD(c.seq,2,'0')) code,
              DATE_FORMAT(UTC_TIMESTAMP(),'%Y-%m-%d %H:%i:00')-INTERVAL m.seq MINUTE at
            FROM seq_1_to_40 c JOIN seq_2_to_50 m) t;
        INSERT INTO PREFIXcron_schedule (job_code,status,scheduled_at)
          SELECT CONCAT('job_',LPAD(c.seq,2,'0')),'pending',
            DATE_FORMAT(UTC_TIMESTAMP(),'%Y-%m-%d %H:%i:00')+INTERVAL m.seq MINUTE
          FROM seq_1_to_38 c JOIN seq_2_to_15 m;
        INSERT INTO PREFIXcron_schedule (job_code,status,scheduled_at)
          SELECT CONCAT('job_',LPAD(seq,2,'0')),'pending',UTC_TIMESTAMP()-INTERVAL seq MINUTE FROM seq_5_to_9;
        INSERT INTO PREFIXcron_schedule (job_code,status,scheduled_at,messages)
          SELECT CONCAT('job_',LPAD(c.seq,2,'0')),'missed',UTC_TIMESTAMP()-INTERVAL m.seq*7 MINUTE,'missed'
          FROM seq_10_to_14 c JOIN seq_1_to_20 m;
        INSERT INTO PREFIXcron_schedule (job_code,status,scheduled_at,executed_at,messages)
          SELECT CONCAT('job_',LPAD(c.seq,2,'0')),'error',UTC_TIMESTAMP()-INTERVAL m.seq*9 MINUTE,
            UTC_TIMESTAMP()-INTERVAL m.seq*9 MINUTE,CONCAT('failure ',c.seq,' of ',m.seq)
          FROM seq_15_to_19 c JOIN seq_1_to_20 m;
        INSERT INTO PREFIXcron_schedule (job_code,status,scheduled_at,executed_at,messages) VALUES
          ('job_20','error',UTC_TIMESTAMP()-INTERVAL 2 MINUTE,UTC_TIMESTAMP()-INTERVAL 2 MINUTE,NULL),
          ('job_21','running',UTC_TIMESTAMP()-INTERVAL 9 MINUTE,UTC_TIMESTAMP()-INTERVAL 8 MINUTE,NULL),
          ('indexer_update_all_views','running',UTC_TIMESTAMP()-INTERVAL 90 MINUTE,
            UTC_TIMESTAMP()-INTERVAL 89 MINUTE,NULL),
          ('consumers_runner','running',UTC_TIMESTAMP()-INTERVAL 3 MINUTE,UTC_TIMESTAMP()-INTERVAL 2 MINUTE,NULL),
          ('vendor_job','running',UTC_TIMESTAMP()-INTERVAL 3 MINUTE,UTC_TIMESTAMP()-INTERVAL 2 MINUTE,NULL);
        """

    private func check(_ reading: CronReading, against store: StoreServer, _ table: String) async throws {
        func now(_ sql: String) -> String { sql.replacing("TABLE", with: table) }
        let successes = try await store.truths(
            now(
                "SELECT job_code,UNIX_TIMESTAMP(MAX(finished_at)),SUM(scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 "
                    + "HOUR) FROM TABLE WHERE status='success' GROUP BY 1"))
        let missed = try await store.truths(
            now(
                "SELECT job_code,COUNT(*) FROM TABLE WHERE status='missed' AND "
                    + "scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR GROUP BY 1"))
        let errors = try await store.truths(
            now(
                "SELECT job_code,COUNT(*) FROM TABLE WHERE status='error' AND "
                    + "scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR GROUP BY 1"))
        let messages = try await store.truths(
            now(
                "SELECT job_code,messages FROM TABLE c WHERE status='error' AND scheduled_at=(SELECT "
                    + "MAX(scheduled_at) FROM TABLE WHERE status='error' AND job_code=c.job_code)"))
        let due = try await store.truths(
            now(
                "SELECT job_code,UNIX_TIMESTAMP(MIN(scheduled_at)) FROM TABLE WHERE status='pending' AND "
                    + "scheduled_at>UTC_TIMESTAMP() GROUP BY 1"))
        let errorTexts = try await store.truths(
            now(
                "SELECT job_code,GROUP_CONCAT(COALESCE(messages,'died') ORDER BY executed_at DESC SEPARATOR '|') "
                    + "FROM TABLE WHERE status='error' GROUP BY 1"))
        let overdue = try await store.truths(
            now(
                "SELECT job_code,UNIX_TIMESTAMP(MIN(scheduled_at)) FROM TABLE WHERE status='pending' AND "
                    + "scheduled_at<=UTC_TIMESTAMP() GROUP BY 1"))
        let running = try await store.truths(
            now("SELECT job_code,UNIX_TIMESTAMP(executed_at) FROM TABLE WHERE status='running'"))
        let codes = try await store.truth(now("SELECT DISTINCT job_code FROM TABLE ORDER BY 1"))
        #expect(reading.jobs.map(\.code) == codes.map { $0[0] })
        #expect(reading.jobs.count == 43)
        for job in reading.jobs {
            #expect(seconds(job.lastSuccess) == successes[job.code]?[0] ?? "NULL", "\(job.code)")
            #expect("\(job.successesLastHour ?? -1)" == successes[job.code]?[1] ?? "0", "\(job.code)")
            #expect("\(job.missedLastHour)" == missed[job.code]?[0] ?? "0", "\(job.code)")
            #expect("\(job.errorsLastHour)" == errors[job.code]?[0] ?? "0", "\(job.code)")
            let message = messages[job.code].map { $0[0] == "NULL" ? "" : $0[0] }
            #expect(job.lastError == message, "\(job.code)")
            let newest = errorTexts[job.code]?[0].split(separator: "|").prefix(5).reversed().map(String.init)
            #expect(job.errors.map { $0.message ?? "died" } == newest ?? [], "\(job.code)")
            #expect(seconds(job.nextDue) == due[job.code]?[0] ?? "NULL", "\(job.code)")
            #expect(seconds(job.overdueSince) == overdue[job.code]?[0] ?? "NULL", "\(job.code)")
            #expect(seconds(job.runningSince) == running[job.code]?[0] ?? "NULL", "\(job.code)")
        }
        let all = try await store.truth(
            now(
                "SELECT UNIX_TIMESTAMP(GREATEST(MAX(executed_at),MAX(finished_at))),"
                    + "UNIX_TIMESTAMP(MAX(scheduled_at)) FROM TABLE"))
        #expect([seconds(reading.newestRun), seconds(reading.newestScheduled)] == all[0])
    }

    private func reading(_ sample: Sample) throws -> CronReading {
        guard case .cron(let reading) = sample.facts.first else { throw OtherFacts() }
        return reading
    }

    @Test(arguments: ["", "m2_"])
    func `every figure of cron equals what SQL says, by new keys and by old`(_ prefix: String) async throws {
        let store = try await StoreServer(prefix: prefix)
        let table = "\(prefix)cron_schedule"
        try await store.run(Self.rows.replacing("PREFIX", with: prefix))
        var source = store.source()
        source.tablePrefix = prefix
        source.cronGroups = ["job_21": "erp"]
        let alive = try await store.holder([
            "SELECT GET_LOCK(CONCAT('magento|CRON_',MD5('index_indexer_update_all_views')),0)"
        ])
        let mysql = MySQLStore(source)
        let probe = MySQLProbe(CronReader(source), of: mysql)
        let first = try await probe.read()
        let reading = try reading(first)
        try await check(reading, against: store, table)
        #expect(first.cost.queries > 0 && first.cost.bytes > 0)
        #expect(abs(first.serverTime?.seconds(since: .init(seconds: 0)) ?? 0) > 1.7e9)

        let jobs = Dictionary(uniqueKeysWithValues: reading.jobs.map { ($0.code, $0) })
        #expect(jobs["indexer_update_all_views"]?.lock == .held)
        #expect(jobs["consumers_runner"]?.lock == .free)
        #expect(jobs["job_21"]?.lock == .free)
        #expect(jobs["vendor_job"]?.lock == .unknown)
        #expect(jobs["indexer_update_all_views"]?.group == "index")
        #expect(jobs["consumers_runner"]?.group == "consumers")
        #expect(jobs["job_21"]?.group == "erp")
        #expect(jobs["job_01"]?.group == nil)

        #expect(jobs["job_30"]?.usualSeconds.map { (29.0...34.0).contains($0) } == true)

        // What changes between two reads is seen.
        try await store.run(
            """
            SET time_zone='+00:00';
            UPDATE \(table) SET status='success',executed_at=UTC_TIMESTAMP(),finished_at=UTC_TIMESTAMP(),scheduled_at=UTC_TIMESTAMP()
              WHERE job_code='job_05' AND status='pending' AND scheduled_at<UTC_TIMESTAMP();
            UPDATE \(table) SET status='error',messages='Time out' WHERE job_code='vendor_job'
            """)
        let second = try self.reading(try await probe.read())
        try await check(second, against: store, table)

        try await store.run(
            """
            ALTER TABLE \(table) DROP KEY CRON_SCHEDULE_JOB_CODE_STATUS_SCHEDULED_AT,
              ADD KEY (job_code), ADD KEY (scheduled_at,status)
            """)
        let old = try self.reading(try await MySQLStore(source).sample(CronReader(source)))
        try await check(old, against: store, table)
        #expect(old.jobs.first { $0.code == "indexer_update_all_views" }?.lock == .held)
        withExtendedLifetime(alive) {}
    }

    @Test
    func `a table of cron that is emptied and stays so is no answer, and is one with rows again`()
        async throws
    {
        let store = try await StoreServer()
        let probe: any Probe = MySQLProbe(
            CronReader(store.source(), emptySeconds: 2), of: MySQLStore(store.source()))
        let row =
            "INSERT INTO cron_schedule (job_code,status,scheduled_at) "
            + "VALUES ('export','pending',UTC_TIMESTAMP())"
        // A store that never had any has none, however long.
        _ = try await probe.read()
        try await Task.sleep(for: .seconds(3))
        _ = try await probe.read()
        for _ in 1...2 {
            try await store.run(row)
            _ = try await probe.read()
            try await store.run("TRUNCATE cron_schedule")
            // Cron may fill it again.
            _ = try await probe.read()
            try await Task.sleep(for: .seconds(3))
            for _ in 1...2 {
                let failure = await #expect(throws: ReadFailure.self) { try await probe.read() }
                #expect(
                    failure?.message
                        == "the table cron_schedule was emptied and stays empty: what cron does is not known")
            }
        }
        try await store.run(row)
        _ = try await probe.read()
    }

    @Test func `nothing a job is called or says can act on a terminal or on a query`() async throws {
        let store = try await StoreServer()
        let names = ["evil\u{1B}[31m", "a'b\\c`d\"e", "bidi\u{202E}txet", "x';DROP TABLE queue;--"]
        for name in names {
            let hex = name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            try await store.run(
                """
                SET time_zone='+00:00';
                INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at,messages)
                VALUES (x'\(hex)','error',UTC_TIMESTAMP(),UTC_TIMESTAMP(),NULL,
                  CONCAT(x'1b5d303b',REPEAT('y',60000))),
                  (x'\(hex)','running',UTC_TIMESTAMP(),UTC_TIMESTAMP(),NULL,NULL)
                """)
        }
        let reading = try reading(try await MySQLStore(store.source()).sample(CronReader(store.source())))
        #expect(Set(reading.jobs.map(\.code)) == Set(names))
        for job in reading.jobs {
            #expect(job.errorsLastHour == 1)
            #expect(job.lastError?.unicodeScalars.contains { $0.value < 32 } == false)
            #expect((job.lastError?.utf8.count ?? 0) <= 400)
            #expect(job.runningSince != nil)
        }
        #expect(try await store.truth("SELECT COUNT(*) FROM queue") == [["0"]])
    }

    @Test(arguments: [
        // Room for prefix and name.
        ("shop", "shop|CRON_", false),
        ("twenty_six_characters_long", "twenty_six_characters_long|CRON_", false),
        // Words are shortened.
        ("magento_production_catalog_1", "magento_prdion_cat_1|CRON_", false),
    ])
    func `finds locks whose prefix is long`(_ prefix: String, _ held: String, _: Bool) async throws {
        let store = try await StoreServer()
        try await runs(store, prefix, "CONCAT('\(held)',MD5('default_bulk_cleanup'))")
    }

    @Test(arguments: [
        "CONCAT('PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP|',MD5(CONCAT('PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP|CRON_',HASH)))",
        "CONCAT('PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP|',MD5(CONCAT('CRON_',HASH)))",
    ])
    func `finds locks that are a hash of a hash`(_ name: String) async throws {
        let store = try await StoreServer()
        try await runs(
            store, "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP",
            name.replacing("HASH", with: "MD5('default_bulk_cleanup')"))
    }

    private func runs(_ store: StoreServer, _ prefix: String, _ name: String) async throws {
        try await store.run(
            "INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES ('bulk_cleanup','running',NOW())"
        )
        var source = store.source()
        source.locks = .database(prefix: prefix)
        let reader = CronReader(source)
        #expect(try reading(try await MySQLStore(source).sample(reader)).jobs.first?.lock == .free)
        let holder = try await store.holder(["SELECT GET_LOCK(\(name),0)"])
        #expect(try reading(try await MySQLStore(source).sample(reader)).jobs.first?.lock == .held)
        source.locks = .elsewhere
        #expect(
            try reading(try await MySQLStore(source).sample(CronReader(source))).jobs.first?.lock == .unknown)
        withExtendedLifetime(holder) {}
    }
}
