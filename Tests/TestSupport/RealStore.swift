import Platform

/// A store as it is found in the field: MariaDB over TLS and RabbitMQ with rows in all kinds of trouble, two
/// logs, a flag file, and the config that watches them.
package final class RealStore: Sendable {
    package let database: MariaDBServer
    package let broker: RabbitMQServer
    package let folder: TemporaryFolder
    /// Seconds between two reads of a server, and how long one may take.
    package static let interval = 2.0
    package static let deadline = 1.0

    private let lockHolder: ServerProcess
    private let consumer: AMQPConsumer

    package init() async throws {
        folder = try TemporaryFolder("real-store")
        async let mariadb = MariaDBServer(.init(tls: true, generalLog: true))
        async let rabbitmq = RabbitMQServer()
        (database, broker) = try await (mariadb, rabbitmq)

        try await database.query("CREATE DATABASE magento")
        let parts = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let schema = try Files.read("/\(parts)/ProbesTests/Fixtures/magento-schema.sql", limit: 1 << 20)
        _ = try await database.run(String(decoding: schema, as: UTF8.self), database: "magento")
        _ = try await database.run(StoreRows.sql, database: "magento")
        let holding = "SELECT GET_LOCK(\(StoreRows.runningLock),0),GET_LOCK(\(StoreRows.consumerLock),0)"
        lockHolder = try await ServerProcess(
            [
                "/usr/bin/mariadb", "--no-defaults", "--socket=\(database.socket)", "--user=root", "magento",
                "-e", "\(holding); SELECT SLEEP(600)",
            ], log: folder.path("holder.log"))
        consumer = try await Self.fill(broker)
        let lock = "SELECT IS_USED_LOCK(\(StoreRows.consumerLock)) IS NOT NULL"
        let server = database
        try await eventually("the locks are held") { try await server.query(lock) == [["1"]] }
        for (name, text) in [
            ("db-password", "se'cret\\"), ("mq-password", "mq secret"), ("system.log", ""),
            ("access.log", ""),
        ] { try folder.write(text, to: name) }
        try folder.write(StoreRows.flags, to: "flags.yaml")
    }

    /// Queues, messages, a consumer, and the account a console should have.
    private static func fill(_ broker: RabbitMQServer) async throws -> AMQPConsumer {
        for queue in ["erp.amqp", "erp.dead", "idle.amqp"] { try await broker.declareQueue(queue) }
        try await broker.publish(9, to: "erp.amqp")
        try await broker.publish(4, to: "erp.dead")
        let user = #"{"password":"mq secret","tags":"monitoring"}"#
        let nothing = #"{"configure":"^$","write":"^$","read":"^$"}"#
        try await broker.management("PUT", "/api/users/hypercare", user)
        try await broker.management("PUT", "/api/permissions/%2F/hypercare", nothing)
        try await broker.management("PUT", "/api/users/stranger", user)
        return try await AMQPConsumer(port: broker.port, queue: "erp.amqp", prefetch: 3)
    }

    /// The config; `changes` replaces texts in it. Answers its path.
    package func config(named name: String = "config.yaml", _ changes: (String, String)...) throws -> String {
        var text = """
            environments:
              real-shop:
                production: true
                access: operate
                window: {start: 2026-11-20T12:00:00Z, days: 14, title: 2.4.6 to 2.4.8}
                sources:
                  magento-db:
                    type: mysql
                    host: 127.0.0.1
                    port: \(database.port)
                    user: hypercare
                    password: {file: \(folder.path("db-password"))}
                    database: magento
                    tls: {ca: \(database.caFile)}
                    interval: 2s
                    deadline: 1s
                  rabbit:
                    type: rabbitmq
                    url: \(broker.url)
                    user: hypercare
                    password: {file: \(folder.path("mq-password"))}
                    interval: 2s
                    deadline: 1s
                  app-log: {type: log, path: \(folder.path("system.log")), interval: 1s, deadline: 1s}
                  web-log:
                    type: log
                    path: \(folder.path("access.log"))
                    format: nginx
                    log_format: '$remote_addr [$time_local] "$request" $status $request_time'
                    interval: 1s
                    deadline: 1s
                flags:
                  flagd: {type: flagd, path: \(folder.path("flags.yaml"))}
                integrations:
                  orders-erp:
                    thing: orders
                    direction: out
                    system: ERP
                    tier: 1
                    safe_zone: true
                    owner: mira
                    outcomes:
                      - source: app-log
                        success: "order * exported"
                        failure: {template: "export of * failed", level: error}
                        retry: "export of * again"
                      - {source: magento-db, topics: [async.V1.orders.POST]}
                  stock-erp:
                    {thing: stock, direction: in, system: ERP, outcomes: [{source: magento-db, topics: ["async.V1.stock.*"]}]}
                  payment-psp:
                    thing: payment
                    direction: both
                    system: PSP
                    outcomes:
                      - source: web-log
                        success: {status: 200-299}
                        failure: {status: 500-599}
                        retry: {status: 429}
                        latency: request_time
            """
        for (old, new) in changes { text = text.replacing(old, with: new) }
        return try folder.write(text + "\n", to: name)
    }

    /// What a run of the program finds in its environment, with state of its own.
    package func variables(state: String) -> [String: String] {
        ["XDG_STATE_HOME": folder.path(state), "XDG_CONFIG_HOME": folder.path("none"), "USER": "mira"]
    }

    /// Rows by the `mariadb` client, in UTC.
    package func truth(_ sql: String) async throws -> [[String]] {
        try await database.query("SET time_zone='+00:00'; \(sql)", database: "magento")
    }

    /// By the first column.
    package func truths(_ sql: String) async throws -> [String: [String]] {
        Dictionary(try await truth(sql).map { ($0[0], Array($0.dropFirst())) }) { first, _ in first }
    }

    package func append(_ lines: [String], to log: String) async throws {
        let text = lines.map { $0 + "\n" }.joined().replacing("'", with: "'\\''")
        try await shell("printf %s '\(text)' >> \(folder.path(log))")
    }
}
