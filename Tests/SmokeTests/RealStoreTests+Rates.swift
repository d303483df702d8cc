import Documents
import Platform
import TestSupport
import Testing

/// What flows and what it costs, beside the counters of those who move it, carry it and answer.
extension RealStoreTests {
    /// Parts of the document by names: `["queues", "erp.amqp"]`.
    private func row(_ document: Node, _ list: String, _ name: String, by key: String = "name") -> Node? {
        document[list]?.elements?.first { $0[key]?.string == name }
    }

    private func number(_ node: Node?) -> Double? { node?.text.flatMap(Double.init) }

    private func look(_ config: String, state: String) async throws -> Node {
        let look = try await store.run(["--config", config, "status", "--json"], state: state)
        #expect(look.code == 2, "\(look.text)")
        return try JSON.read(Array(look.text.utf8), name: "status")
    }

    @Test func `a flow's rates and percentiles are what its log and SQL say`() async throws {
        let config = try store.config(named: "flow.yaml", ("access.log", "rates.log"))
        let (old, recent) = (40, 25)
        // 100 to 290 s ago, then 10 to 34 s ago; the older ones are slow, and enough came since.
        let truth = try await shell(
            """
            cd '\(store.folder.path)'; : > rates.log; export LC_ALL=C TZ=UTC
            line() { echo "10.0.0.1 [$(date -d "@$1" '+%d/%b/%Y:%H:%M:%S') +0000] \\"POST /psp HTTP/1.1\\" $2 $3"; }
            now=$(date +%s)
            for i in $(seq 1 \(old)); do line $((now - 290 + i * 4)) 200 9.$i; done >> rates.log
            for i in $(seq 1 \(recent)); do
              case $((i % 5)) in 1) s=503 ;; 2) s=429 ;; *) s=200 ;; esac
              line $((now - 35 + i)) $s 0.$((100 + i * 37 % 400))
            done >> rates.log
            tail -n \(recent) rates.log | awk '{ print $NF }' | sort -n | sed -n '13p;24p'
            for s in 200 503 429; do tail -n \(recent) rates.log | awk -v s=$s '$(NF-1) == s' | wc -l; done
            """
        ).split(separator: "\n").compactMap { Double($0) }
        try #require(truth.count == 5)
        let document = try await look(config, state: "flow")
        let flow = row(document, "integrations", "payment-psp", by: "configName")
        #expect(number(flow?["p50Seconds"]) == truth[0])
        #expect(number(flow?["p95Seconds"]) == truth[1])
        #expect(number(flow?["okPerMinute"]) == truth[2])
        #expect(number(flow?["failedPerMinute"]) == truth[3])
        #expect(number(flow?["retriesPerMinute"]) == truth[4])
        // No line and no row of these carries a duration.
        for name in ["orders-erp", "stock-erp"] {
            let other = row(document, "integrations", name, by: "configName")
            #expect(other != nil && other?["p50Seconds"] == nil && other?["p95Seconds"] == nil)
        }
        // Outcomes of bulk operations by the minute, of which a bucket of five seconds may be under way.
        try await store.database.query(
            """
            SET time_zone='+00:00';
            INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at)
              SELECT 'u1','async.V1.stock.POST',1+2*(seq MOD 3=0),UTC_TIMESTAMP()-INTERVAL 8+seq SECOND
              FROM seq_1_to_36
            """, database: "magento")
        let counts = try await store.truth(
            """
            SELECT SUM(status=1),SUM(status IN (3,5)) FROM magento_operation
            WHERE topic_name LIKE 'async.V1.stock.%' AND started_at>=UTC_TIMESTAMP()-INTERVAL 55 SECOND
            """)[0].compactMap { Double($0) }
        let stock = row(try await look(config, state: "flow"), "integrations", "stock-erp", by: "configName")
        let ok = try #require(number(stock?["okPerMinute"]))
        let failed = try #require(number(stock?["failedPerMinute"]))
        #expect(abs(ok - counts[0]) <= 1 && abs(failed - counts[1]) <= 1, "\(ok) \(failed) \(counts)")
        try await store.database.query(
            "DELETE FROM magento_operation WHERE topic_name='async.V1.stock.POST' "
                + "AND started_at>=UTC_TIMESTAMP()-INTERVAL 2 MINUTE", database: "magento")
    }

    @Test func `a queue's rates are what its own counters say`() async throws {
        try await store.broker.declareQueue("erp.rate")
        let program = try await store.console(state: "rates")
        defer { program.pty.close() }
        program.pty.send("1f1")
        let traffic = Task { try await flow() }
        // So long the counters of a broker are compared before a rate is told of them.
        try await Task.sleep(for: .seconds(32))
        let began = try await counters()
        try await Task.sleep(for: .seconds(15))
        let ended = try await counters()
        let seconds = ended.at.seconds(since: began.at)
        func rate(_ key: String) -> Double { ((ended.values[key] ?? 0) - (began.values[key] ?? 0)) / seconds }
        #expect(rate("mq in") > 4 && rate("db out") > 2, "\(ended) \(began)")
        for (name, column, truth) in [
            ("erp.rate", "in/s", rate("mq in")), ("erp.rate", "out/s", rate("mq out")),
            ("product_alert.queue", "in/s", rate("db in")), ("product_alert.queue", "out/s", rate("db out")),
        ] {
            try await program.pty.wait(for: "\(name) \(column) near \(truth)") { screen in
                let shown = Double(PaneTable(screen, title: "queue")[name, column]) ?? -1
                return abs(shown - truth) <= 0.15 * truth
            }
        }
        // One look tells it where its own reads are far enough apart, else nothing.
        let before = try await counters()
        let document = try await look(try store.config(), state: "rates-look")
        let after = try await counters()
        traffic.cancel()
        _ = await traffic.result
        // What a broker gathers each five seconds is no rate yet.
        let brokered = row(document, "queues", "erp.rate")
        #expect(number(row(document, "queues", "product_alert.queue")?["ready"]) != nil)
        #expect(brokered != nil && brokered?["inPerSecond"] == nil && brokered?["outPerSecond"] == nil)
        let queue = row(document, "queues", "product_alert.queue")
        for (key, counter) in [("inPerSecond", "db in"), ("outPerSecond", "db out")] {
            let moved = (after.values[counter] ?? 0) - (before.values[counter] ?? 0)
            let truth = moved / after.at.seconds(since: before.at)
            guard let told = number(queue?[key]) else { continue }
            #expect(abs(told - truth) <= 0.25 * truth, "\(key): \(told), \(truth)")
        }
        program.pty.send("\u{1b}q")
        #expect(try await program.pty.exit() == .code(0))
        try await store.broker.management("DELETE", "/api/queues/%2F/erp.rate")
        try await store.database.query(
            "DELETE FROM queue_message_status WHERE queue_id=3", database: "magento")
    }

