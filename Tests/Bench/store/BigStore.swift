import Platform
import Probes
import TestSupport
import Text

/// Five million queue rows, half a million cron rows and a changelog of five million; `scale` makes it smaller.
struct BigStore {
    enum Keys: String, CaseIterable {
        case new = "The keys of 2.4.6."
        case old = "The keys before it, and 300,000 missed rows of cron."
    }

    enum Scenario: String, CaseIterable {
        case calm = "A day like others: 17,000 messages wait."
        case backlog = "A backlog: 1,000,000 messages wait, an import of 200,000 operations runs."
    }

    let server: MariaDBServer
    /// 1 for the whole store, 10 for a tenth of it.
    let scale: Int

    init(_ server: MariaDBServer, scale: Int) {
        self.server = server
        self.scale = scale
    }

    private func rows(_ count: Int) -> Int { count / scale }

    var source: MySQLSource {
        var source = MySQLSource(
            name: "big", address: .socket(server.socket), user: "hypercare", password: { "hypercare" },
            database: "magento", tls: .off)
        source.usesApplicationLock = true
        source.topics = ["orders": [NamePattern("async.topic.1")], "stock": [NamePattern("async.topic.2*")]]
        // A slow statement is to be measured, not ended.
        source.statementLimit = .seconds(30)
        source.interval = .seconds(60)
        source.deadline = .seconds(60)
        return source
    }

    private func run(_ what: String, _ sql: String) async throws {
        print("  \(what)")
        _ = try await server.run(
            "SET time_zone='+00:00',unique_checks=0,foreign_key_checks=0;\n\(sql)", database: "magento")
    }

    /// The tables, empty, and the account.
    func makeSchema() async throws {
        try await server.query("CREATE DATABASE magento")
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let schema = try Files.read("/\(folder)/ProbesTests/Fixtures/magento-schema.sql", limit: 1 << 20)
        _ = try await server.run(String(decoding: schema, as: UTF8.self), database: "magento")
        try await run(
            "account",
            """
            CREATE USER hypercare@'%' IDENTIFIED BY 'hypercare';
            GRANT SELECT, TRIGGER ON magento.* TO hypercare@'%';
            """)
    }

    func fill() async throws {
        try await makeSchema()
        try await run(
            "queues",
            """
            INSERT INTO queue (name) SELECT CONCAT('queue.',seq) FROM seq_1_to_17;
            INSERT INTO queue (name) VALUES ('async.operations.all'),('export'),('codegenerator');
            """)
        try await run(
            "5,000,000 messages",
            """
            INSERT INTO queue_message (id,topic_name,body)
              SELECT seq,CONCAT('topic.',seq MOD 20),'{"sku":"A"}' FROM seq_1_to_\(rows(5_000_000));
            """)
        let top = rows(5_000_000)
        let (calm, waiting) = (top - 25_500 / scale, top - 17_000 / scale)
        // Keys are built afterwards, which is faster; they get the same names.
        try await run(
            "5,000,000 message states",
            """
            ALTER TABLE queue_message_status DROP FOREIGN KEY QUEUE_MESSAGE_STATUS_MESSAGE_ID_QUEUE_MESSAGE_ID,
              DROP FOREIGN KEY QUEUE_MESSAGE_STATUS_QUEUE_ID_QUEUE_ID,
              DROP KEY QUEUE_MESSAGE_STATUS_QUEUE_ID_MESSAGE_ID,
              DROP KEY QUEUE_MESSAGE_STATUS_STATUS_UPDATED_AT,
              DROP KEY QUEUE_MESSAGE_STATUS_MESSAGE_ID_QUEUE_MESSAGE_ID;
            INSERT INTO queue_message_status (id,queue_id,message_id,updated_at,status)
              SELECT seq,IF(seq BETWEEN \(rows(4_000_000))+1 AND \(calm),18,1+(seq*7) MOD 20),seq,
                UTC_TIMESTAMP()-INTERVAL (\(top)-seq) DIV 9 SECOND,
                CASE WHEN seq>\(waiting) AND seq MOD 2 THEN 2 WHEN seq MOD 12500=0 THEN 3
                  WHEN seq MOD 100=1 THEN 6 WHEN seq MOD 9001=2 THEN 5 ELSE 4 END
              FROM seq_1_to_\(top);
            UPDATE queue_message_status SET status=2,updated_at=updated_at WHERE id>\(calm) AND id<=\(waiting);
            ALTER TABLE queue_message_status ADD UNIQUE KEY QUEUE_MESSAGE_STATUS_QUEUE_ID_MESSAGE_ID
                (queue_id,message_id),
              ADD KEY QUEUE_MESSAGE_STATUS_STATUS_UPDATED_AT (status,updated_at),
              ADD KEY QUEUE_MESSAGE_STATUS_MESSAGE_ID_QUEUE_MESSAGE_ID (message_id);
            """)
        try await run("500,000 cron rows of 120 jobs", Self.cronRows)
        try await run(
            "a changelog of 5,000,000 and six more",
            """
            INSERT INTO catalog_product_price_cl (entity_id) SELECT seq MOD 200000 FROM seq_1_to_\(rows(5_000_000));
            INSERT INTO cataloginventory_stock_cl (entity_id) SELECT seq FROM seq_1_to_\(rows(1_000_000));
            INSERT INTO catalogsearch_fulltext_cl (entity_id) SELECT seq FROM seq_1_to_300000;
            INSERT INTO mview_state (view_id,mode,status,updated,version_id)
              SELECT REPLACE(table_name,'_cl',''),'enabled','idle',UTC_TIMESTAMP(),100
              FROM information_schema.tables WHERE table_schema='magento' AND table_name LIKE '%\\_cl';
            INSERT INTO indexer_state (indexer_id,status,updated,hash_config)
              SELECT view_id,'valid',UTC_TIMESTAMP(),'' FROM mview_state;
            """)
        try await run(
            "500,000 bulk operations",
            """
            INSERT INTO magento_bulk (uuid,operation_count) VALUES ('b',1);
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at,serialized_data,result_message)
              SELECT 'b',CONCAT('async.topic.',seq MOD 12),IF(seq MOD 50=0,3,1),
                UTC_TIMESTAMP()-INTERVAL (\(rows(500_000))-seq)*3 SECOND,REPEAT('d',500),'said'
              FROM seq_1_to_\(rows(500_000));
            ANALYZE TABLE queue_message_status,cron_schedule,catalog_product_price_cl,magento_operation;
            """)
    }

