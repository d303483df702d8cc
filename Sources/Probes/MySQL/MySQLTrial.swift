package import Configuration
package import Monitoring
internal import Platform

/// A first try of what somebody has just written down of a database.
package enum MySQLTrial {
    /// Why it did not do, and what that is about.
    package struct Failure: Error, Sendable {
        package enum About: Sendable { case address, noTLS, certificate, login, other }
        package var about: About
        package var failure: ReadFailure
    }

    /// Whether a server answers there, with TLS where that is asked for. Nobody is logged in.
    @concurrent package static func reach(_ settings: MySQLSettings) async -> Failure? {
        let source = source(settings)
        do throws(Failure) {
            _ = try await run(source) { () throws(ConnectFailure) in
                _ = try MySQLSession(source, password: nil, patience: .seconds(4))
                return []
            }
            return nil
        } catch {
            // Who is told that nobody is let in without a password has reached it.
            if error.about == .login { return nil }
            guard error.about == .address, let refusal = await MySQLCause.refusal(source) else {
                return error
            }
            return Failure(about: .address, failure: refusal)
        }
    }

    /// The stores of the server that this account may see.
    @concurrent package static func stores(
        _ settings: MySQLSettings, password: String?
    ) async throws(Failure) -> [FoundStore] {
        let source = source(settings)
        return try await run(source) { () throws(ConnectFailure) in
            do throws(ConnectFailure) {
                return try MySQLStore.stores(source, password, patience: .seconds(4))
            } catch {
                throw MySQLCause.explained(error, source, password, patience: .seconds(4))
            }
        }
    }

    private static func source(_ settings: MySQLSettings) -> MySQLSource {
        var source = MySQLSource(settings, named: "database", in: EnvironmentSettings())
        source.database = ""
        return source
    }

    /// On a thread that may block.
    private static func run(
        _ source: MySQLSource,
        _ body: @escaping @Sendable () throws(ConnectFailure) -> [FoundStore]
    ) async throws(Failure) -> [FoundStore] {
        let promise = Promise<Result<[FoundStore], ConnectFailure>>()
        do throws(SystemError) {
            try SystemThread.start("trial") {
                do throws(ConnectFailure) {
                    promise.keep(.success(try body()))
                } catch {
                    promise.keep(.failure(error))
                }
            }
        } catch {
            throw Failure(about: .other, failure: ReadFailure(.unusable, "\(error)"))
        }
        switch await promise.value(until: ContinuousClock.now + .seconds(12)) {
        case .success(let stores): return stores
        case .failure(let error): throw Failure(about: about(error), failure: error.failure)
        case nil:
            throw Failure(
                about: .address,
                failure: ReadFailure(.timedOut, "no answer from \(source.place)", advice: "Is it frozen?"))
        }
    }

    private static func about(_ error: ConnectFailure) -> Failure.About {
        switch error.failure.kind {
        case .loginRefused, .denied: .login
        case .insecure where error.code == 2026:
            error.failure.advice.hasPrefix("Give the server a certificate") ? .noTLS : .certificate
        case .unreachable, .timedOut: .address
        default: .other
        }
    }
}
