import Documents
import Monitoring
import Text

/// One queue as the management API lists it.
struct RabbitMQQueue {
    /// What is asked for; the API leaves out what it does not know.
    static let columns = [
        "vhost", "name", "state", "messages_ready", "messages_unacknowledged", "consumers",
        "head_message_timestamp", "arguments", "effective_policy_definition", "message_stats.publish",
        "message_stats.publish_details.rate", "message_stats.ack_details.rate",
        "message_stats.deliver_no_ack_details.rate", "message_stats.get_no_ack_details.rate",
    ].joined(separator: ",")

    /// Which queue, whatever bytes its name has.
    struct Key: Hashable {
        var virtualHost: String
        var name: String
    }

    let key: Key
    private let node: Node

    /// Nil for an item without a name.
    init?(_ node: Node) {
        guard let name = node["name"]?.string, let virtualHost = node["vhost"]?.string else { return nil }
        key = Key(virtualHost: virtualHost, name: name)
        self.node = node
    }

    /// The queue that gets what this one gives up, where arguments or policy name it without bindings.
    var deadLetterTarget: Key? {
        guard setting("dead-letter-exchange")?.string == "",
            let target = setting("dead-letter-routing-key")?.string
        else { return nil }
        return Key(virtualHost: key.virtualHost, name: target)
    }

    /// Messages wait here for a time and then go elsewhere: nobody is meant to take them.
    var isWaitingRoom: Bool {
        RabbitMQBodies.number(setting("message-ttl")) != nil && setting("dead-letter-exchange") != nil
    }

    func reading(named name: String, hasNoConsumersByDesign: Bool, at now: WallTime) -> QueueReading {
        var reading = QueueReading(name: Sanitizer.line(name, maxBytes: 512), transport: .amqp)
        reading.ready = RabbitMQBodies.count(node["messages_ready"]).map { Count($0) }
        reading.inProgress = RabbitMQBodies.count(node["messages_unacknowledged"]).map { Count($0) }
        let stats = node["message_stats"]
        reading.arrivedCounter = RabbitMQBodies.count(stats?["publish"]).map(UInt64.init)
        reading.inRate = Self.rate(stats, "publish_details")
        let out = ["ack_details", "deliver_no_ack_details", "get_no_ack_details"]
            .compactMap { Self.rate(stats, $0) }
        // What has been published to is counted; then no figure for what left means that nothing left.
        reading.outRate = out.isEmpty ? reading.inRate.map { _ in 0 } : out.reduce(0, +)
        reading.oldestSeconds = oldest(at: now)
        // The time is the publisher's word (its `timestamp` property), not the broker's.
        reading.isOldestReckoned = reading.oldestSeconds != nil
        switch RabbitMQBodies.count(node["consumers"]) {
        case nil: reading.consumers = .unreadable
        case 0: reading.consumers = hasNoConsumersByDesign ? .byDesign : .nobody
        case let count?: reading.consumers = .subscribed(count)
        }
        if let state = node["state"]?.string, !["running", "idle", "live"].contains(state) {
            reading.serverState = Sanitizer.line(state, maxBytes: 64)
        }
        return reading
    }

    /// An argument of the queue, else what its policies say: an argument wins.
    private func setting(_ name: String) -> Node? {
        node["arguments"]?["x-" + name] ?? node["effective_policy_definition"]?[name]
    }

    private func oldest(at now: WallTime) -> Double? {
        guard let seconds = RabbitMQBodies.number(node["head_message_timestamp"]), seconds > 0,
            let whole = Int64(exactly: min(seconds, 1e12).rounded(.down))
        else { return nil }
        let age = now.seconds(since: WallTime(seconds: whole))
        // Some publishers write milliseconds: that is centuries ahead and says nothing.
        return age > -86_400 ? max(0, age) : nil
    }

    private static func rate(_ stats: Node?, _ name: String) -> Double? {
        RabbitMQBodies.number(stats?[name]?["rate"]).map { max(0, $0) }
    }
}
