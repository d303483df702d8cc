package import Display
import Glibc

/// Frames kept as text in a folder: a plane of glyphs and below it a plane of roles, one letter a cell.
///
/// `make pictures` writes what is drawn now; a change is then reviewed like code. A run that records is no test, and
/// ends red for each picture: `RECORD` in somebody's environment passes nothing.
package struct FrameSnapshots: Sendable {
    private let folder: String

    /// `file` is a test's `#filePath`; the snapshots lie beside it.
    package init(beside file: String) {
        folder =
            file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/Snapshots"
    }

    /// Where `frame` first differs from what is kept as `name`, in words; nil when it does not.
    package func difference(_ frame: Frame, _ name: String) -> String? {
        let drawn = frame.glyphText + "---- roles\n" + frame.roleText
        let path = "\(folder)/\(name).txt"
        if unsafe getenv("RECORD") != nil {
            write(drawn, to: path)
            return "\(name) was recorded, not compared: RECORD is set"
        }
        guard let kept = Self.text(of: path) else {
            return "\(name) is not kept yet: `make pictures` writes it"
        }
        guard kept != drawn else { return nil }
        let lines = (
            kept.split(separator: "\n", omittingEmptySubsequences: false),
            drawn.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let row = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
        guard let row else { return "\(name) has \(lines.1.count) lines, kept are \(lines.0.count)" }
        return "\(name), line \(row.offset + 1):\nkept  |\(row.element.0)|\ndrawn |\(row.element.1)|"
    }

    /// The roles that a picture was kept with; nil where there is no such picture or it has a letter of no role.
    package func roles(in name: String) -> Set<Role>? {
        let mark = "---- roles\n"
        guard let text = Self.text(of: "\(folder)/\(name).txt"), let start = text.ranges(of: mark).last else {
            return nil
        }
        var roles: Set<Role> = []
        for letter in Set(text[start.upperBound...]) where letter != "\n" {
            guard let role = Frame.role(of: letter) else { return nil }
            roles.insert(role)
        }
        return roles
    }

    /// The names kept that begin with `prefix`.
    package func kept(prefix: String) -> Set<String> {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe _ = closedir(directory) }
        var names: Set<String> = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(prefix), name.hasSuffix(".txt") { names.insert(String(name.dropLast(4))) }
        }
        return names
    }

    /// A whole file; nil when it is not there.
    package static func text(of path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe _ = fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    private func write(_ text: String, to path: String) {
        guard let file = unsafe fopen(path, "w") else { return }
        let bytes = Array(text.utf8)
        unsafe _ = fwrite(bytes, 1, bytes.count, file)
        unsafe _ = fclose(file)
    }
}
