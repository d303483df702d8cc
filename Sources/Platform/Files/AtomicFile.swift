/// A file that is replaced whole or not at all, and once replaced stays so through a power cut: temporary
/// file, sync, rename, sync of the directory.
package struct AtomicFile: Sendable {
    package let name: String
    /// Of the file that replaces, whatever the umask says.
    package let mode: UInt32
    /// Whether the replaced file stays as `NAME.prev`.
    package let keepsPrevious: Bool
    private let ops: any FileOps

    package init(
        _ name: String, in ops: any FileOps, mode: UInt32 = 0o600, keepsPrevious: Bool = false
    ) {
        self.name = name
        self.ops = ops
        self.mode = mode
        self.keepsPrevious = keepsPrevious
    }

    package var previousName: String { name + ".prev" }
    private var temporaryName: String { name + ".tmp" }
    private var temporaryPreviousName: String { previousName + ".tmp" }

    /// Returns once it is durable. After an error the old content is still there, or the new one is and may
    /// not be durable; a failed sync is not tried again, the next replacement starts from a new file.
    package func replace(with bytes: [UInt8]) throws(SystemError) {
        try prepare(bytes)
        try takePlace()
    }

    /// All of a replacement that needs room on the disk; nothing is replaced yet.
    package func prepare(_ bytes: [UInt8]) throws(SystemError) {
        try ops.remove(temporaryName)
        let file = try ops.create(temporaryName, mode: mode)
        do throws(SystemError) {
            try ops.write(all: bytes, of: name, to: file)
            try ops.sync(file)
        } catch {
            try? ops.close(file)
            try? ops.remove(temporaryName)
            throw error
        }
        try ops.close(file)
    }

    /// Puts what was prepared in its place.
    package func takePlace() throws(SystemError) {
        if keepsPrevious { try keepPrevious() }
        try ops.rename(temporaryName, to: name)
        try ops.syncDirectory()
    }

    /// The content, or nil when the file is not there.
    package func read(limit: Int) throws(SystemError) -> [UInt8]? { try ops.read(name, limit: limit) }

    package func readPrevious(limit: Int) throws(SystemError) -> [UInt8]? {
        try ops.read(previousName, limit: limit)
    }

    /// A link, not a copy: there is no moment without a good file. The copy before goes only once the link is
    /// made: a file of another user may be read and not linked.
    private func keepPrevious() throws(SystemError) {
        try ops.remove(temporaryPreviousName)
        do throws(SystemError) {
            try ops.link(name, as: temporaryPreviousName)
        } catch {
            // The first time there is nothing to keep.
            guard error.code == SystemError.notFound else { throw error }
            return
        }
        try ops.rename(temporaryPreviousName, to: previousName)
    }
}
