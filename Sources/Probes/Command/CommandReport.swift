import Documents
import Monitoring
import Text

/// What a command says in JSON, everything optional, unknown keys left alone:
///
///     {"success": 12, "failure": 1, "retry": 0,            // since the run before, or ever: `counts`
///      "latency": 0.8,                                     // seconds, one or a list
///      "last_success": "2026-11-21T10:02:13Z",             // or seconds since 1970
///      "last_error": "timeout", "last_error_at": "2026-11-21T10:02:13Z",
///      "queues": [{"name": "out", "ready": 5, "in_progress": 1, "retry": 0, "error": 2,
///                  "arrived": 900, "left": 895,            // ever
///                  "oldest": 90, "consumers": 1}],         // oldest in seconds
///      "status": "warning", "text": "disk 91 % full"}      // ok, warning, critical, unknown
struct CommandReport {
    private static let mostLatencies = 256
    private static let mostQueues = 5000
    /// Seconds, three centuries of them.
    private static let canBe = 0.0...1e10

    var figures: [(kind: Outcome, value: Int)] = []
    var latencies: [Double] = []
    var lastSuccess: WallTime?
    var lastError: String?
    var lastErrorAt: WallTime?
    var queues: [QueueReading]?
    /// Nil when the report says no status.
    var status: SourceNotice?

    /// It tells of attempts.
    var hasOutcomes: Bool {
        !figures.isEmpty || !latencies.isEmpty || lastSuccess != nil || lastError != nil
    }

    /// Throws `.malformed` naming the key that has a wrong value.
    init(_ output: [UInt8], of name: String) throws(ReadFailure) {
        let node: Node
        do {
            node = try JSON.read(output, name: name, limits: ReadLimits(bytes: 8 << 20, nodes: 200_000))
        } catch {
            throw ReadFailure(.malformed, Sanitizer.line("\(error)", maxBytes: 512))
        }
        guard node.members != nil else { throw Self.wrong(name, "the answer", "an object") }
        for kind in Outcome.allCases {
            if let count = try Self.count(node, kind.rawValue, name) { figures.append((kind, count)) }
        }
        if let latency = node["latency"], !latency.isNull {
            for value in (latency.elements ?? [latency]).suffix(Self.mostLatencies) {
                guard let seconds = value.double, Self.canBe.contains(seconds) else {
                    throw Self.wrong(name, "latency", "seconds")
                }
                latencies.append(seconds)
            }
        }
        lastSuccess = try Self.time(node, "last_success", name)
        lastError = try Self.text(node, "last_error", name).map { Sanitizer.line($0, maxBytes: 512) }
        lastErrorAt = try Self.time(node, "last_error_at", name)
        if let list = node["queues"], !list.isNull { queues = try Self.queues(list, name) }
        let text = try Self.text(node, "text", name)
        if let word = try Self.text(node, "status", name) {
            guard let status = Status(rawValue: word), status != .stale, status != .off else {
                throw Self.wrong(name, "status", "ok, warning, critical or unknown")
            }
            self.status = SourceNotice(status, Sanitizer.line(text ?? "it says \(word)", maxBytes: 512))
        }
    }

    private static func queues(_ list: Node, _ name: String) throws(ReadFailure) -> [QueueReading] {
        guard let items = list.elements else { throw wrong(name, "queues", "a list") }
        guard items.count <= mostQueues else {
            throw wrong(name, "queues", "at most \(mostQueues), it has \(items.count)")
        }
        var queues: [QueueReading] = []
        var names: Set<ExactName> = []
        for item in items {
            let queue = try Self.queue(item, name)
            guard names.insert(ExactName(queue.name)).inserted else {
                throw ReadFailure(
                    .malformed,
                    Sanitizer.line(
                        "\(name): queues: \(JSONText.quoted(queue.name)) stands there twice", maxBytes: 512))
            }
            queues.append(queue)
        }
        return queues
    }

    private static func queue(_ node: Node, _ name: String) throws(ReadFailure) -> QueueReading {
        guard let title = node["name"]?.string, !title.isEmpty else {
            throw wrong(name, "queues: name", "a text")
        }
        var queue = QueueReading(name: title, transport: .amqp)
        queue.ready = try count(node, "ready", name).map { Count($0) }
        queue.inProgress = try count(node, "in_progress", name).map { Count($0) }
        queue.retry = try count(node, "retry", name).map { Count($0) }
        queue.error = try count(node, "error", name).map { Count($0) }
        queue.arrivedCounter = try count(node, "arrived", name).map { UInt64($0) }
        queue.leftCounter = try count(node, "left", name).map { UInt64($0) }
        if let oldest = node["oldest"], !oldest.isNull {
            guard let seconds = oldest.double, canBe.contains(seconds) else {
                throw wrong(name, "oldest", "seconds")
            }
            queue.oldestSeconds = seconds
        }
        if let consumers = try count(node, "consumers", name) {
            queue.consumers = consumers == 0 ? .nobody : .subscribed(consumers)
        }
        return queue
    }

    private static func count(_ node: Node, _ key: String, _ name: String) throws(ReadFailure) -> Int? {
        guard let value = node[key], !value.isNull else { return nil }
        guard let count = value.int, count >= 0 else {
            throw wrong(name, key, "a whole number that is not negative, it is \(value.kind)")
        }
        return count
    }

    private static func text(_ node: Node, _ key: String, _ name: String) throws(ReadFailure) -> String? {
        guard let value = node[key], !value.isNull else { return nil }
        guard let text = value.string else { throw wrong(name, key, "a text, it is \(value.kind)") }
        return text
    }

    private static func time(_ node: Node, _ key: String, _ name: String) throws(ReadFailure) -> WallTime? {
        guard let value = node[key], !value.isNull else { return nil }
        let text = ArraySlice((value.text ?? "").utf8)
        guard let time = LogTime.iso(text) ?? LogTime.epoch(text) else {
            throw wrong(name, key, "a time such as 2026-11-21T10:02:13Z")
        }
        return time
    }

    private static func wrong(_ name: String, _ what: String, _ expected: String) -> ReadFailure {
        ReadFailure(.malformed, Sanitizer.line("\(name): \(what) should be \(expected)", maxBytes: 512))
    }
}