    /// Five messages a second through the broker and through the database, until it is cancelled.
    private func flow() async throws {
        let port = store.broker.port
        let (publisher, consumer) = try await onThread {
            let consumer = try AMQPChannel(port: port)
            try consumer.consume("erp.rate", prefetch: 10)
            return (try AMQPChannel(port: port), consumer)
        }
        var next = ContinuousClock.now
        while !Task.isCancelled {
            try await onThread {
                try publisher.publish(1, to: "erp.rate")
                try consumer.acknowledge(try consumer.delivery())
            }
            try await store.database.query(
                """
                SET time_zone='+00:00';
                INSERT INTO queue_message (topic_name) VALUES ('t');
                INSERT INTO queue_message_status (queue_id,message_id,updated_at,status)
                  VALUES (3,LAST_INSERT_ID(),UTC_TIMESTAMP(),2);
                UPDATE queue_message_status SET status=4 WHERE queue_id=3 AND status=2
                """, database: "magento")
            next += .milliseconds(200)
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }

    /// What the servers have counted by now.
    private func counters() async throws -> (values: [String: Double], at: SystemMoment) {
        let answer = try await store.broker.management("GET", "/api/queues/%2F/erp.rate").text
        let stats = try JSON.read(Array(answer.utf8), name: "queue")["message_stats"]
        let rows = try await store.truth(
            "SELECT COUNT(*),SUM(status=4) FROM queue_message_status WHERE queue_id=3")
        return (
            [
                "mq in": number(stats?["publish"]) ?? 0, "mq out": number(stats?["ack"]) ?? 0,
                "db in": Double(rows[0][0]) ?? 0, "db out": Double(rows[0][1]) ?? 0,
            ], SystemMoment()
        )
    }

    private func generalLog() throws -> [UInt8] {
        try Files.read(store.database.generalLog, limit: 1 << 26)
    }

    @Test func `what a source costs is what its server counts and the wire carries`() async throws {
        let relay = try Relay(to: store.broker.managementPort)
        let config = try store.config(
            named: "cost.yaml", (store.broker.url, "http://127.0.0.1:\(relay.port)"),
            ("access.log", "cost.log"))
        let line = "10.0.0.1 [25/Nov/2020:03:00:00 +0000] \"POST /psp HTTP/1.1\" 200 0.2\n"
        try store.folder.write(String(repeating: line, count: 40), to: "cost.log")
        try await store.database.query("SET GLOBAL userstat=1")
        var said = "not looked"
        // A read that was under way when the look was complete is counted by the server alone.
        for round in 0..<5 where !said.isEmpty {
            try await store.database.query("FLUSH USER_STATISTICS")
            let before = (wire: relay.bytes, log: try generalLog().count)
            let document = try await look(config, state: "cost\(round)")
            let statistics = try await store.truth(
                "SELECT total_connections,bytes_received+bytes_sent FROM information_schema.user_statistics "
                    + "WHERE user='hypercare'")[0].compactMap { Double($0) }
            let statements = GeneralLog(
                String(decoding: try generalLog().dropFirst(before.log), as: UTF8.self)
            ).queries.count
            func cost(_ source: String, _ key: String) -> Double {
                (row(document, "sources", source)?["probes"]?.elements ?? [])
                    .reduce(0) { $0 + (number($1[key]) ?? 0) }
            }
            // Greeting and login of a connection are no question.
            let greetings = statistics[1] - cost("magento-db", "bytesPerMinute")
            said = ""
            if !(0...600 * statistics[0]).contains(greetings) { said += "database \(greetings) bytes off " }
            let queries = cost("magento-db", "queriesPerMinute")
            if queries != Double(statements) { said += "\(queries) queries, \(statements) in the log " }
            let carried = Double(relay.bytes - before.wire)
            let told = cost("rabbit", "bytesPerMinute")
            if told != carried { said += "rabbit \(told) bytes, \(carried) on the wire " }
            let file = Double(line.utf8.count * 40)
            if cost("web-log", "bytesPerMinute") != file {
                said += "log \(cost("web-log", "bytesPerMinute")), \(file) in the file"
            }
        }
        #expect(said == "")
        try await store.database.query("SET GLOBAL userstat=0")
    }
}

private struct SystemMoment {
    let clock = ContinuousClock.now
    func seconds(since other: SystemMoment) -> Double {
        let parts = (clock - other.clock).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
