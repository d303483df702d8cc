import Glibc
import Platform

/// Brings messages to the broker, a second's worth at each step.
final class BrokerProducer: StoreWork {
    private let port: Int
    /// Messages a second, by queue.
    private let flow: [(queue: String, count: Int)]
    private var channel: AMQPChannel?

    init(port: Int, _ flow: [(queue: String, count: Int)]) {
        self.port = port
        self.flow = flow
    }

    func step() throws {
        let channel = try channel ?? AMQPChannel(port: port)
        self.channel = channel
        for (queue, count) in flow { try channel.publish(count, to: queue) }
        try channel.settle()
    }

    func drop() { channel = nil }
}

/// Brings messages to the database's queues and stock that changes, which triggers tell the indexers' views.
final class DatabaseProducer: StoreWork {
    private let socket: String
    private let flow: [(queue: DatabaseQueue, count: Int)]
    private var client: SQLClient?
    private var round = 0

    init(socket: String, _ flow: [(queue: DatabaseQueue, count: Int)]) {
        self.socket = socket
        self.flow = flow
    }

    func step() throws {
        let client = try client ?? SQLClient(socket: socket)
        self.client = client
        round += 1
        let messages = flow.map { $0.queue.put($0.count) }.joined(separator: ";\n")
        let stock = "UPDATE inventory_source_item SET quantity=quantity+1 WHERE sku='\(round % 20 + 1)'"
        try client.run("\(messages);\n\(stock)")
    }

    func drop() { client = nil }
}

/// Writes a line of success a second to Magento's log, of failure now and then, and a line of nginx.
final class LogWriter: StoreWork {
    private let system: String
    private let access: String
    private let moods: StoreMoods
    private var order = 0

    /// One attempt in so many fails.
    static let attemptsAFailure = 150

    init(system: String, access: String, moods: StoreMoods) {
        self.system = system
        self.access = access
        self.moods = moods
    }

    func step() throws {
        order += 1
        let now = StoreTime.now
        let mood = moods.now
        let stamp = "[\(StoreTime.monolog(now))] main."
        var lines =
            mood.failsOrders || order % Self.attemptsAFailure == 0
            ? "\(stamp)ERROR: export of \(order) failed: HTTP 500 [] []\n"
            : "\(stamp)INFO: order \(order) exported [] []\n"
        if order % 10 == 0 { lines += "\(stamp)INFO: nothing of ours [] []\n" }
        try Self.append(lines, to: system)
        if mood.isWithoutPayments { return }
        let status = order % (2 * Self.attemptsAFailure) == 0 ? 503 : 200
        try Self.append(
            "10.0.0.1 [\(StoreTime.nginx(now))] \"POST /psp HTTP/1.1\" \(status) 0.120\n", to: access)
    }

    func drop() {}

    private static func append(_ text: String, to path: String) throws {
        let number = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("open", path, code: errno) }
        try FileDescriptor(taking: number).write(Array(text.utf8))
    }
}
