import Platform

/// What the program of a change says, in a file that outlives us: a pipe would break under it.
struct WriterOutput {
    private static let limit = 256 << 10
    private let name: String
    private let folder: Directory

    /// `folder` is made when it is not there; only its owner may enter it.
    init(of opID: String, in folder: String) throws(SystemError) {
        guard !opID.isEmpty, opID.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 < 0x7F })
        else {
            throw SystemError("keep what the change says", detail: "its number is none")
        }
        self.folder = try PrivateDirectory.open(folder)
        name = "writer-\(opID).out"
    }

    /// The file, new.
    func make() throws(SystemError) -> FileDescriptor {
        try folder.remove(name)
        return FileDescriptor(taking: try folder.create(name, mode: 0o600))
    }

    /// What was said so far, of much the end; the file is gone then.
    func take() -> [UInt8] {
        defer { try? folder.remove(name) }
        guard let size = try? folder.size(name) else { return [] }
        return (try? folder.read(name, at: max(0, size - Int64(Self.limit)), limit: Self.limit)) ?? []
    }
}
