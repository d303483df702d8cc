import Engine
import Platform
import Synchronization
import Text

/// That this process keeps a directory; given back when it is let go.
package final class DirectoryLock: Sendable {
    /// What whoever looks for it finds elsewhere, or not at all.
    enum Loss { case folder, lock }

    private let file: FileDescriptor
    private let name: String
    /// Nil where nobody else looks for it.
    private let directory: Directory?

    init(_ file: consuming FileDescriptor) {
        self.file = file
        (name, directory) = ("", nil)
    }

    private init(_ file: consuming FileDescriptor, _ name: String, in directory: Directory) {
        self.file = file
        (self.name, self.directory) = (name, directory)
    }

    /// Nil when another one holds it.
    static func take(
        _ name: String, in directory: Directory, _ holder: LockHolder?
    ) throws(SystemError) -> DirectoryLock? {
        guard let file = try directory.lock(name) else { return nil }
        // For whoever comes second. That it cannot be said, as on a full disk, keeps nobody from keeping.
        try? file.write(holder?.line ?? [UInt8(ascii: "\n")])
        return DirectoryLock(file, name, in: directory)
    }

    /// Descriptors lead to what was opened, wherever it is by now; others go by names.
    func loss() throws(SystemError) -> Loss? {
        guard let directory else { return nil }
        let folder = try Files.facts(directory.path)?.identity
        if try folder != directory.facts().identity { return .folder }
        return try directory.facts(name)?.identity == file.facts().identity ? nil : .lock
    }

    func words(of loss: Loss) -> String {
        let path = directory?.path ?? ""
        // What to do comes first: a row may be too short for a path.
        let words =
            switch loss {
            case .folder:
                "this console's folder was moved away, removed or replaced: nothing is kept or changed. Put it back, "
                    + "or start the console again: \(path)"
            case .lock:
                "this console's lock was removed or replaced, a second one may keep here: nothing is kept or changed "
                    + "until it is taken again: \(path)/\(name)"
            }
        return Sanitizer.line(words, maxBytes: 400)
    }
}

/// Whether what is in a directory is this process's to write, asked before each write.
package final class FolderHold: Sendable {
    /// Nil: it is another's.
    private let lock: Mutex<DirectoryLock?>

    init(_ lock: DirectoryLock?) { self.lock = Mutex(lock) }

    var isOurs: Bool { held != nil }

    var held: DirectoryLock? { lock.withLock { $0 } }

    /// From now on; nil gives it up.
    func take(_ lock: DirectoryLock?) { self.lock.withLock { $0 = lock } }

    /// Throws, in a sentence, unless it is, and others find it so.
    func check() throws {
        guard let held else { throw StorageFailure(StateDirectory.keptByAnother) }
        if let loss = try held.loss() { throw StorageFailure(held.words(of: loss)) }
    }
}
