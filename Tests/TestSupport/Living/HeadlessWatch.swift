import Documents
import Glibc
import Platform

/// The built program without a screen over a living store, which tells its alerts to a file.
package final class HeadlessWatch: Sendable {
    /// A change of an alert as it stands in the file.
    package struct Line: Sendable {
        package let id: Int
        package let time: String
        package let what: String
        package let entity: String
        package let kind: String
        package let since: String
        package let severity: String
        package let summary: String
        /// As it was written.
        package let text: String

        /// A machine that is busy with other tests answers slowly, and that is told.
        package var isOfMachine: Bool { entity.hasPrefix("source:") && kind == "slow" }
        /// `queue:erp.polled stuck`
        package var name: String { "\(entity) \(kind)" }
        package var line: String { "\(time) \(what) \(severity) \(name): \(summary)" }
    }

    package static let file = "alerts.jsonl"
    private let process: ServerProcess
    private let store: LivingStore

    /// `arguments` beside those that name the config and the file, such as `--record FILE`.
    package init(
        _ binary: String, over store: LivingStore, config: String, state: String = "state",
        arguments: [String] = []
    ) async throws {
        self.store = store
        let command = [binary, "--config", config, "watch", "--headless"]
        process = try await ServerProcess(
            command + ["--alerts", store.folder.path(Self.file)] + arguments,
            environment: Self.variables(store, state: state), log: store.folder.path("watch.log"))
    }

    package static func variables(_ store: LivingStore, state: String = "state") -> [String: String] {
        [
            "XDG_STATE_HOME": store.folder.path(state), "HOME": store.folder.path, "USER": "mira",
            "LANG": "C.UTF-8",
        ]
    }

    package var isRunning: Bool {
        let status = (try? Files.read("/proc/\(process.pid)/stat", limit: 4096)).map {
            String(decoding: $0, as: UTF8.self)
        }
        return status.map { !$0.contains(") Z ") } ?? false
    }

    package func kill() { process.stop(SIGKILL) }
    package func signal(_ number: Int32) { process.signal(number) }

    /// Ends it as systemd does; throws when it does not end.
    package func end() async throws {
        process.signal(SIGTERM)
        try await eventually("the watch ends", within: .seconds(10)) { !self.isRunning }
    }

    /// What the program itself had to say.
    package var log: String {
        String(
            decoding: (try? Files.read(store.folder.path("watch.log"), limit: 1 << 16)) ?? [], as: UTF8.self)
    }

    // MARK: What is told

    /// All lines of the store's alerts file, or of another one in its folder.
    package static func lines(_ store: LivingStore, in file: String = file) throws -> [Line] {
        guard let bytes = try? Files.read(store.folder.path(file), limit: 4 << 20) else { return [] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let node = try JSON.read(Array(line), name: file)
            func text(_ name: String) -> String { node[name]?.string ?? "" }
            return Line(
                id: node["id"]?.int ?? 0, time: text("time"), what: text("what"), entity: text("entity"),
                kind: text("kind"), since: text("since"), severity: text("severity"),
                summary: text("summary"), text: String(decoding: line, as: UTF8.self))
        }
    }

    /// The newest such line; waits for it.
    package func line(
        _ what: String, _ entity: String, _ kind: String, within limit: Duration
    ) async throws -> Line {
        let store = store
        do {
            try await eventually("\(entity) \(kind) \(what)", within: limit) {
                try Self.lines(store).contains { $0.what == what && $0.entity == entity && $0.kind == kind }
            }
        } catch {
            let told = try Self.lines(store).map(\.line).joined(separator: "\n")
            throw NotInTime(description: "\(error)\n\(told)\n\(log)")
        }
        guard
            let line = try Self.lines(store).last(where: {
                $0.what == what && $0.entity == entity && $0.kind == kind
            })
        else { throw NotInTime(description: "\(entity) \(kind) \(what) is no longer there") }
        return line
    }
}
