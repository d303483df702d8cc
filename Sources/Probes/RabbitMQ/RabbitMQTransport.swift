package import Monitoring

/// How requests reach the management API.
package protocol RabbitMQTransport: Sendable {
    /// Gets `path` (percent-encoded, `/api/…`) within `timeout`; throws when no answer came at all.
    @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer
    @concurrent func close() async
}

/// One answer, whatever its status.
package struct RabbitMQAnswer: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]
    /// It carried `WWW-Authenticate`: the login itself was refused.
    package var asksForLogin: Bool

    package init(status: Int, body: [UInt8], asksForLogin: Bool = false) {
        self.status = status
        self.body = body
        self.asksForLogin = asksForLogin
    }
}
