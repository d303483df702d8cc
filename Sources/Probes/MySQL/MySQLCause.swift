internal import Monitoring
internal import Platform
internal import Text

/// Why a connection failed, found out by another question to the same server.
enum MySQLCause {
    static func explained(
        _ error: ConnectFailure, _ source: MySQLSource, _ password: String?, patience: Duration
    ) -> ConnectFailure {
        switch error.code {
        case 1044, 1049:
            guard let stores = try? MySQLStore.stores(source, password, patience: patience) else {
                return error
            }
            return told(error, error.failure.message, FoundStore.advice(stores, of: source))
        case 1045, 1698: return withoutTLS(error, source, password, patience: patience)
        default: return error
        }
    }

    /// Whether the machine is there and nobody listens, which libmariadb does not tell; nil where it is otherwise.
    static func refusal(_ source: MySQLSource) async -> ReadFailure? {
        guard case .tcp(let host, let port) = source.address, let client = try? HTTPClient() else {
            return nil
        }
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        do {
            _ = try await client.get(
                HTTPRequest("http://\(name):\(port)/", timeout: .seconds(1), maxBytes: 1024))
            return nil
        } catch {
            guard (error as? HTTPFailure)?.description.mentions("nobody listens") == true else { return nil }
            return .nobodyListens("connect to \(source.place)")
        }
    }

    /// An account that asks for TLS is refused without it in the same words as one whose password is wrong.
    private static func withoutTLS(
        _ error: ConnectFailure, _ source: MySQLSource, _ password: String?, patience: Duration
    ) -> ConnectFailure {
        guard source.tls == .off, case .tcp = source.address else { return error }
        var secured = source
        // The password goes to a server only that has proved to be the one.
        secured.tls = .verified(caFile: source.caFile)
        let advice =
            "Write `tls: {mode: required, ca: /path/to/ca.pem}`: the file names who signed its certificate."
        do throws(ConnectFailure) {
            _ = try MySQLSession(secured, password: password, patience: patience)
            return told(error, "\(error.failure.message): the account is let in with TLS only", advice)
        } catch let second {
            // Its certificate was looked at, so it speaks TLS, and the account may be of those that ask for it.
            guard second.code == 2026, second.failure.kind == .insecure,
                !second.failure.message.mentions("offer")
            else { return error }
            return told(
                error, error.failure.message,
                error.failure.advice + " Or it is let in with TLS only, which the server has: " + advice)
        }
    }

    private static func told(_ error: ConnectFailure, _ message: String, _ advice: String) -> ConnectFailure {
        ConnectFailure(
            code: error.code, failure: ReadFailure(error.failure.kind, message, advice: advice))
    }
}
