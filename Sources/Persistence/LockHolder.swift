package import Monitoring
import Text

/// Who holds an environment's lock, as it stands in the lock's file: one line, `pid 4711, start 88, boot 5f…` and where
/// it was started from. What stands behind the line is left of a longer one.
package struct LockHolder: Hashable, Sendable {
    static let fileName = "lock"
    static let limit = 256

    package var process: ProcessMark
    /// The address an SSH session came from; empty without one.
    package var origin: String

    package init(_ process: ProcessMark, origin: String) {
        self.process = process
        self.origin = origin
    }

    /// Nil when it says nobody, as one of an older version does.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let parts = bytes[..<end].split(
            separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let process = ProcessMark(String(decoding: first, as: UTF8.self))
        else {
            return nil
        }
        let origin = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        self.init(process, origin: Sanitizer.line(origin, maxBytes: 64))
    }

    var line: [UInt8] { Array("\(process.text);\(origin)\n".utf8) }

    /// `pid 4711 from 10.0.0.7 since 30 Nov 02:14`; nanoseconds since 1970, where it is known.
    func words(since: Int64?) -> String { "pid \(process.pid)" + whence(since: since) }

    /// The same without the pid.
    func whence(since: Int64?) -> String {
        let time = since.map { CivilTime(secondsSinceEpoch: $0 / 1_000_000_000) }
        return (origin.isEmpty ? "" : " from \(origin)")
            + (time.map { " since \($0.dayMonth) \($0.hourMinute)" } ?? "")
    }
}
