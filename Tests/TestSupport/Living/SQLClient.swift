import CSystem
import Glibc
import Platform

/// One connection to a private MariaDB that stays, by the `mariadb` client: what a process of Magento is to the
/// server, with the locks it holds. Everything blocks; it belongs to the thread that made it and dies with it.
package final class SQLClient {
    private let pid: Int32
    private let input: FileDescriptor
    private let output: FileDescriptor
    private var unread: [UInt8] = []
    private var asked = 0

    package init(socket: String, database: String = "magento") throws {
        let inputs = try Self.pipe()
        let outputs = try Self.pipe()
        let (theirInput, theirOutput) = (inputs.read, outputs.write)
        input = FileDescriptor(taking: inputs.write)
        output = FileDescriptor(taking: outputs.read)
        let arguments = [
            "/usr/bin/mariadb", "--no-defaults", "--socket=\(socket)", "--user=root", "--batch",
            "--skip-column-names", "--unbuffered", "--default-character-set=utf8mb4", database,
        ]
        let argv = unsafe arguments.map { unsafe UnsafePointer(strdup($0)) } + [nil]
        let envp = unsafe [nil] as [UnsafePointer<CChar>?]
        pid = unsafe system_spawn(argv, envp, nil, theirInput, theirOutput, -1, SIGKILL)
        unsafe argv.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        _ = (system_close(theirInput), system_close(theirOutput))
        guard pid > 0 else { throw SystemError("start", "mariadb", code: -pid) }
        try run("SET time_zone='+00:00'")
    }

    /// As a crash ends a process: the server lets go of what it held.
    deinit {
        guard pid > 0 else { return }
        _ = system_signal(pid, SIGKILL)
        _ = system_reap(pid)
    }

    /// Statements with semicolons between them; answers all their rows. Throws once the connection is gone.
    @discardableResult
    package func run(_ sql: String) throws -> [[String]] {
        asked += 1
        let end = "end of answer \(asked)"
        try input.write(Array("\(sql);\nSELECT '\(end)';\n".utf8))
        var rows: [[String]] = []
        while true {
            let line = try line()
            if line == end { return rows }
            rows.append(line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
        }
    }

    private func line() throws -> String {
        while true {
            if let place = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(place + 1) }
                return String(decoding: unread[..<place], as: UTF8.self)
            }
            let more = try output.read(limit: 65536)
            guard !more.isEmpty else { throw SystemError("query", "MariaDB", detail: "it hung up") }
            unread += more
        }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let answer = unsafe system_pipe(&ends)
        guard answer >= 0 else { throw SystemError("make", "a pipe", code: -answer) }
        return (ends[0], ends[1])
    }
}
