import Platform

/// What the program of a change says, in a file that outlives us: a pipe would break under it.
struct WriterOutput: Sendable {
    /// So much of it is taken, from its end.
    static let limit = 256 << 10
    private static let (prefix, suffix) = ("writer-", ".out")
    private let name: String
    private let folder: Directory

    /// `folder` is made when it is not there; only its owner may enter it.
    init(of opID: String, in folder: String) throws(SystemError) {
        guard !opID.isEmpty, opID.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 < 0x7F })
        else {
            throw SystemError("keep what the change says", detail: "its number is none")
        }
        self.folder = try PrivateDirectory.open(folder)
        name = Self.prefix + opID + Self.suffix
    }

    /// The file, new. It has no name yet, so that nothing is left of it when we end before its program begins; where
    /// the filesystem has no such files it has.
    func make() throws(SystemError) -> Made {
        try folder.remove(name)
        if let file = folder.createUnnamed() { return Made(file: file, isNamed: false) }
        return Made(file: FileDescriptor(taking: try folder.create(name, mode: 0o600)), isNamed: true)
    }

    struct Made: ~Copyable {
        let file: FileDescriptor
        fileprivate let isNamed: Bool
    }

    /// A later console finds it from now on.
    func keep(_ made: borrowing Made) throws(SystemError) {
        if !made.isNamed { try folder.name(made.file, name) }
    }

    /// What was said so far, of much the end; the file is gone then.
    func take() -> [UInt8] {
        defer { try? folder.remove(name) }
        guard let size = try? folder.size(name) else { return [] }
        return (try? folder.read(name, at: max(0, size - Int64(Self.limit)), limit: Self.limit)) ?? []
    }

    /// Removes what programs of earlier consoles left, but for the changes in `opIDs`, which are open.
    static func removeLeftovers(in path: String, keeping opIDs: Set<String>) {
        guard let folder = try? Directory(path), let names = try? folder.names(startingWith: prefix) else {
            return
        }
        let kept = Set(opIDs.map { prefix + $0 + suffix })
        for name in names where name.hasSuffix(suffix) && !kept.contains(name) { try? folder.remove(name) }
    }
}
