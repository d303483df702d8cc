package import Documents
import Monitoring
import Platform

/// The built program as a console over a living store, in a terminal, with a state folder of its own; and what
/// it keeps there.
package final class WatchingConsole: Sendable {
    /// One line of the journal.
    package struct Event: Hashable, Sendable {
        package let time: String
        /// Nil for what only happened.
        package let status: String?
        package let entity: String
        package let text: String

        /// Worse than ok, or off by itself.
        package var isTrouble: Bool { status != nil && status != "ok" && status != "off" }
        /// It says of a queue that nothing leaves it; that it grows is another matter.
        package var isOfService: Bool {
            isTrouble && ["nobody takes", "nothing"].contains(where: text.contains)
        }
        package var line: String { "\(time) \(status ?? "-") \(entity): \(text)" }
    }

    package let pty: Pty
    private let store: LivingStore
    private let binary: String
    private let config: String
    private let state: String

    /// Starts it; it is at work when `isReading` has come back.
    package init(
        _ binary: String, over store: LivingStore, _ watch: LivingStore.Watch, state: String = "state"
    ) throws {
        self.store = store
        self.binary = binary
        self.state = state
        config = try store.config(watch)
        pty = try Pty(rows: 60, columns: 200)
        try pty.start([binary, "--config", config], environment: variables)
    }

    private var variables: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": store.folder.path, "TMPDIR": store.folder.path,
            "LANG": "C.UTF-8", "TERM": "xterm-256color", "XDG_STATE_HOME": store.folder.path(state),
            "XDG_CONFIG_HOME": store.folder.path("none"), "USER": "mira",
        ]
    }

    /// Every source has been read.
    package func isReading() async throws {
        try await pty.wait(for: "every source is read", within: .seconds(40)) { screen in
            ["erp.polled", "async.operations.all", "consumers_runner", "catalog_product_price", "erp.v2"]
                .allSatisfy(screen.text.contains)
        }
        pty.send("1f")
    }

    package func leave() async throws {
        pty.send(":q\r")
        guard try await pty.exit() == .code(0) else { throw NotInTime(description: "it did not leave well") }
        pty.close()
    }

    private func kept(_ name: String) -> String {
        store.folder.path("\(state)/hypercare/\(LivingStore.environment)/\(name)")
    }

    /// The whole journal.
    package func journal() throws -> [Event] {
        guard try Files.facts(kept("journal.jsonl")) != nil else { return [] }
        let text = String(decoding: try Files.read(kept("journal.jsonl"), limit: 32 << 20), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            // The last may be on its way.
            guard let event = try? JSON.read(Array(line.utf8), name: "journal") else { return nil }
            return Event(
                time: event["time"]?.string ?? "", status: event["status"]?.string,
                entity: event["entity"]?.string ?? "", text: event["text"]?.string ?? "")
        }
    }

    /// The counters of each of the broker's queues at the last save, by name.
    package func keptCounters() throws -> [String: Int] {
        let text = try Files.read(kept("state.json"), limit: 32 << 20)
        // A header of its own stands on the first line.
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard lines.count == 2 else { return [:] }
        let document = try JSON.read(Array(lines[1]), name: "state")
        var counters: [String: Int] = [:]
        for queue in (document["queues"] ?? document["state"]?["queues"])?.members ?? [] {
            if let id = EntityID(queue.key), let left = queue.value["left"]?.int { counters[id.name] = left }
        }
        return counters
    }

    /// `status --json` beside the running console.
    package func status() async throws -> (code: Int32?, document: Node) {
        let result = try await ChildProcess.run(
            ChildCommand([binary, "--config", config, "status", "--json"], environment: variables),
            deadline: .seconds(60), outputCap: 4 << 20)
        let code: Int32? = if case .exited(let code) = result.end { code } else { nil }
        guard let document = try? JSON.read(result.output, name: "status") else {
            throw SystemError(
                "read", "status", detail: String(decoding: result.output + result.error, as: UTF8.self))
        }
        return (code, document)
    }
}

extension WatchingConsole.Event {
    /// Whether it is about this queue; the database and the broker may both have one of its name.
    package func isAbout(queue: String, of source: String) -> Bool {
        guard let id = EntityID(entity) else { return false }
        return id.kind == .queue && id.name == queue && id.source == source
    }
}