    func become(_ scenario: Scenario) async throws {
        guard scenario == .backlog else { return }
        try await run(
            "one queue backs up, an import runs",
            """
            UPDATE queue_message_status SET status=2,updated_at=updated_at WHERE id>\(rows(4_000_000)) AND queue_id=18;
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at,serialized_data)
              SELECT 'b',CONCAT('async.topic.',seq MOD 12),IF(seq MOD 9=0,4,IF(seq MOD 10=1,3,1)),
                IF(seq MOD 9=0,NULL,UTC_TIMESTAMP()-INTERVAL (\(rows(200_000))-seq) DIV 220 SECOND),
                REPEAT('d',500) FROM seq_1_to_\(rows(200_000));
            ANALYZE TABLE queue_message_status,magento_operation;
            """)
        try await settle()
    }

    /// Rows that were replaced and not yet purged would be walked over by the first rounds.
    private func settle() async throws {
        try await eventually("the server has cleaned up", within: .seconds(120)) {
            try await server.query(
                "SELECT variable_value<100 FROM information_schema.global_status "
                    + "WHERE variable_name='INNODB_HISTORY_LIST_LENGTH'") == [["1"]]
        }
    }

    func take(_ keys: Keys) async throws {
        guard keys == .old else { return }
        try await run(
            "older keys of cron, 300,000 missed rows",
            """
            ALTER TABLE cron_schedule DROP KEY CRON_SCHEDULE_JOB_CODE_STATUS_SCHEDULED_AT,
              ADD KEY CRON_SCHEDULE_JOB_CODE (job_code),
              ADD KEY CRON_SCHEDULE_SCHEDULED_AT_STATUS (scheduled_at,status);
            INSERT INTO cron_schedule (job_code,status,created_at,scheduled_at,messages)
              SELECT CONCAT('job_',seq MOD 120),'missed',UTC_TIMESTAMP(),
                UTC_TIMESTAMP()-INTERVAL seq MOD 3500 SECOND,REPEAT('m',200) FROM seq_1_to_\(rows(300_000));
            ANALYZE TABLE cron_schedule;
            """)
    }

    /// What a busy store does in five seconds: 45 messages end and 45 come, in an import 1,100 operations end.
    func live(_ scenario: Scenario) async throws {
        let operations = scenario == .backlog ? 1100 : 5
        _ = try await server.run(
            """
            SET time_zone='+00:00';
            UPDATE queue_message_status SET status=4 WHERE status=2 ORDER BY updated_at,id LIMIT 45;
            UPDATE queue_message_status SET status=6 WHERE status=2 ORDER BY updated_at,id LIMIT 1;
            SELECT MAX(id) INTO @top FROM queue_message;
            INSERT INTO queue_message (id,topic_name,body) SELECT @top+seq,'t','{}' FROM seq_1_to_45;
            INSERT INTO queue_message_status (queue_id,message_id,status)
              SELECT 1+seq MOD 20,@top+seq,2 FROM seq_1_to_45;
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at,serialized_data)
              SELECT 'b',CONCAT('async.topic.',seq MOD 12),1,UTC_TIMESTAMP()-INTERVAL seq MOD 5 SECOND,
                REPEAT('d',500) FROM seq_1_to_\(operations);
            """, database: "magento")
    }

    /// Rows of the big tables, as the server estimates them.
    func sizes() async throws -> String {
        try await server.query(
            "SELECT CONCAT(table_name,' ',table_rows) FROM information_schema.tables "
                + "WHERE table_schema='magento' AND table_rows>1000 ORDER BY table_rows DESC"
        ).map { $0[0] }.joined(separator: ", ")
    }

    func become(_ what: String, _ sql: String) async throws {
        try await run(what, sql)
        try await settle()
    }

    static let cronRows = """
        INSERT INTO cron_schedule (job_code,status,created_at,scheduled_at,executed_at,finished_at,messages)
          SELECT CONCAT('job_',n),s,at,at,IF(s IN ('pending','missed'),NULL,at),
            IF(s='success',at+INTERVAL n MOD 40 SECOND,NULL),IF(s IN ('error','missed'),REPEAT('m',200),NULL)
          FROM (SELECT seq MOD 120 n,UTC_TIMESTAMP()+INTERVAL 15 MINUTE
              -INTERVAL (500000-seq) DIV 120 MINUTE at,
            CASE WHEN seq>498200 THEN 'pending' WHEN seq MOD 20=3 THEN 'missed' WHEN seq MOD 25=4 THEN 'error'
              WHEN seq MOD 99991=5 THEN 'running' ELSE 'success' END s FROM seq_1_to_500000) t;
        ANALYZE TABLE cron_schedule;
        """
}
