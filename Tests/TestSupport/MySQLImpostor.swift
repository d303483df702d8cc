import CSystem
import Glibc
import Platform
import Synchronization

/// Something that speaks as MySQL does up to the login, and asks for the password in full.
package final class MySQLImpostor: Sendable {
    package let port: Int
    private let socket: FileDescriptor
    private let heard = Mutex<[[UInt8]]>([])

    /// What clients sent after their first packet.
    package var answers: [[UInt8]] { heard.withLock { $0 } }

    /// `plugin`: `caching_sha2_password`.
    package init(plugin: String) throws {
        socket = FileDescriptor(taking: system_listen_loopback(0))
        port = Int(system_local_port(socket.number))
        guard port > 0 else { throw SystemError("listen") }
        let number = socket.number
        try SystemThread.start("impostor") { [weak self] in
            while true {
                let peer = system_accept(number)
                guard peer >= 0 else { return }
                self?.serve(FileDescriptor(taking: peer), plugin)
            }
        }
    }

    deinit { _ = shutdown(socket.number, Int32(SHUT_RDWR)) }

    private func serve(_ peer: consuming FileDescriptor, _ plugin: String) {
        let salt = Array("abcdefghijklmnopqrst".utf8)
        var greeting: [UInt8] = [10] + Array("8.0.36".utf8) + [0, 1, 0, 0, 0] + salt.prefix(8) + [0]
        // CLIENT_PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH and others; no TLS.
        greeting += [0x0F, 0xA2, 45, 2, 0, 0x08, 0x00, 21] + [UInt8](repeating: 0, count: 10)
        greeting += salt[8...]
        greeting += [0] + Array(plugin.utf8) + [0]
        guard send(greeting, 0, peer), receive(peer) != nil else { return }
        if plugin == "caching_sha2_password" {
            // "perform full authentication"
            guard send([1, 4], 2, peer) else { return }
        }
        guard let answer = receive(peer) else { return }
        heard.withLock { $0.append(answer) }
    }

    private func send(_ payload: [UInt8], _ number: UInt8, _ peer: borrowing FileDescriptor) -> Bool {
        let size = payload.count
        let head = [UInt8(size & 255), UInt8(size >> 8 & 255), 0, number]
        return (try? peer.write(head + payload)) != nil
    }

    private func receive(_ peer: borrowing FileDescriptor) -> [UInt8]? {
        guard let head = bytes(4, peer) else { return nil }
        return bytes(Int(head[0]) | Int(head[1]) << 8, peer)
    }

    private func bytes(_ count: Int, _ peer: borrowing FileDescriptor) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = try? peer.read(limit: count - bytes.count), !more.isEmpty else { return nil }
            bytes += more
        }
        return bytes
    }
}
