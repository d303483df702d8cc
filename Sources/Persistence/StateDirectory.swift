package import Engine
package import Platform
import Text

/// The private directory of one environment, and the thread on which all of it is written.
///
/// One console keeps it at a time, as long as any of its files is held; a second one reads what is there and
/// says that it keeps nothing.
package final class StateDirectory: Sendable {
    package let state: StateFile
    package let journal: JournalFile
    package let history: HistoryFiles
    package let directory: Directory
    /// What a second console says.
    package static let keptByAnother =
        "another console of yours keeps this environment; this one watches, keeps nothing and changes nothing"
    /// False: another console of this user keeps this environment.
    package let isOurs: Bool

    /// Opens `path`, making it when it is not there; refuses one that others may enter.
    package static func open(_ path: String) throws(StorageFailure) -> StateDirectory {
        try StateDirectory(path)
    }

    private init(_ path: String) throws(StorageFailure) {
        do throws(SystemError) {
            directory = try PrivateDirectory.open(path)
            let past = try PrivateDirectory.open(path + "/history")
            var lock: DirectoryLock?
            if let file = try directory.lock("lock") { lock = DirectoryLock(file) }
            let disk = Disk(try ThreadExecutor("disk"), lock: lock)
            isOurs = lock != nil
            state = StateFile(StateStorage(in: directory, mends: isOurs), on: disk)
            journal = JournalFile(JournalStorage(in: directory), on: disk)
            history = HistoryFiles(HistoryStorage(in: past), on: disk)
        } catch {
            throw StorageFailure(error)
        }
    }
}

/// That this process keeps a directory; given back when it is let go.
package final class DirectoryLock: Sendable {
    private let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
}

/// The thread that waits for the disk, so that nothing else does.
package final class Disk: Sendable {
    private let thread: ThreadExecutor
    /// Nil: what is here is another's, nothing is written.
    private let lock: DirectoryLock?

    package init(_ thread: ThreadExecutor, lock: DirectoryLock?) {
        self.thread = thread
        self.lock = lock
    }

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
        guard lock != nil else { throw StorageFailure(StateDirectory.keptByAnother) }
        return try await read(body)
    }
}

extension StorageFailure {
    init(_ error: SystemError) { self.init(Sanitizer.line(error.description, maxBytes: 300)) }
}
