import Documents
import Monitoring
import Text

/// One queue as the management API lists it.
struct RabbitMQQueue {
    /// What is asked for; the API leaves out what it does not know. No rates: those of the broker jump, and say
    /// 0 while the depth grows.
    static let columns = [
        "vhost", "name", "type", "exclusive", "state", "messages", "messages_ready",
        "messages_unacknowledged", "consumers", "head_message_timestamp", "arguments",
        "effective_policy_definition", "message_stats.publish", "message_stats.ack",
        "message_stats.deliver_no_ack", "message_stats.get_no_ack",
    ].joined(separator: ",")

    /// Which queue, by the bytes of its names.
    struct Key: Hashable {
        let virtualHost: ExactName
        let name: ExactName

        init(virtualHost: String, name: String) {
            self.virtualHost = ExactName(virtualHost)
            self.name = ExactName(name)
        }
    }

    let key: Key
    private let node: Node

    /// Nil for an item without a name.
    init?(_ node: Node) {
        guard let name = node["name"]?.string, let virtualHost = node["vhost"]?.string else { return nil }
        key = Key(virtualHost: virtualHost, name: name)
        self.node = node
    }

    /// It lives as long as a connection, or the server made its name up, as for the answers to Magento's RPC
    /// calls: it comes and goes, and nobody knows it by name.
    var isPassing: Bool {
        node["exclusive"]?.bool == true || key.name.text.utf8.starts(with: "amq.gen-".utf8)
    }

    var isStream: Bool {
        (node["type"]?.string ?? node["arguments"]?["x-queue-type"]?.string) == "stream"
    }

    /// The broker has no word on how much waits: the queue is a few seconds old, or its figures are not to be
    /// had. A stream without statistics never has them.
    var lacksFigures: Bool {
        if case .absent = RabbitMQFigure(node["messages_ready"]) { return !isStream && serverState == nil }
        return false
    }

    /// What stands where a figure should, for people: `messages_ready is -4`.
    var faults: [String] {
        var figures = ["messages", "messages_ready", "messages_unacknowledged", "consumers"].map {
            ($0, RabbitMQFigure(node[$0]))
        }
        figures += Self.counters.map { ($0, RabbitMQFigure(node["message_stats"]?[$0])) }
        return figures.compactMap { name, figure in
            if case .senseless(let text) = figure { "\(name) is \(text)" } else { nil }
        }
    }

    private static let left = ["ack", "deliver_no_ack", "get_no_ack"]
    private static let counters = ["publish"] + left

    /// `counts`: the broker keeps counters at all, so that one without an entry has counted nothing.
    func reading(isWithoutConsumer: Bool, counts: Bool, at serverTime: WallTime) -> QueueReading {
        var reading = QueueReading(name: key.name.text, transport: .amqp)
        reading.virtualHost = key.virtualHost.text
        reading.isWithoutConsumer = isWithoutConsumer
        reading.isStream = isStream
        let ready = RabbitMQFigure(node["messages_ready"]).value
        let taken = RabbitMQFigure(node["messages_unacknowledged"]).value
        reading.ready = ready.map { Count($0) }
        reading.inProgress = taken.map { Count($0) }
        if let ready, let taken, let all = RabbitMQFigure(node["messages"]).value {
            // The three are told together. Dead letters that wait to be delivered at least once are the rest.
            reading.held = Count(ready <= all && taken <= all - ready ? all - ready - taken : 0)
        }
        let stats = node["message_stats"]
        // Dead letters that arrive are counted nowhere: without an entry nothing is known, which is not 0.
        reading.arrivedCounter = RabbitMQFigure(stats?["publish"]).value.map(UInt64.init)
        // A stream keeps what is taken from it.
        if counts, ready != nil, !isStream { reading.leftCounter = Self.left(stats) }
        reading.oldestSeconds = oldest(at: serverTime)
        // The time is the publisher's word (its `timestamp` property), not the broker's.
        reading.isOldestReckoned = reading.oldestSeconds != nil
        switch RabbitMQFigure(node["consumers"]).value {
        case nil: reading.consumers = .unreadable
        case 0: reading.consumers = .nobody
        case let count?: reading.consumers = .subscribed(count)
        }
        reading.maxLength = maxLength
        if reading.maxLength != nil {
            reading.overflow =
                setting("overflow").map { $0.string.flatMap(QueueReading.Overflow.init) } ?? .dropHead
        }
        reading.serverState = serverState
        return reading
    }

    /// Of a queue that is there and could not be read: nothing is known of it.
    static func unread(_ key: Key, isWithoutConsumer: Bool) -> QueueReading {
        var reading = QueueReading(name: key.name.text, transport: .amqp)
        reading.virtualHost = key.virtualHost.text
        reading.isWithoutConsumer = isWithoutConsumer
        return reading
    }

    /// What was acknowledged, and what was handed out to those who never acknowledge (`deliver_get` and `get`
    /// count what was taken, again and again where it comes back). Nil when one of them makes no sense.
    private static func left(_ stats: Node?) -> UInt64? {
        var sum: UInt64 = 0
        for name in left {
            switch RabbitMQFigure(stats?[name]) {
            case .value(let value): sum = sum.addingReportingOverflow(UInt64(value)).partialValue
            case .absent: break
            case .senseless: return nil
            }
        }
        return sum
    }

    private var serverState: String? {
        guard let state = node["state"]?.string, !["running", "idle", "live"].contains(state) else {
            return nil
        }
        return Sanitizer.line(state, maxBytes: 64)
    }

    /// An argument of the queue, else what its policies say: an argument wins.
    private func setting(_ name: String) -> Node? {
        node["arguments"]?["x-" + name] ?? node["effective_policy_definition"]?[name]
    }

    /// Of an argument and a policy the smaller one holds.
    private var maxLength: Int? {
        let told = [node["arguments"]?["x-max-length"], node["effective_policy_definition"]?["max-length"]]
        return told.compactMap { RabbitMQFigure($0).value }.min()
    }

    private func oldest(at now: WallTime) -> Double? {
        guard let seconds = RabbitMQFigure(node["head_message_timestamp"]).value, seconds > 0 else {
            return nil
        }
        let age = now.seconds(since: WallTime(seconds: Int64(min(seconds, 1_000_000_000_000))))
        // Some publishers write milliseconds: that is centuries ahead and says nothing.
        return age > -86_400 ? max(0, age) : nil
    }
}
