import Documents
import TestSupport
import Testing

/// What `status --json` says of a store in all kinds of trouble, beside what its servers and files say.
extension RealStoreTests {
    @Test func `status tells a script what SQL, rabbitmqctl and the logs say`() async throws {
        let stamp = try await store.truth("SELECT DATE_FORMAT(UTC_TIMESTAMP(),'%d/%b/%Y:%H:%i:%s')")[0][0]
        let statuses = [200, 201, 503, 200, 429]
        try await store.append(
            statuses.map { "10.0.0.1 [\(stamp) +0000] \"POST /psp HTTP/1.1\" \($0) 0.2" }, to: "access.log")
        let listing = try await store.broker.ctl(
            "list_queues", "-p", "/", "name", "messages_ready", "messages_unacknowledged", "consumers")
        var differences = ["not looked"]
        var text = ""
        // A figure may change between a look and the question: then both are asked again.
        for _ in 0..<4 where !differences.isEmpty {
            let look = try await store.run(
                ["--config", try store.config(), "status", "--json"], state: "script")
            #expect(look.code == 2, "\(look.text)")
            text = look.text
            let document = try JSON.read(Array(text.utf8), name: "status")
            differences =
                try await Self.differences(
                    rows(document["queues"]), queues().merging(brokered(listing)) { $1 })
            differences += try await Self.differences(rows(document["cron"]?["jobs"]), jobs())
            differences += try await Self.differences(rows(document["indexers"]), indexers())
            differences += try await flows(rows(document["integrations"], by: "configName"), stamp)
            differences += try await heartbeat(document["cron"]?["heartbeats"]?.elements?.first)
            differences += Self.differences(
                rows(document["flags"]),
                ["erp.v2": ["value": "ON", "status": "ok"], "search": ["value": "os2"]])
            differences += sources(document)
        }
        #expect(differences == [], "\(differences.joined(separator: "\n"))\n\(text)")
        #expect(try await StatusSchema.mistakes(in: text, folder: store.folder) == "")
        #expect(!text.contains("answers again"))
    }

    private typealias Rows = [String: [String: String]]

    /// Members that are one value, by the name of their row.
    private func rows(_ list: Node?, by key: String = "name") -> Rows {
        Dictionary(
            (list?.elements ?? []).map { row in
                let members = (row.members ?? []).compactMap { member in
                    member.value.text.map { (member.key, $0) }
                }
                return (row[key]?.string ?? "?", Dictionary(uniqueKeysWithValues: members))
            }
        ) { first, _ in first }
    }

    /// Rows and figures that are not as expected; `-` is a figure that must not be there, `12~5` one from 7 to 17.
    private static func differences(_ found: Rows, _ expected: Rows) -> [String] {
        var told = Set(found.keys).symmetricDifference(expected.keys).map { "row \($0)" }
        for (name, figures) in expected {
            for (key, wanted) in figures where !agrees(found[name]?[key], wanted) {
                told.append("\(name) \(key): \(found[name]?[key] ?? "-") is not \(wanted)")
            }
        }
        return told
    }

    private static func agrees(_ found: String?, _ wanted: String) -> Bool {
        let parts = wanted.split(separator: "~").map(String.init)
        guard parts.count == 2, let middle = Double(parts[0]), let reach = Double(parts[1]) else {
            return found ?? "-" == wanted
        }
        return found.flatMap(Double.init).map { abs($0 - middle) <= reach } ?? false
    }

    /// `2026-11-25 03:00:00` as the document has it.
    private func time(_ text: String) -> String {
        text == "NULL" ? "-" : text.prefix(19).replacing(" ", with: "T") + "Z"
    }

    private func queues() async throws -> Rows {
        try await store.truths(
            """
            SELECT name,COALESCE(SUM(status IN (2,3,5)),0),COALESCE(SUM(status=2),0),COALESCE(SUM(status=3),0),
              COALESCE(SUM(status=5),0),COALESCE(SUM(status=6),0),
              TIMESTAMPDIFF(SECOND,MIN(IF(status IN (2,5),updated_at,NULL)),UTC_TIMESTAMP())
            FROM queue LEFT JOIN queue_message_status s ON queue_id=queue.id GROUP BY 1
            """
        ).mapValues { row in
            [
                "via": "db", "depth": row[0], "ready": row[1], "inProgress": row[2], "retry": row[3],
                "error": row[4], "depthIsBound": "false",
                "oldestSeconds": row[5] == "NULL" ? "-" : "\(row[5])~15",
            ]
        }.merging([
            "async.operations.all": ["consumers": "lock held"], "export": ["consumers": "nobody"],
            "vendor.feed": ["consumers": "unreadable"],
        ]) { $0.merging($1) { $1 } }
    }

    private func brokered(_ listing: String) -> Rows {
        var rows: Rows = [:]
        for line in listing.split(separator: "\n").dropFirst() {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 4, let ready = Int(parts[1]), let taken = Int(parts[2]) else { continue }
            rows[parts[0]] = [
                "via": "amqp", "depth": "\(ready + taken)", "ready": parts[1],
                "inProgress": parts[2], "retry": "-", "error": "-", "subscriptions": parts[3],
                "consumers": parts[3] == "0" ? "nobody" : "subscribed",
            ]
        }
        return rows
    }

