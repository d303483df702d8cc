import Documents
import Glibc
import Platform
import TestSupport
import Testing

/// The built program without a screen over a store at work: from a cause to its line in the alerts file, and to its end.
@Suite(.serialized, .timeLimit(.minutes(8))) struct LivingStoreAlertsTests {
    private struct Line {
        var id: Int
        var what: String
        var entity: String
        var kind: String
        var text: String

        /// A machine that is busy with other tests answers slowly, and that is told.
        var isOfMachine: Bool { entity.hasPrefix("source:") && kind == "slow" }
    }

    private final class Watch: Sendable {
        let process: ServerProcess
        let store: LivingStore

        /// What sources answer is taken down in a file called so.
        init(_ store: LivingStore, _ config: String, recording name: String) async throws {
            self.store = store
            process = try await ServerProcess(
                [
                    Program.path, "--config", config, "watch", "--headless", "--alerts",
                    store.folder.path("alerts.jsonl"), "--record", store.folder.path(name),
                ],
                environment: [
                    "XDG_STATE_HOME": store.folder.path("state"), "HOME": store.folder.path, "USER": "mira",
                    "LANG": "C.UTF-8",
                ], log: store.folder.path("watch.log"))
        }
    }

    private static func isRunning(_ pid: Int32) -> Bool {
        let status = (try? Files.read("/proc/\(pid)/stat", limit: 4096)).map {
            String(decoding: $0, as: UTF8.self)
        }
        return status.map { !$0.contains(") Z ") } ?? false
    }

    private static func lines(_ store: LivingStore, in file: String = "alerts.jsonl") throws -> [Line] {
        let path = store.folder.path(file)
        guard let bytes = try? Files.read(path, limit: 1 << 20) else { return [] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let node = try JSON.read(Array(line), name: "alerts.jsonl")
            func text(_ name: String) -> String { node[name]?.string ?? "" }
            return Line(
                id: node["id"]?.int ?? 0, what: text("what"), entity: text("entity"), kind: text("kind"),
                text: String(decoding: line, as: UTF8.self))
        }
    }

    /// A program that takes the first line at its second try only, and one whose silence would be noticed.
    private static func telling(_ store: LivingStore) throws -> String {
        let script = try store.folder.write(
            """
            #!/bin/sh
            cd \(store.folder.path)
            [ -e tried ] || { : > tried; echo "no route" >&2; exit 1; }
            cat >> told.jsonl
            """, to: "page")
        _ = unsafe chmod(script, 0o700)
        let path = try store.config(LivingStore.Watch(interval: 2, hold: 15))
        let text = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
        let alerts = """
                production: true
                alerts:
                  notify: [\(script)]
                  heartbeat: [/usr/bin/touch, \(store.folder.path("beat"))]
                  heartbeat_interval: 30s
            """
        return try store.folder.write(text.replacing("    production: true", with: alerts), to: "config.yaml")
    }

    private func line(
        _ store: LivingStore, _ what: String, _ entity: String, _ kind: String, within limit: Duration
    ) async throws -> Line {
        do {
            try await eventually("\(entity) \(kind) \(what)", within: limit) {
                try Self.lines(store).contains { $0.what == what && $0.entity == entity && $0.kind == kind }
            }
        } catch {
            let log = (try? Files.read(store.folder.path("watch.log"), limit: 1 << 16)) ?? []
            throw NotInTime(
                description: "\(error)\n" + (try Self.lines(store)).map(\.text).joined(separator: "\n")
                    + String(decoding: log, as: UTF8.self))
        }
        return try #require(
            Self.lines(store).last { $0.what == what && $0.entity == entity && $0.kind == kind })
    }

    /// What was recorded is judged again: each change of an alert at the time at which it was told.
    private func compare(_ recording: String, of store: LivingStore) async throws {
        let result = try await ChildProcess.run(
            ChildCommand([Program.path, "backtest", store.folder.path(recording)], environment: [:]),
            deadline: .seconds(60))
        #expect(result.end == .exited(0), "\(String(decoding: result.error, as: UTF8.self))")
        func told(_ bytes: [UInt8]) throws -> Set<String> {
            Set(
                try bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
                    let node = try JSON.read(Array(line), name: "alerts")
                    let members = ["time", "what", "key", "kind", "since", "severity"].map {
                        node[$0]?.string ?? ""
                    }
                    // Of the program that is told, the store's sources say nothing.
                    return members[2].hasPrefix("source:notify") ? nil : members.joined(separator: " ")
                })
        }
        let again = try told(result.output)
        let live = try told(Files.read(store.folder.path("alerts.jsonl"), limit: 1 << 20))
        #expect(again.isSubset(of: live), "\(again.subtracting(live).sorted()) beside \(live.sorted())")
        for (what, key) in [
            ("resolved", "erp.subscribed"), ("opened", "source:rabbit"), ("resolved", "source:rabbit"),
        ] {
            #expect(again.contains { $0.contains(" \(what) ") && $0.contains(key) }, "\(what) \(key)")
        }
    }

    @Test
    func `each kind goes from its cause to a line and to its end, and a kill tells nothing twice as new`()
        async throws
    {
        let store = try await LivingStore()
        let config = try Self.telling(store)
        var watch = try await Watch(store, config, recording: "first.jsonl.zst")
        defer { watch.process.stop(SIGKILL) }
        // A store at work: nothing is told.
        try await Task.sleep(for: .seconds(20))
        #expect(try Self.lines(store).filter { !$0.isOfMachine }.map(\.text) == [])

        // A consumer that is gone.
        let consumer = try #require(store.consumers.first { $0.queue == "erp.subscribed" })
        consumer.worker.turn(.killed)
        // The changes of an indexer that nobody writes down any more.
        let view = "catalog_product_price"
        let trigger = "trg_inventory_source_item_after_update_\(view)"
        try await store.database.query("DROP TRIGGER magento.\(trigger)")
        let gone = try await line(
            store, "opened", "queue:erp.subscribed", "no consumer", within: .seconds(90))
        let blind = try await line(store, "opened", "indexer:\(view)", "blind", within: .seconds(120))
        #expect(gone.id != blind.id && gone.text.contains("\"severity\":\"critical\""))

        // Killed with both open: they are not new to the next one.
        watch.process.stop(SIGKILL)
        watch = try await Watch(store, config, recording: "second.jsonl.zst")
        try await Task.sleep(for: .seconds(20))
        consumer.worker.turn(.working)
        try await store.database.query(
            "CREATE TRIGGER \(trigger) AFTER UPDATE ON inventory_source_item FOR EACH ROW "
                + "INSERT IGNORE INTO `\(view)_cl` (`entity_id`) VALUES (NEW.`source_item_id`)",
            database: "magento")
        _ = try await line(store, "resolved", "queue:erp.subscribed", "no consumer", within: .seconds(120))
        _ = try await line(store, "resolved", "indexer:\(view)", "blind", within: .seconds(120))

        // A server that is gone is one alert, whatever was read from it.
        store.broker.freeze()
        _ = try await line(store, "opened", "source:rabbit", "unreachable", within: .seconds(60))
        try await Task.sleep(for: .seconds(10))
        store.broker.thaw()
        _ = try await line(store, "resolved", "source:rabbit", "unreachable", within: .seconds(90))

        // What was told and not yet on record as told comes again, by its number; nothing else is told twice.
        var numbers: Set<Int> = []
        let all = try Self.lines(store).filter { numbers.insert($0.id).inserted }
        let opened = all.filter {
            $0.what == "opened" && !$0.isOfMachine && !$0.entity.hasPrefix("source:notify")
        }.map { "\($0.entity) \($0.kind)" }
        let text = all.map(\.text).joined(separator: "\n")
        // The program got the same, in order, though it took nothing at first; that it did not is told as well.
        let wanted = Set(all.filter { !$0.entity.hasPrefix("source:notify") }.map(\.id))
        try await eventually("the program got them all", within: .seconds(20)) {
            let told = try Self.lines(store, in: "told.jsonl").map(\.id)
            return told == told.sorted() && wanted.isSubset(of: told)
        }
        #expect((try? Files.read(store.folder.path("beat"), limit: 16)) != nil, "no heartbeat")
        #expect(opened.count == Set(opened).count && opened.count == 3, "\(text)")
        #expect(all.map(\.id) == all.map(\.id).sorted())
        watch.process.signal(SIGTERM)
        let pid = watch.process.pid
        try await eventually("it ends", within: .seconds(10)) { !Self.isRunning(pid) }
        try await compare("second.jsonl.zst", of: store)
        try await store.stop()
    }
}
