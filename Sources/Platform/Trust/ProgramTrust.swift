/// What is run when a program is started with its arguments: the program, a script it is given, and what the first
/// line of either calls. Each is looked at as `FileTrust` does.
struct ProgramTrust {
    let trust: FileTrust
    /// Where a name in the `PATH` is; nil when it is nowhere.
    let find: (String) -> String?

    /// The first word is the program, and `path` is where it was found.
    func check(_ words: [String], at path: String) throws(SystemError) {
        try checkProgram(path)
        if Self.leadsElsewhere(path) { return }
        let readsOnly = Self.readers.contains(Self.name(path))
        // From an interpreter or a wrapper to the script: each file on the way decides what is run, data or not.
        var isLed = leads(path)
        var previous = path
        for word in words.dropFirst() {
            // What comes after it is a path on the other side.
            if Self.leadsElsewhere(word) {
                if word.hasPrefix("/") { try checkProgram(word) }
                return
            }
            if let file = Self.file(in: word, isLed: isLed), !readsOnly, !Self.isOfKernel(file) {
                let isRun = Self.isRun(file)
                if isLed || isRun { try checkProgram(file) }
                // Behind the script are its own arguments; behind an option may be its value.
                if isLed, file == word, !previous.hasPrefix("-") { isLed = false }
            }
            if leads(word) { isLed = true }
            previous = word
        }
    }

    /// What is not there, or may not be seen, is for the start to tell.
    private func checkProgram(_ path: String, depth: Int = 0) throws(SystemError) {
        let line: String?
        do throws(SystemError) {
            try trust.check(path)
            let file = try trust.open(path)
            line = Self.firstLine(try file.read(limit: 256))
        } catch {
            if error.isDistrust { throw error }
            return
        }
        guard depth < 4, let line else { return }
        let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let interpreter = words.first, interpreter.hasPrefix("/") else { return }
        try checkProgram(interpreter, depth: depth + 1)
        guard Self.name(interpreter) == "env" else { return }
        if let name = words.dropFirst().first(where: { !$0.hasPrefix("-") && !$0.contains("=") }),
            let found = name.hasPrefix("/") ? name : find(name)
        {
            try checkProgram(found, depth: depth + 1)
        }
    }

    /// What follows `#!`.
    private static func firstLine(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: "#!".utf8) else { return nil }
        return String(decoding: bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// A whole path, also as the value of an interpreter's long option.
    private static func file(in word: String, isLed: Bool) -> String? {
        if word.hasPrefix("/") { return word }
        guard isLed, word.hasPrefix("-"), let equals = word.firstIndex(of: "=") else { return nil }
        let value = word[word.index(after: equals)...]
        return value.hasPrefix("/") ? String(value) : nil
    }

    /// Folders and devices, which are given to many programs and run by none.
    private static func isOfKernel(_ path: String) -> Bool {
        if path.hasPrefix("/dev/") || path.hasPrefix("/proc/") { return true }
        guard let facts = (try? Files.facts(path, links: .followed)) ?? nil else { return false }
        return facts.kind != .regular
    }

    /// A file to be run, whoever is given it; others are data to a program that is no interpreter.
    private static func isRun(_ path: String) -> Bool {
        guard let facts = (try? Files.facts(path, links: .followed)) ?? nil else { return false }
        if facts.mode & 0o111 != 0 { return true }
        guard let file = try? Files.open(path, links: .followed) else { return false }
        return (try? file.read(limit: 2))?.elementsEqual("#!".utf8) == true
    }

    // MARK: Names

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    /// Also under another name, by a link.
    private func leads(_ word: String) -> Bool {
        if Self.leads(named: Self.name(word)) { return true }
        guard word.hasPrefix("/"), let real = try? Files.realPath(word) else { return false }
        return Self.leads(named: Self.name(real))
    }

    private static func leads(named name: Substring) -> Bool {
        leaders.contains {
            // Debian adds a version and a kind: php8.2-cli.
            name.hasPrefix($0) && !(name.dropFirst($0.count).first?.isLetter ?? false)
        }
    }

    private static func leadsElsewhere(_ word: String) -> Bool { elsewhere.contains(name(word)) }

    private static let leaders = [
        "sh", "bash", "dash", "ksh", "zsh", "ash", "busybox", "php", "python", "pypy", "perl", "ruby", "node",
        "nodejs", "java", "lua", "tclsh", "env", "nice", "ionice", "chrt", "timeout", "nohup", "setsid",
        "stdbuf", "flock", "xargs", "taskset", "time",
    ]
    private static let elsewhere: Set<Substring> = [
        "ssh", "sudo", "doas", "su", "runuser", "setpriv", "chroot", "nsenter", "docker", "podman", "kubectl",
        "oc", "lxc",
    ]
    private static let readers: Set<Substring> = ["cat", "grep", "head", "ls", "stat", "tail", "wc"]
}
