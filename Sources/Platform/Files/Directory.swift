internal import CSystem

/// An open directory: work goes through its descriptor, so it stays the same one whatever happens to the path.
package final class Directory: FileOps {
    package let path: String
    private let descriptor: FileDescriptor

    /// Opens a directory that is there. Its last part must not be a symbolic link.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        descriptor = FileDescriptor(
            taking: try unsafe SystemError.check(
                system_open_directory(Int32(system_here), path), "open the directory", path))
    }

    package func facts() throws(SystemError) -> FileFacts { try descriptor.facts() }

    /// NFS, CIFS, FUSE and their like, where locks and renames promise less.
    package var isOnNetwork: Bool { system_is_network_filesystem(descriptor.number) }

    /// For calls that borrow it.
    var number: Int32 { descriptor.number }

    /// Holds the folder itself for this process, until this value is let go or the process dies; false when another
    /// one holds it.
    package func hold() throws(SystemError) -> Bool {
        let answer = system_try_lock(descriptor.number)
        if answer == -SystemError.wouldBlock { return false }
        try SystemError.check(answer, "lock", path)
        return true
    }

    package func letGo() { _ = system_unlock(descriptor.number) }

    /// A regular file in it, for reading; a link is refused.
    package func open(_ name: String) throws(SystemError) -> FileDescriptor {
        try Files.open(at: descriptor.number, name, path(name), .refused)
    }

    /// What is under the name, or nil when nothing is; a link is not followed.
    package func facts(_ name: String) throws(SystemError) -> FileFacts? {
        try Files.facts(at: descriptor.number, name, path(name), .refused)
    }

    /// Takes the lock file `name` for this process, or nil when another one holds it. Held until the
    /// descriptor is closed, by the kernel also when the process dies.
    package func lock(_ name: String) throws(SystemError) -> FileDescriptor? {
        let file = FileDescriptor(
            taking: try unsafe SystemError.check(
                system_open_lock(descriptor.number, name), "open", path(name)))
        let answer = system_try_lock(file.number)
        if answer == -SystemError.wouldBlock { return nil }
        try SystemError.check(answer, "lock", path(name))
        return file
    }

    package func create(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try unsafe SystemError.check(system_create(descriptor.number, name, mode), "create", path(name))
    }

    /// A new file in it that has no name, for writing: gone with the last that has it open, until it is named. Nil
    /// where the filesystem has none.
    package func createUnnamed() -> FileDescriptor? {
        let number = system_create_unnamed(descriptor.number)
        return number < 0 ? nil : FileDescriptor(taking: number)
    }

    /// Gives it its name, which must be free.
    package func name(_ file: borrowing FileDescriptor, _ name: String) throws(SystemError) {
        try check(unsafe system_name(file.number, descriptor.number, name), "name", name)
    }

    package func openForAppending(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        let number = unsafe system_open_append(descriptor.number, name, mode)
        try check(number, "open", name)
        let file = FileDescriptor(taking: number)
        guard try file.facts().kind == .regular else {
            throw SystemError("open", path(name), detail: "it is not a regular file")
        }
        return file.release()
    }

    package func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemError) -> Int {
        let taken = try unsafe SystemError.check(
            bytes.withUnsafeBytes { unsafe system_write(file, $0.baseAddress, $0.count) }, "write in", path)
        return Int(taken)
    }

    package func sync(_ file: Int32) throws(SystemError) {
        try SystemError.check(system_sync(file), "sync a file in", path)
    }

    package func close(_ file: Int32) throws(SystemError) {
        try SystemError.check(system_close(file), "close a file in", path)
    }

    package func remove(_ name: String) throws(SystemError) {
        let answer = unsafe system_unlink(descriptor.number, name)
        if answer != -SystemError.notFound { try SystemError.check(answer, "remove", path(name)) }
    }

    /// The names in it that begin with `prefix`.
    package func names(startingWith prefix: String) throws(SystemError) -> [String] {
        try Files.names(in: path, startingWith: prefix)
    }

    package func link(_ name: String, as other: String) throws(SystemError) {
        try check(unsafe system_link(descriptor.number, name, other), "link", name)
    }

    package func rename(_ name: String, to other: String) throws(SystemError) {
        try unsafe SystemError.check(system_rename(descriptor.number, name, other), "rename", path(name))
    }

    package func syncDirectory() throws(SystemError) {
        try SystemError.check(system_sync(descriptor.number), "sync the directory", path)
    }

    package func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        try opened(name) { file throws(SystemError) in try Files.read(file, path(name), limit: limit) }
    }

    package func read(_ name: String, at offset: Int64, limit: Int) throws(SystemError) -> [UInt8] {
        try opened(name) { file throws(SystemError) in try file.read(at: offset, limit: limit) } ?? []
    }

    package func size(_ name: String) throws(SystemError) -> Int64? {
        try opened(name) { file throws(SystemError) in try file.facts().size }
    }

    /// Nil when it is not there.
    private func opened<Answer>(
        _ name: String, _ body: (borrowing FileDescriptor) throws(SystemError) -> Answer
    ) throws(SystemError) -> Answer? {
        do throws(SystemError) {
            return try body(Files.open(at: descriptor.number, name, path(name), .refused))
        } catch {
            if error.code == SystemError.notFound { return nil }
            throw SystemError(
                error.operation, path(name), code: error.code,
                detail: error.detail.isEmpty ? foreignOwner(of: name, error.code) : error.detail)
        }
    }

    /// What to do about a file that a run under another user left, `sudo` before all.
    private func foreignOwner(of name: String, _ code: Int32) -> String {
        guard code == SystemError.notAllowed || code == SystemError.notPermitted else { return "" }
        guard let facts = try? Files.facts(path(name)), facts.owner.user != system_user() else { return "" }
        return "it belongs to another user (\(facts.owner.user)), as after a run with sudo. "
            + "Do: sudo chown \(system_user()) \(ShellWord.pasted(path(name)))"
    }

    private func check(_ answer: Int32, _ operation: String, _ name: String) throws(SystemError) {
        guard answer < 0 else { return }
        throw SystemError(
            operation, path(name), code: -answer, detail: foreignOwner(of: name, -answer))
    }

    private func path(_ name: String) -> String { path + "/" + name }
}
