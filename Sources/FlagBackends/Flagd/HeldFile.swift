import Platform

/// A flag file as it was read, held open: what others write to it shows even when it has lost its name.
final class HeldFile: Sendable {
    let bytes: [UInt8]
    let attributes: FileAttributes
    private let file: FileDescriptor
    private let facts: FileFacts

    init(_ name: String, in folder: Directory) throws(SystemError) {
        file = try folder.open(name)
        // First: what is written while it is read makes it another.
        facts = try file.facts()
        attributes = try FileAttributes(of: file)
        bytes = try Self.content(of: file)
    }

    /// Nil where it cannot be told.
    var isOpenForWriting: Bool? { file.isOpenForWriting }

    /// Whether these are facts of this file.
    func `is`(_ other: FileFacts?) -> Bool { other?.identity == facts.identity }

    /// Whether these are the facts of the file as it was read.
    func matches(_ other: FileFacts?) -> Bool {
        `is`(other) && other?.size == facts.size && other?.modified == facts.modified
    }

    /// As far as its times tell.
    var isUntouched: Bool { matches(try? file.facts()) }

    /// What it holds now, when that is something else.
    func rewritten() throws(SystemError) -> [UInt8]? {
        let now = try Self.content(of: file)
        return now == bytes ? nil : now
    }

    private static func content(of file: borrowing FileDescriptor) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try file.read(at: Int64(bytes.count), limit: FlagdFile.sizeLimit + 1 - bytes.count)
            if chunk.isEmpty { return bytes }
            bytes += chunk
            guard bytes.count <= FlagdFile.sizeLimit else {
                throw SystemError("read", "it", detail: "it is longer than \(FlagdFile.sizeLimit) bytes")
            }
        }
    }
}
