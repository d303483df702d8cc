import Documents
import Monitoring

/// What stands in the bodies of the management API.
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
        guard answer.status == 200, WebPage(answer.body, contentType: answer.contentType) == nil else {
            throw failure(answer, from: path)
        }
        do {
            return try JSON.read(answer.body, name: path, limits: limits)
        } catch {
            throw ReadFailure(
                .malformed, answer.line("\(error)"),
                advice: "Is this the management API?")
        }
    }

    /// Refused logins and missing permissions are both 401 here; the body tells them apart.
    static func failure(_ answer: RabbitMQAnswer, from path: String) -> ReadFailure {
        let place = path.prefix { $0 != "?" }
        if (300..<400).contains(answer.status) {
            let target = answer.location.map { answer.line($0) }
            return ReadFailure(
                .malformed,
                answer.line("\(place): \(answer.status), it leads to \(target ?? "another address")"),
                advice: "Redirects are not followed: "
                    + (target.map { "write \(OtherAddress.key($0)), if that is the broker." }
                        ?? "give the final address as `url`."))
        }
        if let page = WebPage(answer.body, contentType: answer.contentType) {
            let words = answer.line("\(place): \(answer.status), \(page.words)")
            return ReadFailure(
                answer.status >= 500 ? .unreachable : .malformed, words,
                advice: "A proxy answers in the broker's place, or the address is not the management API's.")
        }
        let complaint = Complaint(answer)
        let words = answer.line("\(place): \(answer.status) \(complaint.reason)")
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
        default: return ReadFailure(answer.status >= 500 ? .unreachable : .malformed, words)
        }
    }

    /// Logged in, and told in the broker's own words that this may not be seen.
    static func isClosed(_ answer: RabbitMQAnswer) -> Bool {
        answer.status == 401 && !answer.asksForLogin && !Complaint(answer).error.isEmpty
            && Complaint(answer).reason != "Login failed"
    }

    /// The broker itself knows no such thing; a proxy's 404 is no word of the broker.
    static func isAbsent(_ answer: RabbitMQAnswer) -> Bool {
        answer.status == 404 && !Complaint(answer).error.isEmpty
    }

    static let tagAdvice = "`rabbitmqctl set_user_tags USER monitoring` shows them; it allows no change."

    static let permissionAdvice =
        "Give the account the tag `monitoring` and, on each virtual host, a permission: "
        + "`rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'`."
}
