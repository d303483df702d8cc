internal import CSystem
package import Platform

/// A socket that takes what is sent to the system's log.
package final class LogReceiver: Sendable {
    private let socket: FileDescriptor

    package init(_ path: String) throws(SystemError) {
        let number = unsafe system_bind_datagram(path)
        guard number >= 0 else { throw SystemError("bind", path, code: -number) }
        socket = FileDescriptor(taking: number)
    }

    /// The oldest that has come; nil when nothing has.
    package func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe system_read(socket.number, &bytes, 4096)
        return count < 0 ? nil : String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
    }
}
