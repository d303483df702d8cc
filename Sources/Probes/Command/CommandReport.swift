import Documents
import Monitoring
import Text

/// What a command says in JSON, everything optional, unknown keys left alone:
///
///     {"success": 12, "failure": 1, "retry": 0,            // since the run before
///      "latency": 0.8,                                     // seconds, one or a list
///      "last_success": "2026-11-21T10:02:13Z",             // or seconds since 1970
///      "last_error": "timeout",
///      "queues": [{"name": "out", "ready": 5, "in_progress": 1, "retry": 0, "error": 2,
///                  "oldest": 90, "consumers": 1}],         // oldest in seconds
///      "status": "warning", "text": "disk 91 % full"}      // ok, warning, critical, unknown
struct CommandReport {
    var counts: OutcomeCounts?
    var latencies: [Double] = []
    var lastSuccess: WallTime?
    var lastError: String?
    var queues: [QueueReading]?
    var notice: SourceNotice?

    /// Throws `.malformed` naming the key that has a wrong value.
    init(_ output: [UInt8], of name: String) throws(ReadFailure) {
        let node: Node
        do {
            node = try JSON.read(output, name: name, limits: ReadLimits(bytes: 4 << 20, nodes: 100_000))
        } catch {
            throw ReadFailure(.malformed, Sanitizer.line("\(error)", maxBytes: 512))
        }
        guard node.members != nil else { throw Self.wrong(name, "the answer", "an object") }
        if node["success"] != nil || node["failure"] != nil || node["retry"] != nil {
            counts = OutcomeCounts(
                successes: try Self.count(node, "success", name) ?? 0,
                failures: try Self.count(node, "failure", name) ?? 0,
                retries: try Self.count(node, "retry", name) ?? 0)
        }
        if let latency = node["latency"], !latency.isNull {
            for value in (latency.elements ?? [latency]).suffix(LatencySample.limit) {
                guard let seconds = value.double, seconds >= 0 else {
                    throw Self.wrong(name, "latency", "seconds")
                }
                latencies.append(seconds)
            }
        }
        if let time = node["last_success"], !time.isNull {
            let text = ArraySlice((time.text ?? "").utf8)
            guard let time = LogTime.iso(text) ?? LogTime.epoch(text) else {
                throw Self.wrong(name, "last_success", "a time such as 2026-11-21T10:02:13Z")
            }
            lastSuccess = time
        }
        lastError = node["last_error"]?.string.map { Sanitizer.line($0, maxBytes: 512) }
        if let list = node["queues"], !list.isNull {
            guard let items = list.elements else { throw Self.wrong(name, "queues", "a list") }
            var queues: [QueueReading] = []
            for item in items.prefix(1000) { queues.append(try Self.queue(item, name)) }
            self.queues = queues
        }
        if let word = node["status"]?.string {
            guard let status = Status(rawValue: word), status != .stale, status != .off else {
                throw Self.wrong(name, "status", "ok, warning, critical or unknown")
            }
            let text = Sanitizer.line(node["text"]?.string ?? "it says \(word)", maxBytes: 512)
            if status != .ok { notice = SourceNotice(status, text) }
        }
    }

    private static func queue(_ node: Node, _ name: String) throws(ReadFailure) -> QueueReading {
        guard let title = node["name"]?.string, !title.isEmpty else {
            throw wrong(name, "queues: name", "a text")
        }
        var queue = QueueReading(name: Sanitizer.line(title, maxBytes: 512), transport: .amqp)
        queue.ready = try count(node, "ready", name).map { Count($0) }
        queue.inProgress = try count(node, "in_progress", name).map { Count($0) }
        queue.retry = try count(node, "retry", name).map { Count($0) }
        queue.error = try count(node, "error", name).map { Count($0) }
        queue.oldestSeconds = try count(node, "oldest", name).map(Double.init)
        if let consumers = try count(node, "consumers", name) {
            queue.consumers = consumers == 0 ? .nobody : .subscribed(consumers)
        }
        return queue
    }

    private static func count(_ node: Node, _ key: String, _ name: String) throws(ReadFailure) -> Int? {
        guard let value = node[key], !value.isNull else { return nil }
        guard let number = value.double, number >= 0, let count = Int(exactly: number.rounded(.down)) else {
            throw wrong(name, key, "a number that is not negative")
        }
        return count
    }

    private static func wrong(_ name: String, _ what: String, _ expected: String) -> ReadFailure {
        ReadFailure(.malformed, Sanitizer.line("\(name): \(what) should be \(expected)", maxBytes: 512))
    }
}
