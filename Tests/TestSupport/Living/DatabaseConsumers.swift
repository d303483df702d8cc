/// A queue of the living store's database, as Magento's driver works on it (magento.md 1.1).
struct DatabaseQueue: Sendable {
    let id: Int
    /// A bulk operation is finished with each message.
    var topic: String?

    /// Takes the oldest that waits: in progress, with its row in `queue_lock`; sets `@m`, NULL when none waits.
    func take(_ count: Int) -> String {
        """
        SET @m=NULL;
        SELECT GROUP_CONCAT(id) INTO @m FROM (SELECT id FROM queue_message_status WHERE queue_id=\(id)
          AND status IN (2,5) ORDER BY updated_at,id LIMIT \(count)) waiting;
        UPDATE queue_message_status SET status=3 WHERE FIND_IN_SET(id,@m) AND queue_id=\(id) AND status IN (2,5);
        INSERT IGNORE INTO queue_lock (message_code) SELECT MD5(CONCAT('\(id)-',id)) FROM queue_message_status
          WHERE queue_id=\(id) AND status=3
        """
    }

    /// What whoever was here before has taken and not finished: a process of the store that a deadlock ended is
    /// started again by people who know what it leaves.
    var putBack: String { "UPDATE queue_message_status SET status=2 WHERE queue_id=\(id) AND status=3" }

    /// Finishes what `@m` names. The body of an import's message is the number of its operation.
    var finish: String {
        let taken = "status=3 AND queue_id=\(id) AND FIND_IN_SET(id,@m)"
        let done = "UPDATE queue_message_status SET status=4 WHERE \(taken)"
        guard let topic else { return done }
        let bodies = """
            (SELECT body FROM queue_message WHERE id IN (SELECT message_id FROM queue_message_status WHERE \(taken)))
            """
        return """
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at)
              SELECT 'u1','\(topic)',1,UTC_TIMESTAMP() FROM \(bodies) own WHERE body='x';
            UPDATE magento_operation o JOIN \(bodies) opened ON o.id=opened.body AND opened.body<>'x'
              SET o.status=1,o.started_at=UTC_TIMESTAMP();
            \(done)
            """
    }

    func put(_ count: Int) -> String {
        let message = "INSERT INTO queue_message (topic_name,body) VALUES ('\(topic ?? "t")','x')"
        let status =
            "INSERT INTO queue_message_status (queue_id,message_id,status) VALUES (\(id),LAST_INSERT_ID(),2)"
        return Array(repeating: "\(message);\n\(status)", count: count).joined(separator: ";\n")
    }
}

/// Takes so many messages a second and finishes them by the next; holds its lock when it is named, as those
/// do that cron starts with `--single-thread`.
final class DatabaseConsumer: StoreWork {
    private let socket: String
    private let queue: DatabaseQueue
    private let consumer: String?
    private let perSecond: Int
    private let moods: StoreMoods?
    private var client: SQLClient?
    private var arrears: Arrears

    init(
        socket: String, queue: DatabaseQueue, perSecond: Int, lock consumer: String? = nil,
        moods: StoreMoods? = nil
    ) {
        self.socket = socket
        self.queue = queue
        self.consumer = consumer
        self.perSecond = perSecond
        self.moods = moods
        arrears = Arrears(perSecond: Double(perSecond))
    }

    private func connect() throws -> SQLClient {
        if let client { return client }
        let new = try SQLClient(socket: socket)
        if let consumer { try new.run("SELECT GET_LOCK(CONCAT('magento|',MD5('\(consumer)')),0)") }
        try new.run(queue.putBack)
        client = new
        return new
    }

    func step() throws {
        // What was taken a second ago is done by now.
        let more = moods?.now.importPace ?? 0
        for _ in 0...arrears.next() / perSecond {
            try connect().run("\(queue.finish);\n\(queue.take(perSecond + more))")
        }
    }

    func take() throws -> Bool {
        try connect().run("\(queue.take(1));\nSELECT @m").last?.first.map { $0 != "NULL" } ?? false
    }

    func drop() { client = nil }

    func isBack(after seconds: Double) { arrears.add(seconds) }
}

/// Comes each minute, as cron starts it: takes its lock, works on all that waits, and leaves.
final class MinuteDatabaseConsumer: StoreWork {
    private let socket: String
    private let queue: DatabaseQueue
    private let consumer: String
    private var client: SQLClient?
    private var minute = 0

    init(socket: String, queue: DatabaseQueue, lock consumer: String) {
        self.socket = socket
        self.queue = queue
        self.consumer = consumer
    }

    private func connect() throws -> SQLClient {
        let new = try SQLClient(socket: socket)
        try new.run("SELECT GET_LOCK(CONCAT('magento|',MD5('\(consumer)')),0)")
        try new.run(queue.putBack)
        return new
    }

    func step() throws {
        let now = StoreTime.now
        guard now / 60 != minute, now % 60 >= 2 else { return }
        minute = now / 60
        let client = try connect()
        while try client.run("\(queue.take(10));\nSELECT @m;\n\(queue.finish)").last != ["NULL"] {}
    }

    func take() throws -> Bool {
        let client = try client ?? connect()
        self.client = client
        return try client.run("\(queue.take(1));\nSELECT @m").last?.first.map { $0 != "NULL" } ?? false
    }

    func drop() { client = nil }
}
