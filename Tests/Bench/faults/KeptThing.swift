import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Persistence
import Platform
import TestSupport

/// One store of an environment's folder, in which something old stands and something new is to be kept.
struct KeptThing: Interrupted {
    static let names = ["state", "journal", "audit", "history"]

    private let name: String
    private let path: String
    private let series = SeriesID(EntityID(.queue, "erp", in: "rabbit"), .depth)
    private let start = WallTime(seconds: 1_795_824_000)

    init(_ name: String, in path: String) {
        self.name = name
        self.path = path
    }

    /// A name as it is given to the call, and what a descriptor leads to.
    func places(of call: String) -> [String] {
        let names = [
            "state.json", "state.json.tmp", "state.json.prev", "state.json.prev.tmp", "journal.jsonl",
            "audit.jsonl", "audit.head", "audit.head.tmp", "history.sqlite", "history.sqlite-wal",
            "history.sqlite-shm", "history.sqlite-journal",
        ]
        return [path] + names + names.map { "\(path)/\($0)" }
    }

    /// What stood before.
    func prepare() async throws { try await keep(1) }

    func write() async throws -> Bool {
        try await keep(2)
        return true
    }

    /// As the next run finds it. Then something newer is kept, and must be there too.
    func found(isAcknowledged: Bool) async throws -> Found {
        let found = try await look(2)
        guard case .neither = found else {
            try await keep(3)
            let after = try await look(3)
            return after == .new ? found : .neither("the next one is not kept: \(after)")
        }
        return found
    }

    private func keep(_ number: Int) async throws {
        let folder = try await StateDirectory.opened(path)
        switch name {
        case "state":
            var state = try await folder.state.load()?.state ?? EngineState()
            state.lastSuccesses["integration:orders"] = WallTime(seconds: Int64(number))
            try await folder.state.save(state)
        case "journal": try await folder.journal.append([event(number)])
        case "audit": try await audit(folder).append(entry(number))
        default: try await folder.history.append([minute(number)])
        }
    }

    private func look(_ number: Int) async throws -> Found {
        let folder = try await StateDirectory.opened(path)
        switch name {
        case "state":
            let loaded = try await folder.state.load()
            let seconds = loaded?.state.lastSuccesses["integration:orders"]
            return found(seconds.map { [Int($0.milliseconds / 1000)] } ?? [], replacing: true, number)
        case "journal":
            let texts = try await folder.journal.recent(10).map(\.text)
            return found(texts.compactMap { Int($0) }, replacing: false, number)
        case "audit":
            let bytes = try folder.directory.read(AuditFile.fileName, limit: 1 << 20)
            var chain = try AuditChain(bytes ?? [])
            chain.compare(
                with: AuditAnchor.Found(try folder.directory.read(AuditFile.anchorName, limit: 4096)))
            guard chain.faults.isEmpty else { return .neither("\(chain.faults)") }
            let open = try await audit(folder).unfinished().map(\.change.opID)
            return found(open.compactMap { Int($0) }, replacing: false, number)
        default:
            let values = try await folder.history.read(
                series, from: start, to: start.advanced(bySeconds: 300), stepSeconds: 60)
            return found(values.compactMap { $0.map { Int($0) } }, replacing: false, number)
        }
    }

    /// Each number before `number` has to be there, but one that a fault came over.
    private func found(_ numbers: [Int], replacing: Bool, _ number: Int) -> Found {
        let isNew = numbers.contains(number)
        let isOld = replacing ? numbers.count == 1 && numbers[0] < number : numbers.contains(1)
        if isNew && (replacing || isOld) { return .new }
        return isOld ? .old : .neither("\(numbers)")
    }

    private func audit(_ folder: StateDirectory) throws -> AuditFile {
        let author = AuditAuthor(host: "bastion", person: .mira)
        return try AuditFile(in: folder.directory, environment: "eu-shop", author: author)
    }

    private func event(_ number: Int) -> EngineAPI.Event {
        EngineAPI.Event(at: start, status: .warning, entity: nil, subject: "console", text: "\(number)")
    }

    private func minute(_ number: Int) -> HistoryMinute {
        let at = start.advanced(bySeconds: Double(number) * 60)
        return HistoryMinute(series: series, minute: at, average: Double(number), maximum: Double(number))
    }

    private func entry(_ number: Int) -> AuditEntry {
        AuditEntry(
            phase: .intent, at: Timestamp(boot: .seconds(number), wall: start, bootID: "boot"),
            environment: "eu-shop",
            change: FlagChange(
                opID: "\(number)", flag: "erp.v2", backend: "features", from: .on, to: .off,
                expectedRevision: "r"))
    }
}
