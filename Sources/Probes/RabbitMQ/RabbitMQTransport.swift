package import Monitoring
package import Platform
import Text

/// How requests reach the management API.
package protocol RabbitMQTransport: Sendable {
    /// Gets `path` (percent-encoded, `/api/…`) within `timeout`; throws when no answer came at all.
    @concurrent func get(_ path: String, timeout: Duration) async throws(ReadFailure) -> RabbitMQAnswer
    @concurrent func close() async
    /// Why there was no answer, found out by another question to the same address, which carries no login.
    @concurrent func explained(_ failure: ReadFailure, timeout: Duration) async -> ReadFailure
}

extension RabbitMQTransport {
    @concurrent package func explained(_ failure: ReadFailure, timeout: Duration) async -> ReadFailure {
        failure
    }
}

/// One answer, whatever its status.
package struct RabbitMQAnswer: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]
    /// It carried `WWW-Authenticate`: the login itself was refused.
    package var asksForLogin: Bool
    package var contentType: String?
    /// Where it sends the reader instead.
    package var location: String?
    /// The server's clock, to the second, as it wrote the answer.
    package var serverTime: WallTime?
    /// What question and answer took on the wire.
    package var wireBytes: Int
    /// Of the login that was sent with the question: its words are shown after it alone.
    package var redaction: Redaction?

    package init(
        status: Int, body: [UInt8], asksForLogin: Bool = false, contentType: String? = nil,
        serverTime: WallTime? = nil, wireBytes: Int? = nil, redaction: Redaction? = nil
    ) {
        self.status = status
        self.body = body
        self.asksForLogin = asksForLogin
        self.contentType = contentType
        self.serverTime = serverTime
        self.wireBytes = wireBytes ?? body.count
        self.redaction = redaction
    }

    /// One line of what it says, once it is decoded: only then it can be seen whether the password is in it.
    func line(_ words: String) -> String {
        Sanitizer.line(redaction?.redacted(words) ?? words, maxBytes: 512)
    }
}
