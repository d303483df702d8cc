import Documents
import Monitoring
import Text

/// One queue as the management API lists it, taken apart.
struct RabbitMQQueue: Sendable {
    /// What is asked for; the API leaves out what it does not know. No rates: those of the broker jump, and say
    /// 0 while the depth grows.
    static let columns = [
        "vhost", "name", "type", "exclusive", "state", "messages", "messages_ready",
        "messages_unacknowledged", "message_bytes_ready", "consumers", "head_message_timestamp", "arguments",
        "effective_policy_definition", "message_stats.publish", "message_stats.ack",
        "message_stats.deliver_no_ack", "message_stats.get_no_ack", "message_stats.deliver_get",
    ].joined(separator: ",")

    /// What can be had without statistics, for a quarter of the price.
    static let totals = "vhost,name,type,exclusive,state,messages,messages_ready,messages_unacknowledged"

    /// Which queue, by the bytes of its names.
    struct Key: Hashable, Comparable {
        let virtualHost: ExactName
        let name: ExactName

        init(virtualHost: String, name: String) {
            self.virtualHost = ExactName(virtualHost)
            self.name = ExactName(name)
        }

        static func < (left: Key, right: Key) -> Bool {
            (left.virtualHost, left.name) < (right.virtualHost, right.name)
        }
    }

    /// Set to an equal one, of which the texts are held already.
    var key: Key {
        didSet {
            var reading = parts
            reading.name = key.name.text
            reading.virtualHost = key.virtualHost.text
            held = Apart(reading)
        }
    }
    /// It lives as long as a connection, or the server made its name up, as for the answers to Magento's RPC
    /// calls: it comes and goes, and nobody knows it by name.
    let isPassing: Bool
    /// The broker has no word on how much waits: the queue is a few seconds old, or its figures are not to be
    /// had. A stream without statistics never has them.
    let lacksFigures: Bool
    /// What stands where a figure should, for people: `messages_ready is -4`.
    let faults: [String]
    private var held: Apart<QueueReading>
    private var parts: QueueReading { held.value }
    /// When its oldest message was sent, seconds since 1970 by its publisher.
    private let head: Int?

    /// Nil for an item without a name.
    init?(_ node: Node) {
        guard let name = node["name"]?.string, let virtualHost = node["vhost"]?.string else { return nil }
        key = Key(virtualHost: virtualHost, name: name)
        isPassing = node["exclusive"]?.bool == true || name.utf8.starts(with: "amq.gen-".utf8)
        var reading = QueueReading(name: name, transport: .amqp)
        reading.virtualHost = virtualHost
        reading.isStream = (node["type"]?.string ?? node["arguments"]?["x-queue-type"]?.string) == "stream"
        if let state = node["state"]?.string, !["running", "idle", "live"].contains(state) {
            reading.serverState = Sanitizer.line(state, maxBytes: 64)
        }

        var faults: [String] = []
        func figure(_ name: String, _ node: Node?) -> RabbitMQFigure {
            let figure = RabbitMQFigure(node)
            if case .senseless(let text) = figure { faults.append("\(name) is \(text)") }
            return figure
        }
        let all = figure("messages", node["messages"]).value
        let ready = figure("messages_ready", node["messages_ready"])
        let taken = figure("messages_unacknowledged", node["messages_unacknowledged"]).value
        reading.ready = ready.value.map { Count($0) }
        reading.inProgress = taken.map { Count($0) }
        if let ready = ready.value, let taken, let all {
            // The three are told together. Dead letters that wait to be delivered at least once are the rest.
            reading.held = Count(ready <= all && taken <= all - ready ? all - ready - taken : 0)
        }
        switch figure("consumers", node["consumers"]).value {
        case nil: reading.consumers = .unreadable
        case 0: reading.consumers = .nobody
        case let count?: reading.consumers = .subscribed(count)
        }
        let stats = node["message_stats"]
        // Dead letters that arrive are counted nowhere: without an entry nothing is known, which is not 0.
        reading.arrivedCounter = figure("publish", stats?["publish"]).value.map(UInt64.init)
        // What was acknowledged, and what was handed out to those who never do (`deliver_get` and `get` count what
        // was taken, again and again where it comes back). A stream keeps what is taken from it.
        let left = ["ack", "deliver_no_ack", "get_no_ack"].map { figure($0, stats?[$0]) }
        if ready.value != nil, !reading.isStream, left.allSatisfy({ !$0.isSenseless }) {
            let sum = left.reduce(0) { $0 &+ UInt64($1.value ?? 0) }
            reading.leftCounter = sum
            let taken = figure("deliver_get", stats?["deliver_get"]).value.map(UInt64.init)
            reading.takenCounter = taken ?? (sum == 0 ? 0 : nil)
        }
        Self.bound(&reading, by: node)
        if case .absent = ready {
            lacksFigures = !reading.isStream && reading.serverState == nil
        } else {
            lacksFigures = false
        }
        reading.isBeingMeasured = lacksFigures
        head = RabbitMQFigure(node["head_message_timestamp"]).value
        self.faults = faults
        held = Apart(reading)
    }

