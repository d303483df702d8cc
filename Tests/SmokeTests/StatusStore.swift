import Documents
import Platform
import TestSupport

/// A store where all is well, on a real MariaDB and a real RabbitMQ, whose sources are read once a minute: what
/// `status` alone makes of it.
final class StatusStore: Sendable {
    let database: MariaDBServer
    let broker: RabbitMQServer
    let folder: TemporaryFolder
    /// Seconds that nobody may be there.
    /// Seconds that a look may take, as an argument: one that has judged everything ends at once, and a busy machine has
    /// its time.
    static let patience = "15"
    static let hold = 20.0

    init() async throws {
        folder = try TemporaryFolder("status-store")
        async let mariadb = MariaDBServer()
        async let rabbitmq = RabbitMQServer()
        (database, broker) = try await (mariadb, rabbitmq)
        try await database.query("CREATE DATABASE magento")
        let parts = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let schema = try Files.read("/\(parts)/ProbesTests/Fixtures/magento-schema.sql", limit: 1 << 20)
        _ = try await database.run(String(decoding: schema, as: UTF8.self), database: "magento")
        _ = try await database.run(Self.rows, database: "magento")
        for queue in ["erp.mq", "quiet.mq"] { try await broker.declareQueue(queue) }
        try await broker.management(
            "PUT", "/api/users/hypercare", #"{"password":"secret","tags":"monitoring"}"#)
        try await broker.management(
            "PUT", "/api/permissions/%2F/hypercare", #"{"configure":"^$","write":"^$","read":"^$"}"#)
        try folder.write("secret", to: "password")
        try folder.write(
            """
            environments:
              shop:
                sources:
                  db:
                    type: mysql
                    host: 127.0.0.1
                    port: \(database.port)
                    user: hypercare
                    password: {file: \(folder.path("password"))}
                    database: magento
                    tls: {mode: off}
                    interval: 60s
                    deadline: 5s
                  mq:
                    type: rabbitmq
                    url: \(broker.url)
                    user: hypercare
                    password: {file: \(folder.path("password"))}
                    interval: 60s
                    deadline: 5s
                queues:
                  limits: {no_consumer_hold: \(Int(Self.hold))s}
                  consumers: {erp.db: erpDb, quiet.db: quietDb}

            """, to: "config.yaml")
    }

    private static let rows = """
        SET time_zone='+00:00';
        CREATE USER hypercare@'%' IDENTIFIED BY 'secret';
        GRANT PROCESS ON *.* TO hypercare@'%';
        GRANT SELECT,TRIGGER ON magento.* TO hypercare@'%';
        INSERT INTO queue (id,name) VALUES (1,'erp.db'),(2,'quiet.db');
        INSERT INTO queue_message (id,topic_name,body) SELECT seq,'t','x' FROM seq_1_to_1000;
        INSERT INTO indexer_state (indexer_id,status,updated,hash_config)
          VALUES ('customer_grid','valid',UTC_TIMESTAMP(),'');
        """

    /// A cron that has run each minute until now, and is planned.
    func beat() async throws {
        try await database.query(
            """
            SET time_zone='+00:00'; DELETE FROM cron_schedule;
            INSERT INTO cron_schedule (job_code,status,scheduled_at,executed_at,finished_at)
              SELECT job,'success',at,at+INTERVAL 1 SECOND,at+INTERVAL 2 SECOND FROM
                (SELECT 'sales_send_order_emails' job UNION SELECT 'indexer_update_all_views'
                  UNION SELECT 'consumers_runner') j
                JOIN (SELECT UTC_TIMESTAMP()-INTERVAL 10+seq*60 SECOND at FROM seq_0_to_50) t;
            INSERT INTO cron_schedule (job_code,status,scheduled_at)
              SELECT job,'pending',UTC_TIMESTAMP()+INTERVAL 50+seq*60 SECOND FROM
                (SELECT 'sales_send_order_emails' job UNION SELECT 'indexer_update_all_views'
                  UNION SELECT 'consumers_runner') j JOIN seq_0_to_9;
            """, database: "magento")
    }

    /// 400 in the database's queue and 40 in the broker's, and nobody there.
    func fill() async throws {
        try await database.query(
            """
            SET time_zone='+00:00'; DELETE FROM queue_message_status;
            INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
              SELECT 1,seq,UTC_TIMESTAMP()-INTERVAL 60 SECOND,2 FROM seq_1_to_400
            """, database: "magento")
        try await broker.publish(40, to: "erp.mq")
        try await counted("erp.mq", 40)
    }

    /// The broker's own statistics have come to say so.
    private func counted(_ queue: String, _ count: Int) async throws {
        try await eventually("the broker counts \(count) in \(queue)") {
            let answer = try await self.broker.management("GET", "/api/queues/%2F/\(queue)")
            return answer.text.contains(#""messages_ready":\#(count),"#)
        }
    }

    func empty() async throws {
        try await database.query("DELETE FROM queue_message_status", database: "magento")
        try await broker.management("DELETE", "/api/queues/%2F/erp.mq/contents")
        for queue in ["erp.mq", "quiet.mq"] { try await counted(queue, 0) }
    }

    struct Looked: Sendable {
        var code: Int32
        var output: String
        var error: String
        var document: Node { get throws { try JSON.read(Array(output.utf8), name: "status") } }
    }

    func variables(home: String) -> [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "TMPDIR": folder.path, "XDG_STATE_HOME": folder.path(home),
        ]
    }

    /// Where `status` remembers when nobody says where.
    func own(_ home: String) -> String { folder.path("\(home)/hypercare/shop/status") }

    func look(_ arguments: String..., home: String) async throws -> Looked {
        let hasOwn = arguments.contains("--patience")
        let arguments = arguments + (hasOwn ? [] : ["--patience", Self.patience])
        let result = try await ChildProcess.run(
            ChildCommand(
                [Program.path, "status", "--config", folder.path("config.yaml")] + arguments,
                environment: variables(home: home)), deadline: .seconds(30), outputCap: 1 << 20)
        guard case .exited(let code) = result.end else { throw NotInTime(description: "\(result.end)") }
        return Looked(
            code: code, output: String(decoding: result.output, as: UTF8.self),
            error: String(decoding: result.error, as: UTF8.self))
    }
}
