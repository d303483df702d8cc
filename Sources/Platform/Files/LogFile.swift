internal import CSystem

/// A file that only grows: each append is one write, as far as the disk takes it, and is durable when it returns.
package final class LogFile: Sendable {
    package let name: String
    private let ops: any FileOps
    private let file: Int32

    /// Opens it, or makes it, durably, with this mode.
    package init(_ name: String, in ops: any FileOps, mode: UInt32 = 0o600) throws(SystemError) {
        self.name = name
        self.ops = ops
        file = try ops.openForAppending(name, mode: mode)
        do throws(SystemError) {
            try ops.syncDirectory()
        } catch {
            try? ops.close(file)
            throw error
        }
    }

    /// By its whole path.
    package convenience init(at path: String, mode: UInt32 = 0o600) throws {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        try self.init(name, in: Directory(folder + "/."), mode: mode)
    }

    deinit { try? ops.close(file) }

    /// A record that was taken in part only is an error: the reader finds its torn end by its checksum.
    package func append(_ record: [UInt8]) throws(SystemError) {
        try ops.write(all: record, of: name, to: file)
        try ops.sync(file)
    }
}
