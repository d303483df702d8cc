/// A consumer of one queue of a private RabbitMQ that takes messages and never finishes one; it is gone when
/// it is let go.
package final class AMQPConsumer: Sendable {
    private let channel: AMQPChannel

    /// Takes at most `prefetch` messages of `queue` in the virtual host `/`, as guest.
    @concurrent package init(port: Int, queue: String, prefetch: UInt16) async throws {
        channel = try await onThread {
            let channel = try AMQPChannel(port: port)
            try channel.consume(queue, prefetch: prefetch)
            return channel
        }
    }
}
