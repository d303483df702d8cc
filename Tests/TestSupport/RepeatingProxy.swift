import CSystem
import Glibc
import Platform
import Synchronization

/// A proxy before a server of 127.0.0.1 that can give each answer again that it gave last, or lists with nothing in them.
package final class RepeatingProxy: Sendable {
    package enum Conduct: Sendable {
        case through
        /// As a cache whose entries never end.
        case repeating
        /// Lists of queues are empty, as a broken one answers.
        case empty
    }

    private let responder: HTTPResponder
    private let state: State
    package var url: String { responder.url }

    private final class State: Sendable {
        let conduct = Mutex(Conduct.through)
        /// Whole answers by the first line of what asked for them.
        let answers = Mutex<[String: [UInt8]]>([:])
    }

    package init(to port: Int) throws {
        let state = State()
        self.state = state
        responder = try HTTPResponder { head in
            [.bytes(Self.answer(head, from: Int32(port), state)), .close]
        }
    }

    package func turn(_ conduct: Conduct) { state.conduct.withLock { $0 = conduct } }

    private static func answer(_ head: String, from port: Int32, _ state: State) -> [UInt8] {
        let line = String(head.prefix { !$0.isNewline })
        let conduct = state.conduct.withLock { $0 }
        if conduct == .empty, line.contains("/api/queues") {
            let body =
                #"{"filtered_count":0,"item_count":0,"items":[],"page":1,"page_count":1,"page_size":100,"total_count":0}"#
            return Array(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    .utf8)
        }
        if conduct == .repeating, let known = state.answers.withLock({ $0[line] }) { return known }
        let answer = fetch(head, from: port)
        if !answer.isEmpty { state.answers.withLock { $0[line] = answer } }
        return answer
    }

    /// The whole answer of the server; empty where there is none.
    private static func fetch(_ head: String, from port: Int32) -> [UInt8] {
        let socket = FileDescriptor(taking: system_connect_loopback(port))
        guard socket.number >= 0 else { return [] }
        let lines = head.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("connection:") }
        let asked = lines.joined(separator: "\r\n") + "\r\nConnection: close\r\n\r\n"
        guard (try? socket.write(Array(asked.utf8))) != nil else { return [] }
        var answer: [UInt8] = []
        while let more = try? socket.read(limit: 65536), !more.isEmpty { answer += more }
        return answer
    }
}