    private func jobs() async throws -> Rows {
        try await store.truths(
            """
            SELECT job_code,MAX(IF(status='success',finished_at,NULL)),
              MAX(IF(status='running',executed_at,NULL)),
              SUM(status='missed' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),
              SUM(status='error' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),
              MIN(IF(status='pending' AND scheduled_at>UTC_TIMESTAMP(),scheduled_at,NULL)),
              MIN(IF(status='pending' AND scheduled_at<=UTC_TIMESTAMP(),scheduled_at,NULL))
            FROM cron_schedule GROUP BY 1
            """
        ).mapValues { row in
            [
                "lastSuccess": time(row[0]), "runningSince": time(row[1]), "missedLastHour": row[2],
                "errorsLastHour": row[3], "nextDue": time(row[4]), "overdueSince": time(row[5]),
            ]
        }.merging([
            "indexer_update_all_views": ["lock": "held", "group": "index"],
            "catalogrule_apply_all": ["lock": "free", "group": "default"],
            "currency_rates_update": ["lastError": "rates said no 1"], "vendor_job": ["lock": "unknown"],
        ]) { $0.merging($1) { $1 } }
    }

    private func heartbeat(_ beat: Node?) async throws -> [String] {
        let truth = try await store.truth(
            """
            SELECT MAX(executed_at),MAX(finished_at),
              SUM(status='missed' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR),
              SUM(status='error' AND scheduled_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR) FROM cron_schedule
            """)[0]
        var told: [String] = []
        // The newest sign of life of any job.
        if ![time(truth[0]), time(truth[1])].contains(beat?["lastBeat"]?.string ?? "-") {
            told.append("lastBeat \(beat?["lastBeat"]?.string ?? "-") is none of \(truth)")
        }
        if beat?["missedLastHour"]?.text != truth[2] { told.append("missedLastHour is not \(truth[2])") }
        if beat?["errorsLastHour"]?.text != truth[3] { told.append("errorsLastHour is not \(truth[3])") }
        return told
    }

    private func indexers() async throws -> Rows {
        var rows: Rows = ["customer_grid": ["mode": "save", "backlog": "-"]]
        let states = try await store.truths("SELECT indexer_id,status FROM indexer_state")
        let views = try await store.truths(
            "SELECT view_id,version_id,status FROM mview_state WHERE mode='enabled'")
        for (view, row) in views {
            let newest = try await store.truth("SELECT MAX(version_id) FROM \(view)_cl")[0][0]
            let isBad = states[view]?[0] == "invalid"
            rows[view] = [
                "mode": "schedule", "state": isBad ? "invalid" : row[1],
                "backlog": "\(max(0, (Int(newest) ?? 0) - (Int(row[0]) ?? 0)))",
            ]
        }
        return rows
    }

    private func flows(_ found: Rows, _ stamp: String) async throws -> [String] {
        let topics = "async.V1.stock.%"
        let sql = """
            SELECT COALESCE(SUM(status IN (1,3,5)),0),COALESCE(SUM(status IN (3,5)),0),
              MAX(IF(status=1,started_at,NULL)) FROM magento_operation WHERE topic_name LIKE '\(topics)' AND
            """
        let minutes = try await store.truth("\(sql) started_at>=UTC_TIMESTAMP()-INTERVAL 5 MINUTE")[0]
        let hour = try await store.truth("\(sql) started_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR")[0]
        let last = try await store.truth(
            "SELECT STR_TO_DATE('\(stamp)','%d/%b/%Y:%H:%i:%s')")[0][0]
        var expected: Rows = [
            "orders-erp": ["tier": "1", "safeZone": "true", "owner": "mira", "system": "ERP"],
            "stock-erp": [
                "direction": "in", "finished5Min": "\(minutes[0])~1", "failed5Min": minutes[1],
                "finishedHour": "\(hour[0])~1", "failedHour": hour[1], "lastSuccess": time(hour[2]),
            ],
            "payment-psp": ["lastSuccess": time(last)],
        ]
        // What was not watched for the whole span says so; else all lines of it count.
        if found["payment-psp"]?["coveredHourSeconds"] == nil, found["payment-psp"]?["finishedHour"] != nil {
            expected["payment-psp"]?["finishedHour"] = "4"
            expected["payment-psp"]?["failedHour"] = "1"
        }
        return Self.differences(found, expected)
    }

    /// Every probe was read, at some cost.
    private func sources(_ document: Node) -> [String] {
        let probes = (document["sources"]?.elements ?? []).flatMap { $0["probes"]?.elements ?? [] }
        var told = probes.count >= 8 ? [] : ["\(probes.count) probes"]
        for probe in probes {
            let figures = ["reads", "latencySeconds"].map { Double(probe[$0]?.text ?? "") ?? 0 }
            if !figures.allSatisfy({ $0 > 0 }) || probe["failures"]?.text != "0" {
                told.append("\(probe["id"]?.string ?? "?") \(figures)")
            }
        }
        return told
    }
}
