internal import Monitoring
internal import Text

/// What answers at the other end, by its own word: the product, whether it may be written to, and who stands
/// before or beside it. A greeting is not believed: proxies lie in it.
struct ServerFacts: Sendable, Hashable {
    enum Product: String, Sendable {
        case mariaDB = "MariaDB"
        case mySQL = "MySQL"
        case percona = "Percona Server"
    }

    enum Role: String, Sendable {
        case primary
        case replica
        /// May not be written to, and no replication is to be seen.
        case readOnly = "read only"
    }

    struct Galera: Sendable, Hashable {
        /// `wsrep_local_state_comment`: Synced, Donor/Desynced, Joining.
        var state: String
        var isReady: Bool
        var size: Int?
    }

    /// `@@version`, sanitised.
    var version: String
    var product: Product
    var role: Role
    var galera: Galera?
    /// The proxy's name, or `a proxy` where only its greeting gives it away.
    var proxy: String?

    /// Magento takes its locks on the one server it writes to. Elsewhere a lock that is free proves nothing;
    /// one that is held does.
    var locksAreOurs: Bool { proxy == nil && role == .primary && (galera?.size ?? 1) <= 1 }

    /// `MariaDB 10.11.19-MariaDB, replica`; `…, Galera node of 3, Synced, behind ProxySQL`.
    var text: String {
        var parts = ["\(product.rawValue) \(version)", role.rawValue]
        if let galera {
            parts.append("Galera node\(galera.size.map { " of \($0)" } ?? "")")
            parts.append(galera.isReady ? galera.state : "\(galera.state), does not serve")
        }
        if let proxy { parts.append("behind \(proxy)") }
        return parts.joined(separator: ", ")
    }

    /// Why a free lock says nothing here; nil where it does.
    var lockNotice: String? {
        if locksAreOurs { return nil }
        let place =
            if let proxy {
                "behind \(proxy)"
            } else if role != .primary {
                role == .replica ? "on a replica" : "on a server that is read only"
            } else {
                "on one Galera node of \(galera?.size ?? 0)"
            }
        return "locks are seen \(place): who holds none is not known"
    }
}

extension ServerFacts {
    /// What the server says of itself, each answer nil where it refuses it.
    struct Answers: Sendable {
        /// The version in the greeting.
        var greeting: String
        /// `@@version`, `@@version_comment`, `@@global.read_only`, `@@global.innodb_read_only`.
        var variables: [String?]
        /// `select @@version_comment limit 1` in just these letters, which ProxySQL answers itself.
        var comment: String?
        /// `@@global.wsrep_on`; MySQL does not know it.
        var isGalera: String?
        /// `SHOW GLOBAL STATUS`, by its names in small letters.
        var status: [String: String] = [:]
        /// `SHOW REPLICA STATUS` has a row; nil where it may not be asked.
        var hasReplicaStatus: Bool?
    }

    init(_ answers: Answers) {
        func variable(_ place: Int) -> String? {
            answers.variables.indices.contains(place) ? answers.variables[place] : nil
        }
        let version = variable(0) ?? answers.greeting
        self.version = Sanitizer.line(version, maxBytes: 64)
        let comment = variable(1) ?? ""
        product =
            if version.mentions("MariaDB") || comment.mentions("MariaDB") {
                .mariaDB
            } else if comment.mentions("Percona") {
                .percona
            } else {
                .mySQL
            }
        let isReadOnly = Self.isOn(variable(2)) || Self.isOn(variable(3))
        let status = answers.status
        // Slave_running counts the default connection, Slaves_running (MariaDB) all of them.
        let replicates =
            answers.hasReplicaStatus == true || Self.isOn(status["slave_running"])
            || (status["slaves_running"].flatMap(Int.init) ?? 0) > 0
        role = replicates ? .replica : isReadOnly ? .readOnly : .primary
        if Self.isOn(answers.isGalera) {
            let isPrimary = status["wsrep_cluster_status"].map { $0 == "Primary" } ?? true
            galera = Galera(
                state: Sanitizer.line(status["wsrep_local_state_comment"] ?? "no state", maxBytes: 60),
                isReady: Self.isOn(status["wsrep_ready"]) && isPrimary,
                size: status["wsrep_cluster_size"].flatMap(Int.init))
        }
        if answers.comment?.mentions("ProxySQL") == true {
            proxy = "ProxySQL"
        } else if comment.lowercased().mentions("maxscale") {
            proxy = "MaxScale"
        } else if !Self.agree(answers.greeting, version) {
            proxy = "a proxy"
        }
    }

    private static func isOn(_ value: String?) -> Bool { value == "1" || value == "ON" }

    /// The numbers of two versions, as far as both tell them.
    private static func agree(_ greeting: String, _ version: String) -> Bool {
        func numbers(_ text: String) -> [Substring] {
            text.prefix { $0 == "." || ("0"..."9").contains($0) }.split(separator: ".")
        }
        // MariaDB before 11 greets as 5.5.5-10.x to please old replicas; libmariadb takes that off.
        return zip(numbers(greeting), numbers(version)).allSatisfy { $0 == $1 }
    }

    /// Asks the server; a question it refuses is left open, a line that breaks is not.
    init(_ session: MySQLSession, greeting: String) throws(ReadFailure) {
        func ask(_ sql: String) throws(ReadFailure) -> MySQLRows? {
            do throws(ReadFailure) {
                return try session.rows(sql)
            } catch {
                guard session.isUsable, error.kind != .timedOut, error.kind != .unreachable else {
                    throw error
                }
                return nil
            }
        }
        var answers = Answers(greeting: greeting, variables: [])
        if let rows = try ask(
            "SELECT @@version,@@version_comment,@@global.read_only,@@global.innodb_read_only")
        {
            answers.variables = (0..<4).map { rows.text(0, $0) }
        }
        answers.comment = try ask("select @@version_comment limit 1")?.text(0, 0)
        answers.isGalera = try ask("SELECT @@global.wsrep_on")?.text(0, 0)
        if let rows = try ask(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Slave_running','Slaves_running','wsrep_ready',"
                + "'wsrep_local_state_comment','wsrep_cluster_status','wsrep_cluster_size')")
        {
            for row in 0..<rows.count {
                guard let name = rows.text(row, 0), let value = rows.text(row, 1) else { continue }
                answers.status[name.lowercased()] = value
            }
        }
        if answers.status["slave_running"] == nil {
            answers.hasReplicaStatus = try ask("SHOW REPLICA STATUS").map { $0.count > 0 }
        }
        self.init(answers)
    }
}
