/// The options of a program that take something: letters (`-c x`, `-cx`, `-ec x`) and names (`--file x`, `--file=x`).
struct Options: Hashable {
    var value = ""
    var code = ""
    var file = ""
    var folder = ""
    /// Take what is left of their word, and never the next: `perl -i.bak`.
    var attached = ""
    var values: Set<String> = []
    var codes: Set<String> = []
    var files: Set<String> = []
    var folders: Set<String> = []
    /// Else one dash is as good as two: `-jar x`, `-javaagent:x`.
    var hasShortNames = true
}

/// One word with a dash before it, as the program it is given to reads it.
struct Option {
    enum Kind: Hashable {
        /// Takes nothing that is known.
        case plain
        case value
        /// Text that is run.
        case code
        /// A file that decides what is run.
        case file
        /// A folder, or a list of them, in which what is run is looked for.
        case folder
    }
    let kind: Kind
    /// Within the word itself.
    let value: String?
    let isLong: Bool

    init(_ word: String, _ options: Options) {
        isLong = word.hasPrefix("--") || !options.hasShortNames
        if isLong {
            let text = word.drop { $0 == "-" }
            let end = text.firstIndex { $0 == "=" || !options.hasShortNames && $0 == ":" }
            let name = String(text[..<(end ?? text.endIndex)])
            let known: [(Set<String>, Kind)] = [
                (options.codes, .code), (options.files, .file), (options.folders, .folder),
                (options.values, .value),
            ]
            kind = known.first { $0.0.contains(name) }?.1 ?? .plain
            value = end.map { String(text[text.index(after: $0)...]) }
            return
        }
        var rest = word.dropFirst()
        while let letter = rest.popFirst() {
            let known: [(String, Kind)] = [
                (options.code, .code), (options.file, .file), (options.folder, .folder),
                (options.value, .value),
            ]
            let kind = known.first { $0.0.contains(letter) }?.1
            if let kind {
                self.kind = kind
                value = rest.isEmpty ? nil : String(rest)
                return
            }
            // One that takes it all, or is not known and has a path of its own.
            if options.attached.contains(letter) || rest.hasPrefix("/") || rest.hasPrefix("=/") {
                self.kind = .plain
                value = String(rest)
                return
            }
        }
        kind = .plain
        value = nil
    }
}
