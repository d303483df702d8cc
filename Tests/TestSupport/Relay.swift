import CSystem
import Glibc
import Platform
import Synchronization

/// The line to a server of 127.0.0.1: it can be held and cut in the midst of an answer, and it counts what
/// goes over it.
package final class Relay: Sendable {
    private struct State {
        var asked = 0
        var answered = 0
        var open = 0
        var isHeld = false
        /// So many bytes of answers more, then the connection that brings them breaks off.
        var cutAfter: Int?
        var isOver = false
    }

    package let port: Int
    private let target: Int32
    private let socket: FileDescriptor
    private let state = Mutex(State())

    package init(to port: Int) throws {
        target = Int32(port)
        socket = FileDescriptor(taking: system_listen_loopback(0))
        self.port = Int(system_local_port(socket.number))
        guard self.port > 0 else { throw SystemError("listen") }
        let number = socket.number
        try SystemThread.start("relay") { [weak self] in
            while true {
                let client = system_accept(number)
                guard client >= 0 else { return }
                guard let self, !self.state.withLock({ $0.isOver }) else {
                    _ = system_close(client)
                    return
                }
                self.serve(client)
            }
        }
    }

    deinit { end() }

    /// Bytes of questions and answers so far, without what TCP adds.
    package var bytes: Int { state.withLock { $0.asked + $0.answered } }
    /// Connections that those who ask have open.
    package var open: Int { state.withLock { $0.open } }

    /// While it is held no answer comes through.
    package func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    /// Breaks the connection off that brings the answer's byte of this number, once.
    package func cut(after bytes: Int?) { state.withLock { $0.cutAfter = bytes } }

    private func end() {
        state.withLock { $0.isOver = true }
        // Wakes the thread that accepts.
        _ = shutdown(socket.number, Int32(SHUT_RDWR))
    }

    private func serve(_ client: Int32) {
        let server = system_connect_loopback(target)
        guard server >= 0 else {
            _ = system_close(client)
            return
        }
        state.withLock { $0.open += 1 }
        do {
            try SystemThread.start("relay") { [self] in
                carry(client, server)
                _ = system_close(client)
                _ = system_close(server)
                state.withLock { $0.open -= 1 }
            }
        } catch {
            _ = system_close(client)
            _ = system_close(server)
            state.withLock { $0.open -= 1 }
        }
    }

    private func carry(_ client: Int32, _ server: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let (isHeld, isOver) = state.withLock { ($0.isHeld, $0.isOver) }
            guard !isOver else { return }
            var ready = [false, false]
            let sources = isHeld ? [client] : [client, server]
            guard
                unsafe system_poll(
                    sources, [Bool](repeating: false, count: sources.count), &ready, Int32(sources.count), 10)
                    >= 0
            else { return }
            if ready[0] {
                let count = Int(unsafe system_read(client, &buffer, buffer.count))
                guard count > 0 else { return }
                state.withLock { $0.asked += count }
                guard send(buffer[..<count], to: server) else { return }
            }
            if !isHeld, ready[1] {
                let count = Int(unsafe system_read(server, &buffer, buffer.count))
                guard count > 0 else { return }
                let (passed, isCut) = state.withLock { state -> (Int, Bool) in
                    state.answered += count
                    guard let left = state.cutAfter else { return (count, false) }
                    state.cutAfter = left > count ? left - count : nil
                    return (min(left, count), left <= count)
                }
                guard send(buffer[..<passed], to: client), !isCut else { return }
            }
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
