internal import CSystem

/// Reading files that somebody else may have made: never blocked by a FIFO, never led astray by a link,
/// never more than asked for.
package enum Files {
    /// Whether the last part of a path may be a symbolic link.
    package enum Links: Sendable { case refused, followed }

    /// Opens a regular file for reading; anything else is refused.
    package static func open(_ path: String, links: Links = .refused) throws(SystemError) -> FileDescriptor {
        try open(at: Int32(system_here), path, path, links)
    }

    /// `name` in the open directory `at`; `path` names it in errors.
    static func open(
        at directory: Int32, _ name: String, _ path: String, _ links: Links
    ) throws(SystemError) -> FileDescriptor {
        let number = unsafe system_open_read(directory, name, links == .followed)
        if number == -tooManyLinks && links == .refused {
            throw SystemError("open", path, detail: "it is a symbolic link")
        }
        let file = FileDescriptor(taking: try SystemError.check(number, "open", path))
        guard try file.facts().kind == .regular else {
            throw SystemError("open", path, detail: "it is not a regular file")
        }
        return file
    }

    /// The whole file; refused when it is longer than `limit` bytes.
    package static func read(
        _ path: String, limit: Int, links: Links = .refused
    ) throws(SystemError) -> [UInt8] {
        try read(try open(path, links: links), path, limit: limit)
    }

    /// The rest of an open file; `path` names it in errors.
    package static func read(
        _ file: borrowing FileDescriptor, _ path: String, limit: Int
    ) throws(SystemError) -> [UInt8] {
        // Not the size it claims: files in /proc claim 0, and a file may grow while it is read.
        var bytes: [UInt8] = []
        while true {
            let chunk = try file.read(limit: min(65536, limit - bytes.count + 1))
            if chunk.isEmpty { return bytes }
            bytes += chunk
            guard bytes.count <= limit else {
                throw SystemError("read", path, detail: "it is longer than \(limit) bytes")
            }
        }
    }

    /// What is at the path, or nil when nothing is.
    package static func facts(_ path: String, links: Links = .refused) throws(SystemError) -> FileFacts? {
        try facts(at: Int32(system_here), path, path, links)
    }

    static func facts(
        at directory: Int32, _ name: String, _ path: String, _ links: Links
    ) throws(SystemError) -> FileFacts? {
        var numbers = [Int64](repeating: 0, count: system_facts_count)
        let answer = unsafe system_facts_at(directory, name, links == .followed, &numbers)
        if answer == -SystemError.notFound { return nil }
        try SystemError.check(answer, "look at", path)
        return FileFacts(numbers)
    }

    /// A file that was not there before, for its owner's eyes, open for writing.
    package static func create(_ path: String) throws(SystemError) -> FileDescriptor {
        let number = unsafe system_create(Int32(system_here), path, 0o600)
        return FileDescriptor(taking: try SystemError.check(number, "write", path))
    }

    /// A file that was not there before, for its owner's eyes; nothing is left of one that could not be written.
    package static func create(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        let file = try create(path)
        do {
            try file.write(bytes)
            try file.sync()
        } catch {
            _ = unsafe system_unlink(Int32(system_here), path)
            throw error
        }
    }

    /// The path without a link in it; it must lead to something.
    package static func realPath(_ path: String) throws(SystemError) -> String {
        var bytes = [CChar](repeating: 0, count: 4096)
        let room = bytes.count
        try unsafe SystemError.check(system_real_path(path, &bytes, room), "look at", path)
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Throws why this process cannot make and remove names in a folder.
    package static func mayWrite(in folder: String) throws(SystemError) {
        try unsafe SystemError.check(system_may_write(folder), "write in", folder)
    }

    /// The names in a folder that begin with `prefix`, sorted; at most some thousands.
    package static func names(in folder: String, startingWith prefix: String) throws(SystemError) -> [String]
    {
        var bytes = [CChar](repeating: 0, count: 256 << 10)
        let room = bytes.count
        let used = unsafe system_list(folder, prefix, &bytes, room)
        try SystemError.check(used, "list", folder)
        return bytes.prefix(Int(clamping: used)).split(separator: 0)
            .map { name in String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static let tooManyLinks: Int32 = 40
}
