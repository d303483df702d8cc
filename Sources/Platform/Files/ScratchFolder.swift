internal import CSystem
internal import Glibc

/// A private folder for as long as it is needed.
package struct ScratchFolder: Sendable {
    package let path: String

    package init() throws(SystemError) {
        let base = Environment.ofProcess["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/hypercare.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw SystemError("make a folder in", base, code: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func remove() { _ = unsafe system_remove_tree(path) }
}
