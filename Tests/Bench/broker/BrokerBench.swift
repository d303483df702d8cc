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
    static let rounds = 40

    static func main() async throws {
        print("A private RabbitMQ with \(queues) queues, each used once.")
        // The statistics of a store are gathered each 5 s, not each second as for tests.
        let server = try await RabbitMQServer(config: "collect_statistics_interval = 5000")
        try await onThread {
            let channel = try AMQPChannel(port: server.port)
            for number in 0..<queues {
                let name = try channel.declare("load.\(number)")
                try channel.publish(2, to: name)
                if let tag = try channel.get(name) { try channel.acknowledge(tag) }
            }
            try channel.settle()
        }
        let client = try HTTPClient()
        let transport = RabbitMQOverHTTP(
            client, address: server.url, user: "guest", password: { Secret("guest") })
        let source = RabbitMQSource("mq", virtualHosts: ["/"])
        let probe = RabbitMQProbe(source, over: transport, clock: try SystemTime())
        try await eventually("every queue is told", within: .seconds(60)) {
            let sample = try await probe.read()
            for case .queues(let readings) in sample.facts {
                return readings.count == queues
                    && readings.allSatisfy { $0.ready == Count(1) && $0.leftCounter == 1 }
            }
            return false
        }
        let sample = try await probe.read()
        print("One poll: \(sample.cost.queries) requests, \(ByteSize.text(sample.cost.bytes)) on the wire.\n")
        guard let pid = server.pid else { return }
        let paths = Dictionary(uniqueKeysWithValues: lists.map { ($0.name, $0.paths) })
        for name in ["nothing", "a poll"] + lists.map(\.name) {
            let before = try ticks(of: pid)
            let start = ContinuousClock.now
            for _ in 0..<rounds {
                if name == "a poll" { _ = try await probe.read() }
                if name == "nothing" { try await Task.sleep(for: .milliseconds(100)) }
                for path in paths[name] ?? [] {
                    guard try await transport.get(path, timeout: .seconds(20)).status == 200 else {
                        return print("\(name): refused")
                    }
                }
            }
            let spent = Double(try ticks(of: pid) - before) * 1000 / Double(sysconf(Int32(_SC_CLK_TCK)))
            let wall = (ContinuousClock.now - start) / rounds
            let milliseconds = Figures.fixed(spent / Double(rounds), decimals: 1)
            print("\(name): \(milliseconds) ms of the broker's CPU, \(wall) each")
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
