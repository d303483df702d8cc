/// What is run when a program is started with its arguments: the program, the command behind a wrapper, the script
/// and the files an interpreter is given, what a shell is told to run, and what the first line of each calls. Each
/// is looked at as `FileTrust` does.
struct ProgramTrust {
    let trust: FileTrust
    /// Where it starts.
    let directory: String
    /// Where a name in the `PATH` is; nil when it is nowhere.
    let find: (String) -> String?
    private var looked: Set<String> = []
    private var faults: [SystemError] = []

    init(trust: FileTrust, directory: String = "/", find: @escaping (String) -> String?) {
        self.trust = trust.ofPrograms()
        self.directory = directory
        self.find = find
    }

    /// The first word is the program, and `path` is where it was found. What is not there, or may not be seen, is
    /// for the start to tell.
    func faults(_ words: [String], at path: String) -> [SystemError] {
        var look = self
        look.start(words, at: path, 0)
        return look.faults
    }

    /// Wrappers within wrappers: more than anybody writes.
    private static let deepest = 12

    // MARK: One program with its arguments

    private mutating func start(_ words: [String], at path: String, _ depth: Int) {
        judge(path, depth)
        guard depth < Self.deepest else { return }
        let rest = words.dropFirst()
        switch Starter.of(path) {
        case .elsewhere, .reader: return
        case .wrapper(let wrapper): wrap(rest, wrapper, depth)
        case .interpreter(let interpreter): interpret(rest, interpreter, depth)
        case nil: search(rest, depth)
        }
    }

    /// A word where a command is; false when it is none that can be found.
    private mutating func command(_ words: ArraySlice<String>, _ depth: Int) -> Bool {
        guard let word = words.first, !word.isEmpty else { return false }
        guard let path = word.contains("/") ? whole(word) : find(word) else { return false }
        start(Array(words), at: path, depth + 1)
        return true
    }

    private mutating func wrap(_ words: ArraySlice<String>, _ wrapper: Starter.Wrapper, _ depth: Int) {
        var rest = words
        var operands = wrapper.operands
        var hasOptions = true
        while let word = rest.popFirst() {
            if hasOptions, word == "--" {
                hasOptions = false
            } else if hasOptions, word.hasPrefix("-"), word != "-" {
                let option = Option(word, wrapper.options)
                switch option.kind {
                case .plain: continue
                case .value: if option.value == nil { rest.removeFirst(rest.isEmpty ? 0 : 1) }
                case .code:
                    guard let text = option.value ?? rest.popFirst() else { return }
                    if wrapper.splits {
                        return wrap(ShellText.words(text) + rest, wrapper, depth)
                    }
                    return shell(text, depth)
                case .file, .folder: continue
                }
            } else if wrapper.splits, word.contains("=") {
                continue
            } else if operands > 0 {
                operands -= 1
            } else if command([word] + rest, depth) {
                return
            }
        }
    }

    private mutating func interpret(
        _ words: ArraySlice<String>, _ interpreter: Starter.Interpreter, _ depth: Int
    ) {
        var rest = words
        var isCode = false
        while let word = rest.popFirst() {
            let isOption = word.hasPrefix("-") || interpreter.isShell && word.hasPrefix("+")
            if isOption, word == "-" || word == "--" {
                if !isCode, word == "--", let script = rest.first { judge(whole(script), depth) }
                if isCode, let text = rest.first { shell(text, depth) }
                return
            }
            guard isOption else {
                if isCode { return shell(word, depth) }
                if interpreter.takesScript { judge(whole(word), depth) }
                if interpreter.takesScript { return }
                continue
            }
            let option = Option(word, interpreter.options)
            switch option.kind {
            case .plain:
                load(option.value ?? "", false, depth)
                // What is not known may take the next word.
                if option.isLong, option.value == nil, let next = rest.first, next.hasPrefix("/") {
                    load(next, false, depth)
                    rest.removeFirst()
                }
            case .value, .file, .folder:
                let value = option.value ?? rest.popFirst() ?? ""
                if option.kind != .value {
                    load(whole(value), option.kind == .folder, depth)
                } else if interpreter.takesScript {
                    load(value, false, depth)
                }
                if option.kind == .file, interpreter.endsAtFile { return }
            case .code:
                if interpreter.isShell {
                    // The rest of the word are options too, and the text is the first word that is none.
                    isCode = true
                } else {
                    return
                }
            }
        }
    }

    /// A program that is not known: files that are to be run, and what it may start itself.
    private mutating func search(_ words: ArraySlice<String>, _ depth: Int) {
        for (place, word) in zip(words.indices, words) {
            if let starter = Starter.of(word), starter != .reader {
                if word.hasPrefix("/") || find(word) != nil, command(words[place...], depth) { return }
            }
            if word.hasPrefix("/"), Self.isRun(word) { judge(word, depth) }
        }
    }

    private mutating func shell(_ text: String, _ depth: Int) {
        guard depth < Self.deepest else { return }
        for words in ShellText.commands(text) {
            guard let first = words.first else { continue }
            switch first {
            case ".", "source": if words.count > 1 { judge(whole(words[1]), depth) }
            case "eval": shell(words.dropFirst().joined(separator: " "), depth + 1)
            case "exec", "command", "builtin":
                let rest = words.dropFirst().drop { $0.hasPrefix("-") }
                _ = command(rest, depth)
            default:
                if !command(words[...], depth) { search(words[...], depth) }
            }
        }
    }

    // MARK: One file

    /// The value of an option: a path, one behind a name, or a list of them.
    private mutating func load(_ value: String, _ isFolder: Bool, _ depth: Int) {
        let text = value.firstIndex(of: "=").map { value[value.index(after: $0)...] } ?? value[...]
        let pieces = text.split { $0 == ":" || $0 == "," }.map(String.init)
        for path in Set([value, String(text)] + pieces).sorted() where path.hasPrefix("/") {
            judge(path, depth, isFolder: isFolder)
        }
    }

    private mutating func judge(_ path: String, _ depth: Int, isFolder: Bool = false) {
        if looked.contains(path) || Self.isOfKernel(path, isFolder) { return }
        looked.insert(path)
        guard let found = try? trust.faults(on: path) else { return }
        faults += found
        // What is another's is not opened.
        guard found.isEmpty, let file = try? trust.open(path), let head = try? file.read(limit: 256),
            let line = Self.firstLine(head)
        else { return }
        let words = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }.map(String.init)
        guard let interpreter = words.first, interpreter.hasPrefix("/"), depth < Self.deepest else { return }
        // As the kernel does: all that follows is one word.
        start(words + [path], at: interpreter, depth + 1)
    }

    /// What follows `#!`.
    private static func firstLine(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: "#!".utf8) else { return nil }
        var line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private func whole(_ path: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }

    /// Folders and devices, which are given to many programs and run by none.
    private static func isOfKernel(_ path: String, _ isFolder: Bool) -> Bool {
        if path.hasPrefix("/dev/") || path.hasPrefix("/proc/") { return true }
        guard let facts = (try? Files.facts(path, links: .followed)) ?? nil else { return false }
        return !(facts.kind == .regular || isFolder && facts.kind == .directory)
    }

    /// A file to be run, whoever is given it; others are data to a program that is no interpreter.
    private static func isRun(_ path: String) -> Bool {
        guard let facts = (try? Files.facts(path, links: .followed)) ?? nil, facts.kind == .regular else {
            return false
        }
        if facts.mode & 0o111 != 0 { return true }
        guard let file = try? Files.open(path, links: .followed) else { return false }
        return (try? file.read(limit: 2))?.elementsEqual("#!".utf8) == true
    }
}
