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
    private static let awaited =
        "a console keeps this environment: this watch goes on, and keeps it again when that one ends"
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
    private let yields: Bool
    /// Held by the console that waits to keep: whoever yields sees it by that.
    private let want = FolderHold(nil)
    private static let wantName = "wanted"
    /// It was told that what is kept here is no longer where it was.
    private let isLost = Mutex(false)

    /// Opens `path`, making it when it is not there; refuses one that others may enter.
    /// `holder` says in the lock who holds it; `yields`: nobody sits at this process, and it lets a console keep.
    package static func open(_ path: String, holder: LockHolder? = nil, yields: Bool = false)
        throws(StorageFailure) -> StateDirectory
    {
        try StateDirectory(path, holder, yields: yields)
    }

    private init(_ path: String, _ holder: LockHolder?, yields: Bool) throws(StorageFailure) {
        do throws(SystemError) {
            self.holder = holder
            self.yields = yields
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
                return yields && isWanted() ? .wanted : .us
            }
            // Told before it is taken again: another one may have kept here meanwhile.
            let isTold = isLost.withLock { isLost in
                defer { isLost = true }
                return isLost
            }
            guard isTold, loss == .lock else { return .lost(held.words(of: loss)) }
        }
        if yields, isWanted() {
            hold.take(nil)
            return .another(Self.awaited)
        }
        guard let lock = try DirectoryLock.take(LockHolder.fileName, in: directory, holder) else {
            hold.take(nil)
            if !yields, want.held == nil {
                want.take(try? DirectoryLock.take(Self.wantName, in: directory, holder))
            }
            let holder = LockHolder(try directory.read(LockHolder.fileName, at: 0, limit: LockHolder.limit))
            let since = try directory.facts(LockHolder.fileName)?.modified
            return .another(Self.words(of: holder, since: since))
        }
        // The lock of a folder that is elsewhere by now keeps nobody out.
        if let loss = try lock.loss() { return .lost(lock.words(of: loss)) }
        hold.take(lock)
        want.take(nil)
        isLost.withLock { $0 = false }
        return .us
    }

    /// A console that lives waits to keep: its end frees the lock, however it comes.
    private func isWanted() -> Bool {
        guard (try? directory.facts(Self.wantName)) != nil else { return false }
        do {
            return try DirectoryLock.take(Self.wantName, in: directory, nil) == nil
        } catch {
            return false
        }
    }

    @concurrent package func yield() async {
        _ = try? await disk.read { [hold] in hold.take(nil) }
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
