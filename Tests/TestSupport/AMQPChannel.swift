import CSystem
import Platform
import Synchronization

/// One channel of one connection to a private RabbitMQ, as guest: just enough AMQP 0-9-1 for a test to do what
/// producers and consumers do. Everything blocks: call it on a thread.
package final class AMQPChannel: Sendable {
    private let socket: FileDescriptor
    private let unread = Mutex<[UInt8]>([])

    package init(port: Int, virtualHost: String = "/") throws {
        socket = FileDescriptor(taking: system_connect_loopback(Int32(port)))
        guard socket.number >= 0 else { throw SystemError("connect", "RabbitMQ", code: -socket.number) }
        try socket.write(Array("AMQP".utf8) + [0, 0, 9, 1])
        _ = try answer([10, 10])
        let login = Self.long("\0guest\0guest")
        try send([10, 11], [0, 0, 0, 0] + Self.short("PLAIN") + login + Self.short("en_US"), channel: 0)
        _ = try answer([10, 30])
        try send([10, 31], [7, 0xFF, 0, 2, 0, 0, 0, 0], channel: 0)
        try send([10, 40], Self.short(virtualHost) + [0, 0], channel: 0)
        _ = try answer([10, 41])
        try send([20, 10], [0])
        _ = try answer([20, 11])
    }

    /// Makes a queue and answers its name, which the server chooses for an empty one.
    package func declare(_ name: String, isExclusive: Bool = false, isAutoDelete: Bool = false) throws
        -> String
    {
        let bits: UInt8 = (isExclusive ? 4 : 0) | (isAutoDelete ? 8 : 0)
        try send([50, 10], [0, 0] + Self.short(name) + [bits, 0, 0, 0, 0])
        let arguments = try answer([50, 11])
        return String(decoding: arguments.dropFirst().prefix(Int(arguments.first ?? 0)), as: UTF8.self)
    }

    package func publish(_ count: Int, to queue: String) throws {
        for _ in 0..<count {
            try send([60, 40], [0, 0] + Self.short("") + Self.short(queue) + [0])
            try frame(2, [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
            try frame(3, [120])
        }
    }

    /// Takes one message with basic.get, as Magento's consumers with `--max-messages` do; answers its delivery
    /// tag, nil from an empty queue.
    package func get(_ queue: String, isAcknowledged: Bool = true) throws -> UInt64? {
        try send([60, 70], [0, 0] + Self.short(queue) + [isAcknowledged ? 0 : 1])
        let (method, arguments) = try anyAnswer([[60, 71], [60, 72]])
        guard method == [60, 71] else { return nil }
        return arguments.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Begins to consume with this many messages unacknowledged at most.
    package func consume(_ queue: String, prefetch: UInt16, isAcknowledged: Bool = true) throws {
        try send([60, 10], [0, 0, 0, 0, UInt8(prefetch >> 8), UInt8(prefetch & 255), 0])
        _ = try answer([60, 11])
        try send(
            [60, 20],
            [0, 0] + Self.short(queue) + [0, isAcknowledged ? 0 : 2, 0, 0, 0, 0])
        _ = try answer([60, 21])
    }

    /// Waits for the next message of a subscription; answers its delivery tag.
    package func delivery() throws -> UInt64 {
        let arguments = try answer([60, 60])
        let tag = arguments.dropFirst(1 + Int(arguments.first ?? 0)).prefix(8)
        return tag.reduce(0) { $0 << 8 | UInt64($1) }
    }

    package func acknowledge(_ tag: UInt64) throws {
        try send([60, 80], (0..<8).map { UInt8(tag >> (56 - 8 * UInt64($0)) & 255) } + [0])
    }

    /// Comes back when the server has taken in all that was sent before.
    package func settle() throws {
        try send([60, 10], [0, 0, 0, 0, 0, 0, 0])
        _ = try answer([60, 11])
    }

    // MARK: Frames

    private func send(_ method: [UInt8], _ arguments: [UInt8], channel: UInt8 = 1) throws {
        try frame(1, [0, method[0], 0, method[1]] + arguments, channel: channel)
    }

    private func frame(_ kind: UInt8, _ payload: [UInt8], channel: UInt8 = 1) throws {
        let size = UInt32(payload.count)
        let length = [UInt8(size >> 24), UInt8(size >> 16 & 255), UInt8(size >> 8 & 255), UInt8(size & 255)]
        try socket.write([kind, 0, channel] + length + payload + [0xCE])
    }

    private func answer(_ method: [UInt8]) throws -> ArraySlice<UInt8> { try anyAnswer([method]).arguments }

    private func anyAnswer(_ methods: [[UInt8]]) throws -> (method: [UInt8], arguments: ArraySlice<UInt8>) {
        while true {
            let payload = try next()
            guard payload.count >= 4 else { continue }
            let method = [payload[1], payload[3]]
            if methods.contains(method) { return (method, payload.dropFirst(4)) }
            // The server closes the connection or the channel, and says why.
            if method == [10, 50] || method == [20, 40] {
                throw SystemError("talk AMQP", "RabbitMQ", detail: String(decoding: payload, as: UTF8.self))
            }
        }
    }

    /// The next frame that holds a method.
    private func next() throws -> [UInt8] {
        try unread.withLock { unread in
            while true {
                if unread.count >= 7 {
                    let size = unread[3...6].reduce(0) { $0 << 8 | Int($1) }
                    if unread.count >= size + 8 {
                        let (kind, payload) = (unread[0], Array(unread[7..<7 + size]))
                        unread.removeFirst(size + 8)
                        if kind == 1 { return payload }
                        continue
                    }
                }
                let more = try socket.read(limit: 65536)
                guard !more.isEmpty else { throw SystemError("read", "RabbitMQ", detail: "it hung up") }
                unread += more
            }
        }
    }

    private static func short(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    private static func long(_ text: String) -> [UInt8] {
        [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
    }
}
