import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

/// Examples of a store's cron on a real MariaDB, on the keys of 2.4.6 and those before.
@Suite(.timeLimit(.minutes(5))) struct CronStoreTests {
    private struct Shop {
        let store: StoreServer
        let probe: MySQLProbe<CronReader>

        init(oldKeys: Bool = false, options: MariaDBServer.Options = .init()) async throws {
            store = try await StoreServer(options)
            if oldKeys {
                try await store.run(
                    """
                    ALTER TABLE cron_schedule DROP KEY CRON_SCHEDULE_JOB_CODE_STATUS_SCHEDULED_AT,
                      ADD KEY (job_code), ADD KEY (scheduled_at,status)
                    """)
            }
            let source = store.source()
            probe = MySQLProbe(CronReader(source), of: MySQLStore(source))
        }

        func run(_ sql: String) async throws { try await store.run("SET time_zone='+00:00';\n" + sql) }

        func read() async throws -> CronReading {
            guard case .cron(let reading) = try await probe.read().facts.first else { throw OtherFacts() }
            return reading
        }

        func job(_ code: String) async throws -> CronJobReading? {
            try await read().jobs.first { ExactName.same($0.code, code) }
        }
    }

    /// How a job stands by the watch, with all that the console did not see unknown.
    private func said(_ job: CronJobReading, at now: WallTime?) -> String {
        let wall = now ?? WallTime(seconds: 0)
        var watch = CronJobWatch()
        watch.observe(job, at: wall)
        let moment = Moment(Timestamp(boot: .zero, wall: wall, bootID: "test"))
        let pulse = CronPulse()
        let judgement = Judgement(
            watch.assess(
                of: EntityID(.cron, job.code, in: "db"), limits: CronLimits(), cron: pulse, group: pulse,
                at: moment), at: moment)
        return ([judgement.status.rawValue] + judgement.reason).joined(separator: " · ")
    }

    @Test(arguments: [false, true])
    func `jobs that the server holds for equal stay two`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys)
        // FE0F weighs nothing in this collation, nor does case.
        try await shop.run(
            """
            ALTER TABLE cron_schedule MODIFY job_code VARCHAR(255) CHARACTER SET utf8mb4
              COLLATE utf8mb4_unicode_ci NOT NULL;
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
              SELECT CONCAT('erp_push',_utf8mb4 0xEFB88F),'success',UTC_TIMESTAMP()-INTERVAL seq MINUTE,
                UTC_TIMESTAMP()-INTERVAL seq MINUTE,UTC_TIMESTAMP()-INTERVAL seq MINUTE FROM seq_1_to_50;
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,messages)
              SELECT 'erp_push','error',UTC_TIMESTAMP()-INTERVAL seq*4 MINUTE,UTC_TIMESTAMP()-INTERVAL seq*4 MINUTE,
                'no route to ERP' FROM seq_1_to_12;
            INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES
              ('ERP_push','pending',UTC_TIMESTAMP()+INTERVAL 9 MINUTE),
              ('erp_push ','pending',UTC_TIMESTAMP()+INTERVAL 9 MINUTE)
            """)
        // The server itself counts one.
        #expect(try await shop.store.truth("SELECT COUNT(DISTINCT job_code) FROM cron_schedule") == [["1"]])
        let reading = try await shop.read()
        #expect(reading.jobs.count == 4)
        let plain = try #require(reading.jobs.first { ExactName.same($0.code, "erp_push") })
        let twin = try #require(reading.jobs.first { ExactName.same($0.code, "erp_push\u{FE0F}") })
        #expect(plain.errorsLastHour == 12 && plain.successesLastHour == 0)
        #expect(twin.errorsLastHour == 0 && twin.successesLastHour == 50)
        #expect(said(plain, at: reading.readAt).hasPrefix("critical · failed since"))
        #expect(said(plain, at: reading.readAt).hasSuffix("12 errors in 1 h · no route to ERP"))
        #expect(said(twin, at: reading.readAt) == "ok")
    }

    @Test(arguments: [false, true])
    func `the heartbeat is not hidden by 4320 pending rows`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys)
        try await shop.run(
            """
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at) VALUES
              ('bulk_cleanup','success',UTC_TIMESTAMP()-INTERVAL 70 SECOND,UTC_TIMESTAMP()-INTERVAL 65 SECOND,
                UTC_TIMESTAMP()-INTERVAL 60 SECOND);
            INSERT INTO cron_schedule (job_code,status,scheduled_at)
              SELECT ELT(1+seq MOD 3,'bulk_cleanup','consumers_runner','acme'),'pending',
                UTC_TIMESTAMP()+INTERVAL seq MINUTE FROM seq_1_to_4320
            """)
        let reading = try await shop.read()
        let age = try #require(reading.newestRun.flatMap { reading.readAt?.seconds(since: $0) })
        #expect((59...65).contains(age))
        #expect(reading.jobs.map(\.code) == ["acme", "bulk_cleanup", "consumers_runner"])
        #expect(
            reading.jobs.allSatisfy { ($0.nextDue.flatMap { reading.readAt.map($0.seconds) } ?? 0) < 240 })
    }

    @Test(arguments: [false, true])
    func `more job codes than the cap are a bound, and the others are read`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys)
        try await shop.run(
            """
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,messages)
              SELECT CONCAT('job_',LPAD(seq,5,'0')),'error',UTC_TIMESTAMP()-INTERVAL 10 MINUTE,
                UTC_TIMESTAMP()-INTERVAL 10 MINUTE,'no' FROM seq_1_to_3000
            """)
        var reading = try await shop.read()
        for _ in 0..<8 { reading = try await shop.read() }
        #expect(reading.isCut)
        #expect(reading.jobs.count == CronRowBook.mostJobs)
        #expect(reading.jobs.allSatisfy { $0.errorsLastHour == 1 })
        #expect(reading.newestRun != nil)
    }

    @Test(arguments: [false, true])
    func `a run is followed through its rows, and what was deleted is known`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys)
        try await shop.run(
            """
            INSERT INTO cron_schedule (schedule_id,job_code,status,scheduled_at) VALUES
              (1,'acme','pending',UTC_TIMESTAMP()-INTERVAL 70 MINUTE),
              (2,'acme','pending',UTC_TIMESTAMP()-INTERVAL 2 SECOND),
              (3,'acme','pending',UTC_TIMESTAMP()+INTERVAL 9 MINUTE),
              (4,'other','pending',UTC_TIMESTAMP()+INTERVAL 9 MINUTE)
            """)
        let first = try #require(try await shop.job("acme"))
        #expect(first.overdueSince != nil && first.nextDue != nil && first.failure == nil)
        try await shop.run(
            "UPDATE cron_schedule SET status='running',executed_at=UTC_TIMESTAMP() WHERE schedule_id=2")
        #expect(try await shop.job("acme")?.runningID == 2)
        // Cron declares the old one missed; this one succeeds. A miss counts from now, not from 70 minutes ago.
        try await shop.run("UPDATE cron_schedule SET status='missed' WHERE schedule_id=1")
        let missed = try #require(try await shop.job("acme"))
        #expect(missed.missedLastHour == 1 && missed.failure?.end == .missed)
        #expect(missed.failure?.seenOpen != nil && missed.overdueSince == nil)
        try await shop.run(
            "UPDATE cron_schedule SET status='error',messages=NULL WHERE schedule_id=2")
        let killed = try #require(try await shop.job("acme"))
        #expect(killed.failure?.end == .killed && killed.lastError == "" && killed.runningSince == nil)
        // The rows of a failure go, and the plan of this job alone: the failure is still known.
        try await shop.run("DELETE FROM cron_schedule WHERE job_code='acme'")
        let gone = try #require(try await shop.job("acme"))
        #expect(gone.failure?.end == .killed && gone.nextDue == nil && gone.takenBackAt != nil)
        // A code appears, by an id that comes after.
        try await shop.run(
            "INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES ('new','pending',UTC_TIMESTAMP())"
        )
        #expect(try await shop.read().jobs.map(\.code) == ["acme", "new", "other"])
    }

    @Test(arguments: [false, true])
    func `what commits late and what begins anew after a TRUNCATE is seen`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys)
        try await shop.run(
            "INSERT INTO cron_schedule (schedule_id,job_code,status,scheduled_at) VALUES (900,'b','pending',UTC_TIMESTAMP()+INTERVAL 5 MINUTE)"
        )
        _ = try await shop.read()
        // A row of a smaller id than was seen.
        try await shop.run(
            "INSERT INTO cron_schedule (schedule_id,job_code,status,scheduled_at,executed_at,messages) "
                + "VALUES (880,'late','error',UTC_TIMESTAMP(),UTC_TIMESTAMP(),'no')")
        #expect(try await shop.job("late")?.lastError == "no")
        try await shop.run(
            """
            TRUNCATE cron_schedule;
            INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES ('c','pending',UTC_TIMESTAMP()+INTERVAL 9 MINUTE)
            """)
        let after = try await shop.read()
        #expect(after.jobs.map(\.code) == ["b", "c", "late"])
        #expect(after.jobs.map { $0.nextDue != nil } == [false, true, false])
        #expect(after.jobs.allSatisfy { $0.takenBackAt == nil })
        #expect(after.jobs[2].failure != nil)
    }

    @Test(arguments: [false, true])
    func `a round costs little whatever the table holds`(_ oldKeys: Bool) async throws {
        let shop = try await Shop(oldKeys: oldKeys, options: .init(generalLog: true, bufferPool: 256))
        // An hour of a hundred jobs, and 30,000 rows that cron declared missed.
        try await shop.run(
            """
            INSERT INTO cron_schedule (job_code,status,scheduled_at,messages)
              SELECT CONCAT('job_',seq MOD 3),'missed',UTC_TIMESTAMP()-INTERVAL seq MOD 3000 SECOND,REPEAT('m',90)
              FROM seq_1_to_30000;
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
              SELECT CONCAT('job_',seq MOD 100),'success',at,at,at FROM (SELECT seq,
                UTC_TIMESTAMP()-INTERVAL seq DIV 100 MINUTE at FROM seq_1_to_6000) t;
            INSERT INTO cron_schedule (job_code,status,scheduled_at)
              SELECT CONCAT('job_',seq MOD 100),'pending',UTC_TIMESTAMP()+INTERVAL 1+seq DIV 100 MINUTE
              FROM seq_1_to_2000;
            ANALYZE TABLE cron_schedule
            """)
        var examined: [Int] = []
        func reads() async throws -> Int {
            Int(
                try await shop.store.truth("SHOW GLOBAL STATUS LIKE 'Handler_read%'").reduce(0) {
                    $0 + (Int($1[1]) ?? 0)
                })
        }
        // On a loaded machine the first looks take several rounds.
        for _ in 0..<8 {
            let before = try await reads()
            _ = try await shop.read()
            examined.append(try await reads() - before)
        }
        #expect(examined[0] < 80_000)
        #expect(examined.suffix(2).allSatisfy { $0 < 3000 }, "\(examined)")
        let reading = try await shop.read()
        let job = try #require(reading.jobs.first { $0.code == "job_1" })
        // 10,000 of them: a bound.
        #expect(job.missedLastHour >= 30 && job.isHourBound)
        #expect(job.success != nil && job.nextDue != nil)
        let log = String(
            decoding: try Files.read(shop.store.server.generalLog, limit: 1 << 24), as: UTF8.self)
        let sent = log.split(separator: "\n").filter { $0.contains("schedule_id") && !$0.contains("INSERT") }
        #expect(!sent.isEmpty)
        for sql in sent { #expect(!ForbiddenSQL.words.contains { sql.contains($0) }, "\(sql.prefix(300))") }
    }
}
