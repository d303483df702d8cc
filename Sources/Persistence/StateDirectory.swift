package import Engine
package import Platform
package import Monitoring
import Synchronization
import Text

/// The private directory of one environment, and the thread on which all of it is written.
///
/// One console keeps it at a time, as long as any of its files is held; a second one reads what is there and
/// says that it keeps nothing.
package final class StateDirectory: Sendable {
    package let state: StateFile
    package let journal: JournalFile
    package let history: HistoryFile
    package let directory: Directory
    /// What a second console says.
    package static let keptByAnother =
        "another console of yours keeps this environment; this one watches, keeps nothing and changes nothing"
    /// False: another console of this user keeps this environment.
    package var isOurs: Bool { disk.isOurs }
    private let disk: Disk
    /// The history waits for nobody, and nobody for it.
    private let past: Disk
    private let holder: LockHolder?

    /// Opens `path`, making it when it is not there; refuses one that others may enter.
    /// `holder` says in the lock who holds it.
    package static func open(_ path: String, holder: LockHolder? = nil) throws(StorageFailure)
        -> StateDirectory
    {
        try StateDirectory(path, holder)
    }

    private init(_ path: String, _ holder: LockHolder?) throws(StorageFailure) {
        do throws(SystemError) {
            self.holder = holder
            directory = try PrivateDirectory.open(path)
            let lock = try DirectoryLock.take(LockHolder.fileName, in: directory, holder)
            disk = Disk(try ThreadExecutor("disk"), lock: lock)
            past = Disk(try ThreadExecutor("history"), lock: lock)
            state = StateFile(StateStorage(in: directory), on: disk)
            journal = JournalFile(JournalStorage(in: directory), on: disk)
            history = HistoryFile(HistoryDatabase(in: directory), on: past)
        } catch {
            throw StorageFailure(error)
        }
    }
}

extension StateDirectory: Keepers {
    package var keepOurs: Bool { true }

    @concurrent package func keeper() async -> Keeper {
        let taken = try? await disk.read { [self] in
            if disk.isOurs { return true }
            guard let lock = try DirectoryLock.take(LockHolder.fileName, in: directory, holder) else {
                return false
            }
            disk.take(lock)
            past.take(lock)
            return true
        }
        if taken == true { return .us }
        let other = try? await disk.read { [directory] in
            LockHolder(try directory.read(LockHolder.fileName, at: 0, limit: LockHolder.limit))
        }
        return .another(Self.words(of: other ?? nil))
    }

    @concurrent package func mark() async -> KeptMark {
        let mark = try? await disk.read { [directory] in
            KeptMark(
                state: Self.mark(of: "\(directory.path)/\(StateStorage.name)"),
                audit: Self.mark(of: "\(directory.path)/\(AuditFile.fileName)"))
        }
        return mark ?? KeptMark()
    }

    @concurrent package func isRunning(_ program: ProcessMark) async -> Bool {
        program.isRunning
    }

    /// What a second console says, with what the lock says of its holder.
    private static func words(of holder: LockHolder?) -> String {
        guard let holder else { return keptByAnother }
        // The pid first: it is what a narrow screen must not lose.
        return
            "pid \(holder.process.pid) keeps this environment (another console of yours\(holder.whence)): this one only watches until it ends"
    }

    static func mark(of path: String) -> String? {
        guard let facts = try? Files.facts(path) else { return nil }
        return "\(facts.identity.inode) \(facts.size) \(facts.modified)"
    }
}

/// That this process keeps a directory; given back when it is let go.
package final class DirectoryLock: Sendable {
    private let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }

    /// Nil when another one holds it.
    static func take(
        _ name: String, in directory: Directory, _ holder: LockHolder?
    ) throws(SystemError) -> DirectoryLock? {
        guard let file = try directory.lock(name) else { return nil }
        // For whoever comes second. That it cannot be said, as on a full disk, keeps nobody from keeping.
        try? file.write(holder?.line ?? [UInt8(ascii: "\n")])
        return DirectoryLock(file)
    }
}

/// The thread that waits for the disk, so that nothing else does.
package final class Disk: Sendable {
    private let thread: ThreadExecutor
    /// Nil: what is here is another's, nothing is written.
    private let lock: Mutex<DirectoryLock?>

    package init(_ thread: ThreadExecutor, lock: DirectoryLock?) {
        self.thread = thread
        self.lock = Mutex(lock)
    }

    var isOurs: Bool { lock.withLock { $0 != nil } }

    /// From now on what is here is ours.
    func take(_ lock: DirectoryLock) { self.lock.withLock { $0 = lock } }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(StorageFailure) -> Result {
        do {
            return try await thread.run(body)
        } catch let failure as StorageFailure {
            throw failure
        } catch let error as SystemError {
            throw StorageFailure(error)
        } catch {
            throw StorageFailure(Sanitizer.line("\(error)", maxBytes: 300))
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(StorageFailure) -> Result {
        guard isOurs else { throw StorageFailure(StateDirectory.keptByAnother) }
        return try await read(body)
    }
}

extension StorageFailure {
    init(_ error: SystemError) { self.init(Sanitizer.line(error.description, maxBytes: 300)) }
}
