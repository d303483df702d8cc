import Commands
import Configuration
import Documents
import Monitoring
import Platform
import Probes
import Text

/// The servers: each is tried as soon as enough is known of it.
extension Interview {
    mutating func database() throws {
        let isReached = try databaseServer()
        let stores = try databaseLogin(isReached)
        try databaseStore(stores)
    }

    /// Whether it answers.
    private mutating func databaseServer() throws -> Bool {
        while true {
            try settle("database host", options.host, config.databaseHost) { $0.databaseHost = $1 }
            guard asks else { return false }
            try settle("its port", nil, config.databasePort) { $0.databasePort = $1 }
            while true {
                guard case .mysql(let settings) = source("magento-db") else { return false }
                guard let failure = try Blocking.run({ await MySQLTrial.reach(settings) }) else {
                    let way = config.databaseWay.hasTLS ? "with a certificate that is trusted" : "without TLS"
                    try say("it answers, \(way)")
                    return true
                }
                try say(failure.failure)
                if failure.about == .certificate, try authority(\.databaseWay) { continue }
                if failure.about == .noTLS, try withoutTLS() { continue }
                break
            }
            if try isMeant("\(config.databaseHost):\(config.databasePort)", options.host != nil) {
                return false
            }
        }
    }

    /// Asks who signed a certificate; false when nobody can be named.
    private mutating func authority(_ way: WritableKeyPath<InitialConfiguration, InitialConfiguration.Way>)
        throws
        -> Bool
    {
        let before = config[keyPath: way].authority
        try settle("file of the authority that signed its certificate (PEM), or none", nil, "none") {
            config, answer in
            guard let path = Self.unlessNone(answer) else { return nil }
            guard path.hasPrefix("/"), (try? Files.facts(path, links: .followed)) ?? nil != nil else {
                return "there is no file \(path); give its whole path"
            }
            config[keyPath: way].authority = path
            return nil
        }
        return config[keyPath: way].authority != before
    }

    /// Takes the way without TLS where it is safe, and with a reason where it is not.
    private mutating func withoutTLS() throws -> Bool {
        try settle(
            "go without TLS: why may the password be read on the way (needless on this machine), or none",
            nil,
            "none"
        ) { (config: inout InitialConfiguration, answer: String) -> Void in
            config.databaseWay.insecure = Self.unlessNone(answer)
            config.databaseWay.hasTLS = answer == "none" && !Self.isHere(config.databaseHost)
            if Self.isHere(config.databaseHost) { config.databaseWay.insecure = nil }
        }
        return !config.databaseWay.hasTLS
    }

    private static func isHere(_ host: String) -> Bool {
        var settings = MySQLSettings()
        settings.host = host
        settings.password = .environment("X")
        settings.tls.mode = .off
        return !settings.isOpen
    }

    private mutating func databaseLogin(_ isReached: Bool) throws -> [FoundStore] {
        while true {
            try settle("database user", options.user, config.databaseUser) { $0.databaseUser = $1 }
            let secret = try password(
                "file that holds the database password, or none", of: config.databaseUser,
                options.passwordFile,
                config.databasePasswordFile ?? passwordFile("db-password")
            ) { $0.databasePasswordFile = $1 }
            guard isReached, case .mysql(let settings) = source("magento-db") else { return [] }
            // Without its password it is tried later, by the doctor.
            if secret == nil, config.databasePasswordFile != nil { return [] }
            let word = secret?.reveal()
            do {
                return try Blocking.run { try await MySQLTrial.stores(settings, password: word) }
            } catch let failure as MySQLTrial.Failure {
                try say(failure.failure)
                if failure.about == .other { return [] }
                if try isMeant("\(config.databaseUser) \(word.hashValue)", options.user != nil) { return [] }
            }
        }
    }

