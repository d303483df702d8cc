package import Monitoring
package import Platform
import Text

/// The management API over http or https, with basic authentication.
package struct RabbitMQOverHTTP: RabbitMQTransport {
    private let client: HTTPClient
    private let address: String
    private let user: String
    private let password: @Sendable () async throws -> Secret
    private let caFile: String?

    /// The password is asked for at each request, so that a changed one is taken up. `address` is `https://rabbit:15671`, with a path prefix where the server has one, without `/api`.
    package init(
        _ client: HTTPClient, address: String, user: String,
        password: @escaping @Sendable () async throws -> Secret, caFile: String? = nil
    ) {
        self.client = client
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.user = user
        self.password = password
        self.caFile = caFile
    }

    @concurrent package func get(
        _ path: String, timeout: Duration
    ) async throws(ReadFailure) -> RabbitMQAnswer {
        let login: HTTPRequest.Login
        do {
            login = .basic(user: user, password: try await password())
        } catch {
            throw ReadFailure(
                .unusable, Sanitizer.line("\(error)", maxBytes: 512),
                advice: "Check where the config says the password is kept.")
        }
        let request = HTTPRequest(address + path, login: login, caFile: caFile, timeout: timeout)
        do {
            let response = try await client.get(request)
            return RabbitMQAnswer(
                status: response.status, body: response.body,
                asksForLogin: response.header("WWW-Authenticate") != nil)
        } catch {
            throw ReadFailure(http: error)
        }
    }

    @concurrent package func close() async {}
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
            case .insecure: (.insecure, "Name the authority that signed the server's certificate as `ca`.")
            case .tooLarge, .malformed: (.malformed, "")
            case .unusable: (.unusable, "")
            }
        self.init(kind, Sanitizer.line("\(failure)", maxBytes: 512), advice: advice)
    }
}
