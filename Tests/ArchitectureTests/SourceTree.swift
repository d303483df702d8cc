import Glibc

/// The checkout as text: which Swift files there are and what they import.
struct SourceTree {
    let root: String

    /// Three folders above this file.
    init(file: String = #filePath) {
        root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }

    /// Paths below `folder`, relative to the root, sorted.
    func files(below folder: String, ending: String) -> [String] {
        var found: [String] = []
        var pending = [folder]
        while let next = pending.popLast() {
            for (name, isFolder) in entries(of: next) where !name.hasPrefix(".") {
                let path = "\(next)/\(name)"
                if name.hasSuffix(ending) {
                    found.append(path)
                } else if isFolder {
                    pending.append(path)
                }
            }
        }
        return found.sorted()
    }

    /// What stands beside the manifest.
    var topLevel: [String] { entries(of: ".").map(\.name).sorted() }

    private func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
        guard let handle = unsafe opendir("\(root)/\(folder)") else { return [] }
        defer { unsafe closedir(handle) }
        var entries: [(String, Bool)] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            entries.append((name, unsafe Int32(entry.pointee.d_type) == Int32(DT_DIR)))
        }
        return entries
    }

    func exists(_ path: String) -> Bool { unsafe access("\(root)/\(path)", F_OK) == 0 }

    func text(_ path: String) -> String {
        guard let file = unsafe fopen("\(root)/\(path)", "r") else { return "" }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[0..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What each target of a manifest depends on, by its name.
    static func dependencies(inManifest text: String) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for target in text.split(separator: "arget(").dropFirst() {
            let words = target.split(separator: "\"", omittingEmptySubsequences: false)
            guard words.count > 1, words[0].hasSuffix("name: ") else { continue }
            let list = target.split(separator: "dependencies: [").dropFirst().first?.split(separator: "]")
                .first
            let names = list?.split(separator: "\"").filter { $0.first?.isLetter == true } ?? []
            found[String(words[1])] = Set(names.map(String.init))
        }
        return found
    }

    /// Modules a file imports, whatever stands before (`package`, `@testable`) or behind `import` (`struct`).
    static func imports(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            let before: Set = ["package", "public", "internal", "private", "fileprivate", "unsafe"]
            while let first = words.first, first.hasPrefix("@") || before.contains(first) {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            let kinds: Set = [
                "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
            ]
            let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
            return name.split(separator: ".").first.map(String.init)
        }
    }
}
