import CSystem
import Glibc
import Platform

/// An empty folder of this test alone, removed with all that is in it when it is let go; those that killed
/// test runs left behind are removed by the next run.
package final class TemporaryFolder: Sendable {
    /// Absolute, without links in it.
    package let path: String

    package init(_ name: String = "test") throws {
        let base = Self.base
        _ = Self.swept
        var template = Array("\(base)/hypercare-\(name).\(getpid()).XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil, let real = unsafe realpath(template, nil) else {
            throw NotInTime(description: "no temporary folder below \(base)")
        }
        path = unsafe String(cString: real)
        unsafe free(real)
    }

    deinit { _ = unsafe system_remove_tree(path) }

    private static let base = Environment.ofProcess["TMPDIR"] ?? "/tmp"

    /// Once a process.
    private static let swept: Void = {
        guard let folder = unsafe opendir(base) else { return }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            let parts = name.split(separator: ".")
            guard name.hasPrefix("hypercare-"), parts.count == 3, let pid = Int32(parts[1]),
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            _ = unsafe system_remove_tree(base + "/" + name)
        }
    }()

    package func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file below the folder and answers its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
        let path = path(name)
        guard let file = unsafe fopen(path, "w") else {
            throw NotInTime(description: "cannot write \(path)")
        }
        let bytes = Array(text.utf8)
        _ = unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
        _ = unsafe chmod(path, mode)
        return path
    }

    /// Makes `name` a symbolic link to `target`, as it is written.
    package func link(_ target: String, as name: String) throws {
        guard unsafe symlink(target, path(name)) == 0 else {
            throw NotInTime(description: "cannot link \(name)")
        }
    }
}