    /// An argument of the queue, else what its policies say: an argument wins, and of two lengths the smaller.
    private static func bound(_ reading: inout QueueReading, by node: Node) {
        let (arguments, policy) = (node["arguments"], node["effective_policy_definition"])
        func least(_ argument: String, _ member: String) -> Int? {
            [arguments?[argument], policy?[member]].compactMap { RabbitMQFigure($0).value }.min()
        }
        // To a stream it is how much is kept.
        if reading.isStream { return }
        reading.maxLength = least("x-max-length", "max-length")
        reading.maxBytes = least("x-max-length-bytes", "max-length-bytes")
        guard reading.maxLength != nil || reading.maxBytes != nil else { return }
        reading.readyBytes = RabbitMQFigure(node["message_bytes_ready"]).value
        let overflow = arguments?["x-overflow"] ?? policy?["overflow"]
        reading.overflow = overflow.map { $0.string.flatMap(QueueReading.Overflow.init) } ?? .dropHead
    }

    /// `counts`: the broker keeps counters at all, so that one without an entry has counted nothing.
    func reading(isWithoutConsumer: Bool, counts: Bool, at serverTime: WallTime) -> QueueReading {
        var reading = parts
        reading.isWithoutConsumer = isWithoutConsumer
        if !counts { (reading.leftCounter, reading.takenCounter) = (nil, nil) }
        reading.oldestSeconds = oldest(at: serverTime)
        // The time is the publisher's word (its `timestamp` property), not the broker's.
        reading.isOldestReckoned = reading.oldestSeconds != nil
        return reading
    }

    /// Of a queue that is there and could not be read: nothing is known of it.
    static func unread(_ key: Key, isWithoutConsumer: Bool) -> QueueReading {
        var reading = QueueReading(name: key.name.text, transport: .amqp)
        reading.virtualHost = key.virtualHost.text
        reading.isWithoutConsumer = isWithoutConsumer
        return reading
    }

    /// Nothing is in it, by figures that are all there and make sense.
    var isEmpty: Bool {
        parts.ready == Count(0) && parts.inProgress == Count(0) && parts.held == Count(0)
            && parts.serverState == nil && faults.isEmpty
    }

    /// Empty, and nothing came or left since `earlier`.
    func isStill(since earlier: RabbitMQQueue) -> Bool {
        isEmpty && parts.arrivedCounter == earlier.parts.arrivedCounter
            && parts.leftCounter == earlier.parts.leftCounter
    }

    private func oldest(at now: WallTime) -> Double? {
        guard let head, head > 0 else { return nil }
        let age = now.seconds(since: WallTime(seconds: Int64(min(head, 1_000_000_000_000))))
        // Some publishers write milliseconds: that is centuries ahead and says nothing.
        return age > -86_400 ? max(0, age) : nil
    }
}
