package import Monitoring
package import Platform
import Text

/// The management API over http or https, with basic authentication.
package struct RabbitMQOverHTTP: RabbitMQTransport {
    private let client: HTTPClient
    private let address: String
    private let user: String
    private let password: RememberedSecret
    private let caFile: String?

    /// Of an answer that is no figures so much is looked at.
    private static let longestComplaint = 64 << 10

    /// `address` is `https://rabbit:15671`, with a path prefix where the server has one, without `/api`. The
    /// password is asked for once, and again when the broker refuses it, so that a changed one is taken up.
    package init(
        _ client: HTTPClient, address: String, user: String,
        password: @escaping @Sendable () async throws -> Secret, caFile: String? = nil
    ) {
        self.client = client
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.user = user
        self.password = RememberedSecret(password)
        self.caFile = caFile
    }

    @concurrent package func get(
        _ path: String, timeout: Duration
    ) async throws(ReadFailure) -> RabbitMQAnswer {
        let end = ContinuousClock.now + timeout
        let secret = try await fetched(until: end) { [password] in try await password.value() }
        let answer = try await get(path, secret, end - .now)
        guard answer.status == 401, RabbitMQBodies.failure(answer, from: path).kind == .loginRefused,
            let changed = try await fetched(
                until: end, { [password] in try await password.value(insteadOf: secret) })
        else { return answer }
        let second = try await get(path, changed, end - .now)
        if second.status == 401, RabbitMQBodies.failure(second, from: path).kind == .loginRefused {
            await password.forget(changed)
        }
        return second
    }

    private func get(
        _ path: String, _ secret: Secret, _ timeout: Duration
    ) async throws(ReadFailure) -> RabbitMQAnswer {
        let request = HTTPRequest(
            address + path, login: .basic(user: user, password: secret), caFile: caFile, timeout: timeout)
        let redaction = Redaction(secret, user: user)
        do {
            let response = try await client.get(request)
            var body = response.body
            let type = response.header("Content-Type")
            // Figures are left as they are: a queue may be called what a password is.
            if response.status != 200 || WebPage(body, contentType: type) != nil {
                body = redaction.redacted(Array(body.prefix(Self.longestComplaint)))
            }
            var answer = RabbitMQAnswer(
                status: response.status, body: body,
                asksForLogin: response.header("WWW-Authenticate") != nil,
                contentType: type,
                serverTime: HTTPDate.time(response.header("Date")), wireBytes: response.wireBytes,
                redaction: redaction)
            if let place = response.header("Location"), (300..<400).contains(response.status) {
                answer.location = OtherAddress.base(of: place, asked: path, at: address)
            }
            return answer
        } catch {
            throw ReadFailure(http: error)
        }
    }

    private func fetched<Value: Sendable>(
        until end: ContinuousClock.Instant, _ value: @escaping @concurrent @Sendable () async throws -> Value
    ) async throws(ReadFailure) -> Value {
        do {
            guard let value = try await bounded(until: end, value) else {
                throw ReadFailure.lateSecret(of: user)
            }
            return value
        } catch let failure as ReadFailure {
            throw failure
        } catch {
            if Task.isCancelled { throw ReadFailure(http: error) }
            throw ReadFailure(
                .unusable, Sanitizer.line("\(error)", maxBytes: 512),
                advice: "Check where `password` says it is kept.")
        }
    }

    @concurrent package func explained(_ failure: ReadFailure, timeout: Duration) async -> ReadFailure {
        guard [.unreachable, .insecure, .malformed].contains(failure.kind),
            let other = OtherAddress.otherScheme(address)
        else { return failure }
        let isSecure: Bool
        do {
            _ = try await client.get(HTTPRequest(other + "/api/", timeout: timeout, maxBytes: 64 << 10))
            isSecure = other.hasPrefix("https:")
        } catch let second as HTTPFailure where second.kind == .insecure && other.hasPrefix("https:") {
            // It shook hands, if with a certificate that is not trusted here.
            isSecure = true
        } catch {
            return failure
        }
        return OtherAddress.failure(address, spoken: other, isSecure: isSecure)
    }

    @concurrent package func close() async { client.close() }
}

extension ReadFailure {
    /// Why there is no answer over http.
    init(http error: any Error) {
        guard let failure = error as? HTTPFailure else {
            self.init(.cancelled, "the request was cancelled")
            return
        }
        let (kind, advice): (Kind, String) =
            switch failure.kind {
            case .unreachable: (.unreachable, "Is the management plugin on, and the address right?")
            case .timedOut: (.timedOut, "")
            case .insecure:
                (.insecure, "Name who signed the server's certificate: `tls: {ca: /path/to/ca.pem}`.")
            case .tooLarge, .malformed: (.malformed, "")
            case .unusable: (.unusable, "")
            }
        self.init(kind, Sanitizer.line("\(failure)", maxBytes: 512), advice: advice)
    }
}