    private mutating func databaseStore(_ stores: [FoundStore]) throws {
        func words(_ store: FoundStore) -> String {
            store.database + (store.prefix.isEmpty ? "" : " with the prefix \(store.prefix)")
        }
        if !stores.isEmpty {
            let list = stores.enumerated().map { "\($0 + 1) \(words($1))" }.joined(separator: ", ")
            try say("stores here: \(list)")
        } else if asks {
            try say("no store was seen yet; the doctor looks again")
        }
        while true {
            try settle("database name", options.database, stores.first?.database ?? config.database) {
                (config: inout InitialConfiguration, answer: String) -> Void in
                let chosen =
                    Int(answer).flatMap { stores.indices.contains($0 - 1) ? stores[$0 - 1] : nil }
                    ?? stores.first { $0.database == answer }
                config.database = chosen?.database ?? answer
                config.tablePrefix = chosen?.prefix ?? ""
            }
            if stores.isEmpty || stores.contains(where: { $0.database == config.database }) { return }
            try say("no table cron_schedule is seen in \(config.database)")
            if try isMeant(config.database, options.database != nil) { return }
        }
    }

    mutating func broker() throws {
        let isAsked = asks
        while true {
            try settle("RabbitMQ management address, or none", options.rabbitURL, config.rabbitURL ?? "none")
            {
                (config: inout InitialConfiguration, answer: String) -> Void in
                config.rabbitURL = Self.unlessNone(answer)
                config.rabbitWay.insecure = isAsked && Self.isOpen(answer) ? Self.askedNext : nil
            }
            guard let url = config.rabbitURL else { return }
            if config.rabbitWay.insecure != nil, try !withoutEncryption() {
                guard options.rabbitURL == nil else {
                    throw Complaint("\(url) needs a reason\(Self.nothing)", exitCode: ExitCode.usage)
                }
                continue
            }
            try settle("RabbitMQ user", options.rabbitUser, config.rabbitUser) { $0.rabbitUser = $1 }
            let secret = try password(
                "file that holds the RabbitMQ password", of: config.rabbitUser, options.rabbitPasswordFile,
                config.rabbitPasswordFile ?? passwordFile("rabbit-password")
            ) { $0.rabbitPasswordFile = $1 }
            guard asks, let secret else { return }
            while true {
                guard case .rabbitmq(let settings) = source("rabbitmq") else { return }
                do {
                    let found = try Blocking.run { try await RabbitMQTrial.look(settings, password: secret) }
                    return try virtualHosts(found)
                } catch let failure as ReadFailure {
                    try say(failure)
                    if failure.kind == .denied { return }
                    if failure.kind == .insecure, url.hasPrefix("https://"), try authority(\.rabbitWay) {
                        continue
                    }
                    break
                }
            }
            if try isMeant(
                "\(url) \(config.rabbitUser) \(secret.reveal().hashValue)", options.rabbitURL != nil)
            {
                return
            }
        }
    }

    /// Stands for a reason until it is told.
    private static let askedNext = "the reason is asked for next"

    /// The password would leave this machine unencrypted.
    private static func isOpen(_ address: String) -> Bool {
        var settings = RabbitMQSettings()
        settings.url = address
        return settings.isOpen
    }

    /// Takes an address over plain http with a reason, or goes back to the address.
    private mutating func withoutEncryption() throws -> Bool {
        try say(
            "http:// is refused elsewhere than on this machine, as whoever is on the way reads the password: "
                + "give an https:// address, or one of this machine such as http://127.0.0.1:15672, or say why "
                + "it may be read")
        try settle("why may the password be read on the way, in words, or none", nil, "none") {
            (config: inout InitialConfiguration, answer: String) -> Void in
            config.rabbitWay.insecure = Self.unlessNone(answer)
            if answer == "none" { config.rabbitURL = nil }
        }
        return config.rabbitURL != nil
    }

    private mutating func virtualHosts(_ found: RabbitMQTrial.Found) throws {
        let list = found.virtualHosts.joined(separator: ", ")
        try say("RabbitMQ \(found.version), virtual hosts: \(list.isEmpty ? "none that may be seen" : list)")
        guard found.virtualHosts != ["/"], !found.virtualHosts.isEmpty else { return }
        try settle("virtual hosts to watch, separated by blanks, or all", nil, "all") { config, answer in
            let names = answer == "all" ? [] : answer.split(separator: " ").map(String.init)
            if let unknown = names.first(where: { !found.virtualHosts.contains($0) }) {
                return "there is no virtual host \(unknown)"
            }
            config.virtualHosts = names
            return nil
        }
    }
}
