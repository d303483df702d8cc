import Monitoring
import Platform
import Probes
import Synchronization
import TestSupport
import Testing

/// When the password is fetched: what fetches it may be a program that asks a vault.
@Suite struct RabbitMQLoginTests {
    private final class Vault: Sendable {
        private let state = Mutex((secret: "old", times: 0))
        var times: Int { state.withLock { $0.times } }
        func change(to secret: String) { state.withLock { $0.secret = secret } }
        func fetch() -> Secret {
            state.withLock { state in
                state.times += 1
                return Secret(state.secret)
            }
        }
    }

    /// `hypercare:PASSWORD` in base64.
    private static let logins = [
        "old": "aHlwZXJjYXJlOm9sZA==", "new": "aHlwZXJjYXJlOm5ldw==", "other": "aHlwZXJjYXJlOm90aGVy",
    ]

    /// Takes `hypercare` with this password alone.
    private func broker(_ password: @escaping @Sendable () -> String) throws -> HTTPResponder {
        try HTTPResponder { head in
            let (status, body) =
                head.contains("Basic \(Self.logins[password()] ?? "?")\r\n")
                ? ("200 OK", "{}")
                : ("401 Unauthorized", #"{"error":"not_authorised","reason":"Login failed"}"#)
            return [
                .send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            ]
        }
    }

    @Test func `is fetched once, and again when the broker refuses it`() async throws {
        let taken = Mutex("old")
        let broker = try broker { taken.withLock { $0 } }
        let vault = Vault()
        let transport = RabbitMQOverHTTP(
            try HTTPClient(), address: broker.url, user: "hypercare", password: { vault.fetch() })
        func status() async throws -> Int {
            try await transport.get("/api/overview", timeout: .seconds(10)).status
        }
        for _ in 0..<5 { #expect(try await status() == 200) }
        #expect(vault.times == 1)
        // Changed at both ends: one refusal, no failed read.
        vault.change(to: "new")
        taken.withLock { $0 = "new" }
        for _ in 0..<3 { #expect(try await status() == 200) }
        #expect(vault.times == 2)
        // Changed at the broker alone: no second try with what was just refused.
        taken.withLock { $0 = "other" }
        let asked = broker.requests.count
        #expect(try await status() == 401)
        #expect(vault.times == 3 && broker.requests.count == asked + 1)
        // Changed in the vault later: the very next read begins with it, and never with what was refused.
        vault.change(to: "other")
        let before = broker.requests.count
        #expect(try await status() == 200)
        #expect(vault.times == 4 && broker.requests.count == before + 1)
        // Both of two were refused: neither is kept.
        taken.withLock { $0 = "old" }
        vault.change(to: "new")
        #expect(try await status() == 401)
        vault.change(to: "old")
        let again = broker.requests.count
        #expect(try await status() == 200)
        #expect(broker.requests.count == again + 1)
    }
}
