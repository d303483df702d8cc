import Engine
import EngineAPI
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// One place where an environment is kept: in the fake that the engine's tests run on, in a directory in memory
/// or in one on the disk. Each store that is asked for is opened anew, as by the next run.
final class StorageSubject: Sendable {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, memory, disk
        var testDescription: String { rawValue }
    }

    /// Of the directories that are not the fake: what a power cut may leave, and what lies there.
    let recording: RecordingOps?
    let folder: TemporaryFolder
    let ops: BreakableOps
    private let fake: FakeStores?
    private let disk: Disk

    /// `given`: where its directory `d` is or is to be.
    init(_ kind: Kind, in given: TemporaryFolder? = nil) throws {
        folder = try given ?? TemporaryFolder("storage")
        fake = kind == .fake ? FakeStores() : nil
        recording = kind == .disk ? nil : RecordingOps()
        ops = BreakableOps(try recording ?? PrivateDirectory.open(folder.path("d")))
        var lock: DirectoryLock?
        if let file = try PrivateDirectory.open(folder.path("lock")).lock("lock") {
            lock = DirectoryLock(file)
        }
        disk = Disk(try ThreadExecutor("disk"), lock: lock)
    }

    func state() -> any StateStore { fake ?? StateFile(StateStorage(in: ops, limit: 1 << 20), on: disk) }

    func journal(largest: Int64 = 8 << 20) -> any Journal {
        fake ?? JournalFile(JournalStorage(in: ops, largest: largest), on: disk)
    }

    func audit() throws -> any AuditLog {
        let author = AuditAuthor(host: "bastion", person: .mira)
        return try fake ?? AuditFile(in: ops, environment: "eu-shop", author: author)
    }

    func history() throws -> any HistoryStore {
        if let fake { return fake }
        return HistoryFile(HistoryDatabase(in: try PrivateDirectory.open(folder.path("d"))), on: disk)
    }

    /// How writing fails from now on; nil works again.
    func fail(_ fault: BreakableOps.Fault?) {
        ops.fail(fault)
        fake?.change { $0.failure = fault.map { StorageFailure("cannot write it: \($0)") } }
    }

    /// Stands in the way of a file of that name.
    func obstruct(_ name: String) throws { _ = try PrivateDirectory.open(folder.path("d/\(name)")) }
}

extension BreakableOps.Fault: CustomTestStringConvertible {
    package var testDescription: String { rawValue }
}

/// Names that are easily mistaken for each other, cut, or read as something else.
enum Names {
    static let hard = [
        "ERP.STOCK", "ERP.STOC\u{212A}", "erp_push", "erp_push\u{FE0F}", "\u{E9}", "e\u{301}", "a%25", "a%",
        "a",
        "a b", "\u{0}", "\u{1B}[2J\r\n", "\u{FFFD}", "\u{202E}x", "{\"a\":1}", "@/:", "\u{1F6D2}",
        "\u{10FFFF}",
        String(repeating: "x", count: 5000),
    ]
}

extension Optional where Wrapped == StorageFailure {
    /// One sentence for a person; the path is named where one is given.
    func isSentence(naming path: String = "") -> Bool {
        guard let message = self?.message else { return false }
        return message.utf8.count > 10 && message.utf8.count < 400 && message.contains(path)
            && !message.utf8.contains { $0 < 0x20 }
    }
}

/// How a store says that it could not; nil when it could.
func storageFailure(_ body: () async throws(StorageFailure) -> Void) async -> StorageFailure? {
    do throws(StorageFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}
