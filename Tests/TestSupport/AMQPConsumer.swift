import CSystem
import Platform

/// A consumer of one queue of a private RabbitMQ that takes messages and never finishes one; it is gone when
/// it is let go. Says just enough AMQP 0-9-1 for that.
package final class AMQPConsumer: Sendable {
    private let socket: FileDescriptor

    /// Takes at most `prefetch` messages of `queue` in the virtual host `/`, as guest.
    @concurrent package init(port: Int, queue: String, prefetch: UInt16) async throws {
        socket = try await onThread {
            let socket = FileDescriptor(taking: system_connect_loopback(Int32(port)))
            guard socket.number >= 0 else { throw SystemError("connect", "RabbitMQ", code: -socket.number) }
            try socket.write(Array("AMQP".utf8) + [0, 0, 9, 1])
            let steps: [(channel: UInt16, method: [UInt8])] = [
                (
                    0,
                    Self.method(10, 11) + [0, 0, 0, 0] + Self.short("PLAIN") + Self.long("\0guest\0guest")
                        + Self.short("en_US")
                ),
                (0, Self.method(10, 31) + [7, 0xFF, 0, 2, 0, 0, 0, 0]),
                (0, Self.method(10, 40) + Self.short("/") + [0, 0]),
                (1, Self.method(20, 10) + [0]),
                (1, Self.method(60, 10) + [0, 0, 0, 0, UInt8(prefetch >> 8), UInt8(prefetch & 255), 0]),
                (1, Self.method(60, 20) + [0, 0] + Self.short(queue) + [0, 0, 0, 0, 0, 0]),
            ]
            for (index, step) in steps.enumerated() {
                // The server speaks after each but `tune-ok`, which it takes together with `open`.
                if index != 2, try socket.read(limit: 65536).isEmpty {
                    throw SystemError("consume", queue, detail: "the server hung up at step \(index)")
                }
                let size = UInt32(step.method.count)
                let head = [1, UInt8(step.channel >> 8), UInt8(step.channel & 255)]
                let length = [
                    UInt8(size >> 24), UInt8(size >> 16 & 255), UInt8(size >> 8 & 255), UInt8(size & 255),
                ]
                try socket.write(head + length + step.method + [0xCE])
            }
            return Box(number: socket.release())
        }.taken()
    }

    private struct Box: Sendable {
        let number: Int32
        func taken() -> FileDescriptor { FileDescriptor(taking: number) }
    }

    private static func method(_ group: UInt8, _ number: UInt8) -> [UInt8] { [0, group, 0, number] }
    private static func short(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    private static func long(_ text: String) -> [UInt8] {
        [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
    }
}
