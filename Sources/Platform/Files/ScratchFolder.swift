internal import CSystem
internal import Glibc

/// A private folder for as long as it is needed; the next of its purpose removes what a killed one left.
package struct ScratchFolder: ~Copyable, Sendable {
    package let path: String
    /// Held by this process, so that a folder nobody holds belongs to a dead one.
    private let lock: FileDescriptor

    private static let lockName = "in-use"

    /// `base` is `$TMPDIR`, else `/tmp`.
    package static func make(
        for purpose: String, in base: String? = nil
    ) throws(SystemError) -> ScratchFolder {
        let given = base ?? Environment.ofProcess["TMPDIR"] ?? ""
        let base = given.isEmpty ? "/tmp" : given
        let prefix = "hypercare-\(purpose)."
        removeLeftovers(of: prefix, in: base)
        var template = Array("\(base)/hypercare.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw SystemError("make a folder in", base, code: errno)
        }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let lock = try Directory(made).lock(lockName) else {
            throw SystemError("use", made, detail: "somebody else does")
        }
        // It gets the name that is looked for only now that it is held: before, it would pass for a leftover.
        let path = "\(base)/\(prefix)\(made.suffix(6))"
        try unsafe SystemError.check(system_rename(Int32(system_here), made, path), "rename", made)
        return ScratchFolder(path: path, lock: lock)
    }

    private init(path: String, lock: consuming FileDescriptor) {
        self.path = path
        self.lock = lock
    }

    package func remove() { _ = unsafe system_remove_tree(path) }

    /// Best effort: a folder that cannot be removed harms nobody.
    private static func removeLeftovers(of prefix: String, in base: String) {
        var names = [CChar](repeating: 0, count: 8192)
        let count = unsafe system_names(base, prefix, &names, names.count)
        guard count > 0 else { return }
        for name in names.split(separator: 0).prefix(Int(count)) {
            let path = "\(base)/\(String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self))"
            guard let folder = try? Directory(path), let facts = try? folder.facts(),
                facts.owner.user == system_user(),
                // Without it the folder is none of ours, whatever its name.
                let held = try? Files.facts("\(path)/\(lockName)"), held.kind == .regular,
                let lock = try? folder.lock(lockName)
            else { continue }
            _ = unsafe system_remove_tree(path)
            _ = consume lock
        }
    }
}
