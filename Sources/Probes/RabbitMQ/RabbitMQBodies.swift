import Documents
import Monitoring
import Text

/// What stands in the bodies of the management API: every number may be missing, null or a string.
enum RabbitMQBodies {
    /// `{"error":…,"reason":…}` of a refusal; health checks say `reason` alone.
    struct Complaint {
        var error: String
        var reason: String

        init(_ answer: RabbitMQAnswer) {
            let body = try? JSON.read(answer.body, name: "answer", limits: RabbitMQBodies.limits)
            error = body?["error"]?.string ?? ""
            reason = body?["reason"]?.string ?? String(decoding: answer.body.prefix(200), as: UTF8.self)
        }
    }

    /// 8 MB of text, of which nothing is kept but the figures.
    static let limits = ReadLimits(bytes: 8 << 20, nodes: 200_000)

    static func json(_ answer: RabbitMQAnswer, from path: String) throws(ReadFailure) -> Node {
        guard answer.status == 200 else { throw failure(answer, from: path) }
        do {
            return try JSON.read(answer.body, name: path, limits: limits)
        } catch {
            throw ReadFailure(
                .malformed, Sanitizer.line("\(error)", maxBytes: 512),
                advice: "Is this the management API, and not a proxy's page?")
        }
    }

    /// Refused logins and missing permissions are both 401 here; the body tells them apart.
    static func failure(_ answer: RabbitMQAnswer, from path: String) -> ReadFailure {
        let complaint = Complaint(answer)
        let place = path.prefix { $0 != "?" }
        let words = Sanitizer.line("\(place): \(answer.status) \(complaint.reason)", maxBytes: 512)
        switch answer.status {
        case 401 where answer.asksForLogin || complaint.reason == "Login failed" || answer.body.isEmpty:
            return ReadFailure(
                .loginRefused, "login refused: \(words)",
                advice: "Check user and password: `rabbitmqctl authenticate_user USER`.")
        case 401, 403: return ReadFailure(.denied, words, advice: permissionAdvice)
        case 404:
            return ReadFailure(
                .malformed, words,
                advice: "Is the management plugin on, and the address right? `rabbitmq-plugins list`")
        case 300..<400:
            return ReadFailure(
                .malformed, words, advice: "Redirects are not followed: give the final address.")
        default: return ReadFailure(answer.status >= 500 ? .unreachable : .malformed, words)
        }
    }

    static let permissionAdvice =
        "Give the account the tag `monitoring` and, on each virtual host, a permission: "
        + "`rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'`."

    /// A finite number, also one written as text.
    static func number(_ node: Node?) -> Double? {
        guard let node else { return nil }
        if let number = node.double { return number }
        guard let text = node.string, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// A whole number that is not negative.
    static func count(_ node: Node?) -> Int? {
        guard let number = number(node), number >= 0 else { return nil }
        return Int(exactly: number.rounded(.down))
    }
}
