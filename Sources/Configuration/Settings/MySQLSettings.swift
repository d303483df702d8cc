import Documents
/// The store's database.
package struct MySQLSettings: Sendable, Hashable {
    package enum LockProvider: String, Sendable, Hashable, CaseIterable {
        case db, file, zookeeper, cache
    }

    package struct TLS: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable, CaseIterable { case required, off }
        package var mode = Mode.required
        /// Path of a PEM file; nil takes the system's authorities.
        package var authority: String?
        /// The name the certificate must carry; nil is the host.
        package var serverName: String?

        package init() {}
    }

    package var host = "localhost"
    package var port = 3306
    /// Path of a Unix socket; then host, port and TLS do not count.
    package var socket: String?
    package var user = ""
    package var password: SecretPlace?
    package var database = ""
    package var tablePrefix = ""
    package var tls = TLS()
    /// Why the password may be read on its way.
    package var insecure: String?
    /// Nil is the database's name.
    package var lockPrefix: String?
    package var lockProvider = LockProvider.db
    package var interval: Duration = .seconds(5)
    /// At most the interval.
    package var deadline: Duration = .seconds(4)
    package var checksTriggers = true

    package init() {}

    /// The password leaves this machine unencrypted.
    package var isOpen: Bool {
        password != nil && socket == nil && tls.mode == .off && !OpenWay.isHere(host)
    }

    static var section: Section<MySQLSettings> {
        Section(
            "mysql", "The store's database, MySQL or MariaDB: queues, cron, indexers, bulk operations.",
            MySQLSettings(),
            [
                Field(
                    "host", \.host, .host,
                    "Name or address of the server. Ask the primary: locks and lag are not right on a replica."
                ),
                Field("port", \.port, .whole(1...65_535), "Its port."),
                Field(
                    "socket", \.socket, optional: .path,
                    "Unix socket instead of host and port; needs no TLS.", example: "/run/mysqld/mysqld.sock"),
                Field(
                    "user", \.user, .text("a user name"), "An account that may only read (help sources).",
                    required: true, example: "hypercare"),
                Field(
                    "password", \.password, optional: .secret,
                    "Where its password is to be had; left out for none (socket login).",
                    example: "{file: /home/ops/.config/hypercare/db-password}"),
                Field(
                    "database", \.database, .text("a database name"), "The store's database.", required: true,
                    example: "magento"),
                Field("table_prefix", \.tablePrefix, .prefix, "Magento's db/table_prefix."),
                Field("tls", \.tls, tls.kind, "Encryption of the connection."),
                Field(
                    "insecure", \.insecure, optional: .reason, OpenWay.text,
                    example: OpenWay.example),
                Field(
                    "lock_prefix", \.lockPrefix, optional: .lockPrefix,
                    "Magento's lock/config/prefix; the database's name when left out, \"\" for none.",
                    example: "magento_"),
                Field(
                    "lock_provider", \.lockProvider, .choice,
                    "Magento's lock/provider. With any but db it cannot be seen who holds a lock."),
                Field("interval", \.interval, .interval, "How often it is read."),
                Field("deadline", \.deadline, .deadline, "How long one read may take, at most the interval."),
                Field(
                    "trigger_check", \.checksTriggers, .bool,
                    "Count the triggers that feed the indexers, each minute; needs the privilege TRIGGER."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                OpenWay.check(
                    value.isOpen, node, at: (node["tls"]?["mode"] ?? node).place,
                    host: value.host, instead: "let tls be required", &reading)
                if value.socket != nil {
                    for key in ["host", "port"] {
                        if let other = node[key] {
                            reading.note("\"socket\" and \"\(key)\" exclude each other", at: other.place)
                        }
                    }
                }
            })
    }

    private static var tls: Section<TLS> {
        Section(
            "mysql_tls", "Encryption of a database connection.", TLS(),
            [
                Field(
                    "mode", \.mode, .choice,
                    "required refuses a connection without TLS or with a wrong certificate; off is for this machine, elsewhere it needs `insecure`."
                ),
                Field(
                    "ca", \.authority, optional: Kind.path.claiming { .certificates($0) },
                    "Certificates to trust, PEM; the system's when left out.",
                    example: "/etc/ssl/store-ca.pem"),
                Field(
                    "server_name", \.serverName, optional: .host,
                    "The name in the certificate, where it is not the host.", example: "db.internal"),
            ])
    }
}

extension Kind<String> {
    /// May be empty: a store can be told to use none.
    static var lockPrefix: Kind {
        .scalar(
            .text(hint: "a lock prefix, \"\" for none", pattern: "^[^\\x00-\\x1F\\x7F]{0,64}$"),
            written: { $0.isEmpty ? "\"\"" : $0 }
        ) { text, _ in
            let isRight = text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            }
            return isRight && text.utf8.count <= 64 ? text : nil
        }
    }

    /// May be empty; goes into SQL, hence letters, digits and underscores only.
    static var prefix: Kind {
        .scalar(
            .text(hint: "letters, digits and underscores", pattern: "^[A-Za-z0-9_]{0,32}$"),
            written: { $0.isEmpty ? "\"\"" : $0 }
        ) { text, _ in
            let isRight = text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
            return isRight && text.utf8.count <= 32 ? text : nil
        }
    }
}
