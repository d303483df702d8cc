import Documents

/// A RabbitMQ server, through its management API.
package struct RabbitMQSettings: Sendable, Hashable {
    /// `http://host:15672`, with a path prefix where the server has one; no user in it.
    package var url = ""
    package var user = ""
    package var password: SecretPlace?
    /// Empty: every one that can be read.
    package var virtualHosts = ["/"]
    package var tls = TLS()
    /// Why the password may be read on its way.
    package var insecure: String?
    package var interval: Duration = .seconds(10)
    /// At most the interval.
    package var deadline: Duration = .seconds(5)

    package init() {}

    /// The password leaves this machine unencrypted.
    package var isOpen: Bool { url.hasPrefix("http://") && !OpenWay.isHere(OpenWay.host(ofAddress: url)) }

    package struct TLS: Sendable, Hashable {
        /// Path of a PEM file; nil takes the system's authorities.
        package var authority: String?

        package init() {}
    }

    static var section: Section<RabbitMQSettings> {
        Section(
            "rabbitmq", "A RabbitMQ server, read through its management plugin.", RabbitMQSettings(),
            [
                Field(
                    "url", \.url, .httpURL,
                    "Address of the management API; http:// is for this machine, elsewhere it needs `insecure`.",
                    required: true,
                    example: "https://rabbit.internal:15671"),
                Field(
                    "user", \.user, .text("a user name"),
                    "An account with the tag monitoring and empty permissions on each virtual host (help sources).",
                    required: true, example: "hypercare"),
                Field(
                    "password", \.password, optional: .secret, "Where its password is to be had.",
                    required: true, example: "{env: RABBIT_PASSWORD}"),
                Field(
                    "vhosts", \.virtualHosts, .names("a virtual host"),
                    "The virtual hosts to watch; an empty list takes every one that can be read."),
                Field("tls", \.tls, tls.kind, "Certificates for an https address."),
                Field(
                    "insecure", \.insecure, optional: .reason, OpenWay.text,
                    example: OpenWay.example),
                Field("interval", \.interval, .interval, "How often it is read."),
                Field("deadline", \.deadline, .deadline, "How long one read may take, at most the interval."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                OpenWay.check(
                    value.isOpen, node, at: (node["url"] ?? node).place,
                    host: OpenWay.host(ofAddress: value.url), instead: "give an https:// address", &reading)
            })
    }

    private static var tls: Section<TLS> {
        Section(
            "rabbitmq_tls", "Certificates for an https address.", TLS(),
            [
                Field(
                    "ca", \.authority, optional: Kind.path.claiming { .certificates($0) },
                    "Certificates to trust, PEM; the system's when left out.",
                    example: "/etc/ssl/store-ca.pem")
            ])
    }
}

extension Kind<String> {
    /// Without user and password, which would end in logs and process lists; then nothing of it is quoted.
    static var httpURL: Kind {
        var kind = text("an address that begins with http:// or https://", pattern: "^https?://[^@\\s]+$") {
            text in
            let rest =
                text.hasPrefix("http://")
                ? text.dropFirst(7) : text.hasPrefix("https://") ? text.dropFirst(8) : ""
            let isClean = text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
            return isClean && !rest.isEmpty && rest.first != "/" && !rest.contains("?") && !rest.contains("#")
        }
        let plain = kind.read
        kind.read = { node, base, reading in
            if node.text?.contains("@") == true {
                reading.note(
                    "a user or password must not stand in the address, use the keys user and password",
                    at: node.place)
                return nil
            }
            return plain(node, base, &reading)
        }
        return kind
    }
}
