import Documents
import Monitoring
import Platform
import TestSupport
import Testing
import Text

/// The built program on a real MariaDB over TLS and a real RabbitMQ, in a terminal.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RealStoreTests {
    private static let started = Task { try await RealStore() }
    let store: RealStore

    init() async throws { store = try await Self.started.value }

    /// Compares a zoomed pane with the truth, both of the same moment, until they agree; else says in what
    /// they differ.
    private func agree(
        _ key: String, _ title: String, on program: Program, within limit: Duration = .seconds(12),
        _ truth: @Sendable () async throws -> [String: [String: Set<String>]]
    ) async throws {
        program.pty.send(key)
        var differences: [String] = []
        let end = ContinuousClock.now + limit
        repeat {
            let expected = try await truth()
            let shown = PaneTable(program.pty.screen, title: title)
            differences = shown.names == expected.keys.sorted() ? [] : ["rows \(shown.names)"]
            for (name, cells) in expected {
                for (column, texts) in cells where !texts.contains(shown[name, column]) {
                    differences.append(
                        "\(name) \(column): \(shown[name, column]) is not \(texts.sorted())")
                }
            }
            if differences.isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        } while ContinuousClock.now < end
        Issue.record("\(differences.joined(separator: "\n"))\n\(program.pty.screen.text)")
    }

    /// An age as it may be drawn: read up to an interval ago, drawn up to two seconds ago, whole seconds.
    private func age(_ seconds: String?) -> Set<String> {
        guard let seconds, let value = Double(seconds) else { return ["-", "?"] }
        return Set((-5...3).map { Age.text(seconds: max(0, value) + Double($0)) })
    }

    /// A rate stands on the time that was watched, at most a minute: as many as SQL counts over the minute, in
    /// that time.
    private func rates(of count: Double) -> Set<String> {
        Set(stride(from: 2.0, through: 62, by: 0.01).map { Figures.perSecond(count / $0) })
    }

    private func number(_ text: String?) -> Set<String> { [Figures.count(Int(text ?? "") ?? 0)] }

    @Test func `queues, cron and indexers are what SQL and rabbitmqctl say`() async throws {
        let program = try await store.console()
        defer { program.pty.close() }
        program.pty.send("1f")
        let listing = try await store.broker.ctl(
            "list_queues", "-p", "/", "name", "messages_ready", "messages_unacknowledged", "consumers")
        #expect(listing.contains("erp.amqp\t6\t3\t1"))
        // Fresh completions make a rate: as many as SQL counts over the last minute, per second.
        try await store.database.query(
            "INSERT INTO queue_message_status (queue_id,message_id,status) "
                + "SELECT 4,seq,4 FROM seq_1001_to_1090", database: "magento")
        // A database queue's rate is told once it stands on ten seconds, and more where reads take long.
        try await agree("1", "queue", on: program, within: .seconds(45)) {
            var rows = try await queues()
            for line in listing.split(separator: "\n").dropFirst() {
                let parts = line.split(separator: "\t").map(String.init)
                let depth = (Int(parts[1]) ?? 0) + (Int(parts[2]) ?? 0)
                rows[parts[0]] = [
                    "via": ["amqp"], "depth": ["\(depth)"], "ready": [parts[1]], "in work": [parts[2]],
                    "retry": [""], "error": [""], "cons": [parts[3]],
                ]
            }
            return rows
        }
        try await agree("3", "job", on: program) { try await cron() }
        try await agree("4", "indexer", on: program) { try await indexers() }
        try await agree("5", "flag", on: program) {
            [
                "erp.v2": ["now": ["ON"], "where": ["flagd file"]],
                "search": ["now": ["os2"], "where": ["flagd file"]],
            ]
        }
        #expect(try await mostConnections() <= 2)
        program.pty.send("\u{1b}q")
        #expect(try await program.pty.exit() == .code(0))
    }

    private func queues() async throws -> [String: [String: Set<String>]] {
        let truth = try await store.truths(
            """
            SELECT name,COALESCE(SUM(status IN (2,3,5)),0),COALESCE(SUM(status=2),0),COALESCE(SUM(status=3),0),
              COALESCE(SUM(status=5),0),COALESCE(SUM(status=6),0),
              COALESCE(SUM(status=4 AND updated_at>=UTC_TIMESTAMP()-INTERVAL 1 MINUTE),0),
              TIMESTAMPDIFF(SECOND,MIN(IF(status IN (2,5),updated_at,NULL)),UTC_TIMESTAMP())
            FROM queue LEFT JOIN queue_message_status s ON queue_id=queue.id GROUP BY 1
            """)
        return truth.mapValues { row in
            [
                "via": ["db"], "depth": number(row[0]), "ready": number(row[1]), "in work": number(row[2]),
                "retry": number(row[3]), "error": number(row[4]),
                "out/s": rates(of: Double(row[5]) ?? -1),
                "oldest": row[6] == "NULL" ? [""] : age(row[6]),
            ]
        }.merging([
            "async.operations.all": ["cons": ["lock"]], "export": ["cons": ["0"]],
            "product_alert.queue": ["cons": ["0"]], "vendor.feed": ["cons": ["?"]],
            "erp.order.export": ["cons": ["?"]], "inventory.reservations.update": ["cons": ["0"]],
        ]) { $0.merging($1) { first, _ in first } }
    }

    private func cron() async throws -> [String: [String: Set<String>]] {
        let truth = try await store.truths(
            """
            SELECT job_code,TIMESTAMPDIFF(SECOND,MAX(IF(status='success',finished_at,NULL)),UTC_TIMESTAMP()),
              TIMESTAMPDIFF(SECOND,MAX(IF(status='running',executed_at,NULL)),UTC_TIMESTAMP()),
              SUM(status='missed' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),
              SUM(status='error' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),
              TIMESTAMPDIFF(SECOND,UTC_TIMESTAMP(),MIN(IF(status='pending' AND scheduled_at>UTC_TIMESTAMP(),scheduled_at,NULL)))
            FROM cron_schedule GROUP BY 1
            """)
        let known = [
            "catalog_product_alert": "default", "catalogrule_apply_all": "default", "bulk_cleanup": "default",
            "currency_rates_update": "default", "indexer_update_all_views": "index",
            "indexer_reindex_all_invalid": "index", "consumers_runner": "consumers", "erp_push": "?",
            "sales_send_order_emails": "default", "sitemap_generate": "default", "vendor_job": "?",
        ]
        let locks = [
            "indexer_update_all_views": "held", "catalogrule_apply_all": "free", "vendor_job": "?",
        ]
        return Dictionary(
            uniqueKeysWithValues: truth.map { code, row in
                (
                    code,
                    [
                        "group": [known[code] ?? "none"], "last ok": age(row[0]),
                        "running": row[1] == "NULL" ? [""] : age(row[1]), "lock": [locks[code] ?? ""],
                        "missed": number(row[2]), "errors": number(row[3]),
                        "next": code == "erp_push" ? ["due"] : age(row[4]),
                        "last error": [code == "currency_rates_update" ? "rates said no 1" : ""],
                    ]
                )
            })
    }

    private func indexers() async throws -> [String: [String: Set<String>]] {
        let truth = try await store.truths(
            "SELECT view_id,version_id,status FROM mview_state WHERE mode='enabled'")
        var rows: [String: [String: Set<String>]] = [
            "customer_grid": ["mode": ["save"], "events": [""], "lag": ["on save"]]
        ]
        let states = try await store.truths("SELECT indexer_id,status FROM indexer_state")
        for (view, row) in truth {
            let newest = try await store.truth("SELECT MAX(version_id) FROM \(view)_cl")[0][0]
            let events = max(0, (Int(newest) ?? 0) - (Int(row[0]) ?? 0))
            let isBad = states[view]?[0] == "invalid"
            rows[view] = [
                "mode": ["schedule"], "status": [isBad ? "invalid" : row[1]], "events": ["\(events)"],
                // Nobody has seen it move.
                "moved": ["-"],
            ]
            if events == 0 { rows[view]?["lag"] = [""] }
        }
        return rows
    }

    private func mostConnections() async throws -> Int {
        let count = try await store.truth(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE user='hypercare'")
        return Int(count[0][0]) ?? -1
    }

    @Test func `a flow is the sum of its bulk operations and its log lines`() async throws {
        let program = try await store.console(state: "flows")
        defer { program.pty.close() }
        program.pty.send("2f")
        // Lines count at the time they carry.
        let now = try SystemTime().now.wall.civil
        let stamp = "[\(now.rfc3339)] main."
        try await store.append(
            (1...12).map { "\(stamp)INFO: order \($0) exported [] []" }
                + (1...3).map { "\(stamp)ERROR: export of \($0) failed: HTTP 500 [] []" }
                + ["\(stamp)INFO: export of 9 again [] []", "\(stamp)INFO: nothing of ours [] []"],
            to: "system.log")
        let statuses = Array(repeating: 200, count: 15) + Array(repeating: 503, count: 5) + [429, 301]
        try await store.append(
            statuses.enumerated().map { index, status in
                "10.0.0.1 [\(access(now))] \"POST /psp HTTP/1.1\" \(status) 0.\(100 + index * 10)"
            }, to: "access.log")
        try await store.database.query(
            """
            SET time_zone='+00:00'; INSERT INTO magento_operation (bulk_uuid,topic_name,status,started_at,result_message)
            SELECT 'u1','async.V1.orders.POST',IF(seq>6,3,1),UTC_TIMESTAMP(),'sku 9 is unknown' FROM seq_1_to_8
            """, database: "magento")
        try await agree("2", "flow", on: program) {
            func windows(_ topics: String, _ window: String) async throws -> [Int] {
                try await store.truth(
                    "SELECT COALESCE(SUM(status IN (1,3,5)),0),COALESCE(SUM(status IN (3,5)),0) FROM "
                        + "magento_operation WHERE topic_name LIKE '\(topics)' AND "
                        + "started_at>=UTC_TIMESTAMP()-INTERVAL \(window)")[0].compactMap { Int($0) }
            }
            func share(_ counts: [Int], _ finished: Int, _ failed: Int) -> Set<String> {
                // The logs are read since the start, not for the whole time the column tells of.
                ["~" + Figures.share(Double(counts[1] + failed) / Double(counts[0] + finished))]
            }
            let orders = "async.V1.orders.POST"
            let stock = "async.V1.stock.%"
            let minute = try await windows(stock, "1 MINUTE")
            func last(_ topics: String) async throws -> Set<String> {
                age(
                    try await store.truth(
                        "SELECT TIMESTAMPDIFF(SECOND,MAX(started_at),UTC_TIMESTAMP()) FROM "
                            + "magento_operation WHERE status=1 AND topic_name LIKE '\(topics)'")[0][0])
            }
            return [
                "orders": [
                    "tier": ["1 safe zone"], "% 5 min": share(try await windows(orders, "5 MINUTE"), 15, 3),
                    "% 1 h": share(try await windows(orders, "1 HOUR"), 15, 3), "owner": ["mira"],
                    "last ok": try await last(orders),
                    "last error": ["sku 9 is unknown", "export of 3 failed: HTTP 500"],
                ],
                "stock": [
                    "ok/min": [Figures.perMinute(Double(minute[0]))], "fail/min": ["0"], "% 5 min": ["0.0"],
                    "% 1 h": ["0.0"], "last ok": try await last(stock), "p95 s": ["-"],
                ],
                "payment": [
                    "% 5 min": ["~25.0"], "% 1 h": ["~25.0"], "p50 s": ["0.2"], "p95 s": ["0.3"],
                    "last error": ["503 POST /psp HTTP/1.1"],
                ],
            ]
        }
        program.pty.send("\u{1b}q")
        #expect(try await program.pty.exit() == .code(0))
    }

    /// As nginx writes it: `25/Nov/2026:03:00:00 +0000`.
    private func access(_ time: CivilTime) -> String {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let day = time.day < 10 ? "0\(time.day)" : "\(time.day)"
        return "\(day)/\(months[time.month - 1])/\(time.year):\(time.hourMinuteSecond) +0000"
    }

    @Test func `no variable has the keys of a connection written, or gives a password`() async throws {
        let keys = store.folder.path("tls-keys.log")
        let config = try store.config()
        let look = try await store.run(
            ["--config", config, "status"], state: "keys", variables: ["SSLKEYLOGFILE": keys])
        #expect(look.text.contains("queue"), "\(look.text)")
        #expect(try Files.facts(keys) == nil)
        // The right password, where the config has none.
        let without = try store.config(
            named: "without.yaml",
            ("password: {file: \(store.folder.path("db-password"))}", "password: {env: NOT_SET}"))
        let password = String(
            decoding: try Files.read(store.folder.path("db-password"), limit: 100).filter { $0 > 0x20 },
            as: UTF8.self)
        let refused = try await store.run(
            ["--config", without, "doctor"], state: "keys", variables: ["MYSQL_PWD": password])
        #expect(refused.text.contains("variable that env names is not set"), "\(refused.text)")
    }

    @Test func `what is beyond a cap is a bound that is true`() async throws {
        try await store.database.query(
            "INSERT INTO queue_message_status (queue_id,message_id,status) SELECT 3,seq,2 FROM seq_2001_to_9000",
            database: "magento")
        let look = try await store.run(["--config", try store.config(), "status", "--json"], state: "capped")
        #expect(look.code == 2, "\(look.text)")
        let document = try JSON.read(Array(look.text.utf8), name: "status")
        let found = (document["queues"]?.elements ?? []).first { $0["name"]?.string == "product_alert.queue" }
        let depth = Int(found?["depth"]?.text ?? "") ?? -1
        #expect(depth >= 1000 && depth <= 7000 && found?["depthIsBound"]?.bool == true)
        let program = try await store.console(state: "capped")
        defer { program.pty.close() }
        try await program.pty.wait(for: "a bound") { $0.text.contains("\(depth)+") }
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        try await store.database.query(
            "DELETE FROM queue_message_status WHERE queue_id=3", database: "magento")
    }

    @Test func `what changes is seen, and a restart forgets no success`() async throws {
        let program = try await store.console(state: "kept")
        defer { program.pty.close() }
        func shown(
            _ key: String, _ title: String, _ fact: String, _ isTrue: @escaping @Sendable (PaneTable) -> Bool
        )
            async throws
        {
            program.pty.send(key)
            try await program.pty.wait(for: fact) { isTrue(PaneTable($0, title: title)) }
        }
        program.pty.send("1f")
        try await shown("3", "job", "a success") { !["", "-"].contains($0["erp_push", "last ok"]) }
        try await store.database.query(
            """
            INSERT INTO queue_message_status (queue_id,message_id,status) SELECT 4,seq,2 FROM seq_15001_to_15040;
            UPDATE mview_state SET version_id=130 WHERE view_id='cataloginventory_stock';
            DELETE FROM cron_schedule WHERE job_code='erp_push'
            """, database: "magento")
        try await store.broker.publish(5, to: "idle.amqp")
        try await shown("1", "queue", "arrivals and their rate") { queues in
            queues["inventory.reservations.update", "ready"] == "40"
                && !["", "-", "0"].contains(queues["inventory.reservations.update", "in/s"])
                && queues["idle.amqp", "ready"] == "5"
        }
        try await shown("4", "indexer", "a move") { indexers in
            indexers["cataloginventory_stock", "events"] == "0"
                && indexers["cataloginventory_stock", "moved"].hasSuffix(" s")
                && indexers["catalog_product_price", "moved"] == "-"
        }
        program.pty.send("\u{1b}q")
        #expect(try await program.pty.exit() == .code(0))

        let again = try await store.console(state: "kept")
        defer { again.pty.close() }
        again.pty.send("3f")
        try await again.pty.wait(for: "the success that the table has forgotten") { screen in
            let jobs = PaneTable(screen, title: "job")
            return !["", "-"].contains(jobs["erp_push", "last ok"]) && jobs["erp_push", "next"] == "-"
        }
        again.pty.send("\u{1b}q")
        #expect(try await again.pty.exit() == .code(0))
        try await store.database.query(
            """
            DELETE FROM queue_message_status WHERE queue_id=4 AND status=2;
            UPDATE mview_state SET version_id=100 WHERE view_id='cataloginventory_stock';
            INSERT INTO cron_schedule (job_code,status,scheduled_at)
              VALUES ('erp_push','pending',UTC_TIMESTAMP()-INTERVAL 4 MINUTE)
            """, database: "magento")
        try await store.broker.management("DELETE", "/api/queues/%2F/idle.amqp/contents")
    }
}
