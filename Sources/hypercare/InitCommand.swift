import Commands
import Configuration
import Documents
import Platform

/// `hypercare init`: asks what the options do not say, and writes a commented config.
struct InitCommand {
    private let options: Command.Initialize
    private let asks: Bool
    private let nothing = "; nothing was written"

    init(_ options: Command.Initialize) {
        self.options = options
        asks = StandardStreams.isTerminal(0) && !options.isQuiet
    }

    func run() throws -> Int32 {
        guard let path = options.config ?? ConfigFile.candidates(Environment.ofProcess).first else {
            throw Complaint("say with --config where to write it", exitCode: ExitCode.usage)
        }
        if let present = try Files.facts(path) {
            if !options.isForced {
                throw Complaint("\(path) is there already; --force replaces it", exitCode: ExitCode.usage)
            }
            guard present.kind == .regular else {
                throw Complaint("\(path) is not a regular file\(nothing)", exitCode: ExitCode.usage)
            }
        }
        let config = try answers()
        try write(config.text, to: path)
        let passwords = [config.databasePasswordFile, config.rabbitPasswordFile].compactMap { $0 }
        let first = passwords.isEmpty ? "" : "put each password into its file, for you alone (chmod 600):\n"
        try StandardStreams.write(
            "wrote \(path)\nnext: \(first)" + passwords.map { "    \($0)\n" }.joined()
                + (first.isEmpty ? "" : "then ") + "`hypercare doctor`, then `hypercare`\n")
        return ExitCode.ok
    }

    private func write(_ text: String, to path: String) throws {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        guard !name.isEmpty else {
            throw Complaint("\(path) is a folder, say a file\(nothing)", exitCode: ExitCode.usage)
        }
        // The last dot: a folder of settings is often a link into a checkout.
        let directory =
            try Files.facts(folder, links: .followed) == nil
            ? PrivateDirectory.open(folder) : Directory(folder + "/.")
        try AtomicFile(name, in: directory).replace(with: Array(text.utf8))
    }

    private func answers() throws -> InitialConfiguration {
        var config = InitialConfiguration()
        try settle("name of the store", options.environment, config.environment, &config) {
            $0.environment = $1
        }
        try settle(
            "is it production, yes or no", options.isProduction.map { $0 ? "yes" : "no" }, "yes", &config
        ) { config, answer in
            guard let isProduction = Self.yesOrNo(answer) else { return "expected yes or no" }
            config.isProduction = isProduction
            return nil
        }
        try settle("database host", options.host, config.databaseHost, &config) { $0.databaseHost = $1 }
        try settle("database user", options.user, config.databaseUser, &config) { $0.databaseUser = $1 }
        try settle("database name", options.database, config.database, &config) { $0.database = $1 }
        try settle(
            "file that holds the database password, or none", options.passwordFile,
            passwordFile("db-password"), &config
        ) { $0.databasePasswordFile = Self.unlessNone($1) }
        try settle("RabbitMQ management address, or none", options.rabbitURL, "none", &config) {
            $0.rabbitURL = Self.unlessNone($1)
        }
        guard config.rabbitURL != nil else { return config }
        try settle("RabbitMQ user", options.rabbitUser, config.rabbitUser, &config) { $0.rabbitUser = $1 }
        try settle(
            "file that holds the RabbitMQ password", options.rabbitPasswordFile,
            passwordFile("rabbit-password"), &config
        ) { $0.rabbitPasswordFile = Self.unlessNone($1) }
        return config
    }

    private func settle(
        _ question: String, _ given: String?, _ usual: String, _ config: inout InitialConfiguration,
        _ take: (inout InitialConfiguration, String) -> Void
    ) throws {
        try settle(question, given, usual, &config) {
            take(&$0, $1)
            return nil
        }
    }

    /// What was given, else what is answered, else what is usual; an answer that makes no good config is asked
    /// for again, an option that does not is an error. `take` may say itself what is wrong.
    private func settle(
        _ question: String, _ given: String?, _ usual: String, _ config: inout InitialConfiguration,
        _ take: (inout InitialConfiguration, String) -> String?
    ) throws {
        while true {
            var next = config
            let answer = try given ?? (asks ? asked(question, usual) : usual)
            guard let problem = take(&next, answer) ?? Self.problem(in: next) else {
                config = next
                return
            }
            guard asks, given == nil else {
                throw Complaint("\(question): \(problem)\(nothing)", exitCode: ExitCode.usage)
            }
            try StandardStreams.write("  \(problem)\n")
        }
    }

    private func asked(_ question: String, _ usual: String) throws -> String {
        try StandardStreams.write("\(question) [\(usual)]: ")
        guard let answer = StandardStreams.readLine() else {
            try StandardStreams.write("\n")
            throw Complaint("no more answers\(nothing)")
        }
        return answer.isEmpty ? usual : answer
    }

    /// The first mistake of the config as it would be written.
    private static func problem(in config: InitialConfiguration) -> String? {
        do {
            _ = try StoreConfiguration.read(Array(config.text.utf8), name: "")
            return nil
        } catch {
            return error.problems.first?.message
        }
    }

    private static func yesOrNo(_ answer: String) -> Bool? {
        switch answer.lowercased() {
        case "yes", "y": true
        case "no", "n": false
        default: nil
        }
    }

    private static func unlessNone(_ answer: String) -> String? { answer == "none" ? nil : answer }

    private func passwordFile(_ name: String) -> String {
        (Environment.ofProcess.configHome ?? "/etc") + "/hypercare/\(name)"
    }
}
