import Monitoring
import Probes
import Synchronization
import TestSupport

/// A management API that answers as told, else as a healthy broker with the virtual hosts `/` and `shop` and no
/// queue.
final class ScriptedBroker: RabbitMQTransport {
    private let answer: @Sendable (String, Int) -> RabbitMQAnswer?
    private let asked = Mutex<[String]>([])
    private let held: (@Sendable (String, Int) async -> Void)?
    /// While it is down nobody answers.
    var isDown: Bool {
        get { down.withLock { $0 } }
        set { down.withLock { $0 = newValue } }
    }
    private let down = Mutex(false)

    /// `call` counts the requests of the same path, apart from its query. An answer is made up at once and given
    /// when `held` comes back.
    init(
        _ answer: @escaping @Sendable (_ path: String, _ call: Int) -> RabbitMQAnswer? = { _, _ in nil },
        holding held: (@Sendable (_ path: String, _ call: Int) async -> Void)? = nil
    ) {
        self.held = held
        self.answer = answer
    }

    /// One that lists these queues, objects in JSON without the braces around them, on one page.
    convenience init(queues: [String]) {
        self.init { path, _ in path.hasPrefix("/api/queues?") ? .page(queues) : nil }
    }

    var paths: [String] { asked.withLock { $0 } }

    @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer {
        if isDown { throw ReadFailure(.unreachable, "connection refused") }
        let start = path.prefix { $0 != "?" }
        let call = asked.withLock { asked in
            asked.append(path)
            return asked.count { $0.prefix { $0 != "?" } == start }
        }
        let answer = answer(path, call)
        await held?(path, call)
        if let answer { return answer }
        switch start {
        case "/api/overview":
            return .init(200, #"{"rabbitmq_version":"3.10.8","object_totals":{"queues":0}}"#)
        case "/api/nodes": return .node()
        case "/api/vhosts": return .init(200, #"[{"name":"/"},{"name":"shop"}]"#)
        case "/api/health/checks/alarms": return .init(200, #"{"status":"ok"}"#)
        default: return .page([])
        }
    }

    @concurrent func close() async {}

    func probe(_ source: RabbitMQSource = RabbitMQSource("mq"), _ time: ManualTime) -> RabbitMQProbe {
        RabbitMQProbe(source, over: self, clock: time)
    }
}

extension RabbitMQAnswer {
    init(_ status: Int, _ body: String, asksForLogin: Bool = false, contentType: String? = nil) {
        self.init(
            status: status, body: Array(body.utf8), asksForLogin: asksForLogin, contentType: contentType)
    }

    static func page(_ items: [String], _ number: Int = 1, of count: Int = 1, total: Int? = nil) -> Self {
        let list = items.map { "{\($0)}" }.joined(separator: ",")
        return .init(
            200,
            #"{"page":\#(number),"page_count":\#(count),"total_count":\#(total ?? items.count),"items":[\#(list)]}"#
        )
    }

    /// One node that is well, with these members more, or in place of its own.
    static func node(_ more: String = #""mem_alarm":false,"disk_free_alarm":false"#) -> Self {
        .init(200, #"[{"name":"rabbit@a","running":true,"partitions":[],\#(more)}]"#)
    }

    static let closed = RabbitMQAnswer(
        401, #"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#)
    static let absent = RabbitMQAnswer(404, #"{"error":"Object Not Found","reason":"Not Found"}"#)
}

extension Sample {
    var queues: [QueueReading] {
        facts.flatMap { fact -> [QueueReading] in if case .queues(let queues) = fact { queues } else { [] } }
    }

    /// `critical: node a does not run`
    var told: [String] { notices.map { "\($0.status): \($0.text)" } }
}

extension RabbitMQProbe {
    func failure() async -> ReadFailure? {
        do throws(ReadFailure) {
            _ = try await read()
            return nil
        } catch {
            return error
        }
    }
}
