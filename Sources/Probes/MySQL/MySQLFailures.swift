internal import Monitoring
internal import Text

extension ReadFailure {
    /// A table of which Magento never takes the last row has none any more: what it held is not gone, it is not known.
    static func emptied(_ table: String, had: Int) -> ReadFailure {
        let had = Figures.counted(had, "row")
        return ReadFailure(
            .malformed, "the table \(table) is empty, it had \(had): what it tells of is not known",
            advice: "Was it truncated, or is this another database? A store writes these rows when it is "
                + "set up.")
    }

    /// What a number of the server or of libmariadb means, and what to do about it. Once a connection stands
    /// (`isEstablished`), an error of TLS is one of the line: it was safe when it began.
    static func mysql(
        _ code: UInt32, _ text: String, doing action: String, isTimeout: Bool = false,
        isEstablished: Bool = false
    ) -> ReadFailure {
        let said = Sanitizer.line(text, maxBytes: 300)
        let message = "\(action): \(said.isEmpty ? "error \(code)" : said)"
        // A timeout under TLS comes as error 2026.
        let isLate = isTimeout || said.mentions("timed out") || said.mentions("system error: 110")
        func failure(_ kind: Kind, _ advice: String) -> ReadFailure {
            ReadFailure(kind, message, advice: advice)
        }
        switch code {
        case 1045, 1698, 1820, 1862: return ReadFailure(.loginRefused, message, advice: accessAdvice(said))
        case 3159 where said.mentions("insecure transport"), 4166 where said.mentions("insecure transport"):
            return failure(
                .insecure,
                "The server asks for TLS: write `tls: {mode: required, ca: /path/to/ca.pem}`.")
        case 1130:
            return failure(.loginRefused, "Create the account for the address this machine comes from.")
        case 2049, 2059, 2061, 5010, 5012, 1251:
            return failure(
                .insecure,
                "The server asks for the password in a way that would show it. Use ed25519, "
                    + "mysql_native_password or caching_sha2_password for the account.")
        case 1044:
            return failure(.denied, "GRANT SELECT on the store's database to the account.")
        case 1142, 1143, 1227, 1370:
            return failure(.denied, "GRANT SELECT on the tables named in `hypercare help sources`.")
        case 1046, 1049:
            return failure(
                .unusable,
                "The server has no such database (any more): check the name "
                    + "(`db/connection/default/dbname`).")
        case 1047:
            return failure(
                .unreachable,
                "This Galera node does not serve: it has lost its cluster or is joining it. Ask another node."
            )
        case 1146, 1054, 1176:
            return failure(.unusable, "Check the table prefix (`db/table_prefix` in env.php).")
        case 1969, 3024:
            return failure(.timedOut, "The server is loaded: the statement reached its time limit.")
        case 1205:
            return failure(.timedOut, "A lock is held, as by setup:upgrade or an ALTER TABLE.")
        case 1317:
            return failure(.timedOut, "Somebody stopped the statement.")
        case 1040, 1203, 1226:
            return failure(.unreachable, "All connections are in use; the account needs two.")
        case 1129:
            return failure(.unreachable, "The server blocks this host: `mariadb-admin flush-hosts` there.")
        case 2026:
            if isLate { return failure(.timedOut, "The server does not answer.") }
            if isEstablished || lineEnds.contains(where: said.lowercased().mentions) {
                return failure(.unreachable, "The server has gone away; is it running?")
            }
            if said.mentions("does not offer it") || said.mentions("does not support it") {
                return failure(
                    .insecure,
                    "Give the server a certificate; or write `tls: {mode: off}`, and elsewhere than on this machine "
                        + "why: `insecure: \"the server has no TLS before March\"`.")
            }
            return failure(
                .insecure,
                "Name who signed the server's certificate, `tls: {ca: /path/to/ca.pem}`, and its name in it as `host`."
            )
        case 2000 where !isEstablished:
            // Its plugin gives up without a word.
            return ReadFailure(
                .insecure, "\(action): the server asks for the password under a key of its own",
                advice: "Without TLS nobody has proved to be the server: write `tls: {mode: required}`, "
                    + "or use ed25519 or mysql_native_password for the account.")
        case 2005:
            return failure(.unreachable, "The host name is not known; check it with `getent hosts`.")
        case 2002 where said.mentions("(111)"): return nobodyListens(action)
        // What libmariadb says of every connection that it does not get.
        case 2002 where said.mentions("(115)") && !isLate, 2003 where said.mentions("(115)") && !isLate:
            return ReadFailure(
                .unreachable, "\(action): no connection, nobody listens there or it cannot be reached",
                advice: "Is the server running there, and may this machine reach it?")
        case 2002 where said.mentions("socket") && said.mentions("(2)"):
            return ReadFailure(
                .unreachable, "\(action): there is no such socket",
                advice: "Is the server started? It mostly has `socket: /run/mysqld/mysqld.sock`.")
        case 2000..<3000:
            return isLate
                ? failure(.timedOut, "The server does not answer; is it frozen, or behind a firewall?")
                : failure(.unreachable, "Is the server running there, and may this machine reach it?")
        default:
            return failure(.malformed, "")
        }
    }

    static func nobodyListens(_ action: String) -> ReadFailure {
        ReadFailure(
            .unreachable, "\(action): nobody listens there (connection refused)",
            advice: "Is the server started, and is this its address? It mostly has `port: 3306`.")
    }

    /// The server says as whom it knew us, and whether there was a password.
    private static func accessAdvice(_ said: String) -> String {
        if said.mentions("using password: NO") {
            return "No password was sent: say where it is, as `password: {file: /path/to/password}`."
        }
        let parts = said.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count >= 5, !parts[3].isEmpty else {
            return "Check user and password, and the host the account may come from."
        }
        return
            "Check user and password; the server sees this machine as '\(parts[3])': the account must be made for it."
    }

    /// What OpenSSL and libmariadb say of a peer that went away while they shook hands.
    private static let lineEnds = [
        "unexpected eof", "ssl syscall", "connection reset", "broken pipe", "connection was closed",
        "system error: 104", "system error: 32", "system error: 0",
    ]
}
