import CSystem
import Glibc
import Platform
import Synchronization

/// A tiny server for tests: answers each request with bytes and pauses, wrong ones too.
package final class HTTPResponder: Sendable {
    package enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        /// Milliseconds.
        case pause(UInt32)
        /// Closes the connection; without it the connection is kept for the next request.
        case close
    }

    package let port: Int
    private let socket: FileDescriptor
    private let received = Mutex<[String]>([])
    private let stopped = Atomic(false)

    package var url: String { "http://127.0.0.1:\(port)" }
    /// The heads of all requests, as they came.
    package var requests: [String] { received.withLock { $0 } }

    /// `answer` gets the head of a request.
    package init(_ answer: @escaping @Sendable (String) -> [Step]) throws {
        socket = FileDescriptor(taking: system_listen_loopback(0))
        port = Int(system_local_port(socket.number))
        guard port > 0 else { throw SystemError("listen") }
        let number = socket.number
        try SystemThread.start("responder") { [weak self] in
            while true {
                let peer = system_accept(number)
                guard peer >= 0, let self, !self.stopped.load(ordering: .relaxed) else {
                    if peer >= 0 { _ = system_close(peer) }
                    return
                }
                let connection = Connection(FileDescriptor(taking: peer))
                try? SystemThread.start("responder") { [weak self] in
                    while let head = connection.head() {
                        self?.received.withLock { $0.append(head) }
                        guard connection.perform(answer(head)) else { return }
                    }
                }
            }
        }
    }

    /// One that answers every request alike, with a status line, headers and a body of this length.
    package convenience init(status: String = "200 OK", headers: String = "", body: String) throws {
        let text =
            "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        try self.init { _ in [.send(text)] }
    }

    deinit {
        stopped.store(true, ordering: .relaxed)
        // Wakes the thread that accepts.
        _ = shutdown(socket.number, Int32(SHUT_RDWR))
    }

    private final class Connection: Sendable {
        private let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

        func head() -> String? {
            var bytes: [UInt8] = []
            while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let more = try? descriptor.read(limit: 1), !more.isEmpty else { return nil }
                bytes += more
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        func perform(_ steps: [Step]) -> Bool {
            for step in steps {
                switch step {
                case .send(let text):
                    guard (try? descriptor.write(Array(text.utf8))) != nil else { return false }
                case .bytes(let bytes):
                    guard (try? descriptor.write(bytes)) != nil else { return false }
                case .pause(let milliseconds): usleep(milliseconds * 1000)
                case .close: return false
                }
            }
            return true
        }
    }
}
