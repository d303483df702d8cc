internal import CSystem

/// A directory that only its owner may enter: made when it is not there, refused when it is not ours alone.
package enum PrivateDirectory {
    /// Makes missing parents too, each for the owner alone, and makes the making durable.
    package static func open(_ path: String) throws(SystemError) -> Directory {
        try make(path)
        let directory = try Directory(path)
        try check(directory)
        return directory
    }

    /// Throws where it is not ours alone.
    package static func check(_ directory: Directory) throws(SystemError) {
        let path = directory.path
        let facts = try directory.facts()
        guard facts.owner.user == system_user() else {
            throw SystemError("use", path, detail: "it belongs to another user (\(facts.owner.user))")
        }
        guard facts.mode & 0o077 == 0 else {
            let mode = String(facts.mode, radix: 8)
            throw SystemError(
                "use", path,
                detail: "others may enter it (mode \(mode)). Do: chmod 700 \(ShellWord.pasted(path))")
        }
    }

    private static func make(_ path: String) throws(SystemError) {
        let parent = parent(of: path)
        var answer = unsafe system_make_directory(Int32(system_here), path, 0o700)
        if answer == -SystemError.notFound && parent != path {
            try make(parent)
            // Once: below /proc there is a parent and still nothing can be made.
            answer = unsafe system_make_directory(Int32(system_here), path, 0o700)
        }
        if answer == -SystemError.exists { return }
        try SystemError.check(answer, "make the directory", path)
        // The parent may be a symbolic link (/var/run), which `Directory` refuses.
        try Directory(parent + "/.").syncDirectory()
    }

    private static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }
}
