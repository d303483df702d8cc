internal import CSystem

/// The system's log: syslog, or journald in its place.
package enum SystemLog {
    package static let standardPath = "/dev/log"

    /// Hands over one line, as `authpriv.notice`, in the form of RFC 3164 without its time, which the receiver
    /// adds. Never waits: a log that takes nothing now is an error.
    package static func send(_ line: String, to path: String = standardPath) throws(SystemError) {
        let bytes = Array("<85>hypercare: \(line)".utf8)
        let answer = unsafe bytes.withUnsafeBytes {
            unsafe system_send_datagram(path, $0.baseAddress, $0.count)
        }
        try SystemError.check(answer, "write to the system's log at", path)
    }
}
