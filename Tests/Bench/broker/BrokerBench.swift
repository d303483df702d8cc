import Glibc
import Monitoring
import Platform
import Probes
import TestSupport
import Text

/// What one poll of a broker with 500 queues costs it, by the CPU time the kernel counts for its process.
@main
struct BrokerBench {
    static let queues = 500
    static let busy = 30
    static let rounds = 40

    static func main() async throws {
        print("A private RabbitMQ with \(queues) queues, each used once; something waits in \(busy) of them.")
        // The statistics of a store are gathered each 5 s, not each second as for tests.
        let server = try await RabbitMQServer(config: "collect_statistics_interval = 5000")
        try await onThread {
            let channel = try AMQPChannel(port: server.port)
            for number in 0..<queues {
                let name = try channel.declare("load.\(number)")
                try channel.publish(number < busy ? 2 : 1, to: name)
                if let tag = try channel.get(name) { try channel.acknowledge(tag) }
            }
            try channel.settle()
        }
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: server.url, user: "guest", password: { Secret("guest") })
        let time = try SystemTime()
        @Sendable func probe() -> RabbitMQProbe {
            RabbitMQProbe(RabbitMQSource("mq", virtualHosts: ["/"]), over: transport, clock: time)
        }
        try await eventually("every queue is told", within: .seconds(60)) {
            let sample = try await probe().read()
            for case .queues(let readings) in sample.facts {
                return readings.count == queues
                    && readings.allSatisfy { $0.ready != nil && $0.leftCounter == 1 }
            }
            return false
        }
        let watching = probe()
        _ = try await watching.read()
        _ = try await watching.read()
        let sample = try await watching.read()
        print(
            "A poll between: \(sample.cost.queries) requests, \(ByteSize.text(sample.cost.bytes)) on the wire.\n"
        )
        guard let pid = server.pid else { return }

        func measure(_ name: String, _ poll: () async throws -> Void) async throws -> Double {
            let before = try ticks(of: pid)
            for _ in 0..<rounds { try await poll() }
            let spent = Double(try ticks(of: pid) - before) * 1000 / Double(sysconf(Int32(_SC_CLK_TCK)))
            print("\(name): \(Figures.fixed(spent / Double(rounds), decimals: 1)) ms of the broker's CPU")
            return spent / Double(rounds)
        }
        _ = try await measure("nothing, for 0.1 s") { try await Task.sleep(for: .milliseconds(100)) }
        // A new probe each time knows nothing, and reads everything, the overview too.
        let all = try await measure("a poll that reads every figure") { _ = try await probe().read() }
        let between = try await measure("a poll between, for what does something") {
            _ = try await watching.read()
        }
        print("on average, one in three in full: \(Figures.fixed((all + 2 * between) / 3, decimals: 1)) ms\n")
        for list in lists {
            _ = try await measure(list.name) {
                for path in list.paths { _ = try await transport.get(path, timeout: .seconds(20)) }
            }
        }
    }

    /// Beside the poll: what it was before, and the least that could be asked.
    private static var lists: [(name: String, paths: [String])] {
        let old =
            "vhost,name,state,messages_ready,messages_unacknowledged,consumers,head_message_timestamp,arguments,"
            + "effective_policy_definition,message_stats.publish,message_stats.publish_details.rate,"
            + "message_stats.ack_details.rate,message_stats.deliver_no_ack_details.rate,"
            + "message_stats.get_no_ack_details.rate"
        let list = "/api/queues/%2F?page="
        return [
            (
                "pages of 100, with rates",
                (1...5).map { "\(list)\($0)&page_size=100&columns=\(old)" }
                    + ["/api/overview", "/api/health/checks/alarms"]
            ),
            (
                "totals alone",
                [
                    "\(list)1&page_size=500&disable_stats=true&enable_queue_totals=true"
                        + "&columns=vhost,name,messages_ready,messages_unacknowledged"
                ]
            ),
        ]
    }

    /// In user and system mode, all threads.
    private static func ticks(of pid: Int32) throws -> Int {
        let text = String(decoding: try Files.read("/proc/\(pid)/stat", limit: 4096), as: UTF8.self)
        // The name before may hold spaces; it ends with the last bracket.
        let fields = text.split(separator: ")").last?.split(separator: " ").map { Int($0) ?? 0 } ?? []
        guard fields.count > 12 else { return 0 }
        return fields[11] + fields[12]
    }
}
