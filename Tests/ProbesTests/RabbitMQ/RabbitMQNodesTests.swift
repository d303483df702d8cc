import Monitoring
import Probes
import TestSupport
import Testing

/// What the broker is: nodes, partitions, alarms, versions, and what an account may not see of it.
@Suite struct RabbitMQNodesTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))
    private static let queues = [#""vhost":"/","name":"a","messages_ready":1"#]

    private func read(
        nodes: RabbitMQAnswer, alarms: RabbitMQAnswer? = nil
    ) async throws -> (sample: Sample, paths: [String]) {
        let broker = ScriptedBroker { path, _ in
            if path.hasPrefix("/api/nodes") { return nodes }
            if path.hasPrefix("/api/health") { return alarms }
            return path.hasPrefix("/api/queues?") ? .page(Self.queues) : nil
        }
        return (try await broker.probe(time).read(), broker.paths)
    }

    @Test func `a dead node, a partition and an alarm are critical though every queue looks well`()
        async throws
    {
        let answer = RabbitMQAnswer(
            200,
            """
            [{"name":"rabbit@a","running":true,"partitions":["rabbit@b","rabbit@c"],"mem_alarm":true,"disk_free_alarm":false},
             {"name":"rabbit@b","running":true,"partitions":[],"mem_alarm":false,"disk_free_alarm":true,"being_drained":true},
             {"name":"rabbit@c","running":false},{"name":"rabbit@d"}]
            """)
        let (sample, paths) = try await read(nodes: answer)
        #expect(
            sample.told == [
                "critical: node rabbit@a is cut off from rabbit@b, rabbit@c (partition)",
                "critical: memory alarm on rabbit@a, publishers are blocked",
                "critical: disk alarm on rabbit@b, publishers are blocked",
                "warning: node rabbit@b is in maintenance, without clients",
                "critical: node rabbit@c does not run",
                "unknown: node rabbit@d does not say whether it runs",
            ])
        #expect(sample.queues.count == 1)
        #expect(!paths.contains { $0.hasPrefix("/api/health") })
    }

    @Test func `where nodes do not tell their alarms, the health check is asked`() async throws {
        let failed = RabbitMQAnswer(
            503,
            #"{"status":"failed","reason":"r","alarms":[{"node":"a@b","resource":"memory"},{"node":"c","resource":"disk"}]}"#
        )
        let (sample, _) = try await read(nodes: .node(#""type":"disc""#), alarms: failed)
        #expect(
            sample.told == [
                "critical: memory alarm on a@b, publishers are blocked",
                "critical: disk alarm on c, publishers are blocked",
            ])
        let (well, paths) = try await read(nodes: .node(#""type":"disc""#))
        #expect(well.told.isEmpty && paths.contains("/api/health/checks/alarms"))
        let (broken, _) = try await read(nodes: .node(#""type":"disc""#), alarms: .init(503, "busy"))
        #expect(broken.told == ["unknown: /api/health/checks/alarms: 503 busy"])
    }

    @Test func `an account that may see queues alone sees them, and is told once what it misses`()
        async throws
    {
        let refused = RabbitMQAnswer(401, #"{"error":"not_authorised","reason":"Not monitor user"}"#)
        let (sample, _) = try await read(nodes: refused)
        #expect(sample.queues.count == 1)
        #expect(
            sample.told == ["ok: this account may not see nodes and partitions (it lacks the tag monitoring)"]
        )
        let (neither, _) = try await read(nodes: refused, alarms: refused)
        #expect(neither.notices.map(\.status) == [.ok, .ok])
        let broker = ScriptedBroker { path, _ in path.hasPrefix("/api/nodes") ? refused : nil }
        let steps = await broker.probe(time).examine()
        #expect(steps.map(\.name) == ["login", "privileges", "read"])
        #expect(steps.allSatisfy { $0.outcome == .ok })
        #expect(steps[1].advice.contains("set_user_tags"))
    }

    @Test(arguments: [RabbitMQAnswer(200, "[]"), .init(200, "{}"), .init(500, "boom"), .init(200, "<html>")])
    func `nodes that are not told are unknown, and queues still read`(answer: RabbitMQAnswer) async throws {
        let (sample, paths) = try await read(nodes: answer)
        #expect(sample.queues.count == 1)
        #expect(sample.notices.count == 1 && sample.notices[0].status == .unknown)
        #expect(paths.contains("/api/health/checks/alarms"))
    }

    @Test func `a list that does not come names the node that does not run`() async throws {
        let broker = ScriptedBroker { path, _ in
            if path.hasPrefix("/api/nodes") {
                return .init(
                    200,
                    #"[{"name":"rabbit@a","running":true,"partitions":[],"mem_alarm":false,"disk_free_alarm":false},{"name":"rabbit@b","running":false}]"#
                )
            }
            return path.hasPrefix("/api/queues?")
                ? .init(500, #"{"error":"timeout","reason":"timeout"}"#) : nil
        }
        let failure = await broker.probe(time).failure()
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message == "/api/queues: 500 timeout; node rabbit@b does not run")
    }

    @Test func `doctor names version, cluster and nodes`() async throws {
        let broker = ScriptedBroker { path, _ in
            path.hasPrefix("/api/overview")
                ? .init(
                    200,
                    #"{"rabbitmq_version":"4.1.0","cluster_name":"shop@mq","object_totals":{"queues":0}}"#)
                : path.hasPrefix("/api/nodes")
                    ? .init(
                        200,
                        #"[{"name":"rabbit@a","running":true,"mem_alarm":false,"disk_free_alarm":false},{"name":"rabbit@b","running":false}]"#
                    )
                    : nil
        }
        let steps = await broker.probe(time).examine()
        #expect(
            steps.map { "\($0.name) \($0.outcome): \($0.text)" }.prefix(3) == [
                "login ok: RabbitMQ 4.1.0, cluster shop@mq", "nodes ok: 2 nodes: rabbit@a, rabbit@b",
                "read failed: node rabbit@b does not run",
            ])
    }

    /// Written after the vendor's documentation and source of 4.1: quorum queues by default, more members
    /// everywhere, and a detailed set that is computed because columns are named.
    @Test func `reads a 4_x broker by its documented answers`() async throws {
        let broker = ScriptedBroker { path, _ in
            if path.hasPrefix("/api/overview") {
                return .init(
                    200,
                    """
                    {"rabbitmq_version":"4.1.0","product_name":"RabbitMQ","cluster_name":"shop@mq","node":"rabbit@a",
                     "disable_stats":false,"rates_mode":"basic","default_queue_type":"quorum","cluster_tags":[],
                     "statistics_db_event_queue":0,"object_totals":{"queues":3}}
                    """)
            }
            if path.hasPrefix("/api/nodes") {
                return .node(#""mem_alarm":false,"disk_free_alarm":false,"being_drained":false"#)
            }
            return path.hasPrefix("/api/queues?")
                ? .page([
                    """
                    "arguments":{"x-queue-type":"quorum"},"consumers":2,"effective_policy_definition":{"delivery-limit":20},
                    "exclusive":false,"message_stats":{"ack":90,"publish":100,"deliver_no_ack":0,"get_no_ack":0},
                    "messages":10,"messages_ready":8,"messages_unacknowledged":2,"name":"orders","state":"running",
                    "type":"quorum","vhost":"/"
                    """,
                    """
                    "arguments":{"x-queue-type":"stream"},"consumers":0,"effective_policy_definition":{},"exclusive":false,
                    "messages":50,"messages_ready":50,"messages_unacknowledged":0,"name":"events","state":"running",
                    "type":"stream","vhost":"/"
                    """,
                    """
                    "arguments":{"x-queue-type":"quorum"},"exclusive":false,"name":"few","state":"minority",
                    "type":"quorum","vhost":"/"
                    """,
                ]) : nil
        }
        let sample = try await broker.probe(time).read()
        #expect(sample.told.isEmpty)
        #expect(sample.queues.map(\.name) == ["events", "few", "orders"])
        #expect(sample.queues[0].isStream && sample.queues[0].leftCounter == nil)
        #expect(sample.queues[1].ready == nil && sample.queues[1].serverState == "minority")
        let orders = sample.queues[2]
        #expect(orders.ready == Count(8) && orders.leftCounter == 90 && orders.arrivedCounter == 100)
        #expect(orders.consumers == .subscribed(2) && orders.held == Count(0))
    }

    /// As 3.10.8 answers with `management_agent.disable_metrics_collector = true`; 4.x documents the same.
    @Test func `a broker without a metrics collector still tells how much waits`() async throws {
        let broker = ScriptedBroker { path, _ in
            if path.hasPrefix("/api/overview") {
                return .init(
                    200,
                    """
                    {"rates_mode":"basic","rabbitmq_version":"3.10.8","cluster_name":"expl@vm","disable_stats":true,
                     "object_totals":{"queues":1,"exchanges":14,"connections":0}}
                    """)
            }
            if path.hasPrefix("/api/nodes") {
                return .init(200, #"[{"name":"expl@localhost","running":true}]"#)
            }
            return path.hasPrefix("/api/queues?")
                ? .page([
                    """
                    "arguments":{},"auto_delete":false,"durable":true,"exclusive":false,"messages":1,"messages_ready":1,
                    "messages_unacknowledged":0,"name":"load.001","node":"expl@localhost","state":"running","type":"classic",
                    "vhost":"/"
                    """
                ]) : nil
        }
        let sample = try await broker.probe(time).read()
        #expect(sample.told.count == 1)
        let queue = try #require(sample.queues.first)
        #expect(queue.ready == Count(1) && queue.consumers == .unreadable)
        #expect(queue.leftCounter == nil && queue.arrivedCounter == nil)
    }
}
