import Monitoring
import Probes
import TestSupport
import Testing
import Text

/// What a queue's entry says: who it is, its figures, its progress.
@Suite struct RabbitMQQueuesTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_254_300))

    private func read(
        _ items: [String], _ source: RabbitMQSource = RabbitMQSource("mq"), overview: String = ""
    ) async throws -> Sample {
        let broker = ScriptedBroker { path, _ in
            if path.hasPrefix("/api/overview"), !overview.isEmpty { return .init(200, overview) }
            return path.hasPrefix("/api/queues?") ? .page(items) : nil
        }
        return try await broker.probe(source, time).read()
    }

    private func one(_ members: String, overview: String = "") async throws -> QueueReading {
        try #require(
            try await read([#""vhost":"/","name":"q",\#(members)"#], overview: overview).queues.first)
    }

    @Test func `reads figures, missing figures and figures in quotes`() async throws {
        let sample = try await read([
            """
            "vhost":"/","name":"orders","state":"running","messages":187,"messages_ready":181,
            "messages_unacknowledged":"5","consumers":1,"head_message_timestamp":1795254218,
            "message_stats":{"publish":437,"ack":205,"deliver_no_ack":0,"get_no_ack":3,"deliver_get":270}
            """,
            #""vhost":"/","name":"young","state":"running""#,
            """
            "vhost":"shop","name":"hurt\\u001b[2J","state":"minority","messages_ready":null,"consumers":0,
            "head_message_timestamp":1795254218000
            """,
        ])
        #expect(sample.queues.map(\.name) == ["hurt\u{1B}[2J", "orders", "young"])
        #expect(sample.queues.map(\.virtualHost) == ["shop", "/", "/"])
        let orders = sample.queues[1]
        #expect(orders.ready == Count(181) && orders.inProgress == Count(5) && orders.held == Count(1))
        #expect(orders.consumers == .subscribed(1))
        #expect(orders.arrivedCounter == 437 && orders.leftCounter == 208 && orders.takenCounter == 270)
        #expect(orders.inRate == nil && orders.outRate == nil)
        #expect(orders.oldestSeconds == 82 && orders.isOldestReckoned)
        #expect(orders.serverState == nil)
        let hurt = sample.queues[0]
        #expect(hurt.ready == nil && hurt.held == nil && hurt.leftCounter == nil)
        #expect(hurt.consumers == .nobody)
        #expect(hurt.serverState == "minority")
        #expect(hurt.oldestSeconds == nil)
        let young = sample.queues[2]
        #expect(young.ready == nil && young.leftCounter == nil && young.arrivedCounter == nil)
        #expect(young.consumers == .unreadable)
        #expect(sample.notices.isEmpty)
    }

    @Test func `names are bytes: nothing that only looks alike is one`() async throws {
        let sample = try await read([
            #""vhost":"/","name":"caf\u00e9","messages_ready":1"#,
            #""vhost":"/","name":"cafe\u0301","messages_ready":2"#,
            #""vhost":"/","name":"ERP.STOCK","messages_ready":5000"#,
            #""vhost":"/","name":"ERP.STOC\u212a","messages_ready":0"#,
            #""vhost":"/","name":"erp_push","messages_ready":3"#,
            #""vhost":"/","name":"erp_push\ufe0f","messages_ready":4"#,
            #""vhost":"/","name":"logstash/orders","messages_ready":6"#,
            #""vhost":"logstash","name":"orders","messages_ready":7"#,
        ])
        #expect(
            sample.queues.compactMap(\.ready?.value).sorted()
                == [0, 1, 2, 3, 4, 5, 6, 7, 5000].filter { $0 != 5 })
        let names = Set(
            sample.queues.map { EntityID(.queue, $0.name, in: "mq", virtualHost: $0.virtualHost) })
        #expect(names.count == 8)
        #expect(names.contains(EntityID(.queue, "orders", in: "mq", virtualHost: "logstash")))
        #expect(names.contains(EntityID(.queue, "logstash/orders", in: "mq", virtualHost: "/")))
    }

    @Test func `exclusive queues and those the server named are no entities`() async throws {
        let sample = try await read([
            #""vhost":"/","name":"amq.gen-bs9xTWyVxz5Sxtbh5ZVNRQ","auto_delete":true,"exclusive":false"#,
            #""vhost":"/","name":"rpc.reply","exclusive":true,"messages_ready":-4"#,
            #""vhost":"/","name":"mine","exclusive":false,"auto_delete":true"#,
        ])
        #expect(sample.queues.map(\.name) == ["mine"])
        #expect(sample.notices.isEmpty)
    }

    @Test func `only the config says that nobody is to take from a queue`() async throws {
        let items = [
            // The ordinary retry topology: each names the other as its dead letter target, and loses its consumer.
            """
            "vhost":"/","name":"erp.stock","consumers":0,
            "arguments":{"x-message-ttl":60000,"x-dead-letter-exchange":"","x-dead-letter-routing-key":"erp.stock.retry"}
            """,
            """
            "vhost":"/","name":"erp.stock.retry","consumers":0,"arguments":{"x-message-ttl":60000},
            "effective_policy_definition":{"dead-letter-exchange":"","dead-letter-routing-key":"erp.stock"}
            """,
            #""vhost":"shop","name":"told","consumers":0"#, #""vhost":"shop","name":"hidden","consumers":0"#,
        ]
        let source = RabbitMQSource(
            "mq", withoutConsumers: [NamePattern("*.retry"), NamePattern("shop/t*")],
            ignored: [NamePattern("hidden")])
        let queues = try await read(items, source).queues
        #expect(queues.map(\.name) == ["erp.stock", "erp.stock.retry", "told"])
        #expect(queues.map(\.isWithoutConsumer) == [false, true, true])
        #expect(queues.allSatisfy { $0.consumers == .nobody })
    }

    @Test func `what left is what was acknowledged or taken by those who never do`() async throws {
        let fresh = try await one(#""messages_ready":7"#)
        // Nothing was counted yet: none left. Dead letters that arrived are counted nowhere.
        #expect(fresh.leftCounter == 0 && fresh.arrivedCounter == nil && fresh.takenCounter == 0)
        let taken = try await one(
            #""messages_ready":7,"message_stats":{"publish":9,"get":2,"deliver":4,"deliver_get":6,"redeliver":3}"#
        )
        #expect(taken.leftCounter == 0 && taken.arrivedCounter == 9)
        let left = try await one(
            #""messages_ready":7,"message_stats":{"ack":1,"deliver_no_ack":20,"get_no_ack":300,"deliver_get":999}"#
        )
        #expect(left.leftCounter == 321)
        let senseless = try await one(#""messages_ready":7,"message_stats":{"ack":-1,"deliver_no_ack":20}"#)
        #expect(senseless.leftCounter == nil)
    }

    @Test(arguments: [#""rates_mode":"none""#, #""disable_stats":true"#])
    func `a broker that counts nothing does not say that nothing left`(member: String) async throws {
        let overview = #"{"rabbitmq_version":"3.10.8",\#(member)}"#
        let queue = try await one(#""messages_ready":7"#, overview: overview)
        #expect(queue.leftCounter == nil && queue.arrivedCounter == nil && queue.ready == Count(7))
        let notices = try await read([], overview: overview).notices
        #expect(notices.count == 1 && notices[0].status == .warning)
        #expect(notices[0].text.contains("nothing is known of"))
    }

    @Test func `a stream keeps what it has, dead letters are held, and a bounded queue says what it does`()
        async throws
    {
        let stream = try await one(
            #""type":"stream","messages":7,"messages_ready":7,"messages_unacknowledged":0,"message_stats":{"publish":7,"ack":7}"#
        )
        #expect(stream.isStream && stream.leftCounter == nil && stream.held == Count(0))
        let held = try await one(
            #""type":"quorum","messages":9000,"messages_ready":0,"messages_unacknowledged":0"#)
        #expect(held.held == Count(9000) && !held.isStream)
        let bounded = try await one(#""messages_ready":5,"arguments":{"x-max-length":5}"#)
        #expect(bounded.maxLength == 5 && bounded.overflow == .dropHead)
        let both = try await one(
            """
            "messages_ready":5,"arguments":{"x-max-length":50,"x-overflow":"reject-publish"},
            "effective_policy_definition":{"max-length":20,"overflow":"drop-head"}
            """)
        #expect(both.maxLength == 20 && both.overflow == .rejectPublish)
        #expect(bounded.held == nil)
        let free = try await one(#""messages_ready":5,"arguments":{},"effective_policy_definition":{}"#)
        #expect(free.maxLength == nil && free.maxBytes == nil && free.overflow == nil)
        let sized = try await one(
            #""messages_ready":5,"message_bytes_ready":70,"effective_policy_definition":{"max-length-bytes":90}"#
        )
        #expect(sized.maxBytes == 90 && sized.readyBytes == 70 && sized.overflow == .dropHead)
        let kept = try await one(
            #""type":"stream","messages_ready":5,"arguments":{"x-max-length-bytes":90}"#)
        #expect(kept.maxBytes == nil && kept.overflow == nil, "it is how much a stream keeps")
    }

    @Test(
        arguments: [
            ("-4", "-4"), (#""1,234""#, "\"1,234\""), (#""NaN""#, "\"NaN\""), ("1e300", "1e300"),
            ("99999999999999999999", "99999999999999999999"), ("3.5", "3.5"), ("[]", "a list"),
            ("true", "true"), (#""""#, "\"\""), (#""-1""#, "\"-1\""), (#""+1""#, "\"+1\""),
        ])
    func `what is no count is unknown, with the reason`(value: String, shown: String) async throws {
        for column in ["messages_ready", "messages_unacknowledged", "consumers", "messages"] {
            let others = ["messages_ready", "messages_unacknowledged"].filter { $0 != column }
                .map { "\"\($0)\":1" }.joined(separator: ",")
            let sample = try await read([#""vhost":"/","name":"q",\#(others),"\#(column)":\#(value)"#])
            #expect(sample.told == ["unknown: queue q: \(column) is \(shown)"])
            let queue = try #require(sample.queues.first)
            switch column {
            case "messages_ready": #expect(queue.ready == nil)
            case "messages_unacknowledged": #expect(queue.inProgress == nil)
            case "consumers": #expect(queue.consumers == .unreadable)
            default: #expect(queue.held == nil)
            }
        }
        let stats = try await read([
            #""vhost":"/","name":"q","messages_ready":1,"message_stats":{"publish":\#(value)}"#
        ])
        #expect(stats.told == ["unknown: queue q: publish is \(shown)"])
        #expect(stats.queues.first?.arrivedCounter == nil)
    }

    @Test func `many senseless figures are one sentence`() async throws {
        let sample = try await read(
            (1...30).map { #""vhost":"/","name":"q\#($0)","messages_ready":-\#($0)"# })
        #expect(sample.told.count == 1)
        #expect(sample.told[0].hasPrefix("unknown: 30 queues have figures that cannot be, such as q"))
    }

    @Test func `a figure that stays away is told once the queue is not new`() async throws {
        let broker = ScriptedBroker(queues: [#""vhost":"/","name":"q","state":"running""#])
        let probe = broker.probe(time)
        #expect(try await probe.read().told.isEmpty)
        time.advance(by: .seconds(10))
        #expect(try await probe.read().told.isEmpty)
        time.advance(by: .seconds(10))
        #expect(try await probe.read().told == ["unknown: queue q: messages_ready is not told"])
    }

    @Test func `a broker that comes back has time to measure its queues again`() async throws {
        let broker = ScriptedBroker(queues: [#""vhost":"/","name":"q","state":"running""#])
        let probe = broker.probe(time)
        _ = try await probe.read()
        broker.isDown = true
        time.advance(by: .seconds(60))
        #expect(await probe.failure()?.kind == .unreachable)
        broker.isDown = false
        time.advance(by: .seconds(5))
        let sample = try await probe.read()
        #expect(sample.told.isEmpty && sample.queues.map(\.isBeingMeasured) == [true])
        time.advance(by: .seconds(20))
        #expect(try await probe.read().told == ["unknown: queue q: messages_ready is not told"])
    }

    @Test func `an entry without a name is told`() async throws {
        let sample = try await read([#""vhost":"/","name":"a","messages_ready":1"#, #""vhost":"/""#])
        #expect(sample.queues.map(\.name) == ["a"])
        #expect(sample.told == ["unknown: 1 entry of the list of queues without a name"])
    }

    @Test func `ages are by the broker's clock, which the sample carries`() async throws {
        let items = [#""vhost":"/","name":"q","messages_ready":1,"head_message_timestamp":1795253000"#]
        let broker = ScriptedBroker { path, _ in
            guard path.hasPrefix("/api/queues?") else { return nil }
            var answer = RabbitMQAnswer.page(items)
            answer.serverTime = WallTime(seconds: 1_795_253_060)
            return answer
        }
        let sample = try await broker.probe(time).read()
        #expect(sample.queues.first?.oldestSeconds == 60)
        #expect(sample.serverTime == WallTime(seconds: 1_795_253_060))
    }
}
