import CSystem
import Glibc

/// An empty folder of this test alone, removed with all that is in it when it is let go.
package final class TemporaryFolder: Sendable {
    /// Absolute, without links in it.
    package let path: String

    package init(_ name: String = "test") throws {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/hypercare-\(name).XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil, let real = unsafe realpath(template, nil) else {
            throw NotInTime(description: "no temporary folder below \(base)")
        }
        path = unsafe String(cString: real)
        unsafe free(real)
    }

    deinit { _ = unsafe system_remove_tree(path) }

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
}
