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
    package var isOurs: Bool { hold.isOurs }
    package let hold: FolderHold
    private let disk: Disk
    /// The history waits for nobody, and nobody for it.
    private let past: Disk
    private let holder: LockHolder?
    /// It was told that what is kept here is no longer where it was.
    private let isLost = Mutex(false)

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
            hold = FolderHold(try DirectoryLock.take(LockHolder.fileName, in: directory, holder))
            disk = Disk(try ThreadExecutor("disk"), hold)
            past = Disk(try ThreadExecutor("history"), hold)
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
        do {
            return try await disk.read { [self] in try look() }
        } catch {
            return hold.isOurs ? .lost(error.message) : .another(Self.keptByAnother)
        }
    }

    private func look() throws -> Keeper {
        if let held = hold.held {
            guard let loss = try held.loss() else {
                isLost.withLock { $0 = false }
                return .us
            }
            // Told before it is taken again: another one may have kept here meanwhile.
            let isTold = isLost.withLock { isLost in
                defer { isLost = true }
                return isLost
            }
            guard isTold, loss == .lock else { return .lost(held.words(of: loss)) }
        }
        guard let lock = try DirectoryLock.take(LockHolder.fileName, in: directory, holder) else {
            hold.take(nil)
            let holder = LockHolder(try directory.read(LockHolder.fileName, at: 0, limit: LockHolder.limit))
            let since = try directory.facts(LockHolder.fileName)?.modified
            return .another(Self.words(of: holder, since: since))
        }
        // The lock of a folder that is elsewhere by now keeps nobody out.
        if let loss = try lock.loss() { return .lost(lock.words(of: loss)) }
        hold.take(lock)
        isLost.withLock { $0 = false }
        return .us
    }

    @concurrent package func mark() async -> KeptMark {
        let mark = try? await disk.read { [directory] in
            let state = "\(directory.path)/\(StateStorage.name)"
            return KeptMark(
                state: Self.mark(of: state), audit: Self.mark(of: "\(directory.path)/\(AuditFile.fileName)"),
                beat: Self.beat(of: state))
        }
        return mark ?? KeptMark()
    }

    @concurrent package func isRunning(_ program: ProcessMark) async -> Bool {
        program.isRunning
    }

    /// What a second console says, with what the lock says of its holder; it was written when that one took it.
    private static func words(of holder: LockHolder?, since: Int64?) -> String {
        guard let holder else { return keptByAnother }
        // The pid first: it is what a narrow screen must not lose.
        return
            "pid \(holder.process.pid) keeps this environment (another console of yours\(holder.whence(since: since))): this one only watches until it ends"
    }

    /// Whether a console keeps what is in this folder, as far as its newest save tells; nothing is locked for that.
    package static func isKept(_ path: String, at now: WallTime) -> Bool {
        guard let beat = beat(of: "\(path)/\(StateStorage.name)")?.at else { return false }
        return abs(now.seconds(since: beat)) < KeptMark.silentSeconds
    }

    /// The newest save of whoever keeps.
    static func beat(of path: String) -> KeptMark.Beat? {
        guard let facts = try? Files.facts(path), let mark = mark(of: path) else { return nil }
        return KeptMark.Beat(mark: mark, at: WallTime(milliseconds: facts.modified / 1_000_000))
    }

    static func mark(of path: String) -> String? {
        guard let facts = try? Files.facts(path) else { return nil }
        return "\(facts.identity.inode) \(facts.size) \(facts.modified)"
    }
}

/// The thread that waits for the disk, so that nothing else does.
package final class Disk: Sendable {
    private let thread: ThreadExecutor
    private let hold: FolderHold

    package convenience init(_ thread: ThreadExecutor, lock: DirectoryLock?) {
        self.init(thread, FolderHold(lock))
    }

    init(_ thread: ThreadExecutor, _ hold: FolderHold) {
        self.thread = thread
        self.hold = hold
    }

    var isOurs: Bool { hold.isOurs }

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
        try await read { [hold] in
            try hold.check()
            return try body()
        }
    }
}

extension StorageFailure {
    init(_ error: SystemError) { self.init(Sanitizer.line(error.description, maxBytes: 300)) }
}
