import Documents
import Engine
import EngineAPI
import FeatureFlags
import FlagBackends
import Monitoring
import Persistence
import Platform
import TestSupport

/// A flag turned as the console turns it: put on record, carried out, read back and put on record again, by an engine
/// with the stores of a folder. The next engine takes up what it finds.
struct WholeChange: Interrupted {
    enum Kind: String, CaseIterable { case file = "file change", command = "command change" }

    /// The calls that loaders, threads and terminals make too count on the files of the environment and of the flag
    /// alone; the name that a flag file is written under is not known before.
    func places(of call: String) -> [String] {
        guard ["openat", "write", "pwrite64", "close", "unlink", "rename"].contains(call) else { return [] }
        let names = ["value", "value.new", "flags.json", "magento"]
        return KeptThing("state", in: path).places(of: call) + ["writer-op.out", flagPath] + names
            + names.map { "\(flagPath)/\($0)" }
    }

    private let kind: Kind
    private let path: String
    private var flagPath: String { "\(path)-flags" }

    init(_ kind: Kind, in path: String) {
        self.kind = kind
        self.path = path
    }

    func prepare() async throws {
        let folder = try PrivateDirectory.open(flagPath)
        try AtomicFile("flags.json", in: folder).replace(with: Array(Self.text.utf8))
        try AtomicFile("value", in: folder).replace(with: Array("1\n".utf8))
        try AtomicFile("magento", in: folder, mode: 0o700).replace(with: Array(Self.script.utf8))
    }

    func write() async throws -> Bool {
        try await run { engine, row in
            let change = FlagChange(
                opID: "op", flag: row.flag.name, backend: row.flag.backend, from: row.flag.value, to: .off,
                expectedRevision: row.flag.revision)
            if case .changed(.confirmed) = await engine.submit(.change(change), by: .mira) { return true }
            return false
        }
    }

    func found(isAcknowledged: Bool) async throws -> Found {
        let isNew = try isOff()
        // Taken up and decided, but where nothing has changed and nobody saw why.
        let end = try await run { _, row in
            row.flag.value == .off ? "OFF" : row.flag.value.text
        } isSettled: { row in
            row.progress == .seen || (row.progress.isUnknown && row.flag.value == .on)
        }
        let folder = try Directory(path)
        let bytes = try folder.read(AuditFile.fileName, limit: 1 << 20) ?? []
        var chain = try AuditChain(bytes)
        chain.compare(with: AuditAnchor.Found(try folder.read(AuditFile.anchorName, limit: 4096)))
        guard chain.faults.isEmpty else { return .neither("\(chain.faults)") }
        let phases = bytes.split(separator: 0x0A).compactMap { line in
            (try? JSON.read(Array(line), name: "audit")).flatMap { record in
                record["op_id"]?.string == "op" ? record["phase"]?.string : nil
            }
        }
        let words = "\(phases), \(end)"
        guard try isOff() == isNew, end == (isNew ? "OFF" : "ON") else {
            return .neither("\(words), not \(isNew)")
        }
        switch phases.last {
        case "confirmed", "saved": if !isNew { return .neither("\(words), and it is ON") }
        case "refused": if isNew { return .neither("\(words), and it is OFF") }
        case nil: if isNew { return .neither("OFF, and nothing is on record") }
        case "intent", "started", "unknown": if isNew { return .neither("\(words), OFF and not decided") }
        default: return .neither(words)
        }
        let left =
            try Files.names(in: flagPath, startingWith: ".hypercare")
            + Files.names(in: path, startingWith: "writer")
        return left.isEmpty ? (isNew ? .new : .old) : .neither("\(left) is left")
    }

    private func isOff() throws -> Bool {
        let folder = try Directory(flagPath)
        switch kind {
        case .file:
            let document = try JSON.read(folder.read("flags.json", limit: 4096) ?? [], name: "flags.json")
            return document["flags"]?["erp.v2"]?["defaultVariant"]?.string == "off"
        case .command: return try folder.read("value", limit: 9) == Array("0\n".utf8)
        }
    }

    private func run<Answer: Sendable>(
        _ body: @escaping @Sendable (LocalEngine, FlagRow) async -> Answer,
        isSettled: @escaping @Sendable (FlagRow) -> Bool = { $0.next != nil }
    ) async throws -> Answer {
        let folder = try await StateDirectory.opened(path)
        let audit = try AuditFile(
            in: folder.directory, environment: "eu-shop", author: AuditAuthor(host: "bastion", person: .mira))
        let time = try SystemTime()
        let setup = EngineSetup(
            environment: EnvironmentFacts(name: "eu-shop", isProduction: false, access: .operate), probes: [],
            backends: [try backend(time)],
            stores: EngineSetup.Stores(
                state: folder.state, journal: folder.journal, audit: audit, history: folder.history,
                keepers: folder))
        let engine = LocalEngine(setup, time: time)
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                await engine.run()
                return nil
            }
            group.addTask {
                for await snapshot in engine.snapshots() {
                    if let row = snapshot.flags.first, isSettled(row) { return await body(engine, row) }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: .seconds(10))
                throw NotInTime(description: "it does not settle")
            }
            defer { group.cancelAll() }
            for try await answer in group {
                if let answer { return answer }
            }
            throw NotInTime(description: "the engine has ended")
        }
    }

    private func backend(_ time: SystemTime) throws -> any FlagBackend {
        switch kind {
        case .file:
            return try FlagdFile(
                name: "flags", path: "\(flagPath)/flags.json", interval: .seconds(1),
                watchedFor: .milliseconds(20))
        case .command:
            let command = MagentoCommand(
                ["\(flagPath)/magento"], prefix: CommandPrefix([]), environment: ["PATH": "/usr/bin:/bin"],
                deadline: .seconds(5), folder: path)
            return MagentoConfig(
                name: "flags", command: command, flags: [MagentoFlag(name: "erp.v2", path: "a/b/value")],
                interval: .seconds(1), time: time)
        }
    }

    private static let text = """
        {"flags": {"erp.v2": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}}

        """

    private static let script = """
        #!/bin/sh
        cd "${0%/*}" || exit 9
        case "$1" in
        config:show) cat value ;;
        config:set) echo "$4" > value.new && mv value.new value && echo "Value was saved." ;;
        esac

        """
}

extension FlagRow.Progress {
    fileprivate var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
