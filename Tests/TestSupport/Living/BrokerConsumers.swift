import Platform

/// Takes two messages a second with basic.get and acknowledges each, as Magento's consumers with
/// `--max-messages` do: nobody is ever seen at the queue. With a name it holds that consumer's lock.
final class PollingConsumer: StoreWork {
    private let port: Int
    private let queue: String
    private let lock: (socket: String, consumer: String)?
    private var channel: AMQPChannel?
    private var holder: SQLClient?
    private var arrears = Arrears(perSecond: 2)

    init(port: Int, queue: String, lock: (socket: String, consumer: String)? = nil) {
        self.port = port
        self.queue = queue
        self.lock = lock
    }

    private func connect() throws -> AMQPChannel {
        if let lock, holder == nil {
            let client = try SQLClient(socket: lock.socket)
            try client.run("SELECT GET_LOCK(CONCAT('magento|',MD5('\(lock.consumer)')),0)")
            holder = client
        }
        if let channel { return channel }
        let new = try AMQPChannel(port: port)
        channel = new
        return new
    }

    func step() throws {
        let channel = try connect()
        // The lock is lost with its connection, and the process ends with that.
        if let holder { try holder.run("SELECT 1") }
        for _ in 0..<2 + arrears.next() {
            guard let tag = try channel.get(queue) else { return }
            try channel.acknowledge(tag)
        }
    }

    func take() throws -> Bool { try connect().get(queue) != nil }

    func drop() {
        channel = nil
        holder = nil
    }

    func isBack(after seconds: Double) { arrears.add(seconds) }
}

/// Subscribes and finishes each message as it comes, with acknowledgement or without any.
final class SubscribedConsumer: StoreWork {
    let pace = 0.0
    private let port: Int
    private let queue: String
    private let isAcknowledged: Bool
    private var channel: AMQPChannel?

    init(port: Int, queue: String, isAcknowledged: Bool) {
        self.port = port
        self.queue = queue
        self.isAcknowledged = isAcknowledged
    }

    private func connect() throws -> AMQPChannel {
        if let channel { return channel }
        let new = try AMQPChannel(port: port)
        try new.consume(queue, prefetch: 10, isAcknowledged: isAcknowledged)
        channel = new
        return new
    }

    func step() throws {
        let channel = try connect()
        let tag = try channel.delivery()
        if isAcknowledged { try channel.acknowledge(tag) }
    }

    /// The prefetch fills by itself.
    func take() throws -> Bool {
        _ = try connect()
        return true
    }

    func drop() { channel = nil }
}

/// Comes each minute, as cron starts it, takes all that waits and leaves.
final class MinuteConsumer: StoreWork {
    private let port: Int
    private let queue: String
    private var channel: AMQPChannel?
    private var minute = 0

    init(port: Int, queue: String) {
        self.port = port
        self.queue = queue
    }

    func step() throws {
        let now = StoreTime.now
        guard now / 60 != minute, now % 60 >= 2 else { return }
        minute = now / 60
        let channel = try AMQPChannel(port: port)
        while let tag = try channel.get(queue) { try channel.acknowledge(tag) }
        try channel.settle()
    }

    func take() throws -> Bool {
        let channel = try channel ?? AMQPChannel(port: port)
        self.channel = channel
        return try channel.get(queue) != nil
    }

    func drop() { channel = nil }
}
