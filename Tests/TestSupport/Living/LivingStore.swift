import Platform

/// A healthy store at work on a private MariaDB and RabbitMQ: producers, a consumer of each kind, cron,
/// indexers, logs. Each consumer can be killed, or hung with what it has taken.
package final class LivingStore: Sendable {
    /// A queue and whoever takes from it.
    package struct Consumer: Sendable {
        package let queue: String
        package let kind: String
        /// Seconds between two departures in good order.
        package let pace: Double
        /// The source that reads the queue.
        package let source: String
        /// Without acknowledgement nothing can be taken and not finished.
        package let canHang: Bool
        package let worker: StoreWorker
    }

    package let database: MariaDBServer
    package let broker: RabbitMQServer
    package let folder: TemporaryFolder
    package let consumers: [Consumer]
    package let moods: StoreMoods
    private let others: [StoreWorker]

    package init() async throws {
        folder = try TemporaryFolder("living-store")
        async let mariadb = MariaDBServer(.init(tls: true))
        async let rabbitmq = RabbitMQServer()
        (database, broker) = try await (mariadb, rabbitmq)
        try await Self.fill(database)
        try await Self.fill(broker)
        for (name, text) in [
            ("db-password", "secret"), ("mq-password", "secret"), ("system.log", ""), ("access.log", ""),
            ("flags.yaml", StoreRows.flags),
        ] { try folder.write(text, to: name) }
        let moods = StoreMoods()
        self.moods = moods
        (consumers, others) = try Self.start(database, broker, folder, moods)
        try await release("2.4.8")
        // A broker has no figures of a queue in its first seconds; this one has been there for long.
        let (server, count) = (broker, Self.brokerQueues.count)
        try await eventually("the broker counts", within: .seconds(60)) {
            let listed = try await server.management("GET", "/api/queues/%2F?columns=messages_ready").text
            return listed.split(separator: "messages_ready", omittingEmptySubsequences: false).count > count
        }
    }

    /// Ends producers and consumers, then the servers.
    package func stop() async throws {
        let workers = others + consumers.map(\.worker)
        // A subscriber sees that it is to stop with its next message.
        for worker in consumers.map(\.worker) { worker.stop() }
        try? await eventually("the consumers have stopped", within: .seconds(5)) {
            self.consumers.allSatisfy(\.worker.hasEnded)
        }
        for worker in others { worker.stop() }
        try await broker.stop(9)
        try await database.stop(9)
        try await eventually("all have stopped", within: .seconds(10)) {
            workers.allSatisfy(\.hasEnded)
        }
    }

    /// Cron runs, or nobody starts it.
    package func turnCron(_ conduct: StoreWorker.Conduct) {
        others.first { $0.name == "cron" }?.turn(conduct)
    }

    /// Each worker that has failed, and why.
    package var errors: [String] {
        (others + consumers.map(\.worker)).filter { !$0.lastError.isEmpty }.map {
            "\($0.name): \($0.lastError)"
        }
    }

    // MARK: The servers

    private static func fill(_ database: MariaDBServer) async throws {
        try await database.query("CREATE DATABASE magento")
        let parts = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let schema = try Files.read("/\(parts)/ProbesTests/Fixtures/magento-schema.sql", limit: 1 << 20)
        _ = try await database.run(String(decoding: schema, as: UTF8.self), database: "magento")
        let views = StoreCron.views
        let changes = views.map {
            """
            INSERT INTO indexer_state (indexer_id,status,updated,hash_config)
              VALUES ('\($0)','valid',UTC_TIMESTAMP(),'');
            INSERT INTO mview_state (view_id,mode,status,updated,version_id)
              VALUES ('\($0)','enabled','idle',UTC_TIMESTAMP(),1);
            INSERT INTO \($0)_cl (entity_id) VALUES (1);
            CREATE TRIGGER trg_inventory_source_item_after_update_\($0) AFTER UPDATE ON inventory_source_item
              FOR EACH ROW INSERT IGNORE INTO `\($0)_cl` (`entity_id`) VALUES (NEW.`source_item_id`);
            """
        }
        let sql = """
            SET time_zone='+00:00';
            CREATE USER hypercare@'%' IDENTIFIED BY 'secret' REQUIRE SSL WITH MAX_USER_CONNECTIONS 8;
            GRANT PROCESS ON *.* TO hypercare@'%';
            GRANT SELECT,TRIGGER ON magento.* TO hypercare@'%';
            INSERT INTO queue (id,name) VALUES (1,'async.operations.all'),(2,'vendor.feed'),(3,'export'),
              (4,'inventory.mass.update'),(5,'product_alert.queue');
            INSERT INTO magento_bulk (uuid,operation_count) VALUES ('u1',10);
            INSERT INTO inventory_source (source_code,name) VALUES ('default','default');
            INSERT INTO inventory_source_item (source_code,sku,quantity) SELECT 'default',seq,1 FROM seq_1_to_20;
            \(vendorFeed.put(5));
            \(changes.joined(separator: "\n"))
            \(StoreCron.history(at: StoreTime.now));
            """
        _ = try await database.run(sql, database: "magento")
    }

    private static let brokerQueues = [
        "erp.polled", "inventory.mass.update", "erp.subscribed", "crm.feed", "erp.minute", "idle.amqp",
        "erp.dead",
    ]

    private static func fill(_ broker: RabbitMQServer) async throws {
        for queue in brokerQueues { try await broker.declareQueue(queue) }
        let user = #"{"password":"secret","tags":"monitoring"}"#
        let nothing = #"{"configure":"^$","write":"^$","read":"^$"}"#
        try await broker.management("PUT", "/api/users/hypercare", user)
        try await broker.management("PUT", "/api/permissions/%2F/hypercare", nothing)
        let port = broker.port
        try await onThread {
            // 60 always wait where a consumer polls.
            let channel = try AMQPChannel(port: port)
            try channel.publish(60, to: "erp.polled")
            try channel.publish(60, to: "inventory.mass.update")
            try channel.settle()
        }
    }

    static let stockTopic = "async.V1.stock.PUT"
    private static let operations = DatabaseQueue(id: 1, topic: stockTopic)
    private static let vendorFeed = DatabaseQueue(id: 2)
    private static let export = DatabaseQueue(id: 3)

    // MARK: The workers

    private static func start(
        _ database: MariaDBServer, _ broker: RabbitMQServer, _ folder: TemporaryFolder, _ moods: StoreMoods
    ) throws -> (consumers: [Consumer], others: [StoreWorker]) {
        let port = broker.port
        let socket = database.socket
        func consumer(
            _ queue: String, _ kind: String, pace: Double = 1, in source: String, canHang: Bool = true,
            _ make: @escaping @Sendable () -> any StoreWork
        ) throws -> Consumer {
            Consumer(
                queue: queue, kind: kind, pace: pace, source: source, canHang: canHang,
                worker: try StoreWorker(queue, make))
        }
        let consumers = [
            try consumer("erp.polled", "basic.get, acknowledged", in: "rabbit") {
                PollingConsumer(port: port, queue: "erp.polled")
            },
            try consumer("inventory.mass.update", "basic.get, Magento's lock", in: "rabbit") {
                PollingConsumer(
                    port: port, queue: "inventory.mass.update", lock: (socket, "inventory.mass.update"))
            },
            try consumer("erp.subscribed", "subscribed, acknowledged", in: "rabbit") {
                SubscribedConsumer(port: port, queue: "erp.subscribed", isAcknowledged: true)
            },
            try consumer("crm.feed", "subscribed, no ack", in: "rabbit", canHang: false) {
                SubscribedConsumer(port: port, queue: "crm.feed", isAcknowledged: false)
            },
            try consumer("erp.minute", "each minute, basic.get", pace: 60, in: "rabbit") {
                MinuteConsumer(port: port, queue: "erp.minute")
            },
            try consumer("async.operations.all", "database, lock", in: "magento-db") {
                DatabaseConsumer(
                    socket: socket, queue: operations, perSecond: 2, lock: "async.operations.all",
                    moods: moods)
            },
            try consumer("vendor.feed", "database, no lock", in: "magento-db") {
                DatabaseConsumer(socket: socket, queue: vendorFeed, perSecond: 1)
            },
            try consumer("export", "database, each minute, lock", pace: 60, in: "magento-db") {
                MinuteDatabaseConsumer(socket: socket, queue: export, lock: "exportProcessor")
            },
        ]
        let logs = (folder.path("system.log"), folder.path("access.log"))
        let others = [
            try StoreWorker("messages") {
                BrokerProducer(
                    port: port,
                    [
                        ("erp.polled", 2), ("inventory.mass.update", 2), ("erp.subscribed", 2),
                        ("crm.feed", 1), ("erp.minute", 1),
                    ])
            },
            try StoreWorker("rows") {
                DatabaseProducer(socket: socket, [(operations, 2), (vendorFeed, 1), (export, 1)])
            },
            try StoreWorker("cron") { StoreCron(socket: socket, moods: moods) },
            try StoreWorker("logs") {
                LogWriter(system: logs.0, access: logs.1, moods: moods)
            },
        ]
        return (consumers, others)
    }
}
