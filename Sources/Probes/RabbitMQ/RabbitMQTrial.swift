package import Configuration
package import Monitoring
import Documents
package import Platform
import Text

/// A first try of what somebody has just written down of a broker.
package enum RabbitMQTrial {
    /// What a broker told at the first look.
    package struct Found: Sendable, Hashable {
        package var version: String
        /// That this account may see, by name.
        package var virtualHosts: [String]
    }

    /// Logs in and asks for what there is.
    @concurrent package static func look(
        _ settings: RabbitMQSettings, password: Secret
    ) async throws(ReadFailure) -> Found {
        let client: HTTPClient
        do {
            client = try HTTPClient()
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(error)"))
        }
        let transport = RabbitMQOverHTTP(
            client, address: settings.url, user: settings.user, password: { password },
            caFile: settings.tls.authority)
        let limit = Duration.seconds(5)
        do throws(ReadFailure) {
            let path = RabbitMQOverview.path
            let answer = try await transport.get(path, timeout: limit)
            guard let overview = RabbitMQOverview(try RabbitMQBodies.json(answer, from: path)) else {
                throw ReadFailure(.malformed, "the answer is not a broker's: it tells no version")
            }
            let hosts = "/api/vhosts?columns=name"
            let list = try RabbitMQBodies.json(try await transport.get(hosts, timeout: limit), from: hosts)
            await transport.close()
            let names = (list.elements ?? []).compactMap { $0["name"]?.string }
            return Found(version: overview.version, virtualHosts: names.sorted())
        } catch {
            let cause = await transport.explained(error, timeout: .seconds(2))
            await transport.close()
            throw cause
        }
    }
}
